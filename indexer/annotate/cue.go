package annotate

import (
	"slices"
)

// Polarities of a wording.
const (
	supports   = "supports"
	opposes    = "opposes"
	conditions = "conditions"
)

const (
	maxCues    = 2000 // of one statement
	maxGoverns = 24   // words between who takes a position and its verb
	maxWording = 40   // words of a wording
	maxTarget  = 12   // words of what it is about; in Han twice as many characters
)

// position is a wording by which somebody supports, opposes or sets conditions. Places are bytes.
type position struct {
	polarity   string
	owner      int32 // whose it is, if it is an actor's other than the text's or the quote's
	by         bool  // owner is told
	from, to   int
	target     region
	rule       string
	confidence float64
	weak       bool // it gives way to a condition in its sentence
	sentence   int  // the first word of it
}

// positions finds the wordings of positions in the order of the text.
func (s *speechFinder) positions() {
	slices.SortStableFunc(s.uttered, func(x, y uttered) int { return x.from - y.from })
	s.prior = governor{sentence: -1, actor: speaker{owner: nobody}}
	for i := 0; i < len(s.words); {
		w := &s.words[i]
		c := w.class
		if c&(supporting|opposing|favouring|stopping|flawed|accusing|faulty|unless|lacking) != 0 && !s.builder.inList(int(w.start)) {
			s.position(i, c)
		}
		i += int(w.length)
	}
	s.settle()
}

func (s *speechFinder) position(i int, c class) {
	switch {
	case c&passive != 0 && s.demandedOf(i, c):
	case c&passive != 0 && c&(supporting|opposing) != 0 && !s.soonBefore(i, being):
		s.governed(i, c&^(favouring|stopping))
	case c&passive == 0 && c&(supporting|opposing|favouring|stopping) != 0 && s.governed(i, c):
	case c&(unless|lacking) != 0:
		s.condition(i, c)
	case c&flawed != 0:
		s.called(i)
	case c&accusing != 0:
		s.accused(i)
	case c&faulty != 0:
		s.faults(i)
	}
}

// governed enters a verb of position with what governs it: "we … reject", "X rejected", "we call on states to reject", "states should reject".
func (s *speechFinder) governed(i int, c class) bool {
	g := s.governor(i)
	if g.none() || g.maybe {
		return false
	}
	p := position{owner: nobody, from: int(s.words[g.from].start), confidence: 0.8, sentence: g.sentence}
	if g.duty && !g.asked && !g.first && c&(supporting|favouring) == supporting|favouring { // "a fund should support"
		return false
	}
	demanded := (g.asked || g.duty) && c&(favouring|stopping) != 0
	switch {
	case demanded && c&(favouring|supporting) != 0:
		p.polarity, p.rule = supports, "demand"
	case demanded:
		p.polarity, p.rule = opposes, "demand"
	case c&supporting != 0:
		p.polarity, p.rule = supports, "verb"
	case c&opposing != 0:
		p.polarity, p.rule = opposes, "verb"
	case c&favouring != 0 && g.negated && g.first:
		p.polarity, p.rule = supports, "verb"
	default:
		return false
	}
	if g.negated {
		if p.polarity == opposes {
			return false
		}
		p.polarity, p.weak, p.rule = opposes, true, "negated "+p.rule
	}
	if !g.first && g.actor.owner != nobody {
		p.owner, p.by = g.actor.owner, true
	}
	behind := i + int(s.words[i].length)
	if s.language("ar") && g.actor.owner != nobody && g.actor.first >= behind {
		behind = max(behind, g.actor.next)
	}
	if p.target = s.target(behind); p.polarity == supports && s.soonHas(behind, 3, honour) {
		return false
	}
	p.to = max(p.target.end, int(s.words[i+int(s.words[i].length)-1].end))
	s.prior = g
	return s.take(p)
}

// demandedOf enters what should be done or not: "must not be adopted", "demand that X be withdrawn".
func (s *speechFinder) demandedOf(i int, c class) bool {
	negated, duties, j := false, false, i-1
	for ; j >= 0 && i-j < 8 && s.words[j+1].gap&gapClause == 0; j-- {
		switch {
		case s.covered(j, duty):
			duties = true
			negated = negated || s.covered(j, negator)
			continue
		case s.covered(j, negator):
			negated = true
			continue
		case s.covered(j, maybe) && !s.covered(j, adverb):
			return false
		case s.covered(j, being|auxiliary|adverb):
			continue
		}
		break
	}
	if !duties || c&stopping != 0 && negated {
		return false
	}
	first, _ := s.sentence(i)
	p := position{polarity: supports, owner: nobody, rule: "duty", confidence: 0.7, sentence: first, to: int(s.words[i].end), from: int(s.words[j+1].start)}
	if c&stopping != 0 || negated {
		p.polarity, p.weak = opposes, c&stopping == 0
	}
	p.target = s.targetBefore(j)
	if p.target.end > 0 {
		p.from = p.target.start
	}
	return s.take(p)
}

