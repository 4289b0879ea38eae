package annotate

import (
	"fmt"
	"slices"
	"sort"

	"rostrum/internal/statement"
)

// enter keeps a quote, once for each of those who speak together.
func (s *speechFinder) enter(u uttered) {
	for k := len(s.uttered) - 1; k >= 0 && k >= len(s.uttered)-3; k-- {
		if o := &s.uttered[k]; !u.direct && u.from < o.to && o.from < u.to {
			return
		}
	}
	if u.owner != nobody && s.isHint(u.start) {
		u.sure = min(u.sure, weakConfidence)
	}
	if len(s.uttered) >= maxQuotes {
		s.cut++
		return
	}
	s.uttered = append(s.uttered, u)
	for _, owner := range u.also {
		if len(s.uttered) < maxQuotes && owner != u.owner {
			other := u
			other.owner, other.name, other.also = owner, s.builder.annotator.actors[owner].Name, nil
			s.uttered = append(s.uttered, other)
		}
	}
}

// isHint says whether what stands at a byte names a state by a weak name.
func (s *speechFinder) isHint(at int) bool {
	_, is := slices.BinarySearchFunc(s.builder.hinted, at, func(m match, at int) int { return m.start - at })
	return is
}

// report turns what was found into the findings of the statement.
func (s *speechFinder) report() {
	b := s.builder
	if s.cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d quotes were cut: a statement has at most %d", s.cut, maxQuotes))
	}
	slices.SortStableFunc(s.uttered, func(x, y uttered) int { return x.from - y.from })
	quoted := make(map[int32]bool)
	b.found.Quotes = slices.Grow(b.found.Quotes, len(s.uttered))
	b.found.Evidence = slices.Grow(b.found.Evidence, 2*len(s.uttered))
	for i := range s.uttered {
		u := &s.uttered[i]
		q := statement.Quote{Name: tidy(u.name), Text: b.in.Text[u.from:u.to], Start: u.from, End: u.to, Direct: u.direct, Cue: u.cue}
		if u.owner != nobody {
			actor := &b.annotator.actors[u.owner]
			q.Speaker = actor.ID
			if !quoted[u.owner] {
				quoted[u.owner] = true
				b.quotes(u)
			}
		}
		b.found.Quotes = append(b.found.Quotes, q)
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "quote", ID: q.Speaker, Role: statement.Quoted, In: inText, Start: u.from, End: u.to, Rule: u.rule, Confidence: u.sure,
		})
	}
	b.unmention()
}

// unmention drops the weaker role of those who are quoted: who speaks is not listed as mentioned too.
func (b *builder) unmention() {
	quoted := make(map[string]bool)
	for _, a := range b.found.Actors {
		if a.Role == statement.Quoted {
			quoted[a.ID] = true
		}
	}
	if len(quoted) == 0 {
		return
	}
	b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.Role == statement.Mentioned && quoted[a.ID] })
	b.found.Evidence = slices.DeleteFunc(b.found.Evidence, func(e statement.Evidence) bool { return e.Role == statement.Mentioned && quoted[e.ID] })
}

// inList says whether a place lies in a list of signatories.
func (b *builder) inList(at int) bool {
	n := sort.Search(len(b.lists), func(n int) bool { return b.lists[n].end > at })
	return n < len(b.lists) && b.lists[n].start <= at
}
