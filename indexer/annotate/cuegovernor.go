package annotate

import (
	"slices"
)

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
