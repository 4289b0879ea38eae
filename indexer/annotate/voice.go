package annotate

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/registry"
	"rostrum/search/analysis"
)

// headBytes is how much of a text is read to tell who speaks: its letterhead and first paragraphs.
const headBytes = 2400

// head is a finder of the beginning of its text.
func (f *finder) head(bytes int) *finder {
	n, _ := slices.BinarySearchFunc(f.tokens, bytes+1, func(t analysis.Token, at int) int { return t.End - at })
	if n == len(f.tokens) {
		return f
	}
	for _, h := range f.heads {
		if len(h.tokens) == n {
			return h
		}
	}
	short := &finder{text: f.text, tokens: f.tokens[:n], words: f.words[:n], traits: f.traits, arabic: f.arabic, of: f}
	if f.stems != nil {
		short.stems = f.stems[:n]
	}
	f.heads = append(f.heads, short)
	return short
}

// What a voice must reach to be heard: so much, and so much more than the next one.
const (
	heard      = 2.0
	heardAlone = 1.2 // where no other state is named
	margin     = 1.2
	plain      = 3 // what one place must be worth in a text that is not in the manner of a speech

	voiceBytes     = 60_000 // of a text that are looked through where its head does not tell
	anywhere       = 3      // what a place is worth at least that counts wherever it stands
	heardAnywhere  = 4.0
	marginAnywhere = 2.0
	outright       = 2   // what a place is worth at least that says for whom the text speaks, rather than naming a state in passing
	heardOften     = 5.0 // by such places
	likely         = 0.8 // confidence from which the rest of the text is not asked whether it names the state
	fairShare      = 4   // the state that speaks is named a fourth as often as any other, or oftener
)

// spot is where the head of a text names somebody.
type spot struct {
	place
	weak bool
}

// voice tells for whom the "I" or "we" of a text speaks, from what stands beside the names in its head: "on behalf of X", "my country, X",
// "X's full support". It prefers to say nothing: another country that is nearly as likely leaves it open. Where the head names nobody so, the
// whole of the text is asked, and only what says it outright counts.
func (b *builder) voice(text *finder) (claimed, bool) {
	f, whole := text.head(headBytes), text.head(voiceBytes)
	if !f.firstPerson() {
		return claimed{}, false
	}
	longer := len(whole.tokens) > len(f.tokens)
	heads := b.voices(f, 0)
	c, found := b.heard(f, heads, heard, margin)
	if found && longer && c.confidence < likely && !(b.foremost(whole, c.id) && heads[b.indexOf(c.id)].worth >= outright) {
		found = false
	}
	if !longer || !f.diplomatic() {
		return c, found
	}
	sure, told := b.heard(f, b.voices(whole, anywhere), heardAnywhere, marginAnywhere)
	switch {
	case found && told && sure.id != c.id && c.confidence < likely:
		return claimed{}, false
	case found || told:
		if !found {
			c = sure
		}
		return c, true
	}
	c, found = b.heard(f, b.voices(whole, outright), heardOften, marginAnywhere)
	return c, found && b.foremost(whole, c.id)
}

// indexOf gives the index of the actor of this id.
func (b *builder) indexOf(id string) int32 {
	i, _ := slices.BinarySearchFunc(b.annotator.actors, id, func(a registry.Actor, id string) int { return strings.Compare(a.ID, id) })
	return int32(i)
}

// foremost says whether a text names a state about as often as any other: who speaks for one does.
func (b *builder) foremost(f *finder, id string) bool {
	counts, most, own := make(map[int32]int), 0, 0
	for _, s := range b.spots(f) {
		if actor := &b.annotator.actors[s.owner]; actor.Kind == "state" {
			counts[s.owner]++
			most = max(most, counts[s.owner])
			if actor.ID == id {
				own++
			}
		}
	}
	return fairShare*own >= most
}

// ownVoice is how much speaks for one actor as the speaker, and the place that does most.
type ownVoice struct {
	score float64
	best  spot
	worth float64
}

