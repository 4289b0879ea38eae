package annotate

import (
	"slices"
	"sort"
	"strings"

	"rostrum/internal/registry"
)

// indirect enters the sentence in which somebody is reported to say something.
func (s *speechFinder) indirect(k int) {
	w := &s.words[k]
	behind := k + int(w.length)
	if behind == len(s.words) && s.han {
		if who := s.before(k); who.told() && !who.refused && s.closes(k, who) {
			s.reports(k, who)
		}
	}
	if s.han && w.class&saysFor != 0 && w.length > 2 && (behind == len(s.words) || s.words[behind].gap&gapSentence != 0) && s.coverb(k-1) > 0 { // "X对该文本表示欢迎。"
		if who := s.before(k); who.owner != nobody && !who.refused {
			s.reports(k, who)
		}
		return
	}
	if behind >= len(s.words) || !s.finite(k) || s.builder.inList(int(w.start)) {
		return
	}
	var who speaker
	switch {
	case w.class&theirWords != 0:
		if who = s.same(k); !who.told() || !s.starts(k) && s.words[behind].gap&(gapSentence|gapComma) == 0 {
			return
		}
		who.first, who.next = k, behind
	case w.class&accordingTo != 0:
		who = s.behind(behind, w.class&heads != 0)
		if w.class&heads != 0 {
			s.note(who, k)
			s.chain = w.paragraph
			return
		}
		if who.owner == nobody && !s.namesBody(who) || who.next < len(s.words) && s.words[who.next].gap&gapClause == 0 && !s.has(who.next, that|says|participle) && (!s.han || !strings.HasPrefix(s.text[s.words[who.next].start:], "消息")) {
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
			} else if who = s.same(k); !who.told() || !s.unnamed(k, behind) {
				who = speaker{owner: nobody}
			} else {
				s.reports(k, who)
				return
			}
		} else if !who.told() && s.trails(k) {
			if who = s.after(behind); who.told() {
				behind = who.next
			}
		}
	}
	if s.colon(k, who) {
		return
	}
	if who.told() && !who.refused && w.class&(says|accordingTo) == says && (s.closes(k, who) || s.asThey(k, who)) {
		s.reports(k, who)
		return
	}
	person := false
	if !who.told() && !who.refused && (w.class&says != 0 || s.language("ar")) {
		who, behind = s.uncased(k, behind)
		person = s.language("ar") && (who.rule == "person" || who.told() && behind < len(s.words) && s.words[behind].gap&gapComma != 0)
	}
	if !who.told() || who.refused || behind >= len(s.words) || s.mismatched(k, who) {
		return
	}
	if w.class&accordingTo == 0 && !person && !s.introduces(k, behind, who) {
		return
	}
	s.reports(k, who)
}

// reports enters the sentence of the verb of saying at word k.
func (s *speechFinder) reports(k int, who speaker) {
	if who = s.ofIssuer(who); who.owner != nobody && s.builder.isIssuer(s.builder.annotator.actors[who.owner].ID) && who.rule != "office of the issuer" {
		s.note(who, k) // the issuer speaks in the whole text, and is not quoted by it
		return
	}
	from, to := s.sentence(k)
	if s.han && who.first > from && who.first < k && k+int(s.words[k].length) < to {
		from = who.first
	}
	least := shortest + 2
	if s.language("ar", "ru") { // which have fewer small words
		least--
	}
	if s.marksIn(from, to) || to-from < least {
		s.note(who, k)
		return
	}
	start, end := int(s.words[from].start), int(s.words[to-1].end)
	s.enter(uttered{speaker: who, from: start, to: end, cue: s.phrase(k), rule: "reported", sure: min(who.confidence, 0.8), paragraph: s.words[k].paragraph})
	s.note(who, to-1)
}

const (
	shortestUncased = 2  // characters of a speaker in Han that no registry knows
	longestUncased  = 24 // and at most
	maxArabicName   = 8  // words of such a speaker in Arabic
	maxArabicOffice = 18 // and of one with an office
)

