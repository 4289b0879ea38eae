package annotate

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

const (
	maxQuotes = 2000 // of one statement
	reach     = 30   // words before a quote among which its verb is looked for
	nearby    = 12   // words between that verb and the quote
	shortest  = 3    // words of a quote; fewer only with a verb right beside it
	sentence  = 8    // words of what is taken for somebody's words without a verb
	maxClause = 120  // words of a sentence
)

// speech finds the words of others and the wordings of positions in the text.
func (b *builder) speech(text *finder) {
	l := b.annotator.written.lexicons[b.words.Language]
	if l == nil || len(text.tokens) == 0 {
		return
	}
	s := &speechFinder{builder: b, issuer: nobody}
	s.listener = &listener{view: newView(text, l, b.named, b.words.Language), named: b.named, known: make(map[string]speaker), last: speaker{owner: nobody}}
	marks, cut := scanMarks(b.in.Text)
	if cut {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("what stands in quotation marks was looked at up to the %dth time", maxMarked))
	}
	s.marks = marks
	s.quotes()
	s.positions()
	s.report()
}

// uttered is a quote that was found. Positions are bytes.
type uttered struct {
	speaker
	from, to  int
	direct    bool
	cue       string
	rule      string
	sure      float64
	paragraph int32
}

// speechFinder finds the quotes and the positions of one text.
type speechFinder struct {
	*listener
	builder  *builder
	issuer   int32 // its index among the actors, once it was looked for
	marks    []marked
	uttered  []uttered
	chain    int32    // paragraph that ends in the words of who spoke last
	voice    speaker  // who spoke last within marks
	several  bool     // others have before
	lastMark int      // behind the last quote in marks that has a speaker, in bytes
	lastTold int      // behind what tells its speaker
	cut      int      // quotes over the bound
	prior    governor // of the last position, for what is coordinated with it
	cutCues  int
	cues     []position
}

// quotes finds them in the order of the text: at each verb of saying, and at each stretch within marks.
func (s *speechFinder) quotes() {
	mark := 0
	for i := 0; i < len(s.words); {
		for mark < len(s.marks) && s.marks[mark].start < int(s.words[i].end) {
			s.direct(s.marks[mark])
			mark++
		}
		w := &s.words[i]
		if w.class&(says|saysFor|accordingTo) != 0 && !s.quoted(int(w.start)) {
			s.indirect(i)
		}
		i += int(w.length)
	}
}

// quoted says whether a place lies within a quote that was found already, or in marks.
func (s *speechFinder) quoted(at int) bool {
	for k := len(s.uttered) - 1; k >= 0 && k >= len(s.uttered)-3; k-- {
		if u := &s.uttered[k]; at >= u.from && at < u.to {
			return true
		}
	}
	n := sort.Search(len(s.marks), func(n int) bool { return s.marks[n].start > at })
	for k := n - 1; k >= 0 && k >= n-maxOpen; k-- {
		if m := &s.marks[k]; !m.inner {
			return at < m.end
		}
	}
	return false
}

// wordFrom gives the first word that begins at or after a byte.
func (s *speechFinder) wordFrom(at int) int {
	return sort.Search(len(s.words), func(i int) bool { return int(s.words[i].start) >= at })
}

