package annotate

import "strings"

const maxApart = 12 // words between a condition and what it is a condition of

// condition keeps the words that ask for something before something else: "unless …", "absent meaningful changes", "if … is not …". Whether
// they are a condition of a position is settled when all positions are known.
func (s *speechFinder) condition(i int, c class) bool {
	first, last := s.sentence(i)
	behind := i + int(s.words[i].length)
	p := position{polarity: conditions, owner: nobody, rule: "condition", confidence: 0.7, sentence: first, from: int(s.words[i].start)}
	switch {
	case s.questioned(i):
		return false
	case c&unless != 0 && s.language("ru") && strings.EqualFold(s.raw(i, i), "пока") && s.words[i].length == 1 && !s.soonHas(behind, maxPassive+maxAgent, negator): // "while"
		return false
	case c&unless != 0:
	case c&lacking != 0:
		if p.rule = "lacking"; !s.soonHas(behind, 6, lacked) {
			return false
		}
	case !s.ifs(i):
		return false
	default:
		p.rule = "if"
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
	for k := behind; c&lacking != 0 && c&unless == 0 && k < to; k++ { // "without changes states should …"
		if k > i+2 && s.words[k].class&(duty|firstPerson|asking) != 0 {
			for to = behind + 1; to < k && !s.has(to-1, lacked); to++ {
			}
		}
	}
	if p.rule == "if" {
		for k := behind; k < to; k++ {
			p.weak = p.weak || s.covered(k, negator|lacked|noSuch)
		}
	}
	p.to = int(s.words[to-1].end)
	if len(s.asked) < maxCues {
		s.asked = append(s.asked, p)
	} else {
		s.cutCues++
	}
	return c&unless != 0
}

// ifs says whether "if" begins a condition here: at the beginning of a clause, or behind what would be done.
func (s *speechFinder) ifs(i int) bool {
	if i > 0 && s.words[i].gap&gapClause == 0 && s.covered(i-1, asking|says|voices|thinks|whenIf|adverb) && !s.han {
		return false
	}
	return s.words[i].class&maybe != 0
}

// conditional gives each condition the position that it is one of, and drops the others. A position that would be taken, or that the condition
// turns, is not reported by itself.
func (s *speechFinder) conditional() {
	if len(s.asked) == 0 {
		return
	}
	of := make(map[int][]int, len(s.cues)) // positions by sentence
	for k := range s.cues {
		of[s.cues[k].sentence] = append(of[s.cues[k].sentence], k)
	}
	for _, c := range s.asked {
		best, apart := -1, maxApart+1
		for _, k := range of[c.sentence] {
			p := &s.cues[k]
			if c.rule == "if" && !c.weak && !p.hidden || c.rule == "lacking" && p.rule == "verb" && !p.hidden ||
				c.rule == "if" && p.rule == "chance" { // "X might sign if Y does" is somebody's guess; "X might sign provided that" is X's condition
				continue
			}
			if n := s.apart(p, &c); n < apart {
				best, apart = k, n
			}
		}
		if best < 0 || len(s.cues) >= maxCues {
			continue
		}
		p := &s.cues[best]
		p.hidden = p.hidden || p.weak
		c.owner, c.by, c.target, c.weak = p.owner, p.by, p.target, false
		if c.target.start < c.to && c.from < c.target.end {
			c.target = region{}
		}
		if c.from <= p.from && p.from < c.to && c.to < p.to {
			p.from = c.to + len(s.text[c.to:p.to]) - len(strings.TrimLeft(s.text[c.to:p.to], " ,"))
		}
		s.cues = append(s.cues, c)
	}
}

// apart counts the words between a position and a condition; more than the bound if they have nothing to do with each other.
func (s *speechFinder) apart(p, c *position) int {
	from, to := p.to, c.from
	if p.from >= c.to {
		from, to = c.to, p.from
	}
	if to < from {
		if c.from >= p.from {
			return 0
		}
		return maxApart + 1
	}
	a, b := s.wordFrom(from), s.wordFrom(to)
	for k := a; k <= b && k < len(s.words); k++ {
		if s.words[k].gap&(gapSemicolon|gapColon) != 0 || k < b && s.words[k].gap&gapComma != 0 && s.covered(k, coordinator) {
			return maxApart + 1
		}
	}
	return b - a
}
