package annotate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// Rules by which an issuer is told whom no list has, or who says so in the opening of a release.
const (
	ruleSignature = "signature" // the "I" of a text gives its name, or signs at its end
	ruleToday     = "today"     // the opening says what somebody says today, and nobody else is quoted
)

const (
	signedLines   = 6   // at the end of a text among which its author signs
	openingBytes  = 700 // of a text that say what somebody says today
	maxAuthors    = 4
	maxAuthor     = 60 // characters of an author's name
	nameWords     = 4
	singularBytes = 15_000 // of a text that are read for its first persons
	singularWords = 2      // first persons singular of a text that one person wrote
)

// issueByName enters as an issuer somebody whom no list has, under an id made of the name, before all others.
func (b *builder) issueByName(name, rule, in string, start, end int, confidence float64) {
	actor := statement.Actor{ID: statement.NameID(fold.String(name)), Name: name, Role: statement.Issuer}
	if s, known := b.known(name); known {
		actor.ID, actor.Name = s.ID, s.Name
	}
	if b.isIssuer(actor.ID) {
		return
	}
	at := len(b.issuing)
	if at == 0 {
		b.issuerID = actor.ID
	}
	b.issuing = append(b.issuing, actor.ID)
	b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.ID == actor.ID && a.Role == statement.Mentioned })
	b.found.Actors = slices.Insert(b.found.Actors, at, actor)
	b.found.Evidence = slices.DeleteFunc(b.found.Evidence, func(e statement.Evidence) bool { return e.ID == actor.ID && e.Role == statement.Mentioned })
	b.found.Evidence = slices.Insert(b.found.Evidence, at, statement.Evidence{
		Finding: "actor", ID: actor.ID, Role: statement.Issuer, In: in, Start: start, End: end, Rule: rule, Confidence: confidence,
	})
}

// authored names the author of a report, an opinion or an article that no known actor issued: as the byline has it, else the site.
func (b *builder) authored() {
	if b.issuerID != "" || b.found.Kind != newsReport && b.found.Kind != opEd && !b.article() {
		return
	}
	author := b.in.Author
	if len(author) > 4*maxAuthor*maxAuthors {
		author = ""
	}
	for _, joint := range []string{" and ", " y ", " et ", " und ", " и ", " & ", "; ", " e "} {
		author = strings.ReplaceAll(author, joint, ", ")
	}
	first := true
	for name := range strings.SplitSeq(author, ", ") {
		name = bareAuthor(name)
		alone := first
		first = false
		if name != "" && len(b.issuing) < maxAuthors && (alone || looksPersonal(name)) {
			b.issueByName(name, ruleByline, inSource, 0, 0, 0.6)
		}
	}
	if len(b.issuing) == 0 && b.in.SiteName != "" && len(b.in.SiteName) <= 2*maxAuthor && !b.in.Gathered {
		b.issueByName(tidy(b.in.SiteName), ruleSite, inSource, 0, 0, 0.6)
	}
}

// article says whether a page calls itself one, and is neither told to be of another kind nor signed by anybody.
func (b *builder) article() bool {
	if b.found.Kind != "statement" || b.found.Signatories > 0 || isCover(b.in.Text) {
		return false
	}
	for t := range strings.FieldsSeq(b.in.Types[:min(len(b.in.Types), 400)]) {
		if t == "article" || strings.HasSuffix(t, "Article") || t == "BlogPosting" {
			return true
		}
	}
	return false
}

// bareAuthor takes the "by" off a byline; it gives nothing where what is left is no name.
func bareAuthor(name string) string {
	name = tidy(strings.TrimSpace(name))
	for _, by := range []string{"By ", "Par ", "Por ", "Von ", "Di ", "Автор ", "Автор: ", "Авторы ", "Text: ", "بقلم ", "كتب ", "记者 ", "記者"} {
		name = strings.TrimPrefix(name, by)
	}
	for _, end := range []string{" - ", " – ", " | ", " / "} {
		name, _, _ = strings.Cut(name, end)
	}
	if before, _, two := strings.Cut(name, ". "); two && utf8.RuneCountInString(before[strings.LastIndexByte(before, ' ')+1:]) > 3 {
		name = before
	}
	words := 0
	for w := range strings.FieldsSeq(name) {
		words++
		if f := fold.String(strings.Trim(w, ".,:")); genericAuthors[f] {
			return ""
		}
	}
	if words == 0 || words > 5 || utf8.RuneCountInString(name) > maxAuthor || strings.ContainsAny(name, "@()[]{}<>:：|#?!0123456789") || strings.Contains(name, "www.") || !strings.ContainsFunc(name, unicode.IsLetter) ||
		unicode.IsLower(firstRune(name)) {
		return ""
	}
	return name
}

