package annotate

import (
	"fmt"
	"slices"
	"sort"

	"rostrum/internal/statement"
)

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
