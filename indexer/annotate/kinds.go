package annotate

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// kindWords are words that say what kind a statement is.
type kindWords struct {
	kind  string
	words []string
}

// titleKinds are words of titles, folded, that say what kind a statement is, the surest first. One with a caret stands at the beginning.
var titleKinds = []kindWords{
	{"meeting-summary", foldAll("summary record", "meetings coverage", "meeting summary", "summary of the meeting", "summary of the session", "^highlights of", "^minutes of", "report of the working group", "procès-verbal", "compte rendu",
		"acta resumida", "resumen de la reunión", "краткий отчет", "протокол заседания", "会议纪要", "会议摘要", "محضر")},
	{"joint-letter", foldAll("open letter", "joint letter", "lettre ouverte", "carta abierta", "carta aberta", "lettera aperta", "offener brief", "открытое письмо", "公开信", "رسالة مفتوحة")},
	{"press-release", foldAll("media release", "press release", "news release", "comunicado de prensa", "nota de prensa", "communiqué de presse", "пресс-релиз", "新闻稿", "بيان صحفي", "for immediate release")},
	{"submission", foldAll("^submission", "joint submission", "submission to", "submission on", "written submission", "written contribution", "response to the consultation", "response to the inquiry", "^comments on", "contribution to the consultation",
		"consultation response", "^contribución", "^contribution à", "^contribution au", "^observaciones al", "consultation into", "^представление", "意见书", "مساهمة في")},
	{"op-ed", foldAll("^op-ed", "^opinion:", "^opinión:", "^tribune:", "^commentary:", "^guest post", "^мнение:", "^رأي:")},
	{"speech", foldAll("^speech", "^address by", "^remarks by", "^remarks at", "^discurso", "^discours", "^allocution", "^речь", "^выступление", "^كلمة", "讲话", "^intervention by", "statement by the delegation", "statement at the", "statement by ambassador",
		"statement by h.e", "^keynote")},
}

// pathKinds are parts of addresses that say so.
var pathKinds = []struct {
	kind  string
	parts []string
}{
	{"press-release", []string{"press-release", "media-release", "pressrelease", "mediarelease", "comunicados", "communiques", "/pr/"}},
	{"submission", []string{"/submission", "submission-"}},
	{"op-ed", []string{"/opinion", "/op-ed", "/commentisfree", "/oped"}},
	{"speech", []string{"/speech", "/discurso", "/discours"}},
}

// released are words at the head of a text that make it a press release.
var released = foldAll("for immediate release", "media release", "press release", "news release", "para publicación inmediata", "comunicado de prensa", "pour diffusion immédiate", "communiqué de presse", "для немедленной публикации", "即时发布", "للنشر الفوري")

const (
	kindHead     = 1500   // bytes of the text that are read for its kind
	kindTail     = 1500   // at the end, where press releases have their contacts
	fewQuotes    = 2      // direct quotes of a press release or report
	manyStates   = 6      // speakers of a meeting's summary
	articleBytes = 20_000 // of the text that are looked through for numbered articles
)

// kind tells what kind a statement is, with its evidence. Its source says it best, then its signatories, its title, its address, its form.
func (b *builder) kind(text *finder) {
	kind, rule, confidence := b.kindOf(text)
	if kind == "" {
		return
	}
	b.found.Kind = kind
	e := statement.Evidence{Finding: "kind", ID: kind, In: inSource, Rule: rule, Confidence: confidence}
	if rule == "title" {
		e.In, e.End = inTitle, len(b.in.Title)
	}
	b.found.Evidence = append(b.found.Evidence, e)
}

