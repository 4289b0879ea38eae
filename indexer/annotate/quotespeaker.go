package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxSkipped  = 8  // auxiliaries and adverbs between a subject and its verb
	maxInset    = 18 // words of an apposition
	maxOffice   = 8  // words of an office before or after the body it belongs to
	maxSubject  = 16 // words after a verb among which its subject is looked for
	maxPersonal = 4  // words of a person's name
	maxTogether = 20 // bodies that speak together

	maxLookedBack = 400 // words before one that may be a name, where it is looked for
)

// speaker is who says something, as far as the sentence tells.
type speaker struct {
	owner      int32  // index of the actor, or nobody
	name       string // as the text has it
	start, end int    // where, in bytes
	rule       string
	confidence float64
	also       []int32 // those who speak together with the actor
	refused    bool    // the sentence says that it was not said, or may be
	first      int     // word with which the subject begins
	next       int     // word behind the subject
}

const nobody = -1

func (s *speaker) told() bool { return s.owner != nobody || s.name != "" }

// listener reads who speaks in the sentences of a view.
type listener struct {
	*view
	named []match
	last  speaker // who spoke last
	lastP int32   // in which paragraph
	lastW int     // before which word
	known map[string]speaker
}

func (r *listener) has(i int, c class) bool { return r.words[i].class&c != 0 }

func (r *listener) raw(from, to int) string {
	return r.text[r.words[from].start:r.words[to].end]
}

// actorAt gives the first and last words of the name that stands at word i.
func (r *listener) actorAt(i int) (from, to int) {
	n := r.words[i].named
	for from = i; from > 0 && r.words[from-1].named == n; from-- {
	}
	for to = i; to+1 < len(r.words) && r.words[to+1].named == n; to++ {
	}
	return from, to
}

// before reads the subject that ends before word verb: "The delegation of X also", "X’s foreign minister, A B,", "he".
func (r *listener) before(verb int) speaker {
	none := speaker{owner: nobody}
	if r.undergoes(verb) {
		return none
	}
	j, inset, skip := verb-1, [2]int{-1, -1}, -1
	for skipped := 0; ; j-- {
		if j < 0 || skipped > maxSkipped {
			return none
		}
		g := r.words[j+1].gap
		if g&(gapSentence|gapSemicolon|gapColon|gapQuote) != 0 || g&gapOpens != 0 && j+1 != inset[0] && j+1 != skip {
			return none
		}
		if from := r.bracket(j); g&gapShuts != 0 && from > 0 && j-from > 6 && j+1 != inset[0] { // "X (who had … before) said"
			j = from
			skip = from
			continue
		}
		if g&(gapComma|gapShuts|gapDash) != 0 && j+1 != inset[0] {
			from := r.inset(j)
			if from <= 0 || inset[0] >= 0 {
				return none
			}
			inset = [2]int{from, j}
			j = from
			continue
		}
		w := &r.words[j]
		if r.covered(j, negator|modal) && (!r.han || w.named == 0) {
			none.refused = true
			return none
		}
		if from := r.coverb(j); from > 0 && w.named == 0 {
			j, skipped = from, skipped+1
			continue
		}
		if w.named > 0 || !r.covered(j, auxiliary|adverb) && !r.manner(j) || r.has(j, pronoun|head) {
			break
		}
		skipped++
	}
	s := r.subject(j, inset)
	if n := inset[0]; n > 0 && s.rule != "pronoun" && r.personal(inset[1]) == n && inset[1] > n { // "the minister of X, A B, said"
		if s.owner == nobody {
			s = speaker{owner: nobody, start: int(r.words[n].start), end: int(r.words[inset[1]].end), rule: "name", confidence: 0.7, first: max(0, j)}
		}
		s.name = r.raw(n, inset[1])
		if s.owner == nobody {
			s = r.byName(s)
		}
	}
	s.next = verb
	return s
}

const maxCoverb = 20 // characters of a Chinese phrase before the verb

// coverb gives the word with which the Chinese phrase begins that ends at word j and tells about what, or where, something is said: "对该文本",
// "在记者会上"; 0 if there is none.
func (r *listener) coverb(j int) int {
	if !r.han || r.words[j].gap&gapClause != 0 {
		return 0
	}
	last := r.raw(j, j)
	for k := j; k > 0 && j-k < maxCoverb; k-- {
		switch raw := r.raw(k, k); {
		case (raw == "对" || raw == "對" || raw == "就") && j > k, raw == "在" && j > k && strings.HasSuffix(last, "上") || raw == "在" && j > k && (strings.HasSuffix(last, "中") || strings.HasSuffix(last, "时") || strings.HasSuffix(last, "時")):
			if r.words[k].gap&gapClause != 0 {
				return 0
			}
			return k
		}
		if r.words[k].gap&gapClause != 0 || r.words[k].class&(says|saysFor) != 0 && r.words[k].class&pointed == 0 && k < j {
			return 0
		}
	}
	return 0
}

