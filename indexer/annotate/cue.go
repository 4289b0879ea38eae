package annotate

import (
	"slices"
	"strings"
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
	hidden     bool // it is none by itself, but is what a condition is about
	sentence   int  // the first word of it
}

// positions finds the wordings of positions in the order of the text.
func (s *speechFinder) positions() {
	slices.SortStableFunc(s.uttered, func(x, y uttered) int { return x.from - y.from })
	s.prior = governor{sentence: -1, actor: speaker{owner: nobody}}
	for i := 0; i < len(s.words); {
		w := &s.words[i]
		c := w.class
		if c&asking != 0 && s.plural(i) && s.demanded(i) {
			i += int(w.length)
			continue
		}
		if c&(supporting|opposing|favouring|stopping|flawed|accusing|faulty|unless|lacking|whenIf|praised|spurned) != 0 && !s.builder.inList(int(w.start)) {
			s.position(i, c)
		}
		i += int(w.length)
	}
	s.settle()
}

func (s *speechFinder) position(i int, c class) {
	if c&(unless|lacking|whenIf) != 0 && s.condition(i, c) {
		return
	}
	if c&(praised|spurned) != 0 && s.receivedAs(i, c) {
		return
	}
	switch {
	case c&passive != 0 && s.demandedOf(i, c):
	case c&passive != 0 && c&(supporting|opposing) != 0 && !s.soonBefore(i, being):
		s.governed(i, c&^(favouring|stopping))
	case c&passive == 0 && c&(supporting|opposing|favouring|stopping) != 0 && s.governed(i, c):
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
	behind := i + int(s.words[i].length)
	if g.none() || g.silent || c&passive != 0 && s.language("fr") && !s.soonBefore(i, auxiliary) || behind < len(s.words) && s.raw(behind, behind) == "бы" {
		return false
	}
	start := g.group
	if g.first || g.asked {
		start = min(start, g.from)
	}
	a := s.around(i, start, g.first || g.actor.owner != nobody)
	if s.language("ar") && g.actor.owner != nobody && g.actor.first >= behind {
		behind = max(behind, g.actor.next)
	}
	object, none := s.object(behind, g.object)
	if a.silent || g.negated && (a.negated || none) && s.language("en", "zh") || g.negated && s.soonHas(g.from, i-g.from+4, merely) {
		return false
	}
	g.negated = g.negated || a.negated || none
	p := position{owner: nobody, from: int(s.words[g.from].start), confidence: 0.8, sentence: g.sentence, target: object, hidden: g.maybe}
	if g.duty && !g.asked && !g.first && !g.negated && c&(supporting|favouring) == supporting|favouring { // "a fund should support"
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
	case c&favouring != 0 && g.negated && (g.first || g.unwilled && g.actor.owner != nobody), c&favouring != 0 && g.maybe && g.first:
		p.polarity, p.rule = supports, "verb"
	case c&favouring != 0 && g.maybe && g.actor.owner != nobody:
		p.polarity, p.rule = supports, "chance"
	default:
		return false
	}
	p.weak = p.polarity == supports
	if g.negated {
		if p.polarity == opposes {
			return false
		}
		p.polarity, p.rule = opposes, "negated "+p.rule
	}
	if !g.first && g.actor.owner != nobody {
		p.owner, p.by = g.actor.owner, true
	}
	if p.polarity == supports && s.courtesy(i, behind, p.target) {
		return false
	}
	if a.negated && g.group < g.from {
		p.from = int(s.words[g.group].start)
	}
	if p.to = max(p.target.end, int(s.words[i+int(s.words[i].length)-1].end)); s.otherWords(&p) {
		return false
	}
	s.prior = g
	return s.take(p)
}

// courtesy says whether a verb greets or thanks: what it is about is a person, or a member that has come.
func (s *speechFinder) courtesy(i, behind int, about region) bool {
	if !s.language("en") || !strings.HasPrefix(s.raw(i, i), "welcom") && !strings.HasPrefix(s.raw(i, i), "commend") {
		return false
	}
	if s.soonHas(behind, 3, honour) || behind < len(s.words) && s.words[behind].gap&gapOpens != 0 {
		return true
	}
	if about.end == 0 || s.raw(i, i) == "commend" {
		return false
	}
	for k := s.wordFrom(about.start); k < len(s.words) && int(s.words[k].start) < about.end; k++ {
		if !s.words[k].capital || s.words[k].gap&gapSuffix != 0 {
			return false
		}
	}
	return s.words[s.wordFrom(about.start)].start == s.words[behind].start
}

// object gives what a verb is about, the noun phrase that begins with word k or what stood before it. none is whether it is said that there is none.
func (s *speechFinder) object(k int, before region) (about region, none bool) {
	if before.end > 0 {
		return before, false
	}
	for k < len(s.words) && s.words[k].gap&gapClause == 0 && s.has(k, noSuch) && !s.has(k, adverb) {
		none = true
		k++
	}
	if s.language("ar") && k+2 < len(s.words) && strings.HasPrefix(s.raw(k, k), "أي") && s.has(k+2, phraseEnd) { // "ألا تصادق أي دولة على"
		k += 2
	}
	return s.target(k), none
}

// otherWords says whether a wording stands within marks that are nobody's words: a slogan, a title.
func (s *speechFinder) otherWords(p *position) bool {
	m := s.markAt(p.from)
	return m != nil && s.utteredAt(p.from) == nil
}

// demandedOf enters what should be done or not: "must not be adopted", "demand that X be withdrawn".
func (s *speechFinder) demandedOf(i int, c class) bool {
	negated, duties, could, j := false, false, false, i-1
	for ; j >= 0 && i-j < 8 && s.words[j+1].gap&gapClause == 0; j-- {
		switch {
		case s.covered(j, duty):
			duties = true
			negated = negated || s.covered(j, negator)
			continue
		case s.covered(j, negator) && s.covered(j, unwilling): // "cannot be accepted"
			negated, duties = true, true
			continue
		case s.covered(j, negator):
			negated = true
			continue
		case s.covered(j, maybe) && !s.covered(j, adverb):
			could = true
			continue
		case s.covered(j, being|auxiliary|adverb):
			continue
		}
		break
	}
	if !duties && !could || negated && s.soonHas(j+1, i-j, merely) {
		return false
	}
	first, _ := s.sentence(i)
	p := position{polarity: supports, owner: nobody, rule: "duty", confidence: 0.7, sentence: first, to: int(s.words[i].end), from: int(s.words[j+1].start), hidden: could}
	a := s.around(i, j+1, false)
	if a.silent || negated && a.negated && s.language("en", "zh") {
		return false
	}
	if negated = negated || a.negated; negated && c&stopping != 0 {
		return false
	}
	if p.weak = c&stopping == 0; c&stopping != 0 || negated {
		p.polarity = opposes
	}
	p.target = s.targetBefore(j)
	if p.target.end > 0 {
		p.from = p.target.start
	}
	return !s.otherWords(&p) && s.take(p)
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
	if behind := i + int(s.words[i].length); !is || j >= 0 && behind < len(s.words) && s.language("en") && s.raw(behind, behind) == "as" { // "as appalling as"
		return
	}
	first, _ := s.sentence(i)
	p := position{polarity: opposes, owner: nobody, rule: "evaluation", confidence: 0.6, sentence: first, from: int(s.words[j+1].start), to: int(s.words[i+int(s.words[i].length)-1].end)}
	if p.target = s.targetBefore(j); p.target.end > 0 {
		p.from = p.target.start
	}
	if a := s.around(i, j+1, false); a.silent || a.negated || s.otherWords(&p) {
		return
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
	if a := s.around(i, s.wordFrom(who.start), false); a.silent || a.negated || s.otherWords(&p) {
		return
	}
	s.take(p)
}

// faults enters what is said to be an actor's: "the aggression of X", "X’s propaganda".
func (s *speechFinder) faults(i int) {
	first, _ := s.sentence(i)
	if s.questioned(i) || s.markAt(int(s.words[i].start)) != nil && !s.spoken(i) {
		return
	}
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

// demanded enters what the first person asks for with a noun: "exigimos la liberación de X", "nous demandons le retrait du texte".
func (s *speechFinder) demanded(i int) bool {
	if !s.language("es", "fr", "ru") || s.builder.inList(int(s.words[i].start)) || i > 0 && s.words[i].gap&gapClause == 0 && s.covered(i-1, negator|maybe|whenIf) {
		return false
	}
	first, _ := s.sentence(i)
	for k := i + int(s.words[i].length); k < len(s.words) && k-i <= maxTarget && s.words[k].gap&(gapClause&^gapQuote) == 0; k++ {
		w := &s.words[k]
		if w.class&(wanted|unwanted) == 0 {
			if s.has(k, that|favouring|stopping|negator) || s.language("es", "fr") && s.has(k, infinitive) && k+1 < len(s.words) && !s.has(k+1, article) {
				return false
			}
			continue
		}
		p := position{polarity: supports, owner: nobody, rule: "demand", confidence: 0.7, sentence: first, from: int(s.words[i].start)}
		if w.class&unwanted != 0 {
			p.polarity = opposes
		}
		p.target = s.target(k + int(w.length))
		p.to = max(p.target.end, int(w.end))
		if a := s.around(i, i, true); a.silent || a.negated || s.otherWords(&p) {
			return false
		}
		return s.take(p)
	}
	return false
}