// direct enters what stands within marks, if it is somebody's words.
func (s *speechFinder) direct(m marked) {
	from, to := s.wordFrom(m.start), s.wordFrom(m.end)
	n := to - from
	if n == 0 || s.builder.inList(m.start) {
		return
	}
	text := s.text[m.start:m.end]
	who, cue, rule, strong := s.attribution(m, from, to)
	who = s.ofIssuer(who)
	told := who.told()
	switch {
	case who.refused, m.inner && (!strong || who.owner == nobody), m.unclosed && (!strong || !told), m.single && !told:
		return
	case s.han && n < 2*shortest && !strong, n < shortest && !strong, n < 2 && !told:
		return
	case !strong && (s.isTitle(from, to) || from > 0 && s.covered(from-1, titled)):
		return
	case !told && (!strong || n <= shortest) && (n < sentence || !s.isSentence(text, from) || s.isTitle(from, to)):
		return
	}
	u := uttered{speaker: who, from: m.start, to: m.end, direct: true, cue: cue, rule: rule, sure: 0.9, paragraph: s.words[from].paragraph}
	if !who.told() {
		u.rule, u.sure = "marks", 0.5
	} else {
		u.sure = who.confidence
	}
	if m.unclosed {
		u.sure, u.rule = min(u.sure, 0.6), u.rule+" unclosed"
	}
	s.enter(u)
	if who.told() && !m.inner {
		s.several = s.several || s.chain > 0 && (who.owner != s.voice.owner || who.owner == nobody && lastName(who.name) != lastName(s.voice.name))
		s.chain, s.voice = s.words[to-1].paragraph, who
		s.lastMark = m.after
		s.lastTold = max(m.after, who.end)
		if k := s.wordFrom(s.lastTold); who.rule != "split" && k < len(s.words) && s.words[k].class&(says|saysFor) != 0 && s.words[k].gap&gapSentence == 0 {
			s.lastTold = int(s.words[k+int(s.words[k].length)-1].end)
		}
		s.note(who, to)
	}
}

// isTitle says whether words are written as titles are: most with a capital, and no end of a sentence.
func (s *speechFinder) isTitle(from, to int) bool {
	if s.han || s.arabic(from) {
		return false
	}
	capital, small := 0, 0
	for i := from; i < to && i < from+20; i++ {
		switch w := &s.words[i]; {
		case w.capital:
			capital++
		case int(w.end-w.start) > 3 && !s.has(i, link|article|clause):
			small++
		}
	}
	return capital > 1 && capital > 2*small
}

// isSentence says whether words in marks are one or more whole sentences.
func (s *speechFinder) isSentence(text string, from int) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return (s.words[from].capital || s.han || s.arabic(from)) && strings.ContainsRune(".!?。！？؟…,،，", last)
}

// attribution tells whose words in marks are: by what stands right behind them, by what leads to them, or by the quote before. strong is
// whether a verb or a colon stands right beside them.
func (s *speechFinder) attribution(m marked, from, to int) (who speaker, cue, rule string, strong bool) {
	before := lastMeaningful(s.text[:m.before])
	colon := before == ':' || before == '：'
	if colon {
		if who, cue, strong = s.leading(m, from); who.told() || who.refused {
			return who, cue, "colon", true
		}
	}
	if to < len(s.words) && (s.words[to].gap&gapLine == 0 || s.words[to].gap&gapDash != 0 && s.words[to].capital) {
		if who, cue = s.trailing(m, to); who.told() || who.refused {
			return who, cue, "behind", true
		}
		if cue != "" {
			return who, cue, "behind", true
		}
	}
	if !colon {
		if who, cue, strong = s.leading(m, from); who.told() || who.refused {
			return who, cue, "before", strong
		}
	}
	if prior := s.goesOn(m, from); prior.told() {
		return prior, "", "split", true
	}
	return speaker{owner: nobody}, cue, "", strong
}

// lastMeaningful gives the last character that is no space.
func lastMeaningful(text string) rune {
	text = text[max(0, len(text)-16):]
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text, unseen))
	return r
}

