package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	if s, is := r.officeBefore(from, e); is {
		return s
	}
	if from == e && e > 0 && (r.language == "es" || r.language == "fr") && r.words[e].gap == 0 && r.has(e-1, link) { // "la abogada del Estado"
		return none
	}
	s := speaker{owner: nobody, name: r.raw(from, e), start: int(r.words[from].start), end: int(r.words[e].end), rule: "name", confidence: 0.7, first: from}
	if from == e && inset[0] <= 0 && r.words[e].gap&gapSentence != 0 && !r.seen(e) { // "Critics said"
		return none
	}
	if inset[0] > 0 {
		if m := r.within(inset[0], inset[1]); m >= 0 {
			s.owner, s.rule, s.confidence = r.named[r.words[m].named-1].owner, "office", 0.8
			return s
		}
	}
	return r.byName(s)
}

// officeBefore reads who holds an office that stands before the name, with its body: "el canciller de X Juan Kol", "министр иностранных дел X
// Анна Коль".
func (r *listener) officeBefore(from, e int) (speaker, bool) {
	if !r.titles() || r.words[from].gap != 0 {
		return speaker{}, false
	}
	for p := from - 1; p >= 0 && from-p <= maxOffice && r.words[p+1].gap == 0; p-- {
		if r.words[p].named == 0 {
			continue
		}
		begin, _ := r.actorAt(p)
		if s := r.actor(p); s.owner != nobody && s.first < begin && r.anyCovered(s.first, begin, head) {
			s.name, s.rule, s.confidence = r.raw(from, e), "office", 0.8
			return s, true
		}
		p = begin
	}
	return speaker{}, false
}

// anyCovered says whether one of the words of a stretch belongs to a phrase of a class.
func (r *listener) anyCovered(from, to int, c class) bool {
	for k := from; k < to; k++ {
		if r.covered(k, c) {
			return true
		}
	}
	return false
}

// acronym says whether a word is written in capitals alone, and the one behind it is not.
func (r *listener) acronym(k int) bool {
	raw, next := r.raw(k, k), r.raw(k+1, k+1)
	return len(raw) > 2 && raw == strings.ToUpper(raw) && next != strings.ToUpper(next) && utf8.RuneCountInString(raw) > 1
}

// seen says whether the word at e, with which a sentence begins, is a name in what comes before it.
func (r *listener) seen(e int) bool {
	raw := r.raw(e, e)
	if _, known := r.known[lastName(raw)]; known {
		return true
	}
	for k := e - 1; k >= 0 && e-k < maxLookedBack; k-- {
		if w := &r.words[k]; w.capital && w.gap&gapSentence == 0 && int(w.end-w.start) == len(raw) && r.text[w.start:w.end] == raw {
			return true
		}
	}
	return false
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
		case r.has(p, link) && p > 0 && r.words[p].gap == 0 && r.covered(p-1, head): // "the minister of Health of X", "the spokesperson for the government of X"
			person = ""
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
		if k < e && r.titles() && r.acronym(k) { // "при ООН Иван Коль"
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