// bracket gives the word with which the bracket that ends at word j begins, or -1.
func (r *listener) bracket(j int) int {
	for k := j; k > 0 && j-k < 2*maxInset; k-- {
		if r.words[k].gap&gapOpens != 0 {
			return k
		}
		if r.words[k].gap&gapSentence != 0 {
			break
		}
	}
	return -1
}

// manner says whether a word is an adverb by its ending: claramente, clairement, откровенно.
func (r *listener) manner(i int) bool {
	w := &r.words[i]
	if w.capital || w.end-w.start < 9 {
		return false
	}
	raw := r.text[w.start:w.end]
	switch r.language {
	case "es":
		return strings.HasSuffix(raw, "mente")
	case "fr":
		return strings.HasSuffix(raw, "ement") || strings.HasSuffix(raw, "amment") || strings.HasSuffix(raw, "emment")
	case "ru":
		return w.class == 0 && w.end-w.start >= 14 && (strings.HasSuffix(raw, "нно") || strings.HasSuffix(raw, "ски") || strings.HasSuffix(raw, "льно"))
	}
	return false
}

// covered says whether a word belongs to a phrase of a class that begins at it or shortly before it.
func (r *listener) covered(i int, c class) bool {
	for k := i; k >= 0 && i-k < 5; k-- {
		if k+int(r.words[k].length) > i && r.words[k].class&c != 0 {
			return true
		}
	}
	return false
}

// after reads the subject that begins with word k, behind its verb: "said X", "a déclaré la délégation de X", "قال وفد X".
func (r *listener) after(k int) speaker { return r.behind(k, false) }

// behind is after; signature says that it stands behind words in marks, without a verb.
func (r *listener) behind(k int, signature bool) speaker {
	s := speaker{owner: nobody, first: k}
	office, others, nameFrom, comma, shut := false, 0, -1, false, -1
	name := func(to int) {
		if nameFrom >= 0 && s.name == "" {
			s.name, s.start, s.end = r.raw(nameFrom, to), int(r.words[nameFrom].start), int(r.words[to].end)
		}
	}
	for i := k; i < len(r.words) && i-k < maxSubject; i++ {
		w := &r.words[i]
		g := w.gap
		if i > k && g&(gapSentence|gapSemicolon|gapColon|gapQuote|gapShuts) != 0 || i == k && !signature && g&(gapSentence|gapSemicolon|gapColon|gapQuote) != 0 {
			name(i - 1)
			break
		}
		if g&(gapComma|gapOpens|gapDash) != 0 && i > k {
			if office && !comma && s.name == "" && nameFrom > k && w.capital && r.has(nameFrom-1, link) && r.personal(i) >= 0 { // "the head of X, A B"
				nameFrom = -1
			}
			if name(i - 1); s.name == "" && !office || comma {
				break
			}
			comma, shut = true, i
		}
		switch {
		case w.named > 0:
			if others > 0 && !office && !comma {
				name(i - 1)
				return r.byName(r.closed(s, i))
			}
			return r.follows(i, s, nameFrom, office || comma)
		case r.has(i, negator|modal) && i == k:
			s.refused = true
			return s
		case r.covered(i, head):
			if nameFrom >= 0 && s.name == "" && g == 0 { // "Deep Harbour Advocate"
				nameFrom = -1
			}
			office = true
		case i == k && r.has(i, pronoun):
			return r.meant(i, false)
		case s.name == "" && nameFrom < 0 && (!office || r.anaphorAt(i-1)) && r.addressee(i): // "a déclaré à la BBC"
			return r.finish(s, k, i, office)
		case r.has(i, adjunct) && s.name == "" && nameFrom < 0 && !office && i+1 < len(r.words) && r.words[i+1].gap&gapClause == 0 && (r.language != "ru" || !r.covered(i+1, head)): // "dijo en julio X"
			i++
			s.next = i + 1
			continue
		case r.has(i, that):
			if name(i - 1); !comma || g&gapComma != 0 {
				return r.finish(s, k, i, office)
			}
		case r.has(i, article|link|adverb|auxiliary) && (!w.capital || nameFrom < 0):
			if nameFrom >= 0 && s.name == "" {
				name(i - 1)
			}
		case w.capital && s.name == "":
			if others > 0 && !office && nameFrom < 0 && (r.has(i-1, link|article) || !r.titles()) { // "el problema de X"
				return r.finish(s, k, i, false)
			}
			if nameFrom < 0 {
				nameFrom = i
			}
		default:
			if name(i - 1); r.has(i, says|saysFor|clause) && !comma || others > 3 || !office && !comma && !r.arabic(i) && (s.name != "" || nameFrom >= 0 || !r.describes(k, i)) {
				if shut > 0 && r.titles() {
					return r.finish(s, k, shut, office)
				}
				return r.finish(s, k, i, office)
			}
			others++
		}
		s.next = i + 1
	}
	if nameFrom >= 0 && s.name == "" {
		name(min(s.next, len(r.words)) - 1)
	}
	if shut > 0 && r.titles() {
		s.next = shut
	}
	return r.finish(s, k, s.next, office)
}

