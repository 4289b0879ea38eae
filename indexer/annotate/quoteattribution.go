package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	if who, cue = s.inserted(from, to); who.told() {
		return who, cue, "within", true
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
		if s.words[k].class&theirWords != 0 && k == to {
			return s.same(k), s.phrase(k)
		}
		if s.words[k].class&accordingTo != 0 && k == to {
			return s.after(k + int(s.words[k].length)), s.phrase(k)
		}
		if who := s.inverted(to, k); who.told() {
			return who, s.phrase(k)
		}
		if s.words[k].class&says == 0 && (s.words[k].class&saysFor == 0 || !strings.ContainsAny(between, ",،，–—") && !strings.ContainsRune(",.!?…，。！？", last)) {
			continue
		}
		if lead := s.onlyAuxiliary(to, k); lead {
			who := s.after(k + int(s.words[k].length))
			if !who.told() && !who.refused && s.alone(k) {
				who = s.same(k)
			}
			return who, s.phrase(k)
		}
		if !s.finite(k) {
			continue
		}
		who := s.before(k)
		if who.told() && who.first >= to || who.refused {
			return who, s.phrase(k)
		}
		if s.han && !who.told() {
			if who, _ = s.uncased(k, k); who.told() && who.first >= to {
				return who, s.phrase(k)
			}
		}
		if k-to <= maxPersonal {
			return none, s.phrase(k)
		}
	}
	return none, ""
}

// inverted is who a French pronoun behind its auxiliary stands for: "« … », a-t-il ajouté".
func (s *speechFinder) inverted(from, k int) speaker {
	none := speaker{owner: nobody}
	if !s.language("fr") || k-from < 2 || k-from > 3 || s.words[k].class&(says|saysFor) == 0 || !s.has(k-1, pronoun) || !s.has(from, auxiliary) {
		return none
	}
	return s.meant(k-1, false)
}

// alone says whether a verb of saying stands without a subject where its language lets it: "«…», señaló."
func (s *speechFinder) alone(k int) bool {
	next := k + int(s.words[k].length)
	return s.language("es", "ar") && (next >= len(s.words) || s.words[next].gap&(gapSentence|gapComma) != 0)
}

// same is who spoke last, if a verb without a subject can only mean them.
func (s *speechFinder) same(k int) speaker {
	if who := s.meant(k, true); who.told() && s.last.told() && who.owner == s.last.owner && who.name == s.last.name {
		return who
	}
	return speaker{owner: nobody}
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
		if next.gap&(gapSentence|gapSemicolon) != 0 && (k+1 != from || next.gap&gapColon == 0 || next.gap&(gapStop|gapSemicolon) != 0) {
			break
		}
		first = k
		if next.gap&gapQuote != 0 && k+1 != from && before != ':' && before != '：' { // another quote stands between
			if prior := s.sameClaim(m, k+1, from); prior.told() {
				return prior, "", false
			}
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
		if w.class&theirWords != 0 {
			return s.same(k), cue, strong
		}
		if w.class&accordingTo != 0 {
			who = s.after(k + int(w.length))
			if !who.told() || who.next > from {
				return none, "", false
			}
			return who, cue, strong
		}
		if from-k > nearby && !beside && !s.thatFollows(k, w) {
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

// thatFollows says whether a verb of saying is followed by "that": all that comes next in the sentence is what was said.
func (s *speechFinder) thatFollows(k int, w *word) bool {
	for n := k + int(w.length); n < len(s.words) && n < k+int(w.length)+4; n++ {
		if s.words[n].gap&(gapSentence|gapSemicolon|gapQuote) != 0 {
			return false
		}
		if s.has(n, that) {
			return true
		}
	}
	return false
}

// sameClaim is the speaker of the quote before in the same sentence, if nothing but small words of the sentence stands between: "said that it
// “…”, since the law “…”".
func (s *speechFinder) sameClaim(m marked, k, from int) speaker {
	none := speaker{owner: nobody}
	if s.lastMark == 0 || !s.last.told() || s.lastMark > int(s.words[k].start) || m.inner || from-k < 1 || s.wordFrom(m.end)-from < shortest+1 {
		return none
	}
	first, _ := s.sentence(k)
	prior := s.wordFrom(s.lastMark)
	if prior != k || prior <= first || s.words[prior-1].paragraph != s.words[from].paragraph {
		return none
	}
	for n := k; n < from; n++ {
		if s.words[n].gap&gapStop != 0 && n > k || s.words[n].class&(says|saysFor|accordingTo) != 0 || s.covered(n, coordinator) && s.language("en", "zh") {
			return none
		}
	}
	who := s.last
	who.rule, who.confidence, who.also = "split", min(who.confidence, 0.6), nil
	return who
}

// inserted reads the speaker that stands within the marks themselves: «…, — сказал X. — …», « … , écrit X, … ».
func (s *speechFinder) inserted(from, to int) (speaker, string) {
	none := speaker{owner: nobody}
	if !s.language("ru", "fr") {
		return none, ""
	}
	for k := from + shortest; k < to && k < from+maxClause; k++ {
		w := &s.words[k]
		if w.class&says == 0 || w.gap&gapDash == 0 && (!s.language("fr") || w.gap&gapComma == 0) || s.language("ru") && w.capital {
			continue
		}
		behind := k + int(w.length)
		if last := s.text[s.words[behind-1].start:]; w.length > 1 && s.language("fr") && (strings.HasPrefix(last, "il") || strings.HasPrefix(last, "elle")) { // "affirme-t-elle"
			if who := s.meant(k, false); who.told() {
				return who, s.phrase(k)
			}
			continue
		}
		if who := s.after(behind); who.told() && who.next <= to && (who.next == to || s.words[who.next].gap&(gapDash|gapComma|gapStop) != 0) {
			return who, s.phrase(k)
		}
	}
	return none, ""
}