// genericAuthors are words of bylines that name nobody.
var genericAuthors = setOf(`admin administrator redaktion redacción redazione redação redaktor редакция редактор editor editors editorial staff team equipe equipo newsroom desk webmaster auteurs auteur autor autores authors author
	author(s) posted guest contributor contributors user unknown anonymous view all posts published updated uppdaterad المحرر التحرير 编辑 小编`)

// person tells that one person speaks, who is no actor of the registry: the title says whose words they are, the text gives its author's name, or
// somebody alone signs at its end.
func (b *builder) person(text *finder) {
	if b.issuerID != "" || b.found.Signatories > 1 || b.in.Gathered || reports[b.in.Kind] || b.covered || b.declared() == newsReport {
		return
	}
	if !b.singular(text) {
		return
	}
	if name, at := b.titled(); name != "" {
		b.issueByName(name, ruleLetterhead, inTitle, at, at+len(name), 0.8)
		return
	}
	if name, at := introducesSelf(text); name != "" {
		b.issueByName(name, ruleSignature, inText, at, at+len(name), 0.85)
		return
	}
	if name, at := lastSigned(b.in.Text, b.words.Language == capitalising); name != "" && !b.body(name) {
		b.issueByName(name, ruleSignature, inText, at, at+len(name), 0.75)
	}
}

var singulars = setOf(`i my me myself yo mi mis je mon ma mes moi ich mein meine mir eu meu minha io mio mia я мне меня мой моя 我 انا لي`)

// singular says whether a text is in the voice of one person: outside quotation marks it says "I", or has verbs that say so.
func (b *builder) singular(text *finder) bool {
	return b.ownWords(text.head(singularBytes), ofSingular) >= singularWords
}

// titled reads a person's name after the opening of a letterhead in the title: "Statement from Jane Roe".
func (b *builder) titled() (name string, at int) {
	f := b.title()
	f.eachToken(b.annotator.letterheads, func(m match, _, next int) {
		if name == "" && m.start == 0 && next < len(f.tokens) && m.owner == leads {
			name, at = f.nameAt(next)
		}
	})
	return name, at
}

// nameAt gives the person's name that begins with token i: two to four words with capitals, none of a body's or an office.
func (f *finder) nameAt(i int) (name string, at int) {
	end := i
	for ; end < len(f.tokens) && end-i <= nameWords; end++ {
		t := &f.tokens[end]
		if end > i && f.gap(end) != " " && f.gap(end) != "-" && f.gap(end) != "’" && f.gap(end) != "'" || !unicode.IsUpper(firstRune(f.text[t.Start:])) {
			break
		}
		if bodyNouns[t.Term] || roles[t.Term] || titles[t.Term] || offices[t.Term] || bodyWord[t.Term] || whens[t.Term] || ownPronouns[t.Term] || unpersonal[t.Term] {
			return "", 0
		}
	}
	if end-i < 2 || end-i > nameWords {
		return "", 0
	}
	return f.text[f.tokens[i].Start:f.tokens[end-1].End], f.tokens[i].Start
}

// unpersonal are words with which titles go on that look like names.
var unpersonal = setOf(`civil society sociedad société ngo ngos ong ongs states members people community communities organizations organisations experts citizens scientists human rights internet digital public national international global world
	united nations european union africa asia europe latin america support concern principle principles intent solidarity independence purpose work commitment faith interest thank thanks yours in best kind regards sincerely dear`)