func (b *builder) kindOf(text *finder) (kind, rule string, confidence float64) {
	title := fold.String(b.in.Title)
	head := b.in.Text[:min(len(b.in.Text), kindHead)]
	byTitle := ofTitle(title)
	switch {
	case b.in.Given != "":
		return b.in.Given, "source", 1
	case b.covered:
		return ofCover(fold.String(b.in.Text[:min(len(b.in.Text), coverBytes)])), "cover-page", 0.85
	case byTitle == "submission" || byTitle == "press-release" || byTitle == "meeting-summary":
		return byTitle, "title", 0.9
	case b.found.Signatories >= minLetter:
		return JointLetter, "signatories", 0.95
	case byTitle != "" && (byTitle != JointLetter || letterForm(head)):
		return byTitle, "title", 0.85
	}
	if kind := ofAddress(b.in.URL); kind != "" {
		return kind, "address", 0.8
	}
	folded := fold.String(head)
	declared := b.declared()
	switch {
	case headedAs(b.in.Text, released):
		return pressRelease, "letterhead", 0.85
	case declared == opEd || declared == pressRelease:
		return declared, "declared", 0.85
	case declared == newsReport && (b.issuerID == "" || b.issuerRule() == ruleByline) && !text.head(kindHead).plural():
		return declared, "declared", 0.8
	case b.issuerRule() == ruleToday:
		return pressRelease, "form", 0.75
	case submits(folded):
		return "submission", "form", 0.8
	case b.spoken(text, title+" "+folded):
		return "speech", "form", 0.8
	case ofArticles(b.in.Text), ofRecitals(b.in.Text):
		return "document", "form", 0.8
	}
	if kind, rule, confidence := b.ofQuotes(text); kind != "" {
		return kind, rule, confidence
	}
	if b.ofReport(text) {
		return newsReport, "form", 0.6
	}
	return "", "", 0
}

// ofCover tells a summary of what was said from other documents of the United Nations, by the folded cover.
func ofCover(cover string) string {
	if containsAny(cover, []string{"summary record", "summary of the proceedings", "provisional verbatim record", "compte rendu analytique", "acta resumida", "краткий отчет"}) && !strings.Contains(cover, "addendum") {
		return "meeting-summary"
	}
	return "document"
}

func ofTitle(title string) string {
	for _, k := range titleKinds {
		for _, w := range k.words {
			if w, first := strings.CutPrefix(w, "^"); first && strings.HasPrefix(title, w) || !first && strings.Contains(title, w) {
				return k.kind
			}
		}
	}
	return ""
}

func ofAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.ToLower(u.Path)
	for _, k := range pathKinds {
		if containsAny(path, k.parts) {
			return k.kind
		}
	}
	return ""
}