// trailing reads what stands behind words in marks: ", said X", "X said", "according to X", "— X".
func (s *speechFinder) trailing(m marked, to int) (speaker, string) {
	none := speaker{owner: nobody}
	w := &s.words[to]
	between := s.text[m.after:w.start]
	last := lastMeaningful(s.text[:m.end])
	ended := strings.ContainsRune(".。", last) && !strings.ContainsAny(between, ",،，–—-")
	if strings.ContainsAny(between, "–—―") && (w.capital || s.han) && s.wordsToLineEnd(to) <= maxSubject {
		who := s.behind(to, true)
		who.rule = "signature"
		return who, ""
	}
	if strings.ContainsAny(between, ".!?。！？:;") {
		return none, ""
	}
	for k := to; k < len(s.words) && k < to+reach/2; k++ {
		if k > to && s.words[k].gap&(gapSentence|gapSemicolon|gapColon|gapQuote) != 0 {
			break
		}
		if ended && k == to && w.capital && !s.has(k, pronoun) && s.words[k].class&(says|accordingTo) == 0 {
			if !s.soon(k) {
				break
			}
		}
		if s.has(k, negator|modal) && s.words[k].class&(says|saysFor) == 0 {
			return speaker{owner: nobody, refused: k-to < maxPersonal && s.soonHas(k, maxPersonal, says) && !s.has(to, clause)}, ""
		}
		if s.words[k].class&accordingTo != 0 && k == to {
			return s.after(k + int(s.words[k].length)), s.phrase(k)
		}
		if s.words[k].class&says == 0 {
			continue
		}
		if lead := s.onlyAuxiliary(to, k); lead {
			who := s.after(k + int(s.words[k].length))
			return who, s.phrase(k)
		}
		if !s.finite(k) {
			continue
		}
		who := s.before(k)
		if who.told() && who.first >= to || who.refused {
			return who, s.phrase(k)
		}
		if k-to <= maxPersonal {
			return none, s.phrase(k)
		}
	}
	return none, ""
}

// soon says whether a verb of saying follows within a few words: "“… .” A B said".
func (s *speechFinder) soon(k int) bool {
	for n := k; n < len(s.words) && n < k+maxPersonal+1; n++ {
		if n > k && s.words[n].gap&gapClause != 0 {
			return false
		}
		if s.words[n].class&says != 0 && s.words[n].class&participle == 0 {
			return true
		}
	}
	return false
}

func (s *speechFinder) onlyAuxiliary(from, to int) bool {
	for k := from; k < to; k++ {
		if !s.covered(k, auxiliary|adverb|pronoun|clause) || s.has(k, pronoun) && k == from {
			return false
		}
	}
	return true
}

// finite says whether a verb of saying can stand as it is: a participle needs its auxiliary.
func (s *speechFinder) finite(k int) bool {
	if s.words[k].class&participle == 0 {
		return true
	}
	for n := k - 1; n >= 0 && n >= k-4 && s.words[n+1].gap&gapClause == 0; n-- {
		if s.has(n, auxiliary) {
			return true
		}
	}
	return false
}

func (s *speechFinder) wordsToLineEnd(from int) int {
	n := 0
	for k := from; k < len(s.words) && n <= maxSubject; k++ {
		if k > from && s.words[k].gap&gapSentence != 0 {
			break
		}
		n++
	}
	return n
}

func (s *speechFinder) phrase(k int) string {
	return s.raw(k, k+int(s.words[k].length)-1)
}

// leading reads what leads to words in marks: "X said: “…”", "X called it “…”", "X: “…”".
func (s *speechFinder) leading(m marked, from int) (who speaker, cue string, strong bool) {
	none := speaker{owner: nobody}
	before := lastMeaningful(s.text[:m.before])
	beside := strings.ContainsRune(":：,،，", before)
	first := from
	for k := from - 1; k >= 0 && from-k <= reach; k-- {
		next := &s.words[k+1]
		if next.gap&(gapSentence|gapSemicolon) != 0 {
			break
		}
		first = k
		if next.gap&gapQuote != 0 && k+1 != from { // another quote stands between
			return none, "", false
		}
		w := &s.words[k]
		if w.class&gerund != 0 && (beside || k+1 == from) {
			return s.main(k), s.phrase(k), true
		}
		if w.class&(says|saysFor|accordingTo) == 0 || !s.finite(k) {
			continue
		}
		cue, strong = s.phrase(k), beside || k+int(w.length) == from
		if w.class&accordingTo != 0 {
			who = s.after(k + int(w.length))
			if !who.told() || who.next > from {
				return none, "", false
			}
			return who, cue, strong
		}
		if from-k > nearby && !beside {
			return none, "", false
		}
		if who = s.before(k); who.told() || who.refused {
			return who, cue, strong
		}
		if who = s.after(k + int(w.length)); who.told() && who.next <= from && (!s.addressed(k) || s.builder.words.Language != "en") {
			return who, cue, strong
		}
		if strong && s.language("ar", "zh") {
			if who = s.uncasedBeside(k, from); who.told() {
				return who, cue, true
			}
		}
		if strong && s.unsaid(k) {
			return s.meant(k, true), cue, true
		}
		return none, cue, strong
	}
	if (before == ':' || before == '：') && first < from && from-first <= maxOffice {
		who = s.subject(from-1, [2]int{-1, -1})
		if who.told() && who.first <= first+1 && who.rule != "pronoun" {
			return who, "", true
		}
	}
	return none, "", false
}