// voices weighs the places where a text names states, by actor. What is worth less than least, and not against it, is left out.
func (b *builder) voices(f *finder, least float64) map[int32]ownVoice {
	all := make(map[int32]ownVoice)
	spots := b.spots(f)
	for i, s := range spots {
		if b.annotator.actors[s.owner].Kind != "state" {
			continue
		}
		worth := f.worth(s)
		if listed(f, spots, i) && worth < 3 {
			worth /= 3
		}
		if worth < least && worth >= 0 {
			continue
		}
		v := all[s.owner]
		v.score += worth
		if worth > v.worth || v.best.next == 0 {
			v.best, v.worth = s, worth
		}
		all[s.owner] = v
	}
	return all
}

// heard gives the voice that is louder than the others by enough.
func (b *builder) heard(f *finder, voices map[int32]ownVoice, enough, ahead float64) (claimed, bool) {
	first, second, who := 0.0, 0.0, int32(-1)
	all := slices.Sorted(maps.Keys(voices))
	for _, owner := range all {
		switch score := voices[owner].score; {
		case score > first:
			first, second, who = score, first, owner
		case score > second:
			second = score
		}
	}
	if len(all) == 1 && enough == heard {
		enough = heardAlone
	}
	if who < 0 || voices[who].worth < plain && !f.diplomatic() || first < enough || first < second+ahead {
		return claimed{}, false
	}
	best := voices[who].best
	return claimed{id: b.annotator.actors[who].ID, rule: ruleVoice, in: inText, start: best.start, end: best.end, confidence: min(0.95, 0.6+first/20)}, true
}

// spots lists where a head names actors, by names and, where no name stands, by weak names, in order.
func (b *builder) spots(f *finder) []spot {
	if f.spied {
		return f.spots
	}
	strong, weak := f.all(b.annotator.written), f.all(b.annotator.weak)
	all := make([]spot, 0, len(strong)+len(weak))
	at := 0
	upTo := func(from int) {
		for ; at < len(strong) && strong[at].next <= from; at++ {
			if strong[at].owner != shared {
				all = append(all, spot{strong[at], false})
			}
		}
	}
	for _, w := range weak {
		if w.owner == shared {
			continue
		}
		upTo(w.from)
		k := at
		for k < len(strong) && strong[k].owner == shared {
			k++
		}
		if k == len(strong) || strong[k].from >= w.next {
			all = append(all, spot{w, true})
		}
	}
	upTo(len(f.tokens))
	f.spots, f.spied = all, true
	return all
}

// listed says whether a name is one of several in a row: "A, B and C".
func listed(f *finder, spots []spot, i int) bool {
	near := func(a, b spot) bool {
		if b.from-a.next > 2 || b.from < a.next {
			return false
		}
		gap := strings.TrimSpace(f.text[a.end:b.start])
		gap = strings.TrimSuffix(gap, " the")
		return gap == "," || gap == "and" || gap == ", and" || gap == "y" || gap == "et" || gap == "и"
	}
	return i > 0 && near(spots[i-1], spots[i]) || i+1 < len(spots) && near(spots[i], spots[i+1])
}

var firstPersons = setOf(`i my we our me us yo mi mis nosotros nuestro nuestra nuestros nuestras je mon ma mes nous notre nos я мы мой моя моей наш наша нашей мне меня нам нас honour honor privilege 我 我们 أنا نحن`)

// diplomatic says whether a text is in the manner of those who speak for states.
func (f *finder) diplomatic() bool { return f.any(ofManner) }

var manner = setOf(`assembly excellency excellencies delegation delegations honour session presidency chairman chairperson chair rostrum delegacion asamblea delegaciones sesion assemblee seance делегация делегации ассамблея ассамблеи сессии`)

func (f *finder) firstPerson() bool { return f.any(ofFirstPerson) }

// back gives the folded word before token i by so many words, or nothing at the beginning of the text.
func (f *finder) back(i, by int) string {
	if i-by < 0 {
		return ""
	}
	return f.tokens[i-by].Term
}

func (f *finder) ahead(i int) string {
	if i >= len(f.tokens) {
		return ""
	}
	return f.tokens[i].Term
}

// gap is what stands between token i and the one before it; empty at the beginning.
func (f *finder) gap(i int) string {
	if i <= 0 || i >= len(f.tokens) || f.tokens[i-1].End > f.tokens[i].Start {
		return ""
	}
	return f.text[f.tokens[i-1].End:f.tokens[i].Start]
}

