package annotate

import "strings"

const (
	maxAround = 80 // words before a verb of position that are looked at
	nearClaim = 14 // words between a verb of saying and what it says
)

// around is what the sentence makes of a position that one of its verbs takes.
type around struct {
	silent  bool // a question, a hypothesis, what others say, what is no longer so
	negated bool // "no state …", "we do not believe that …"
}

// around reads the sentence leftwards from word from, the first of the verb at word i with what governs it. told is whether the wording
// itself names who takes the position.
func (s *speechFinder) around(i, from int, told bool) around {
	a := around{}
	lowest := s.lowest(i)
	if s.questioned(i) || s.soonHas(i+int(s.words[i].length), 2*maxTarget, denies) && s.han {
		a.silent = true
		return a
	}
	here := true // in the clause of the verb
	for k := from - 1; k >= lowest && from-k < maxAround; k-- {
		gaps := s.words[k+1].gap
		if gaps&(gapSemicolon|gapColon|gapSentence) != 0 {
			break
		}
		if gaps&(gapComma|gapDash|gapOpens|gapShuts) != 0 && (s.han || !s.has(k+1, that)) || k == from-1 && told && s.joins(k) {
			here = false
		}
		c, phrase := s.coveredBy(k), s.words[s.phraseFrom(k)].class
		switch {
		case phrase&adverb != 0 && phrase&(noSuch|negator|thinks|formerly) == 0, c&lacking != 0 && c&noSuch == 0:
		case c&(noSuch|negator) != 0 && here:
			return s.denied(a, k, from, c)
		case c&(whenIf|formerly) != 0 && here, c&denies != 0 && (here || !told),
			c&accordingTo != 0 && !told && !s.spoken(i), c&(says|voices|thinks) != 0 && (here || !told) && s.theirs(k, from, c) && !s.spoken(i):
			a.silent = true
			return a
		case c&that != 0 && !told && !s.han && !s.starts(k) && !s.spoken(i):
			if a.silent = !s.claims(lowest, k); a.silent {
				return a
			}
		}
	}
	return a
}

// claims says whether the clause before word k, which begins what is said, is the text's own claim: it has the first person, or is "it is …".
func (s *speechFinder) claims(from, k int) bool {
	for n := k - 1; n >= from && k-n < nearClaim; n-- {
		if s.covered(n, firstPerson|own|asking) || s.plural(n) && s.covered(n, thinks|says|voices) || s.has(n, being) && (n == from || s.has(n-1, pronoun|adverb|being)) || strings.Contains(" our let ", " "+strings.ToLower(s.raw(n, n))+" ") {
			return true
		}
	}
	return s.language("ru", "ar")
}

// joins says whether a word begins a clause of its own behind it: "and", "but".
func (s *speechFinder) joins(k int) bool {
	return s.covered(k, coordinator|clause) && !s.covered(k, whenIf|noSuch|that)
}

// denied settles a negation that stands before the verb and is not its own.
func (s *speechFinder) denied(a around, k, from int, c class) around {
	first := s.phraseFrom(k)
	if s.language("fr") { // "ne … pas"
		for n := k - 1; n >= 0 && k-n < 4 && s.words[n+1].gap&gapClause == 0; n-- {
			if s.has(n, negator) {
				first, k = n, n
			}
		}
	}
	said := false
	for n := k + 1; n < from; n++ {
		switch {
		case s.covered(n, thinks):
			if s.ownVoice(n) { // "we do not believe that states should"
				a.negated = true
			} else {
				a.silent = true
			}
			return a
		case s.covered(n, that|clause|says|voices) && !s.covered(n, adverb|noSuch):
			said = true
		}
	}
	switch {
	case c&noSuch == 0, said:
		a.silent = true
	case s.starts(first), first > 0 && s.covered(first-1, that|clause|adverb|coordinator):
		a.negated = true
	default:
		a.silent = true
	}
	return a
}

// coveredBy gives all that the phrases that cover a word do.
func (s *speechFinder) coveredBy(i int) class {
	var c class
	for k := i; k >= 0 && i-k < 5; k-- {
		if k+int(s.words[k].length) > i {
			c |= s.words[k].class
		}
	}
	return c
}

// theirs says whether a verb of saying or believing at word k has another subject than the text's first person.
func (s *speechFinder) theirs(k, from int, c class) bool {
	if s.ownVoice(k) || from-k > nearClaim && !s.han && c&voices == 0 {
		return false
	}
	behind := k + int(s.words[k].length)
	if s.language("en") && strings.Contains(" states state notes claims claim holds finds calls wants sees ", " "+strings.ToLower(s.raw(k, k))+" ") && (behind >= len(s.words) || !s.has(behind, that)) {
		return false // nouns as well
	}
	if behind >= from {
		return c&(voices|thinks|says) != 0 && behind == from
	}
	for n := behind; n < from && n < behind+4; n++ {
		if s.covered(n, that) {
			return true
		}
	}
	return s.language("en", "zh") && s.words[behind].gap&gapClause == 0 || s.words[behind].gap&gapComma != 0 && s.han
}

// ownVoice says whether the verb at word k has the first person.
func (s *speechFinder) ownVoice(k int) bool {
	for n := k; n >= 0 && k-n < 5; n-- {
		if s.covered(n, firstPerson) || s.words[n].class&own != 0 {
			return true
		}
		if s.words[n].gap&gapClause != 0 || n < k && s.words[n].class&(clause|that) != 0 {
			break
		}
	}
	return s.plural(k)
}

// plural says whether a verb has the first person in its form: creemos, считаем, نعتقد.
func (s *speechFinder) plural(k int) bool {
	w := s.raw(k, k)
	switch s.builder.words.Language {
	case "es":
		return strings.HasSuffix(w, "mos")
	case "fr":
		return strings.HasSuffix(w, "ons")
	case "ru":
		return strings.HasSuffix(w, "ем") || strings.HasSuffix(w, "им")
	case "ar":
		return strings.HasPrefix(w, "ن") || strings.HasPrefix(w, "ون")
	}
	return false
}

// spoken says whether a place lies in words whose speaker is known as an actor.
func (s *speechFinder) spoken(i int) bool {
	u := s.utteredAt(int(s.words[i].start))
	return u != nil && u.owner != nobody
}

// questioned says whether the sentence of a word is a question.
func (s *speechFinder) questioned(i int) bool {
	_, last := s.sentence(i)
	end := len(s.text)
	if last < len(s.words) {
		end = int(s.words[last].start)
	}
	rest := s.text[s.words[last-1].end:end]
	return strings.ContainsAny(rest[:min(len(rest), 24)], "?？؟")
}

// lowest is the word with which the sentence of word i begins, or the quote that it lies in.
func (s *speechFinder) lowest(i int) int {
	first, _ := s.sentence(i)
	for k := i; k > first; k-- {
		if s.words[k].gap&gapQuote != 0 {
			if m := s.markAt(int(s.words[i].start)); m != nil {
				return max(first, s.wordFrom(m.start))
			}
			break
		}
	}
	return first
}