// introductions are phrases with which somebody gives a name, folded.
var introductions = foldAll("my name is ", "me llamo ", "mi nombre es ", "je m'appelle ", "je m’appelle ", "mon nom est ", "mi chiamo ", "ich heiße ", "mein name ist ", "meu nome é ", "меня зовут ")

var introducing = newWording(introductions...)

// introducesSelf finds the name that the "I" of a text gives in its head.
func introducesSelf(text *finder) (name string, at int) {
	head := text.head(headBytes)
	lower := strings.ToLower(text.text[:min(len(text.text), headBytes)])
	if !introducing.any(lower) {
		return "", 0
	}
	for _, phrase := range introductions {
		i := strings.Index(lower, phrase)
		if i < 0 || len(lower) != min(len(text.text), headBytes) {
			continue
		}
		for k := range head.tokens {
			if head.tokens[k].Start >= i+len(phrase) {
				return head.nameAt(k)
			}
		}
	}
	return "", 0
}

// capitalising is the language that writes every noun with a capital.
const capitalising = "de"

// closings of letters, folded: the line after one is whose it is.
var regards = foldAll("sincerely", "yours", "in solidarity", "best regards", "kind regards", "regards", "respectfully", "with love", "atentamente", "cordialmente", "en solidaridad", "saludos", "un abrazo", "cordialement", "bien à vous",
	"solidairement", "en solidarité", "in solidarietà", "cordiali saluti", "em solidariedade", "atenciosamente", "mit freundlichen grüßen", "in solidarität", "с уважением", "с солидарностью", "مع التحية", "مع خالص", "此致")

// lastSigned finds the name that stands alone on one of the last lines of a text: after a closing such as "In solidarity,", or on the last line,
// but for a date. Where nouns have capitals a closing is asked for.
func lastSigned(text string, closed bool) (name string, at int) {
	end := len(strings.TrimRight(text, " \n\t"))
	for range signedLines {
		if end <= 0 {
			break
		}
		begin := strings.LastIndexByte(text[:end], '\n') + 1
		line := strings.TrimSpace(text[begin:end])
		if len(line) > 120 {
			break
		}
		bare := strings.Trim(line, "#*_-–—,\"”“»« ")
		words := strings.Fields(bare)
		above := strings.TrimRight(text[:begin], " \n\t")
		before := fold.String(strings.TrimSpace(above[strings.LastIndexByte(above, '\n')+1:]))
		signs := len(before) < 60 && slices.ContainsFunc(regards, func(r string) bool { return strings.HasPrefix(before, r) })
		if len(words) >= 2 && len(words) <= nameWords && !strings.ContainsAny(bare, "0123456789:;,.!?()/@#") && (signs || !closed && endsSentence(before)) && signer(words) {
			return bare, begin + strings.Index(text[begin:end], bare)
		}
		if strings.ContainsFunc(line, unicode.IsLetter) && !strings.ContainsAny(line, "0123456789") && !signs {
			break // what is signed ends with the name, or with the day
		}
		end = begin - 1
	}
	return "", 0
}

// endsSentence says whether a line ends as a sentence does, so that what follows it is no rest of one that was wrapped.
func endsSentence(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, "\"”’») *_"))
	return strings.ContainsRune(".!?…。！？؟:", last)
}

// signer says whether words may be the name of a person.
func signer(words []string) bool {
	for _, w := range words {
		f := fold.String(strings.Trim(w, "."))
		if !unicode.IsUpper(firstRune(w)) || bodyNouns[f] || roles[f] || unpersonal[f] || schools[f] || bodyWord[f] || titles[f] || utf8.RuneCountInString(w) > 3 && strings.IndexFunc(w, unicode.IsLower) < 0 {
			return false
		}
	}
	return true
}

// todays are the words for today, folded; todaySays what the opening of a release does on that day.
var (
	todays    = setOf(`today hoy aujourd'hui aujourd’hui aujourd oggi hoje heute сегодня اليوم 今天 今日`)
	todaySays = setOf(`said says announced announces launched launches launch called calls urged urges welcomed welcomes condemned condemns released releases published publishes warned warns demanded demands joins joined filed files submitted
		dijo anunció anuncia lanzó lanza pidió pide llamó condenó condena publicó publica advirtió declaró exigió ha_dicho déclaré annoncé annonce lance lancé appelle condamne publie publié demande
		заявила заявил заявили объявила объявил призвала призвал призывает осудила осудил приветствует أعلنت أعلن قالت قال دعت دعا أدانت`)
)