var (
	// bodyWords stand between "on behalf of" and a name.
	bodyWords = setOf(`the of and government governments people peoples delegation president nation king queen kingdom republic his her its their royal highness majesty excellency head state
		my own great brotherly independent sovereign entire citizens prime minister transitional federal union authorities our proud federation commonwealth brave valiant entire very parliament
		democratic islamic eastern socialist plurinational leadership
		del de la el los las gobierno pueblo presidente delegacion y du des le les l d et gouvernement peuple nom delegation president republique republica
		правительства народа делегации президента и имени`)
	promising = setOf(`full support appreciation commitment sincere unwavering firm solidarity strong congratulations cooperation readiness views own warm deep gratitude
		determination intention view unreserved wholehearted steadfast longstanding warmest heartfelt fullest best good highest most national active firm belief constant
		total complete deepest constructive assistance collaboration readiness confidence hope satisfaction message statement response approach vision pledge sympathy condolences profound perspective perspectives contribution great sorrow delegation homage`)
	acting = setOf(`would welcomes congratulates supports fully stands wishes pledges assures extends believes attaches strongly looks warmly shares joins thanks commends reiterates
		reaffirms aligns associates expresses hopes considers endorses appreciates recognizes firmly sincerely urges condemns regrets proud attaches trusts intends remains wholeheartedly continues values commits
		desea agradece apoya considera reitera reafirma felicita expresa suscribe saluda souhaite remercie appuie felicite reitere exprime considere reaffirme soutient
		приветствует поддерживает благодарит считает выражает поздравляет подтверждает выступает`)
	lightly   = setOf(`is has will also takes was had did calls notes joined became`)
	grantings = setOf(`support cooperation that count commitment assistance assure assured assuring pledge solidarity`)
	givings   = setOf(`congratulations condolences sympathies sympathy greetings greeting felicitations wishes views perspectives perspective gratitude appreciation thanks message contribution
		readiness determination homage`)
	persons = setOf(`mr mrs ms miss dr sir madam madame prof professor ambassador excellency sheikh h.e he`)
	others  = setOf(`his her your their this sister brotherly friendly fraternal neighbouring neighboring brother its another`)
	lands   = setOf(`country nation state land republic government people`)
	// reportedOf follow the name of a state whose minister is cited: "as the President of X said".
	reportedOf = setOf(`said stated reminded has had recently mentioned noted observed put told rightly eloquently pointed declared indicated did so emphasized stressed explained knows mr mrs ms dr`)
	regrets    = setOf(`thank thanks condolences sympathy sympathies congratulate congratulating congratulations welcome welcoming tribute solidarity felicitations greet salute like unlike against with between felicitar felicito felicite`)
)

// worth weighs one place where a country is named, for being the speaker's own. What is between 2 and 4 speaks for it, what is below 0 against it.
func (f *finder) worth(s spot) float64 {
	if s.weak {
		return f.weakWorth(s)
	}
	return f.before(s) + f.after(s)
}

