package annotate

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// governor is what the words before a verb of position make of it.
type governor struct {
	first    bool // the first person governs it
	actor    speaker
	asked    bool // somebody is asked to do it
	duty     bool // somebody should do it
	negated  bool
	unwilled bool // the negation is a will: refuses to, will not
	maybe    bool // it could, or would
	silent   bool // what it says is not to be told
	from     int  // the word with which the wording begins
	group    int  // the first word of the verb with its auxiliaries
	object   region
	sentence int
}

func (g *governor) none() bool { return !g.first && !g.asked && !g.duty && g.actor.owner == nobody }

// governor reads leftwards what governs the verb at word i.
func (s *speechFinder) governor(i int) governor {
	g := governor{actor: speaker{owner: nobody}, from: i}
	g.sentence, _ = s.sentence(i)
	j, marker := s.toward(&g, i), s.words[i].gap&gapClause != 0 && !s.han
	for ; j >= 0 && !marker && s.words[j+1].gap&(gapClause&^gapComma) == 0; j-- {
		phrase := s.words[s.phraseFrom(j)].class
		switch {
		case s.covered(j, firstPerson) && phrase&adverb == 0, s.covered(j, firstPerson) && s.words[j].class&firstPerson != 0:
		case phrase&adverb != 0 && phrase&(negator|maybe|noSuch|duty) == 0:
			g.silent, g.first = g.silent || phrase&formerly != 0, g.first || phrase&own != 0
			if phrase&own != 0 {
				g.from = s.phraseFrom(j)
			}
			continue
		case s.language("en") && strings.HasSuffix(s.raw(j, j), "ly") && s.words[j].named == 0:
			continue
		case phrase&formerly != 0 && phrase&(opposing|supporting) == 0:
			g.silent = true
			continue
		case s.covered(j, negator|unwilling) && !s.covered(j, duty):
			s.negates(&g, j)
			j = s.phraseFrom(j)
			g.from = j
			continue
		case s.covered(j, maybe), s.possibly(j):
			g.maybe = true
			if s.words[j].class&own != 0 {
				g.first, g.from = true, j
			}
			continue
		case s.covered(j, duty):
			if s.covered(j, negator) {
				s.negates(&g, j)
			}
			g.duty, j = true, s.phraseFrom(j)
			g.from = j
			continue
		case s.has(j, infinitive) && s.words[i].class&own == 0 && (s.builder.words.Language != "es" || !s.covered(j, pronoun)):
			g.group = j + 1
			return s.asking(g, j)
		case s.covered(j, auxiliary|adverb|being) && !s.covered(j, opposing|supporting), s.has(j, coordinator) && j > 0 && s.covered(j-1, adverb), s.clitic(j, i):
			continue
		}
		break
	}
	if g.group = j + 1; g.first {
		return g
	}
	if s.words[i].class&own != 0 {
		g.maybe = g.maybe || s.words[i].class&favouring != 0 && !g.negated // "we shall sign", if something is the case
		if g.first = true; j >= 0 && s.covered(j, firstPerson) && s.words[j+1].gap&gapClause == 0 {
			g.from = s.phraseFrom(j)
		}
		return g
	}
	switch {
	case j >= 0 && s.covered(j, firstPerson) && s.words[j+1].gap&gapSentence == 0:
		g.first, g.from = true, s.phraseFrom(j)
	case (s.language("ru", "zh", "ar") || s.language("fr") && j >= 0 && s.covered(j, asking) || s.subjunctive(i)) && s.words[i].class&(favouring|stopping) != 0:
		if a := s.asking(g, min(i, g.group)-1); a.asked || a.duty && !g.duty {
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
		if g.duty = s.words[i].class&(favouring|stopping) != 0; g.duty && j >= 0 {
			if np := s.targetBefore(j); np.end > 0 {
				g.from = s.wordFrom(np.start)
			}
		}
		return
	}
	if j >= 0 && s.prior.sentence == g.sentence && s.coordinated(i, j) && !s.prior.none() {
		if s.words[i].class&opposing == 0 || s.words[i].class&supporting == 0 {
			own := *g
			*g = s.prior
			g.negated, g.unwilled, g.from, g.group = own.negated, own.unwilled, own.from, own.group
			g.maybe, g.silent = g.maybe || own.maybe, g.silent || own.silent
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
		case (s.language("ar", "zh") || s.language("fr", "es") && s.has(k+int(w.length), that)) && w.class&duty != 0 && j-k <= 6 && (k == j || s.words[k+1].gap&gapClause == 0):
			if g.duty, g.from = true, s.phraseFrom(k); s.covered(k, negator) || g.from > 0 && s.has(g.from-1, negator) {
				s.negates(&g, k)
			}
			g.group = g.from
			return g
		case w.class&unwilling != 0 && j-k <= 2, s.has(k, negator) && j-k <= 1:
			s.negates(&g, k)
		case s.has(k, negator) && g.negated && j-k <= 5 && s.language("en"):
			g.silent = true
		case w.class&firstPerson != 0 && j-k <= 4:
			g.first, g.from = true, k
			return g
		case w.class&maybe != 0 && !g.duty:
			g.maybe = true
			if w.class&own != 0 {
				g.first, g.from = true, k
			}
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
		g.silent = g.silent || k > 0 && s.has(k-1, negator) && s.words[k].gap&gapClause == 0
		return g
	}
	if s.language("en") && k > 0 && s.soonBefore(k, being) && !strings.Contains(s.phrase(k), "ing") { // "was urged to"
		g.asked, g.silent = false, true
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
	if s.language("en") && k > 0 && s.has(k-1, infinitive) { // "we are proud to join X to call on"
		for n := k - 2; n >= 0 && k-n <= maxGoverns && s.words[n+1].gap&gapSentence == 0 && s.words[n].class&says == 0; n-- {
			if s.covered(n, firstPerson) {
				g.first = true
				return g
			}
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

// negates turns a verb of position by the negation that covers word j. Two that are no concord say nothing that could be told.
func (s *speechFinder) negates(g *governor, j int) {
	will := s.covered(j, unwilling)
	g.silent = g.silent || g.negated && (s.language("en", "zh") || will && !s.covered(j, negator) || g.unwilled)
	g.negated, g.unwilled = true, g.unwilled || will
}

// possibly says whether an Arabic word makes what the verb behind it says possible: "قد" before the present.
func (s *speechFinder) possibly(j int) bool {
	if !s.language("ar") || j+1 >= len(s.words) || s.raw(j, j) != "قد" {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s.raw(j+1, j+1))
	return strings.ContainsRune("يتنأ", next)
}

// subjunctive says whether a verb stands behind "that" and its own subject: "que los Estados abandonen".
func (s *speechFinder) subjunctive(i int) bool {
	return s.language("es") && strings.HasSuffix(s.raw(i, i), "n") || s.language("fr") && strings.HasSuffix(s.raw(i, i), "nt")
}

// clitic says whether a word is an object before its verb: "lo rechazó".
func (s *speechFinder) clitic(j, verb int) bool {
	return j == verb-1 && s.language("es", "fr") && strings.Contains(" lo la los las le les l ", " "+s.raw(j, j)+" ") && s.words[verb].class&(own|favouring|stopping|passive) == 0 && s.words[verb].gap&gapClause == 0
}

// coordinated says whether the verb at word i goes on with the subject of the verb of position before, behind word j: "and reject". What is
// relative, or a noun as well, does not.
func (s *speechFinder) coordinated(i, j int) bool {
	behind := i + int(s.words[i].length)
	if s.language("en") && behind < len(s.words) && s.words[behind].gap&gapClause == 0 && strings.Contains(" of for from ", " "+s.raw(behind, behind)+" ") {
		return false
	}
	switch {
	case s.words[j+1].gap&gapComma != 0:
		return true
	case s.covered(j, coordinator):
		return !strings.EqualFold(s.raw(j, j), "with")
	}
	return s.covered(j, clause) && (s.han || strings.Contains(" but or mais ou pero или но لكن 但 但是 并 ", " "+strings.ToLower(s.raw(j, j))+" "))
}

// toward reads the Chinese order that puts what a position is about before its verb, "对…表示遗憾", and gives the word before it.
func (s *speechFinder) toward(g *governor, i int) int {
	j := i - 1
	if !s.han || j < 0 || s.words[i].class&(favouring|stopping) != 0 {
		return j
	}
	for j >= 0 && i-j < 6 && s.words[j+1].gap&gapClause == 0 && s.covered(j, adverb) {
		j--
	}
	if j == i-1 && s.words[i].length < 3 { // "表示遗憾" has its adverb in it
		return j
	}
	for k := j; k >= 0 && j-k < 2*maxTarget && s.words[k+1].gap&gapClause == 0; k-- {
		if w := s.raw(k, k); w == "对" || w == "對" {
			g.object = region{int(s.words[k+1].start), int(s.words[j].end)}
			return k - 1
		}
		if s.words[k].class&firstPerson != 0 {
			break
		}
	}
	return i - 1
}