// uncased reads a speaker that no registry knows in a script that has no capitals: in Han what stands between the beginning of the clause
// and the verb, in Arabic between the verb and "that".
func (s *speechFinder) uncased(k, behind int) (speaker, int) {
	none := speaker{owner: nobody}
	switch {
	case s.han && s.words[k].han:
		from, last := k, k
		if s.words[k].gap&gapShuts != 0 { // "南川明（Akira Minamikawa）估計"
			if at := s.bracket(k - 1); at > 0 && k-at <= maxOffice {
				from, last = at, at
			}
		}
		if from < k && s.words[from].gap&(gapClause&^gapOpens) == 0 {
			from--
		}
		for from > 0 && k-from <= longestUncased && s.words[from].gap&gapClause == 0 {
			from--
			if s.words[from].class&(negator|modal|firstPerson|pronoun) != 0 || s.words[from].class&(says|saysFor) != 0 {
				return none, behind
			}
		}
		for from < k && s.has(from, clause|accordingTo|adverb) {
			from += int(s.words[from].length)
		}
		to := last
		for to > from && s.covered(to-1, adverb|auxiliary) {
			to--
		}
		for n := from + 1; n < to; n++ { // "X曾在8月預測", "X发言人"
			if s.covered(n, auxiliary|adverb) || n > from+1 && strings.Contains("在於于", s.raw(n, n)) {
				to = n
			}
		}
		if to-from < shortestUncased {
			return none, behind
		}
		if speaks := s.raw(from, to-1); to-from > len("发言人")/3+1 && (strings.HasSuffix(speaks, "发言人") || strings.HasSuffix(speaks, "發言人")) {
			to -= 3
		}
		if to-from < shortestUncased || k-from > longestUncased {
			return none, behind
		}
		if name := s.raw(from, to-1); strings.HasSuffix(name, "人士") || strings.HasSuffix(name, "消息") {
			return none, behind
		}
		return speaker{owner: nobody, name: s.raw(from, to-1), start: int(s.words[from].start), end: int(s.words[to-1].end), rule: "name", confidence: 0.6, first: from, next: k}, behind
	case s.language("ar") && (s.starts(k) || s.covered(k-1, clause|auxiliary)) || s.language("ar") && s.words[k].gap == 0 && strings.HasPrefix(s.raw(k, k), "و"):
		if who, next := s.arabicPerson(behind); who.told() {
			return who, next
		}
		return s.arabicSubject(behind)
	}
	return none, behind
}

// arabicPerson reads a person behind a verb: one who spoke before, or a name with an office between commas.
func (s *speechFinder) arabicPerson(k int) (speaker, int) {
	none := speaker{owner: nobody}
	if k >= len(s.words) || s.words[k].gap&gapClause != 0 {
		return none, k
	}
	if known, is := s.known[lastName(s.raw(k, k))]; is && s.words[k].named == 0 && k+1 < len(s.words) {
		known.start, known.end, known.rule, known.confidence, known.first, known.next, known.also = int(s.words[k].start), int(s.words[k].end), "person", 0.7, k, k+1, nil
		return known, k + 1
	}
	to := k
	for to < len(s.words) && to-k <= maxPersonal && s.words[to].gap&gapComma == 0 {
		if to > k && s.words[to].gap&gapClause != 0 || s.words[to].named > 0 || s.has(to, negator|modal|that|adjunct|link|phraseEnd) {
			return none, k
		}
		to++
	}
	if to-k < 2 || to-k > maxPersonal || to >= len(s.words) {
		return none, k
	}
	end := to + 1
	for end < len(s.words) && end-to < maxInset && s.words[end].gap&gapClause == 0 {
		end++
	}
	if end >= len(s.words) || s.words[end].gap&gapComma == 0 || !s.covered(to, head) && !s.covered(to+1, head) {
		return none, k
	}
	who := speaker{owner: nobody, name: s.raw(k, to-1), start: int(s.words[k].start), end: int(s.words[to-1].end), rule: "name", confidence: 0.6, first: k, next: end}
	if m := s.within(to, end-1); m >= 0 {
		who.owner, who.rule = s.named[s.words[m].named-1].owner, "office"
	}
	return s.byName(who), end
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
	if s.language("fr") && w.class&participle != 0 && strings.HasPrefix(s.raw(k, k), "exprimé") && (k > 1 && s.raw(k-2, k-2) == "s" || k > 2 && s.raw(k-3, k-3) == "s" || k > 1 && s.raw(k-2, k-2) == "se") {
		return false
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
	if s.language("ar") && who.first > k && next.gap == 0 && (who.owner != nobody || who.rule == "person") && s.beginsObject(behind) {
		return true
	}
	limit := 4
	if who.rule == "office" && who.first > k && s.language("ar", "es", "fr", "ru") { // "… de X ante las Naciones Unidas que"
		limit = maxOffice
	}
	for n := behind; n < len(s.words) && n < behind+limit; n++ {
		if n > behind && (s.words[n].gap&(gapSentence|gapSemicolon|gapQuote) != 0 || n >= behind+4 && s.words[n].class&(says|saysFor) != 0) {
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
