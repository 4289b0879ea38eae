package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

const (
	maxSkipped  = 8  // auxiliaries and adverbs between a subject and its verb
	maxInset    = 18 // words of an apposition
	maxOffice   = 8  // words of an office before or after the body it belongs to
	maxSubject  = 16 // words after a verb among which its subject is looked for
	maxPersonal = 4  // words of a person's name
	maxTogether = 20 // bodies that speak together
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
	j, inset := verb-1, [2]int{-1, -1}
	for skipped := 0; ; j-- {
		if j < 0 || skipped > maxSkipped {
			return none
		}
		g := r.words[j+1].gap
		if g&(gapSentence|gapSemicolon|gapColon|gapQuote) != 0 || g&gapOpens != 0 && j+1 != inset[0] {
			return none
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
		if w.named > 0 || !r.covered(j, auxiliary|adverb) || r.has(j, pronoun|head) {
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

// covered says whether a word belongs to a phrase of a class that begins at it or shortly before it.
func (r *listener) covered(i int, c class) bool {
	for k := i; k >= 0 && i-k < 5; k-- {
		if k+int(r.words[k].length) > i && r.words[k].class&c != 0 {
			return true
		}
	}
	return false
}

// inset gives the word with which the apposition that ends at word j begins, or -1.
func (r *listener) inset(j int) int {
	for k := j; k > 0 && j-k < maxInset; k-- {
		g := r.words[k].gap
		if g&(gapStop|gapLine|gapSemicolon|gapColon|gapQuote) != 0 {
			return -1
		}
		if g&(gapComma|gapOpens|gapDash) != 0 {
			return k
		}
	}
	return -1
}

// subject reads the noun phrase that ends with word e.
func (r *listener) subject(e int, inset [2]int) speaker {
	none := speaker{owner: nobody}
	if r.words[e].named > 0 {
		return r.actor(e)
	}
	if r.has(e, pronoun) {
		if e > 0 && !r.starts(e) && !r.covered(e-1, clause|adverb|coordinator|that) {
			return none
		}
		return r.meant(e, false)
	}
	if s, is := r.office(e); is {
		return s
	}
	if r.covered(e, anaphor) && e > 0 && (r.has(e-1, article) || r.han) && (e < 2 || r.starts(e-1) || r.covered(e-2, clause|adverb|that|coordinator)) {
		return r.meant(e, true)
	}
	from := r.personal(e)
	if from < 0 {
		return none
	}
	s := speaker{owner: nobody, name: r.raw(from, e), start: int(r.words[from].start), end: int(r.words[e].end), rule: "name", confidence: 0.7, first: from}
	if inset[0] > 0 {
		if m := r.within(inset[0], inset[1]); m >= 0 {
			s.owner, s.rule, s.confidence = r.named[r.words[m].named-1].owner, "office", 0.8
			return s
		}
	}
	return r.byName(s)
}

// starts says whether a word begins a clause.
func (r *listener) starts(i int) bool { return i == 0 || r.words[i].gap&gapClause != 0 }

// actor reads a named actor as the subject, if what stands before the name lets it be one.
func (r *listener) actor(e int) speaker {
	from, _ := r.actorAt(e)
	m := &r.named[r.words[e].named-1]
	s := speaker{owner: m.owner, name: r.text[m.start:m.end], start: m.start, end: m.end, rule: "subject", confidence: 0.9, first: from}
	for range maxTogether {
		prior := from - 1
		if prior > 0 && r.has(prior, coordinator) && !r.starts(from) {
			prior--
		} else if prior < 0 || r.words[from].gap&(gapClause&^gapSentence) != gapComma || r.words[from].gap&gapSentence != 0 || len(s.also) == 0 && !r.han {
			break
		}
		for prior > 0 && r.has(prior, article) {
			prior--
		}
		if r.words[prior].named == 0 {
			break
		}
		s.also = append(s.also, r.named[r.words[prior].named-1].owner)
		from, _ = r.actorAt(prior)
	}
	name, first, ok := r.leads(from)
	if !ok {
		return speaker{owner: nobody}
	}
	if s.first = first; name != "" {
		s.name, s.rule = name, "office"
	}
	return s
}

// leads reads what stands before a name back to the beginning of the clause: nothing, or an office ("the delegation of"), or a person
// of that body ("A B of"). Anything else makes the name part of something else.
func (r *listener) leads(from int) (person string, first int, ok bool) {
	office := false
	for p, steps := from-1, 0; ; p, steps = p-1, steps+1 {
		switch {
		case p < 0 || r.words[p+1].gap&(gapClause&^gapSuffix) != 0:
			return person, p + 1, true
		case steps > maxOffice:
			return person, p + 1, office
		case r.has(p, article) && !r.covered(p, clause), r.covered(p, head) && r.words[p+1].gap&gapSuffix == 0:
			office = office || r.covered(p, head)
		case r.has(p, link) && !office && p > 0 && r.words[p].gap == 0 && (r.covered(p-1, head)):
		case r.has(p, link) && !office && p > 0 && r.words[p].gap == 0 && r.personal(p-1) >= 0:
			f := r.personal(p - 1)
			person, office = r.raw(f, p-1), true
			p = f
		case r.covered(p, clause|that|adverb|coordinator|says|saysFor|accordingTo):
			return person, p + 1, true
		case office && steps <= maxOffice/2 && !r.has(p, link|negator|modal|auxiliary):
		case r.han && office:
		case office && !r.has(p, link|negator|modal):
			return person, p + 1, true
		default:
			return "", 0, false
		}
	}
}

// office reads an office that follows the name of its body: "X’s delegation", "X Director A B", "X 代表团发言人".
func (r *listener) office(e int) (speaker, bool) {
	office, limit := false, maxOffice
	if r.han {
		limit = 2 * maxOffice
	}
	for k, steps := e, 0; k >= 0 && steps < limit; k, steps = k-1, steps+1 {
		if r.words[k].named > 0 {
			if !office {
				return speaker{}, false
			}
			s := r.actor(k)
			if _, to := r.actorAt(k); s.owner != nobody {
				s.rule, s.next = "office", e+1
				if from := r.personal(e); from > to {
					s.name = r.raw(from, e)
				}
				return s, true
			}
			return speaker{}, false
		}
		office = office || r.covered(k, head)
		if r.words[k].gap&(gapClause&^gapSuffix) != 0 || r.has(k, article|negator|modal|clause|says|saysFor) && !r.han || r.has(k, negator|modal) {
			return speaker{}, false
		}
	}
	return speaker{}, false
}

// personal gives the first word of the name that ends with word e: a few words with capitals; -1 if it is none.
func (r *listener) personal(e int) int {
	from := -1
	for k := e; k >= 0 && e-k < maxPersonal; k-- {
		w := &r.words[k]
		if w.named > 0 || !w.capital || r.has(k, article|clause|pronoun|adverb|firstPerson|modal|negator|that|duty|says|saysFor|link|auxiliary) && (r.starts(k) || r.has(k, pronoun|firstPerson)) {
			break
		}
		from = k
		if w.gap&(gapClause|gapSuffix) != 0 {
			break
		}
	}
	if from < 0 {
		return -1
	}
	if from == e && r.covered(e, head) {
		return -1
	}
	first, _ := utf8.DecodeRuneInString(r.text[r.words[e].start:])
	if !unicode.IsUpper(first) || r.words[e].end-r.words[e].start < 2 {
		return -1
	}
	return from
}

// within finds the body in an apposition to a person's name: ", director of X,", ", X,".
func (r *listener) within(from, to int) int {
	office := false
	for k := from; k <= to; k++ {
		if r.words[k].named > 0 {
			if k == from || office || r.has(from, link|article) {
				return k
			}
			return -1
		}
		office = office || r.covered(k, head)
	}
	return -1
}

// after reads the subject that begins with word k, behind its verb: "said X", "a déclaré la délégation de X", "قال وفد X".
func (r *listener) after(k int) speaker { return r.behind(k, false) }

// behind is after; signature says that it stands behind words in marks, without a verb.
func (r *listener) behind(k int, signature bool) speaker {
	s := speaker{owner: nobody, first: k}
	office, others, nameFrom, comma := false, 0, -1, false
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
			if name(i - 1); s.name == "" && !office || comma {
				break
			}
			comma = true
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
		case r.has(i, adjunct) && s.name == "" && nameFrom < 0 && !office && i+1 < len(r.words) && r.words[i+1].gap&gapClause == 0: // "dijo en julio X"
			i++
			s.next = i + 1
			continue
		case r.has(i, that):
			if name(i - 1); !comma {
				return r.finish(s, k, i, office)
			}
		case r.has(i, article|link|adverb|auxiliary) && (!w.capital || nameFrom < 0):
			if nameFrom >= 0 && s.name == "" {
				name(i - 1)
			}
		case w.capital && s.name == "":
			if nameFrom < 0 {
				nameFrom = i
			}
		default:
			if name(i - 1); r.has(i, says|saysFor|clause) && !comma || others > 3 || !office && !comma && !r.arabic(i) {
				return r.finish(s, k, i, office)
			}
			others++
		}
		s.next = i + 1
	}
	if nameFrom >= 0 && s.name == "" {
		name(min(s.next, len(r.words)) - 1)
	}
	return r.finish(s, k, s.next, office)
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

// meant is who a pronoun, or "the delegation", stands for: who spoke last in this paragraph or the one before, if nobody else has been
// the subject of a sentence since; else the one actor named there.
func (r *listener) meant(at int, office bool) speaker {
	w := &r.words[at]
	s := speaker{owner: nobody, start: int(w.start), end: int(w.end), rule: "pronoun", confidence: 0.7, first: at, next: at + 1}
	if office {
		s.rule = "anaphor"
	}
	only := int32(nobody)
	for k, steps := at-1, 0; k >= 0 && steps < 200; k, steps = k-1, steps+1 {
		o := &r.words[k]
		if w.paragraph-o.paragraph > 1 {
			break
		}
		if r.last.told() && k < r.lastW && w.paragraph-r.lastP <= 1 {
			if only != nobody && only != r.last.owner {
				return s
			}
			s.owner, s.name = r.last.owner, r.last.name
			return s
		}
		if o.named == 0 {
			continue
		}
		owner := r.named[o.named-1].owner
		if only != nobody && only != owner {
			return s
		}
		if from, _ := r.actorAt(k); only == nobody && (o.paragraph == w.paragraph || r.starts(from) || r.words[from].gap&gapSentence != 0) {
			only = owner
		}
	}
	if r.last.told() && w.paragraph-r.lastP <= 1 && (only == nobody || only == r.last.owner) {
		s.owner, s.name = r.last.owner, r.last.name
		return s
	}
	if only != nobody && !r.has(at, pronoun) {
		s.owner, s.confidence = only, 0.6
	}
	return s
}

// byName is who a person is that was introduced before: "A B, director of X, … Ms B said".
func (r *listener) byName(s speaker) speaker {
	if s.owner != nobody || s.name == "" {
		return s
	}
	if known, is := r.known[lastName(s.name)]; is && known.owner != nobody {
		s.owner, s.rule, s.confidence = known.owner, "person", 0.8
		if len(known.name) > len(s.name) {
			s.name = known.name
		}
	} else if is && len(known.name) > len(s.name) {
		s.name = known.name
	}
	return s
}

func lastName(name string) string {
	return fold.String(name[strings.LastIndexAny(name, " \u00a0")+1:])
}

// note remembers who spoke before word at.
func (r *listener) note(s speaker, at int) {
	if !s.told() || at >= len(r.words) {
		return
	}
	r.last, r.lastP, r.lastW = s, r.words[min(at, len(r.words)-1)].paragraph, at
	if s.name != "" && (s.rule == "office" || s.owner == nobody) && len(r.known) < 1000 {
		if _, is := r.known[lastName(s.name)]; !is {
			r.known[lastName(s.name)] = s
		}
	}
}