// called enters what something is said to be: "is unacceptable".
func (s *speechFinder) called(i int) {
	j, is := i-1, s.language("ru", "ar", "zh")
	for ; j >= 0 && i-j < 7 && s.words[j+1].gap&gapClause == 0; j-- {
		switch {
		case s.covered(j, negator), s.covered(j, maybe):
			return
		case s.covered(j, being):
			is = true
			continue
		case s.covered(j, adverb|auxiliary|article|flawed):
			continue
		}
		break
	}
	if !is {
		return
	}
	first, _ := s.sentence(i)
	p := position{polarity: opposes, owner: nobody, rule: "evaluation", confidence: 0.6, sentence: first, from: int(s.words[j+1].start), to: int(s.words[i+int(s.words[i].length)-1].end)}
	if p.target = s.targetBefore(j); p.target.end > 0 {
		p.from = p.target.start
	}
	s.take(p)
}

// accused enters what an actor is said to have done: "X has failed to".
func (s *speechFinder) accused(i int) {
	who := s.before(i)
	if who.owner == nobody || s.builder.annotator.actors[who.owner].ID == s.builder.issuerID {
		return
	}
	first, _ := s.sentence(i)
	to := i + int(s.words[i].length)
	p := position{polarity: opposes, owner: nobody, rule: "accusation", confidence: 0.6, sentence: first, from: who.start, target: region{who.start, who.end}}
	p.to = max(int(s.words[to-1].end), s.target(to).end)
	s.take(p)
}

// faults enters what is said to be an actor's: "the aggression of X", "X’s propaganda".
func (s *speechFinder) faults(i int) {
	first, _ := s.sentence(i)
	p := position{polarity: opposes, owner: nobody, rule: "accusation", confidence: 0.6, sentence: first}
	for j := i; j > 0 && i-j < 3; j-- {
		if s.words[j].gap&gapSuffix != 0 && s.words[j-1].named > 0 {
			m := &s.named[s.words[j-1].named-1]
			p.from, p.to, p.target = m.start, int(s.words[i].end), region{m.start, m.end}
			s.take(p)
			return
		}
		if s.words[j].gap&gapClause != 0 {
			break
		}
	}
	for j := i + 1; j < len(s.words) && j-i < 4 && s.words[j].gap&gapClause == 0; j++ {
		if s.words[j].named > 0 && (s.has(i+1, link) || s.raw(i+1, i+1) == "by") {
			m := &s.named[s.words[j].named-1]
			p.from, p.to, p.target = int(s.words[i].start), m.end, region{m.start, m.end}
			s.take(p)
			return
		}
	}
}

// condition enters what is asked for before something else: "unless …", "absent meaningful changes".
func (s *speechFinder) condition(i int, c class) {
	first, last := s.sentence(i)
	behind := i + int(s.words[i].length)
	if c&unless == 0 && !s.soonHas(behind, 6, lacked) {
		return
	}
	rule := ""
	for k := first; k < last && rule == ""; k++ {
		if k >= i && k < behind {
			continue
		}
		switch cl := s.words[k].class; {
		case cl&(supporting|opposing|favouring|stopping) != 0:
			rule = "condition"
		}
	}
	if rule == "" {
		return
	}
	to := behind
	for to < last && to-i < maxWording && s.words[to].gap&(gapClause&^gapQuote) == 0 {
		to++
	}
	if to == behind && behind < last {
		for to++; to < last && to-i < maxWording && s.words[to].gap&gapClause == 0; {
			to++
		}
	}
	p := position{polarity: conditions, owner: nobody, rule: rule, confidence: 0.7, sentence: first, from: int(s.words[i].start), to: int(s.words[to-1].end)}
	s.take(p)
}

// soonBefore says whether a word of a class stands shortly before another.
func (s *speechFinder) soonBefore(i int, c class) bool {
	for k := i - 1; k >= 0 && i-k < 4 && s.words[k+1].gap&gapClause == 0; k-- {
		if s.words[k].class&c != 0 {
			return true
		}
	}
	return false
}

func (s *speechFinder) soonHas(from, n int, c class) bool {
	for k := from; k < len(s.words) && k < from+n; k++ {
		if k > from && s.words[k].gap&gapClause != 0 {
			return false
		}
		if s.words[k].class&c != 0 {
			return true
		}
	}
	return false
}