// addressee says whether a word begins those who are spoken to, in French and Spanish.
func (r *listener) addressee(i int) bool {
	switch r.raw(i, i) {
	case "au", "aux", "al":
		return true
	case "à", "a":
		return i+1 < len(r.words) && (r.has(i+1, article) || r.words[i+1].named > 0 || r.words[i+1].capital)
	}
	return false
}

// anaphorAt says whether word i ends what may stand for somebody who was named: "son porte-parole".
func (r *listener) anaphorAt(i int) bool { return i >= 0 && r.covered(i, anaphor) }

// titles says whether the language puts what somebody is before the name, in small letters: "la procuradora Ana Kol".
func (r *listener) titles() bool {
	return r.language == "es" || r.language == "fr" || r.language == "ru"
}

// describes says whether word i may be part of what somebody is, in the subject that begins with word k.
func (r *listener) describes(k, i int) bool {
	w := &r.words[i]
	return r.titles() && !w.capital && w.gap&gapClause == 0 && (r.language == "ru" || i > k && r.has(k, article))
}

// heads says whether an office follows within a few words.
func (r *listener) heads(k int) bool {
	for n := k; n < len(r.words) && n < k+maxPersonal; n++ {
		if n > k && r.words[n].gap != 0 || r.has(n, link|article|clause|says|saysFor) {
			return false
		}
		if r.covered(n, head) {
			return true
		}
	}
	return false
}

func (r *listener) arabic(i int) bool {
	first, _ := utf8.DecodeRuneInString(r.text[r.words[i].start:])
	return unicode.Is(unicode.Arabic, first)
}

func (r *listener) closed(s speaker, next int) speaker {
	s.next, s.rule, s.confidence = next, "name", 0.7
	return s
}

// finish ends the reading of a subject that names no actor: a person, or what stands for one that was named.
func (r *listener) finish(s speaker, from, next int, office bool) speaker {
	s.next = next
	if s.name != "" {
		return r.byName(r.closed(s, next))
	}
	if office && from < next && next-from <= 3 {
		for k := from; k < next; k++ {
			if r.covered(k, anaphor) {
				m := r.meant(k, true)
				m.next = next
				return m
			}
		}
	}
	return s
}

// follows reads an actor as the subject behind its verb, with what follows the name.
func (r *listener) follows(i int, s speaker, nameFrom int, office bool) speaker {
	_, to := r.actorAt(i)
	m := &r.named[r.words[i].named-1]
	rule := "subject"
	if office {
		rule = "office"
	}
	if s.name == "" && nameFrom >= 0 {
		s.name = r.raw(nameFrom, i-1)
	}
	if nameFrom >= 0 && !office && !r.has(i-1, link) { // "said Alpha Valdoria"
		s.name, s.start, s.end = r.raw(nameFrom, to), int(r.words[nameFrom].start), int(r.words[to].end)
		return r.closed(s, to+1)
	}
	s.owner, s.rule, s.confidence, s.next = m.owner, rule, 0.9, to+1
	s.start, s.end = m.start, m.end
	if to+1 < len(r.words) {
		next := &r.words[to+1]
		switch {
		case next.gap&gapClause != 0:
		case next.gap&gapSuffix != 0 || r.covered(to+1, head):
			k := to + 1
			for k < len(r.words) && k-to < maxOffice && (k == to+1 || r.words[k].gap&(gapClause|gapSuffix) == 0) && (r.covered(k, head|link) || r.words[k].capital) {
				k++
			}
			for k == to+1 && next.gap&gapSuffix != 0 && r.heads(k) { // "X’s fisheries minister"
				for k++; !r.covered(k, head); k++ {
				}
				k++
			}
			if k == to+1 {
				return speaker{owner: nobody}
			}
			if from := r.personal(k - 1); from > to {
				s.name = r.raw(from, k-1)
			}
			s.rule, s.next = "office", k
		case next.capital && !r.arabic(to+1) && office && r.personal(to+1) >= 0 && r.text[next.start] >= utf8.RuneSelf: // "представитель Валдории Анна Коль"
			k := to + 1
			for k < len(r.words) && k-to <= maxPersonal && r.words[k].capital && (k == to+1 || r.words[k].gap&gapClause == 0) {
				k++
			}
			s.name, s.next = r.raw(to+1, k-1), k
		case next.capital && next.gap == 0 && !office: // "said Valdoria Alpha"
			s.owner, s.name, s.end = nobody, r.raw(i, to+1), int(next.end)
			return r.closed(s, to+2)
		}
	}
	if s.name == "" {
		s.name = r.text[m.start:m.end]
	}
	return s
}