// main is the subject of the sentence that a word such as "adding" ends.
func (s *speechFinder) main(k int) speaker {
	from, _ := s.sentence(k)
	for n := from; n < k; n++ {
		if s.words[n].class&(says|saysFor) == 0 || !s.finite(n) {
			continue
		}
		if who := s.before(n); who.told() && who.first <= from+2 {
			return who
		}
	}
	if _, to := s.actorAt(from); s.words[from].named > 0 && to < k {
		return s.actor(from)
	}
	return speaker{owner: nobody}
}

// addressed says whether who follows a verb is spoken to: "told X".
func (s *speechFinder) addressed(k int) bool {
	return strings.HasPrefix(s.raw(k, k), "t") || strings.HasPrefix(s.raw(k, k), "ask")
}

// goesOn is the speaker of the quote before, if nothing stands between but the telling of that: "“…,” X said, “…”", or if a paragraph
// that is a quote as a whole follows one that ends in theirs.
func (s *speechFinder) goesOn(m marked, from int) speaker {
	if to := s.wordFrom(m.end); s.last.told() && s.words[from].gap&gapLine != 0 && (to == len(s.words) || s.words[to].gap&gapLine != 0) && s.chain > 0 &&
		(s.chain == s.words[from].paragraph-1 || !s.several && s.chain == s.words[from].paragraph-2 && s.lastP == s.chain) {
		who := s.last
		who.rule, who.confidence, who.also = "continued", min(who.confidence, 0.7), nil
		return who
	}
	if !s.last.told() || s.lastMark == 0 || m.before < s.lastTold {
		return speaker{owner: nobody}
	}
	between := strings.TrimFunc(s.text[s.lastTold:m.before], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,;:—–，。：؛،", r) })
	if len(between) > 40 || strings.ContainsAny(between, ".\n") {
		return speaker{owner: nobody}
	}
	k := s.wordFrom(s.lastTold)
	for ; k < from; k++ {
		if s.words[k].gap&gapLine != 0 || !s.covered(k, clause|adverb|coordinator|says|participle|pronoun|auxiliary|head|article|link) && !s.words[k].capital || s.words[k].named > 0 {
			return speaker{owner: nobody}
		}
	}
	if s.words[from].paragraph != s.lastP {
		return speaker{owner: nobody}
	}
	who := s.last
	who.rule, who.confidence, who.also = "split", min(who.confidence, 0.8), nil
	return who
}

// indirect enters the sentence in which somebody is reported to say something.
func (s *speechFinder) indirect(k int) {
	w := &s.words[k]
	behind := k + int(w.length)
	if behind >= len(s.words) || !s.finite(k) || s.builder.inList(int(w.start)) {
		return
	}
	var who speaker
	switch {
	case w.class&accordingTo != 0:
		who = s.after(behind)
		if w.class&heads != 0 {
			s.note(who, k)
			s.chain = w.paragraph
			return
		}
		if who.owner == nobody || who.next < len(s.words) && s.words[who.next].gap&gapClause == 0 && !s.has(who.next, that|says|participle) {
			return
		}
	default:
		who = s.before(k)
		if who.refused {
			return
		}
		if !who.told() && s.verbFirst(k) {
			if who = s.after(behind); who.told() && who.next > behind {
				behind = who.next
			} else if s.unsaid(k) && s.has(behind, that) {
				who = s.meant(k, true)
			}
		}
	}
	if !who.told() && !who.refused && w.class&says != 0 {
		who, behind = s.uncased(k, behind)
	}
	if !who.told() || who.refused || behind >= len(s.words) {
		return
	}
	if w.class&accordingTo == 0 && !s.introduces(k, behind, who) {
		return
	}
	if who = s.ofIssuer(who); who.owner != nobody && s.builder.isIssuer(s.builder.annotator.actors[who.owner].ID) && who.rule != "office of the issuer" {
		s.note(who, k) // the issuer speaks in the whole text, and is not quoted by it
		return
	}
	from, to := s.sentence(k)
	if s.han && who.first > from && who.first < k {
		from = who.first
	}
	if s.marksIn(from, to) || to-from < shortest+2 {
		s.note(who, k)
		return
	}
	start, end := int(s.words[from].start), int(s.words[to-1].end)
	s.enter(uttered{speaker: who, from: start, to: end, cue: s.phrase(k), rule: "reported", sure: min(who.confidence, 0.8), paragraph: w.paragraph})
	s.note(who, to-1)
}

const (
	shortestUncased = 2  // characters of a speaker in Han that no registry knows
	longestUncased  = 24 // and at most
	maxArabicName   = 8  // words of such a speaker in Arabic
)

// uncased reads a speaker that no registry knows in a script that has no capitals: in Han what stands between the beginning of the clause
// and the verb, in Arabic between the verb and "that".
func (s *speechFinder) uncased(k, behind int) (speaker, int) {
	none := speaker{owner: nobody}
	switch {
	case s.han && s.words[k].han:
		from := k
		for from > 0 && k-from <= longestUncased && s.words[from].gap&gapClause == 0 {
			from--
			if s.words[from].class&(negator|modal|firstPerson|pronoun) != 0 || s.words[from].class&(says|saysFor) != 0 {
				return none, behind
			}
		}
		for from < k && s.has(from, clause|accordingTo|adverb) {
			from += int(s.words[from].length)
		}
		to := k
		for to > from && s.covered(to-1, adverb|auxiliary) {
			to--
		}
		if to-from < shortestUncased || k-from > longestUncased {
			return none, behind
		}
		return speaker{owner: nobody, name: s.raw(from, to-1), start: int(s.words[from].start), end: int(s.words[to-1].end), rule: "name", confidence: 0.6, first: from, next: k}, behind
	case s.language("ar") && s.starts(k) || s.language("ar") && s.words[k].gap == 0 && strings.HasPrefix(s.raw(k, k), "و"):
		to := behind
		for to < len(s.words) && to-behind <= maxArabicName && !s.has(to, that) {
			if s.words[to].gap&(gapSentence|gapColon|gapQuote) != 0 || s.has(to, negator|modal) || strings.Contains(" في على عن إلى الى ", " "+s.raw(to, to)+" ") {
				return none, behind
			}
			to++
		}
		if to == behind || to == len(s.words) || !s.has(to, that) {
			return none, behind
		}
		return s.byName(speaker{owner: nobody, name: s.raw(behind, to-1), start: int(s.words[behind].start), end: int(s.words[to-1].end), rule: "name", confidence: 0.6, first: behind, next: to}), to
	}
	return none, behind
}

// uncasedBeside is uncased for words in marks that begin with word from.
func (s *speechFinder) uncasedBeside(k, from int) speaker {
	behind := k + int(s.words[k].length)
	if s.han {
		who, _ := s.uncased(k, behind)
		return who
	}
	if from-behind < 1 || from-behind > maxArabicName || !s.covered(behind, head) && from-behind > maxPersonal {
		return speaker{owner: nobody}
	}
	for n := behind; n < from; n++ {
		if n > behind && s.words[n].gap&gapClause != 0 || s.has(n, negator|modal|that|adjunct) {
			return speaker{owner: nobody}
		}
	}
	return s.byName(speaker{owner: nobody, name: s.raw(behind, from-1), start: int(s.words[behind].start), end: int(s.words[from-1].end), rule: "name", confidence: 0.6, first: behind, next: from})
}

// ofIssuer lets a minister, or a spokesperson, whose state is not named speak for the state whose statement it is.
func (s *speechFinder) ofIssuer(who speaker) speaker {
	b := s.builder
	if who.owner != nobody || who.name == "" || who.refused || len(b.issuing) != 1 {
		return who
	}
	issuer, known := b.annotator.o.Registry.Actor(b.issuerID)
	if !known || issuer.Kind != "state" {
		return who
	}
	from, to := s.wordFrom(who.start), s.wordFrom(who.end)
	office := false
	for k := max(0, from-maxOffice); k < len(s.words) && k < to+maxPersonal; k++ {
		if k > 0 && k < from && s.words[k].gap&gapSentence != 0 {
			office = false
		}
		if k >= to && s.words[k].gap&gapSentence != 0 {
			break
		}
		if s.words[k].named > 0 && b.annotator.actors[s.named[s.words[k].named-1].owner].ID != b.issuerID {
			return who
		}
		office = office || s.words[k].class&cabinet != 0
	}
	if !office {
		return who
	}
	if s.issuer == nobody {
		s.issuer = int32(slices.IndexFunc(b.annotator.actors, func(a registry.Actor) bool { return a.ID == b.issuerID }))
	}
	who.owner, who.rule, who.confidence = s.issuer, "office of the issuer", 0.6
	return who
}

// verbFirst says whether a verb may stand before its subject here.
func (s *speechFinder) verbFirst(k int) bool {
	switch s.builder.words.Language {
	case "ar":
		return true
	case "ru", "es":
		return s.starts(k) || s.words[k].gap&gapClause != 0 || s.covered(k-1, clause|that|adverb|auxiliary)
	case "fr":
		return k > 0 && s.covered(k-1, auxiliary|clause)
	}
	return false
}

// unsaid says whether a verb that begins a clause has its subject in itself: "Añadió: …".
func (s *speechFinder) unsaid(k int) bool {
	switch s.builder.words.Language {
	case "ar", "es":
		return s.starts(k) && s.words[k].gap&(gapComma|gapQuote) == 0
	}
	return false
}

// introduces says whether what follows a verb is what was said.
func (s *speechFinder) introduces(k, behind int, who speaker) bool {
	w := &s.words[k]
	next := &s.words[behind]
	if next.gap&(gapQuote|gapSentence|gapSemicolon|gapShuts|gapOpens) != 0 {
		return false
	}
	if s.han {
		if w.class&pointed != 0 {
			return next.gap&(gapComma|gapColon) != 0
		}
		return who.owner != nobody || next.gap&(gapComma|gapColon) != 0
	}
	if w.class&saysFor != 0 && who.owner != nobody {
		return next.gap&(gapComma|gapColon) == 0 && !s.has(behind, clause) || s.has(behind, that)
	}
	if next.gap&gapColon != 0 {
		return false
	}
	if w.class&says == 0 {
		return false
	}
	for n := behind; n < len(s.words) && n < behind+4; n++ {
		if n > behind && s.words[n].gap&(gapSentence|gapSemicolon|gapQuote) != 0 {
			return false
		}
		if s.has(n, that) {
			return true
		}
	}
	return s.builder.words.Language == "en" && next.gap&gapComma == 0 && who.owner != nobody && strings.HasPrefix(s.raw(k, k), "sa") && (s.has(behind, pronoun|article) || next.named > 0)
}

// sentence gives the words of the sentence that holds word k, to exclusive.
func (s *speechFinder) sentence(k int) (from, to int) {
	for from = k; from > 0 && k-from < maxClause && s.words[from].gap&gapSentence == 0; from-- {
	}
	for to = k + 1; to < len(s.words) && to-k < maxClause && s.words[to].gap&gapSentence == 0; to++ {
	}
	return from, to
}

// marksIn says whether a quote in marks that has a speaker lies in a stretch of words.
func (s *speechFinder) marksIn(from, to int) bool {
	start, end := int(s.words[from].start), int(s.words[to-1].end)
	for k := len(s.uttered) - 1; k >= 0 && k >= len(s.uttered)-8; k-- {
		if u := &s.uttered[k]; u.direct && u.to > start && u.from < end && u.told() {
			return true
		}
	}
	n := sort.Search(len(s.marks), func(n int) bool { return s.marks[n].start >= start })
	for ; n < len(s.marks) && s.marks[n].start < end; n++ {
		if s.wordFrom(s.marks[n].end)-s.wordFrom(s.marks[n].start) >= sentence {
			return true
		}
	}
	return false
}

// enter keeps a quote, once for each of those who speak together.
func (s *speechFinder) enter(u uttered) {
	for k := len(s.uttered) - 1; k >= 0 && k >= len(s.uttered)-3; k-- {
		if o := &s.uttered[k]; !u.direct && u.from < o.to && o.from < u.to {
			return
		}
	}
	if len(s.uttered) >= maxQuotes {
		s.cut++
		return
	}
	s.uttered = append(s.uttered, u)
	for _, owner := range u.also {
		if len(s.uttered) < maxQuotes && owner != u.owner {
			other := u
			other.owner, other.name, other.also = owner, s.builder.annotator.actors[owner].Name, nil
			s.uttered = append(s.uttered, other)
		}
	}
}

// report turns what was found into the findings of the statement.
func (s *speechFinder) report() {
	b := s.builder
	if s.cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d quotes were cut: a statement has at most %d", s.cut, maxQuotes))
	}
	slices.SortStableFunc(s.uttered, func(x, y uttered) int { return x.from - y.from })
	quoted := make(map[int32]bool)
	for i := range s.uttered {
		u := &s.uttered[i]
		q := statement.Quote{Name: tidy(u.name), Text: b.in.Text[u.from:u.to], Start: u.from, End: u.to, Direct: u.direct, Cue: u.cue}
		if u.owner != nobody {
			actor := &b.annotator.actors[u.owner]
			q.Speaker = actor.ID
			if !quoted[u.owner] {
				quoted[u.owner] = true
				b.quotes(u)
			}
		}
		b.found.Quotes = append(b.found.Quotes, q)
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "quote", ID: q.Speaker, Role: statement.Quoted, In: inText, Start: u.from, End: u.to, Rule: u.rule, Confidence: u.sure,
		})
	}
	b.unmention()
}

