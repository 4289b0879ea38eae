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
)

func (phrase) cost() int { return costly }
func (near) cost() int   { return costly }

func (p phrase) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return m.positional(p.field, p.terms, within, func(positions [][]uint32) bool { return occurrences(positions, 1) > 0 })
}

func (p near) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return m.positional(p.field, p.terms, within, func(positions [][]uint32) bool { return together(positions, p.span) })
}

// positional finds the documents that have all terms, and keeps those whose positions are as wanted.
func (m *matcher) positional(field string, terms []string, within *roaring.Bitmap, wanted func([][]uint32) bool) (*roaring.Bitmap, error) {
	matched := roaring.New()
	err := m.walk(field, terms, within, func(doc uint32, positions [][]uint32) {
		if wanted(positions) {
			matched.Add(doc)
		}
	})
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

// occurrences counts the places where the terms follow each other; one in the title counts titleWeight times weight.
func occurrences(positions [][]uint32, weight int) int {
	n := 0
	next := make([]int, len(positions))
	for _, first := range positions[0] {
		if follows(positions, next, first) {
			if first < textBase {
				n += weight
			} else {
				n++
			}
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
