package annotate

import "strings"

const (
	leastSaid = 4   // words of a sentence before the verb of saying that closes it
	mostAfter = 14  // words between who says it and the end of that sentence
	maxColon  = 14  // words between a verb of saying and a colon
	maxSaid   = 400 // words behind that colon
)

// verbFrom gives the first word of the verb at word k with its auxiliaries: "a déclaré", "ha explicado".
func (s *speechFinder) verbFrom(k int) int {
	for k > 0 && s.words[k].gap&gapClause == 0 && s.covered(k-1, auxiliary|adverb) {
		k--
	}
	return k
}

// trails says whether a verb behind a comma may close the sentence with who says it: "…, précise X".
func (s *speechFinder) trails(k int) bool {
	v := s.verbFrom(k)
	return s.language("es", "fr", "ru") && s.words[v].gap&(gapComma|gapDash) != 0 && s.words[v].gap&(gapSentence|gapQuote|gapSemicolon|gapColon) == 0
}

// closes says whether a verb with its subject behind it closes a sentence that is what was said: "…, señaló X ante el pleno."
func (s *speechFinder) closes(k int, who speaker) bool {
	from, to := s.sentence(k)
	v := s.verbFrom(k)
	if s.han {
		return who.first > from+2*leastSaid && who.first < k && s.words[who.first].gap&gapComma != 0 && k+int(s.words[k].length) == to && !s.has(from, accordingTo|clause)
	}
	if !s.trails(k) || who.first < k || v-from < leastSaid && (s.words[from].gap&gapDash == 0 || v-from < 2) || to-who.next > mostAfter || s.has(from, whenIf) || s.clauseOpens(from, v) {
		return false
	}
	for n := who.next; n < to; n++ {
		if s.has(n, that) && n < who.next+4 || s.words[n].class&(says|saysFor) != 0 && s.finite(n) {
			return false
		}
		if s.words[n].gap&(gapComma|gapDash) != 0 {
			return true
		}
	}
	return true
}

// clauseOpens says whether all that stands between two words is a clause that leads to the verb: "Cuando llegó, dijo X".
func (s *speechFinder) clauseOpens(from, v int) bool {
	if !s.covered(from, clause) || s.covered(from, coordinator) {
		return false
	}
	for n := from + 1; n < v; n++ {
		if s.words[n].gap&gapComma != 0 {
			return false
		}
	}
	return true
}

// asThey says whether a sentence begins with "as X says,": "Como señaló X, …".
func (s *speechFinder) asThey(k int, who speaker) bool {
	from, to := s.sentence(k)
	if !s.language("es", "fr", "ru") || k-from > 4 || !strings.Contains(" como comme как ", " "+strings.ToLower(s.raw(from, from))+" ") {
		return false
	}
	next := k + int(s.words[k].length)
	if who.first >= k {
		next = who.next
	}
	return next < to && to-next >= leastSaid && s.words[next].gap&gapComma != 0
}

// references are what "according to" names that says nothing by itself: laws and papers.
var references = setOf(`ley decreto artículo constitución código norma reglamento tratado loi décret code règlement traité constitution закон кодекс указ устав конституция статья`)

// namesBody says whether "according to" is followed by a name, in languages where names have capitals and their parts none.
func (s *speechFinder) namesBody(who speaker) bool {
	if who.name == "" || !s.language("es", "fr", "ru") {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(who.name), " ")
	return !references[first]
}

// mismatched says whether a Russian verb in the plural stands behind one person, who is then its object: "Коля признали виновным".
func (s *speechFinder) mismatched(k int, who speaker) bool {
	if s.language("ru") && who.first < k && who.rule != "pronoun" && len(who.also) == 0 {
		verb := s.raw(k, k)
		if who.owner != nobody {
			return strings.HasSuffix(verb, "ли") && (strings.HasSuffix(s.text[who.start:who.end], "ю") || strings.HasSuffix(s.text[who.start:who.end], "у"))
		}
		return (strings.HasSuffix(verb, "ли") || strings.HasSuffix(verb, "ют") || strings.HasSuffix(verb, "ят")) && (who.first == 0 || !s.has(who.first-1, coordinator)) && !strings.Contains(who.name, " и ")
	}
	return false
}

// colon enters what stands behind a verb of saying, its subject and a colon, without marks: in Arabic and Chinese, where that is how words are
// given. It goes on to the end of the paragraph.
func (s *speechFinder) colon(k int, who speaker) bool {
	if !s.language("ar", "zh") || s.words[k].class&says == 0 || who.refused {
		return false
	}
	at := k + int(s.words[k].length)
	for ; at < len(s.words) && at-k <= maxColon && s.words[at].gap&(gapColon|gapSentence|gapSemicolon|gapQuote) == 0; at++ {
	}
	if at >= len(s.words) || s.words[at].gap&gapColon == 0 || s.words[at].gap&(gapSentence|gapQuote|gapOpens) != 0 || s.han && at != k+int(s.words[k].length) {
		return false
	}
	if who.told() && who.first > k && who.next > at {
		return false
	}
	if !who.told() {
		behind := 0
		if who, behind = s.uncased(k, k+int(s.words[k].length)); !who.told() || behind > at {
			return false
		}
	}
	to := at
	for to < len(s.words) && to-at < maxSaid && (to == at || s.words[to].gap&gapLine == 0) {
		to++
	}
	if who = s.ofIssuer(who); to-at < sentence || s.marksIn(at, to) || who.owner != nobody && s.builder.isIssuer(s.builder.annotator.actors[who.owner].ID) {
		return false
	}
	s.enter(uttered{speaker: who, from: int(s.words[at].start), to: int(s.words[to-1].end), direct: true, cue: s.phrase(k), rule: "colon", sure: min(who.confidence, 0.7), paragraph: s.words[at].paragraph})
	s.note(who, to-1)
	return true
}