// before weighs the words that lead to a name.
func (f *finder) before(s spot) float64 {
	i := s.from
	steps := 0
	for steps < 9 && i-1-steps >= 0 && bodyWords[f.back(i, steps+1)] {
		steps++
	}
	lead, of := f.back(i, steps+1), false
	for k := 1; k <= steps; k++ {
		of = of || f.back(i, k) == "of" || f.back(i, k) == "de" || f.back(i, k) == "du" || f.back(i, k) == "del"
	}
	passed := func(words ...string) bool {
		for k := 1; k <= steps; k++ {
			if slices.Contains(words, f.back(i, k)) {
				return true
			}
		}
		return false
	}
	two := f.back(i, 2)
	switch {
	case lead == "behalf" || lead == "name" && f.back(i, steps+3) == "in" || lead == "au" && passed("nom") || lead == "nombre" || lead == "от" && passed("имени") || lead == "en" && f.back(i, steps) == "nombre":
		return 4
	case lands[f.back(i, 1)] && f.back(i, 2) == "my", passed("my") && lands[f.back(i, 1)], lands[lead] && !passed("and") && f.ownLand(i-steps, s.next):
		return 4
	case lands[f.back(i, 1)] && others[two], lands[two] && (others[f.back(i, 3)] || others[f.back(i, 4)]), others[f.back(i, 1)]:
		return -4
	case passed("president", "minister", "republic", "kingdom", "king", "queen", "presidency") && f.onBehalf(i-steps):
		return 3
	case reportedOf[f.ahead(s.next)] && (lead == "as" || f.capacity(i-steps)):
		return -1
	case f.capacity(i - steps):
		return 4
	case lead == "as" && passed("president", "minister", "king", "queen", "head"), lead == "as" && f.back(i, 1) == "of" && two == "leader":
		return 4
	case slices.Contains([]string{"representing", "represent", "represents"}, lead), lead == "from" && f.back(i, steps+2) == "come":
		return 4
	case (lead == "from" || lead == "of") && slices.Contains([]string{"greetings", "regards", "wishes", "congratulations", "gratitude", "appreciation", "message", "salutations", "felicitations"}, f.back(i, steps+2)):
		return 3
	case lead == "from" && f.greets(i-steps-1):
		return 3
	case lead == "we" && f.back(i, steps) == "the" && passed("people"), lead == "in" && f.back(i, steps+2) == "we":
		return 3
	case steps > 0 && f.back(i, steps) == "of" && givings[lead]:
		return 2
	case regrets[lead] || lead == "to" && steps > 0:
		return -2.5
	case f.named(i - steps):
		return -3
	case f.back(i, 1) == "of" && grantings[two] && f.back(i, 3) != "the" && two != "solidarity" || two == "of" && f.back(i, 1) == "the" && grantings[f.back(i, 3)] || lead == "you" && passed("of") && grantings[f.back(i, steps+2)] ||
		slices.Contains([]string{"him", "her", "them", "assembly"}, lead) && slices.Contains([]string{"assure", "assuring"}, f.back(i, steps+2)):
		return 2
	case f.back(i, 1) == "on" && two == "count":
		return 2
	case passed("delegation", "delegacion", "делегации") && of:
		return 2
	case passed("president", "minister", "presidente") && of:
		return -1
	case passed("people", "peoples", "government", "gobierno", "gouvernement") && of:
		return 0.8
	}
	return 0
}

// ownLand says whether "my country" and a comma stand before token i, so that the name which ends before next says which: "my own country, the
// Republic of X". It does not where that begins a list.
func (f *finder) ownLand(i, next int) bool {
	own := f.back(i, 2)
	if ownEpithets[own] {
		own = f.back(i, 3)
	}
	return own == "my" && strings.ContainsAny(f.gap(i), ",–—") && !strings.ContainsAny(f.gap(i), ".;:\n") && (f.ahead(next) != "and" || f.gap(next) != " ")
}

var ownEpithets = setOf(`own beloved dear great proud small young`)

// greets says whether the sentence up to token i brings greetings: "I bring warm greetings to all from".
func (f *finder) greets(i int) bool {
	for k := 1; k <= 12 && i-k >= 0; k++ {
		if strings.ContainsAny(f.gap(i-k+1), ".!?;") {
			return false
		}
		if t := f.back(i, k); t == "greetings" || t == "salutations" || t == "felicitations" {
			return true
		}
	}
	return false
}

// mine says whether a sentence is in the first person up to token i, or begins with it.
func (f *finder) mine(i int) bool {
	for k := 0; k <= 12; k++ {
		if f.beginsSentence(i - k) {
			return k == 0
		}
		t := f.back(i, k+1)
		if t == "you" || t == "him" || t == "her" || t == "his" || t == "your" || t == "see" {
			return false
		}
		if firstPersons[t] {
			return true
		}
	}
	return false
}

// onBehalf says whether the sentence up to token i speaks on behalf of a person: "On behalf of His Excellency Jan Holt, President of".
func (f *finder) onBehalf(i int) bool {
	for k := 1; k <= 16 && i-k >= 0; k++ {
		if t := f.back(i, k); t == "behalf" || t == "envoy" && f.back(i, k+2) == "as" || (t == "greetings" || t == "regards" || t == "salutations") && k > 1 {
			return true
		}
		if i-k+1 < len(f.tokens) && strings.ContainsAny(f.gap(i-k+1), "!?;") || k > 2 && strings.Contains(f.gap(i-k+1), ". ") && !persons[f.back(i, k)] {
			return false
		}
	}
	return false
}