// unmention drops the weaker role of those who are quoted: who speaks is not listed as mentioned too.
func (b *builder) unmention() {
	quoted := make(map[string]bool)
	for _, a := range b.found.Actors {
		if a.Role == statement.Quoted {
			quoted[a.ID] = true
		}
	}
	if len(quoted) == 0 {
		return
	}
	b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.Role == statement.Mentioned && quoted[a.ID] })
	b.found.Evidence = slices.DeleteFunc(b.found.Evidence, func(e statement.Evidence) bool { return e.Role == statement.Mentioned && quoted[e.ID] })
}

// quotes gives the actor of a quote its role, with the words that tell who speaks.
func (b *builder) quotes(u *uttered) {
	actor := &b.annotator.actors[u.owner]
	b.found.Actors = append(b.found.Actors, statement.Actor{ID: actor.ID, Name: actor.Name, Role: statement.Quoted})
	b.found.Evidence = append(b.found.Evidence, statement.Evidence{
		Finding: "actor", ID: actor.ID, Role: statement.Quoted, In: inText, Start: u.start, End: u.end, Rule: u.speaker.rule, Confidence: u.sure,
	})
}

// inList says whether a place lies in a list of signatories.
func (b *builder) inList(at int) bool {
	n := sort.Search(len(b.lists), func(n int) bool { return b.lists[n].end > at })
	return n < len(b.lists) && b.lists[n].start <= at
}