// releases finds the body whose release a text is by its opening: "…, X said today.", "Today X launched …". Others are not quoted oftener then, and the
// text has no "we" of its own. A site's owner whom the opening does not name gives way to it.
func (b *builder) releases(text *finder) {
	if b.issuerID != "" && b.issuerRule() != ruleSite || b.in.Gathered || b.in.Given != "" || b.found.Signatories > 0 || b.declared() == newsReport || datelined(b.in.Text) || b.in.Kind == "document" {
		return
	}
	f := text.head(openingBytes)
	m, found := b.today(f)
	if !found {
		return
	}
	id := b.annotator.actors[m.owner].ID
	own, others := 0, 0
	for i := range b.found.Quotes {
		switch b.found.Quotes[i].Speaker {
		case id:
			own++
		case "":
		default:
			others++
		}
	}
	if others > own {
		return
	}
	if b.issuerID != "" {
		host := b.issuerID
		if id == host || b.introduces(f, host) || text.head(kindHead).plural() || b.found.Evidence[0].Role != statement.Issuer {
			return
		}
		b.found.Evidence = b.found.Evidence[1:]
		b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.Role == statement.Issuer })
		b.issuerID, b.issuing = "", nil
		b.found.Notes = append(b.found.Notes, "the page's site ("+host+") hosts what another body announces: it is not taken for its issuer")
		b.hosted(text, host)
	}
	actor := &b.annotator.actors[m.owner]
	b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.ID == id && a.Role == statement.Quoted })
	b.issueByName(actor.Name, ruleToday, inText, m.start, m.end, 0.75)
}

// hosted enters the owner of the site as mentioned, where the text names it.
func (b *builder) hosted(text *finder, id string) {
	text.each(b.annotator.written, func(m match) {
		if actor := &b.annotator.actors[m.owner]; actor.ID == id {
			if !slices.ContainsFunc(b.found.Actors, func(a statement.Actor) bool { return a.ID == id }) {
				b.found.Actors = append(b.found.Actors, statement.Actor{ID: id, Name: actor.Name, Role: statement.Mentioned})
				b.found.Evidence = append(b.found.Evidence, nameMention(id, inText, m))
			}
		}
	})
}

// today finds a body, no state, that says or does something today in the first sentences of a text.
func (b *builder) today(f *finder) (match, bool) {
	var found match
	is := false
	f.eachToken(b.annotator.written, func(m match, from, next int) {
		if is || m.owner < 0 || b.annotator.actors[m.owner].Kind == "state" || b.annotator.actors[m.owner].Kind == "igo" {
			return
		}
		day, verb := false, false
		for i := from - 1; i >= max(0, from-3) && !f.sentenceEnds(i+1); i-- {
			day, verb = day || todays[f.tokens[i].Term], verb || todaySays[f.tokens[i].Term]
		}
		first := from == 0 || f.sentenceEnds(from) || strings.HasPrefix(f.gap(from), ",") || todays[f.back(from, 1)] || verb
		for i := next; i < min(len(f.tokens), next+4) && !f.sentenceEnds(i); i++ {
			day, verb = day || todays[f.tokens[i].Term], verb || todaySays[f.tokens[i].Term]
		}
		for i := next; day && !verb && i < min(len(f.tokens), next+12) && !f.sentenceEnds(i); i++ { // "Today X, along with others, launched"
			verb = f.beginsToday(from) && todaySays[f.tokens[i].Term]
		}
		if first && day && verb {
			found, is = m, true
		}
	})
	return found, is
}

// beginsToday says whether the word before token i is "today".
func (f *finder) beginsToday(i int) bool { return todays[f.back(i, 1)] }

// sentenceEnds says whether a sentence ends before token i.
func (f *finder) sentenceEnds(i int) bool {
	gap := f.gap(i)
	return i <= 0 || strings.ContainsAny(gap, "!?;\n。") || strings.Contains(gap, ". ")
}