// capacity says whether the words before token i name the capacity in which somebody speaks: "in my capacity as", "as the Foreign Minister of".
func (f *finder) capacity(i int) bool {
	office := false
	for k := 1; k <= 8 && i-k >= 0; k++ {
		t := f.back(i, k)
		switch {
		case t == "as" && office:
			return f.mine(i - k)
		case offices[t] || t == "chairman" || t == "secretary" || t == "president" || t == "king":
			office = true
		case k > 1 && strings.ContainsAny(f.gap(i-k+1), ".;:!?"):
			return false
		}
	}
	return false
}

// named says whether the word before token i belongs to a person's name or the title of one: "Mr. Jan Holt of", "the representative of".
func (f *finder) named(i int) bool {
	if i-1 < 0 {
		return false
	}
	t := &f.tokens[i-1]
	if i < len(f.tokens) && strings.ContainsAny(f.gap(i), ".!?\n") {
		return false
	}
	switch t.Term {
	case "representative", "ambassador", "affairs", "minister":
		return true
	}
	if i >= len(f.tokens) || f.tokens[i].Term != "of" && f.tokens[i].Term != "from" {
		return false
	}
	return unicode.IsUpper(firstRune(f.text[t.Start:])) && !persons[t.Term] && i-2 >= 0 && (unicode.IsUpper(firstRune(f.text[f.tokens[i-2].Start:])) || persons[f.tokens[i-2].Term])
}

// after weighs the words that follow a name.
func (f *finder) after(s spot) float64 {
	rest := f.text[s.end:min(len(f.text), s.end+6)]
	next := f.ahead(s.next)
	possessive := strings.HasPrefix(rest, "'s") || strings.HasPrefix(rest, "’s") || strings.HasPrefix(rest, "'") && strings.HasSuffix(f.text[s.start:s.end], "s") || strings.HasPrefix(rest, "’") && strings.HasSuffix(f.text[s.start:s.end], "s")
	switch {
	case next == "my" && (lands[f.ahead(s.next+1)] || f.ahead(s.next+1) == "own" && lands[f.ahead(s.next+2)]) && strings.TrimSpace(f.gap(s.next)) == ",": // "X, my country,"
		return 4
	case possessive && promising[next]:
		return 2
	case possessive, s.next < len(f.tokens) && strings.ContainsAny(f.gap(s.next), ".,;:!?()—–"):
		return 0.2
	case next == "delegation" || next == "delegacion":
		return 2
	case f.back(s.from, 1) == "and" || f.back(s.from, 1) == "in":
		return 0.2
	case f.back(s.from, 1) == "of" && !slices.Contains([]string{"people", "government", "delegation"}, f.back(s.from, 2)):
		return 0.2
	case f.beginsSentence(s.from) && (lightly[next] || acting[next] || third(next)):
		return 1.3
	case acting[next] || next == "and" && f.ahead(s.next+1) == "its":
		return 2
	case lightly[next]:
		return 0.8
	}
	return 0.2
}

// beginsSentence says whether token i, or the article before it, is the first of a sentence.
func (f *finder) beginsSentence(i int) bool {
	if f.back(i, 1) == "the" {
		i--
	}
	return i <= 0 || strings.ContainsAny(f.gap(i), ".!?\n") && strings.TrimSpace(f.gap(i)) != "" || strings.Contains(f.gap(i), "\n\n")
}

// third says whether a word may be a verb in the third person: "Canada believes".
func third(word string) bool {
	return len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !connectors[word]
}

// weakWorth weighs a demonym: "the Chadian delegation", "we Fijians".
func (f *finder) weakWorth(s spot) float64 {
	next, last := f.ahead(s.next), f.back(s.from, 1)
	switch {
	case last == "we", (last == "my" || last == "our") && (lands[next] || next == "delegation"):
		return 3
	case f.onBehalf(s.from):
		return 3
	case f.capacity(min(s.next+2, len(f.tokens))):
		return 3
	case next == "delegation" || next == "delegacion" || last == "delegacion" || last == "delegation" || next == "делегация":
		if f.back(s.from, 2) == "your" || f.back(s.from, 1) == "your" {
			return -2
		}
		return 2.5
	case f.back(s.from, 1) == "the" && f.back(s.from, 2) == "of" && f.back(s.from, 3) == "behalf":
		return 3
	case next == "people" || next == "government" || next == "nation":
		return 0.8
	}
	return 0
}
