package blevestore

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
)

type (
	// phrase matches documents that have the terms at consecutive positions.
	phrase struct {
		field string
		terms []string
	}
	// near matches documents that have all of the different terms within span positions.
	near struct {
		field string
		terms []string
		span  uint32 // the most that the last position may be beyond the first
	}
	// tally is how often a positional leaf stands in the documents that it matched.
	tally struct {
		docs   []uint32
		counts []uint32
	}
)

func (*phrase) cost() int { return costly }
func (*near) cost() int   { return costly }

func (p *phrase) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return m.positional(p, p.field, p.terms, within, occurrences)
}

func (p *near) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return m.positional(p, p.field, p.terms, within, func(positions [][]uint32, _ []int) int {
		if together(positions, p.span) {
			return 1
		}
		return 0
	})
}

// positional finds the documents that have all terms, counts how often they stand as wanted, and keeps the counts for the score.
func (m *matcher) positional(leaf plan, field string, terms []string, within *roaring.Bitmap, count func([][]uint32, []int) int) (*roaring.Bitmap, error) {
	var t tally
	next := make([]int, len(terms))
	err := m.walk(field, terms, within, func(doc uint32, positions [][]uint32) {
		clear(next)
		if n := count(positions, next); n > 0 {
			t.docs, t.counts = append(t.docs, doc), append(t.counts, uint32(n))
		}
	})
	if m.tallies == nil {
		m.tallies = map[plan]tally{}
	}
	m.tallies[leaf] = t
	matched := roaring.New()
	matched.AddMany(t.docs)
	return matched, err
}

// walk visits the documents within that have all terms, with the positions of each term.
func (m *matcher) walk(field string, terms []string, within *roaring.Bitmap, visit func(doc uint32, positions [][]uint32)) error {
	candidates := within
	for _, term := range terms {
		docs, err := m.part.union(field, []string{term})
		if err != nil {
			return err
		}
		docs.And(candidates)
		candidates = docs
	}
	if candidates.IsEmpty() {
		return nil
	}
	dict, err := m.part.Dictionary(field)
	if err != nil {
		return fmt.Errorf("read dictionary %s: %w", field, err)
	}
	readers := make([]*placeReader, len(terms))
	for i, term := range terms {
		if readers[i], err = m.places(dict, term, candidates); err != nil {
			return err
		}
	}
	positions := make([][]uint32, len(terms))
	for i, doc := range m.docs(candidates) {
		if i%checkEvery == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		for j, r := range readers {
			if positions[j], err = r.at(doc); err != nil {
				return err
			}
		}
		visit(doc, positions)
	}
	return nil
}

// occurrences counts the places where the terms follow each other; one in the title counts titleWeight times.
func occurrences(positions [][]uint32, next []int) int {
	n := 0
	for _, first := range positions[0] {
		switch {
		case !follows(positions, next, first):
		case first < textBase:
			n += titleWeight
		default:
			n++
		}
	}
	return n
}

// follows says whether term i stands at first+i for every i. next remembers how far each list was read.
func follows(positions [][]uint32, next []int, first uint32) bool {
	for i := 1; i < len(positions); i++ {
		at := first + uint32(i)
		for next[i] < len(positions[i]) && positions[i][next[i]] < at {
			next[i]++
		}
		if next[i] == len(positions[i]) || positions[i][next[i]] != at {
			return false
		}
	}
	return true
}

// together says whether one position of each list can be chosen so that the last is at most span beyond the first, all of them
// in the title or all in the text.
func together(positions [][]uint32, span uint32) bool {
	next := make([]int, len(positions))
	for {
		lowest, highest, least := uint32(1<<32-1), uint32(0), 0
		for i, n := range next {
			if n == len(positions[i]) {
				return false
			}
			at := positions[i][n]
			if at < lowest {
				lowest, least = at, i
			}
			highest = max(highest, at)
		}
		if highest-lowest <= span && (lowest < textBase) == (highest < textBase) {
			return true
		}
		next[least]++
	}
}