func foldAll(words ...string) []string {
	for i, w := range words {
		words[i] = fold.String(w)
	}
	return words
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// letterForm says whether a text begins as a letter does.
func letterForm(head string) bool {
	return lettered.any(fold.String(head))
}

// lettered are forms of letters.
var lettered = newWording(foldAll("dear ", "we, the undersigned", "the undersigned", "we write", "we are writing", "estimad", "los abajo firmantes", "madame, monsieur", "nous, soussign", "уважаемы", "мы, нижеподписавшиеся", "尊敬的", "السادة")...)

// submitting are phrases with which submissions begin.
var submitting = newWording(foldAll("opportunity to make a submission", "opportunity to submit", "opportunity to provide a submission", "opportunity to comment", "opportunity to contribute to", "opportunity to make a written submission", "opportunity to provide comment",
	"opportunity to provide feedback", "welcomes the opportunity to", "this submission", "our submission", "in this submission", "made a submission", "submission to the inquiry", "submission to the committee", "the present submission",
	"la presente contribución", "agradece la oportunidad de", "remercie de l'occasion", "la présente contribution", "настоящее представление")...)

// submits says whether a text is a submission by its own words.
func submits(folded string) bool {
	return submittingStems.any(folded) && submitting.any(folded)
}

// submittingStems are in all of them: few are looked for in most texts.
var submittingStems = newWording(foldAll("submi", "opportunity", "contribuci", "oportunidad de", "occasion de", "contribution", "представление")...)

// addressing are the forms with which speakers address their audience, folded.
var addressing = newWording(foldAll("mr. president", "mr president", "madam president", "madame president", "mr. chair", "mr chair", "madam chair", "excellencies", "your excellenc", "ladies and gentlemen", "distinguished delegates", "distinguished colleagues",
	"distinguished guests", "honourable delegates", "señor presidente", "señora presidenta", "excelencias", "señoras y señores", "monsieur le président", "madame la présidente", "mesdames et messieurs", "уважаемые коллеги", "господин председатель",
	"госпожа председатель", "дамы и господа", "主席先生", "主席女士", "各位代表", "女士们", "السيد الرئيس", "السيدة الرئيسة", "أصحاب السعادة", "أصحاب المعالي",
	"address the assembly", "address this assembly", "addressing the general assembly", "address the general assembly", "addressing this assembly", "the honour to address", "honour to speak", "on your election", "on his election", "on her election", "on his assumption", "on her assumption", "on your assumption", "his presidency of the", "her presidency of the", "of the assembly at its", "general assembly at its", "this assembly",
	"por su elección", "esta asamblea", "pour votre élection", "cette assemblée", "с избранием", "на этой трибун", "этой ассамблее", "انتخابكم", "هذه الجمعية", "当选", "本届大会",
	"before this assembly", "before the general assembly", "session of the general assembly", "take the floor", "from this rostrum", "gathered here", "we meet", "in this hall", "general debate")...)

// spoken says whether a text is a speech: in the first person, and addressed to those who hear it. Its beginning may have been taken for its
// title; folded is both.
func (b *builder) spoken(text *finder, folded string) bool {
	f := text.head(kindHead)
	title := b.title()
	if !f.firstPerson() && !title.firstPerson() {
		return false
	}
	flat := folded
	if strings.ContainsAny(folded, "\n\t") || strings.Contains(folded, "  ") {
		flat = oneLine(folded)
	}
	n := addressing.in(flat, 2)
	return n >= 2 || n == 1 && (b.voiced() || f.diplomatic() || title.diplomatic()) || b.voiced() && f.diplomatic() && courtesies.any(flat) || text.head(voiceBytes).ofDelegation()
}

const severalOwn = 4 // places where somebody who speaks for a state says "my delegation", "my country"

// ofDelegation says whether a text speaks of its own delegation, country and government again and again.
func (f *finder) ofDelegation() bool {
	n := 0
	for i := 1; i < len(f.tokens) && n < severalOwn; i++ {
		if f.has(i-1, ofOwner) && f.has(i, ofDelegate) {
			n++
		}
	}
	return n >= severalOwn
}

var (
	ownedBy   = setOf(`my mi ma mon моя мое моей мою моего`)
	delegated = setOf(`delegation country government president people nation delegación país gobierno pueblo délégation pays gouvernement peuple делегация делегации делегацию страна страны правительство правительства`)
)

// courtesies are what speakers begin with besides forms of address.
var courtesies = newWording(foldAll("congratulat", "pleased to", "i stand before", "i have the honour", "i have the honor", "it is an honour", "it is a great pleasure", "on behalf of", "the privilege", "felicit", "tengo el honor", "j'ai l'honneur", "je félicite", "имею честь", "поздрав",
	"يشرفني", "أهنئ", "我谨", "祝贺", "my delegation", "mi delegación", "ma délégation", "моя делегация", "وفد بلادي", "我国代表团")...)

// voiced says whether the issuer was told by the voice of the text.
func (b *builder) voiced() bool {
	for i := range b.found.Evidence {
		if e := &b.found.Evidence[i]; e.Role == statement.Issuer {
			return e.Rule == ruleVoice
		}
	}
	return false
}

// ofQuotes tells press releases, reports and summaries by whom they quote: a press release its own people, a report several others.
func (b *builder) ofQuotes(text *finder) (kind, rule string, confidence float64) {
	direct, indirect, own, states := 0, 0, 0, 0
	speakers, met := map[string]bool{}, map[string]bool{}
	for i := range b.found.Quotes {
		q := &b.found.Quotes[i]
		if q.Speaker != "" && !met[q.Speaker] {
			met[q.Speaker] = true
			if actor, known := b.annotator.o.Registry.Actor(q.Speaker); known && actor.Kind == "state" {
				states++
			}
		}
		if !q.Direct && q.Speaker+q.Name != "" {
			indirect++
		}
		if !q.Direct || q.Speaker == "" && q.Name == "" {
			continue
		}
		direct++
		if q.Speaker != "" && b.isIssuer(q.Speaker) {
			own++
		}
		speakers[q.Speaker+q.Name] = true
	}
	if direct == 0 && states < manyStates && (indirect < 2 || b.issuerID != "") {
		return "", "", 0
	}
	tail := fold.String(b.in.Text[max(0, len(b.in.Text)-kindTail):])
	contacts := contacted.any(tail)
	first := b.ownWords(text.head(kindHead), ofOwnVoice) >= severalFirst
	switch {
	case states >= manyStates && !first:
		return "meeting-summary", "form", 0.7
	case direct >= 1 && contacts, own >= 1 && !first, direct >= fewQuotes && b.fewVoices(speakers) && b.issuerID != "":
		return "press-release", "form", 0.7
	case b.issuerID == "" && !first && !text.head(kindHead).firstPerson() && (direct >= 1 || indirect >= 2) && b.in.Kind != "document":
		return "news-report", "form", 0.6
	}
	return "", "", 0
}

// contacted are what press releases end with.
var contacted = newWording(foldAll("media contact", "press contact", "for media enquiries", "media enquiries", "for further information", "for interviews", "contacto de prensa", "contact presse", "контакты для сми", "媒体联系", "للتواصل الإعلامي")...)

// fewVoices says whether a text quotes as few as a press release does, and is as short.
func (b *builder) fewVoices(speakers map[string]bool) bool {
	return len(speakers) <= 3 && utf8.RuneCountInString(b.in.Text) < 6000
}

// releaseHead is how much of a text may say at the beginning of a line that it is a press release.
const releaseHead = 400

// headedAs says whether one of the first lines of a text begins with one of these words and has few others, or parts them by a mark.
func headedAs(text string, words []string) bool {
	for line := range strings.Lines(text[:min(len(text), releaseHead)]) {
		line = strings.TrimLeft(fold.String(line), " *_#\u00a0[(")
		for _, w := range words {
			rest, begins := strings.CutPrefix(line, w)
			if !begins {
				continue
			}
			if rest = strings.TrimLeft(rest, " "); rest == "" || !unicode.IsLetter(firstRune(rest)) || !moreFields(rest, 8) {
				return true
			}
		}
	}
	return false
}

// numbered begin the articles of conventions, declarations and laws.
var numbered = []string{"article ", "artículo ", "articulo ", "статья ", "المادة ", "第", "section ", "artikel ", "artigo ", "articolo "}

const severalArticles = 5

// ofArticles says whether a text is made of numbered articles: lines that begin so and are short or go on with the article.
func ofArticles(text string) bool {
	n := 0
	for at := 0; at < len(text) && n < severalArticles && at < articleBytes; {
		line, next := lineAt(text, at)
		if at = next; !mayBeNumbered(line) {
			continue
		}
		lower := strings.ToLower(line[:min(len(line), 40)])
		for _, w := range numbered {
			if rest, found := strings.CutPrefix(lower, w); found && rest != "" && (w != "第" || strings.Contains(rest, "条")) && (w == "第" || strings.ContainsAny(rest[:min(len(rest), 8)], "0123456789ivx٠١٢٣٤٥٦٧٨٩")) {
				n++
				break
			}
		}
	}
	return n >= severalArticles
}

// mayBeNumbered is a first look at a line: most begin as no article does.
func mayBeNumbered(line string) bool {
	return line != "" && (line[0] >= utf8.RuneSelf || strings.IndexByte("aAsS", line[0]) >= 0)
}

// recitals begin the paragraphs of preambles and resolutions, folded.
var recitals = newWording(foldAll("whereas", "recalling", "reaffirming", "noting ", "recognizing", "recognising", "considering", "bearing in mind", "mindful ", "welcoming ", "having considered", "considérant", "rappelant", "réaffirmant", "notant ", "attendu que",
	"considerando", "recordando", "reafirmando", "observando", "reconociendo", "teniendo ", "принимая во внимание", "напоминая", "подтверждая", "учитывая", "признавая", "отмечая", "ولما كان", "لما كان", "إذ ", "وإذ ", "鉴于", "回顾", "重申", "铭记", "认识到", "注意到")...)

const severalRecitals = 3

// ofRecitals says whether the head of a text is a preamble: paragraph upon paragraph that begins with a recital.
func ofRecitals(text string) bool {
	n := 0
	for line := range strings.Lines(text[:min(len(text), maxHeadBytes)]) {
		line = fold.String(strings.TrimLeft(line[:min(len(line), 80)], " \t*_0123456789.()"))
		if recitals.leads(line) {
			n++
		}
	}
	return n >= severalRecitals
}

const severalFirst = 3 // places where a text says "we"

// plural says whether a text speaks as "we".
func (f *finder) plural() bool {
	n := 0
	for i := range f.words {
		if f.has(i, ofPlural) {
			n++
		}
	}
	return n >= severalFirst
}

var plurals = setOf(`we our nous notre nosotros nuestro nuestra мы наш`)
