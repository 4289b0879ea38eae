package annotate

import (
	"fmt"
	"slices"
	"sort"

	"rostrum/internal/statement"
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

// governor is what the words before a verb of position make of it.
type governor struct {
	first    bool // the first person governs it
	actor    speaker
	asked    bool // somebody is asked to do it
	duty     bool // somebody should do it
	negated  bool
	maybe    bool
	from     int // the word with which the wording begins
	sentence int
}

func (g *governor) none() bool { return !g.first && !g.asked && !g.duty && g.actor.owner == nobody }

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

// governor reads leftwards what governs the verb at word i.
func (s *speechFinder) governor(i int) governor {
	g := governor{actor: speaker{owner: nobody}, from: i}
	g.sentence, _ = s.sentence(i)
	j, marker := i-1, s.words[i].gap&gapClause != 0 && !s.han
	for ; j >= 0 && !marker && s.words[j+1].gap&(gapClause&^gapComma) == 0; j-- {
		switch {
		case s.covered(j, firstPerson):
		case s.covered(j, negator|unwilling) && !s.covered(j, duty):
			g.negated, j = true, s.phraseFrom(j)
			g.from = j
			continue
		case s.covered(j, maybe) && !s.covered(j, adverb):
			g.maybe = true
			continue
		case s.covered(j, duty):
			g.duty, g.negated, j = true, g.negated || s.covered(j, negator), s.phraseFrom(j)
			g.from = j
			continue
		case s.has(j, infinitive) && (s.builder.words.Language != "es" || !s.covered(j, pronoun)):
			return s.asking(g, j)
		case s.covered(j, auxiliary|adverb|being) && !s.covered(j, opposing|supporting), s.has(j, coordinator) && j > 0 && s.covered(j-1, adverb):
			continue
		}
		break
	}
	if s.words[i].class&own != 0 {
		if g.first = true; j >= 0 && s.covered(j, firstPerson) && s.words[j+1].gap&gapClause == 0 {
			g.from = s.phraseFrom(j)
		}
		g.maybe = g.maybe || j >= 0 && s.covered(j, maybe) && s.words[j+1].gap&gapClause == 0
		return g
	}
	switch {
	case j >= 0 && s.covered(j, firstPerson) && s.words[j+1].gap&gapSentence == 0:
		g.first, g.from = true, s.phraseFrom(j)
		g.maybe = g.maybe || g.from > 0 && s.covered(g.from-1, maybe) && s.words[g.from].gap&gapClause == 0
	case s.language("ru", "zh") && s.words[i].class&(favouring|stopping) != 0:
		if a := s.asking(g, i-1); a.asked {
			return a
		}
		fallthrough
	default:
		s.subjectOf(&g, i, j)
	}
	return g
}

func (s *speechFinder) language(codes ...string) bool {
	return slices.Contains(codes, s.builder.words.Language)
}

// phraseFrom gives the word with which the phrase that covers word i begins.
func (s *speechFinder) phraseFrom(i int) int {
	for k := i; k >= 0 && i-k < 5; k-- {
		if n := int(s.words[k].length); n > 1 && k+n > i {
			return k
		}
	}
	return i
}

// subjectOf reads who is the subject of the verb at word i, behind word j: an actor, a coordinated verb's, or, of a duty, anybody.
func (s *speechFinder) subjectOf(g *governor, i, j int) {
	if g.duty {
		if s.words[i].class&(favouring|stopping) != 0 && j >= 0 {
			if np := s.targetBefore(j); np.end > 0 {
				g.from = s.wordFrom(np.start)
			}
		} else {
			g.duty = false
		}
		return
	}
	if j >= 0 && s.prior.sentence == g.sentence && (s.covered(j, coordinator|clause) || s.words[j+1].gap&gapComma != 0) && !s.prior.none() {
		if s.words[i].class&opposing == 0 || s.words[i].class&supporting == 0 {
			negated, from := g.negated, g.from
			*g = s.prior
			g.negated, g.from = negated, from
		}
		return
	}
	if s.language("ar") {
		if who := s.after(i + int(s.words[i].length)); who.owner != nobody {
			g.actor = who
			return
		}
	}
	if j < 0 || s.words[j+1].gap&gapClause != 0 && s.words[j+1].gap&(gapComma|gapShuts) == 0 {
		return
	}
	if s.words[j+1].gap&(gapComma|gapShuts) != 0 {
		g.actor = s.before(j + 1)
	} else {
		g.actor = s.subject(j, [2]int{-1, -1})
	}
	if g.actor.owner != nobody {
		g.from = min(g.from, i)
	}
}

// asking reads who is asked to do what the verb behind word j says, and by whom: "we call on states to", "refuse to".
func (s *speechFinder) asking(g governor, j int) governor {
	for k := j; k >= 0 && j-k < maxGoverns && (k == j || s.words[k+1].gap&(gapSentence|gapSemicolon|gapColon) == 0); k-- {
		w := &s.words[k]
		if k+int(w.length) > j+1 && k != j {
			continue
		}
		switch {
		case w.class&asking != 0:
			return s.asker(g, k)
		case w.class&unwilling != 0 && j-k <= 2:
			g.negated = true
		case s.has(k, negator) && j-k <= 1:
			g.negated = true
		case w.class&firstPerson != 0 && j-k <= 4:
			g.first, g.from = true, k
			return g
		case w.class&opposing != 0, w.class&maybe != 0:
			return g
		case s.prior.asked && s.prior.sentence == g.sentence && s.has(k, coordinator) && j-k <= 2:
			negated := g.negated
			g = s.prior
			g.negated, g.from = negated, k+1
			return g
		}
	}
	return g
}

// asker reads who asks with the verb at word k.
func (s *speechFinder) asker(g governor, k int) governor {
	g.asked, g.from = true, k
	if s.words[k].class&own != 0 {
		g.first = true
		return g
	}
	for n := k - 1; n >= 0 && k-n <= 6 && s.words[n+1].gap&gapSentence == 0; n-- {
		switch {
		case s.covered(n, firstPerson):
			g.first, g.from = true, s.phraseFrom(n)
			return g
		case s.covered(n, negator):
			g.asked, g.maybe = false, true
			return g
		case s.covered(n, maybe) && !s.covered(n, adverb):
			g.maybe = true
			return g
		case s.words[n].named > 0:
			g.actor = s.before(k)
			g.asked = g.actor.owner != nobody
			return g
		}
	}
	if s.language("ar") {
		g.actor = s.after(k + 1)
	} else {
		g.actor = s.before(k)
	}
	g.asked = g.actor.owner != nobody || s.starts(k)
	return g
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

// target gives the noun phrase that begins with word k.
func (s *speechFinder) target(k int) region {
	limit := maxTarget
	if s.han {
		limit = 2 * maxTarget
	}
	for n := 0; n < 3 && k < len(s.words) && s.words[k].gap&gapClause == 0 && s.has(k, adverb|infinitive|link|phraseEnd) && (s.has(k, infinitive) || !s.has(k, being|auxiliary|duty)); n++ { // à is folded to a
		k++
	}
	for k < len(s.words) && s.words[k].gap&gapClause == 0 && s.has(k, article) {
		k++
	}
	to := k
	for ; to < len(s.words) && to-k < limit; to++ {
		w := &s.words[to]
		if to > k && w.gap&(gapClause&^gapQuote) != 0 || to == k && (w.gap&(gapClause&^gapQuote) != 0 || w.class&(being|auxiliary|duty) != 0) || w.class&phraseEnd != 0 && to > k || w.class&(firstPerson|asking) != 0 {
			break
		}
		if s.has(to, coordinator) && to+1 < len(s.words) && s.words[to+1].class&(firstPerson|asking|supporting|opposing|stopping|favouring|infinitive|negator|that|says|saysFor|phraseEnd|duty|modal) != 0 {
			break
		}
	}
	for to > k && s.has(to-1, coordinator|clause|article|link) {
		to--
	}
	if to <= k {
		return region{}
	}
	return region{int(s.words[k].start), int(s.words[to-1].end)}
}

// targetBefore gives the noun phrase that ends with word j.
func (s *speechFinder) targetBefore(j int) region {
	from := j + 1
	for k := j; k >= 0 && j-k < maxTarget && s.words[k+1].gap&(gapClause&^gapQuote) == 0 && (k == j || s.words[k].class&says == 0) && s.words[k].class&(that|clause|asking|firstPerson|maybe) == 0; k-- {
		from = k
	}
	for from <= j && s.has(from, article|coordinator|adverb) {
		from++
	}
	if from > j {
		return region{}
	}
	return region{int(s.words[from].start), int(s.words[j].end)}
}

// take keeps a position that overlaps none before it.
func (s *speechFinder) take(p position) bool {
	for k := len(s.cues) - 1; k >= 0 && k >= len(s.cues)-3; k-- {
		if o := &s.cues[k]; p.from < o.to && o.from < p.to && o.polarity != conditions {
			if p.polarity != conditions && p.from < o.from || o.to-p.from > p.to-o.to {
				return false
			}
			p.from = o.to
			for p.from < p.to && (s.text[p.from] == ' ' || s.text[p.from] == ',') {
				p.from++
			}
			if p.target.start < p.from {
				p.target = region{}
			}
		}
	}
	if p.to <= p.from {
		return false
	}
	if len(s.cues) >= maxCues {
		s.cutCues++
		return false
	}
	s.cues = append(s.cues, p)
	return true
}

// settle drops what gives way to a condition, and reports the rest with whose they are.
func (s *speechFinder) settle() {
	b := s.builder
	conditional := make(map[int]bool)
	for i := range s.cues {
		if s.cues[i].polarity == conditions {
			conditional[s.cues[i].sentence] = true
		}
	}
	if s.cutCues > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d wordings of positions were cut: a statement has at most %d", s.cutCues, maxCues))
	}
	slices.SortStableFunc(s.cues, func(x, y position) int { return x.from - y.from })
	for i := range s.cues {
		p := &s.cues[i]
		if p.weak && conditional[p.sentence] {
			continue
		}
		c := statement.Cue{Polarity: p.polarity, Actor: s.whose(p), Text: b.in.Text[p.from:p.to], Start: p.from, End: p.to}
		if p.target.end > p.target.start {
			c.Target = tidy(b.in.Text[p.target.start:p.target.end])
		}
		b.found.Cues = append(b.found.Cues, c)
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "cue", ID: c.Actor, In: inText, Start: p.from, End: p.to, Rule: p.polarity + " " + p.rule, Confidence: p.confidence,
		})
	}
}

// whose is the actor whose wording it is: the one it names, else the speaker of the quote around it, else the issuer; empty if nobody knows.
func (s *speechFinder) whose(p *position) string {
	b := s.builder
	if p.by {
		return b.annotator.actors[p.owner].ID
	}
	n := sort.Search(len(s.uttered), func(n int) bool { return s.uttered[n].from > p.from })
	for k := n - 1; k >= 0 && k >= n-maxTogether; k-- {
		u := &s.uttered[k]
		if p.from >= u.to || !u.direct && s.firstPersonIn(p) {
			continue
		}
		if u.owner == nobody {
			return ""
		}
		return b.annotator.actors[u.owner].ID
	}
	return b.issuerID
}

// firstPersonIn says whether a wording has the first person.
func (s *speechFinder) firstPersonIn(p *position) bool {
	for k := s.wordFrom(p.from); k < len(s.words) && int(s.words[k].start) < p.to; k++ {
		if s.words[k].class&(firstPerson|own) != 0 {
			return true
		}
	}
	return false
}
