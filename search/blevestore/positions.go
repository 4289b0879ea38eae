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
		nth   int // among the positional leaves of its query
	}
	// near matches documents that have all of the different terms within span positions.
	near struct {
		field string
		terms []string
		span  uint32 // the most that the last position may be beyond the first
		nth   int
	}
	// positionalPlan is a phrase or a near-query.
	positionalPlan interface {
		plan
		// key tells it from all others of a query.
		key() string
	}
	// tally is how often a positional leaf stands in the documents that it matched.
	tally struct {
		docs   []uint32
		counts []uint32
	}
)

func (*phrase) cost() int { return costly }
func (*near) cost() int   { return costly }

func (p *phrase) key() string { return fmt.Sprintf("%d %s %q", p.nth, p.field, p.terms) }
func (p *near) key() string   { return fmt.Sprintf("%d %s %q ~%d", p.nth, p.field, p.terms, p.span) }

func (p *phrase) estimate(m *matcher, most int64) (estimate, error) {
	if pair := m.part.onePair(p, most); pair != nil {
		docs := min(most, int64(len(pair)/likelyRecord))
		return estimate{work: int64(len(pair)) * costPairByte, docs: docs, others: docs}, nil
	}
	return m.positionalEstimate(p.field, p.terms, most, p.units)
}

func (p *near) estimate(m *matcher, most int64) (estimate, error) {
	return m.positionalEstimate(p.field, p.terms, most, p.units)
}

func (p *phrase) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	if pair := m.part.onePair(p, int64(within.GetCardinality())); pair != nil {
		return m.pair(p, pair, within)
	}
	order := make([]int, len(p.terms))
	var starts []uint32
	return m.positional(p, p.field, p.terms, within, p.units, func(units []unit, runs []run) (n int) {
		starts, n = occurrences(units, runs, order[:len(units)], starts[:0])
		return n
	})
}

func (p *near) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return m.positional(p, p.field, p.terms, within, p.units, func(_ []unit, runs []run) int {
		if together(runs, p.span) {
			return 1
		}
		return 0
	})
}

// units are what is read for a phrase in a part: its words, or pairs of them.
func (p *phrase) units(in *part, candidates int64) []unit {
	return in.cover(p.field, p.terms, candidates)
}

// units are the words themselves, in the order of which nothing depends.
func (p *near) units(*part, int64) []unit { return eachUnit(p.terms) }

// positional finds the documents that have all terms, counts how often they stand as wanted, and keeps the counts for the score.
func (m *matcher) positional(leaf positionalPlan, field string, terms []string, within *roaring.Bitmap,
	unitsFor func(*part, int64) []unit, count func([]unit, []run) int,
) (*roaring.Bitmap, error) {
	var t tally
	err := m.walk(field, terms, within, unitsFor, func(doc uint32, units []unit, runs []run) {
		if n := count(units, runs); n > 0 {
			t.docs, t.counts = append(t.docs, doc), append(t.counts, uint32(n))
		}
	})
	return m.tallied(leaf, t), err
}

// tallied keeps how often a leaf stands where, and gives where.
func (m *matcher) tallied(leaf positionalPlan, t tally) *roaring.Bitmap {
	if m.tallies == nil {
		m.tallies = map[string]tally{}
	}
	m.tallies[leaf.key()] = t
	matched := roaring.New()
	matched.AddMany(t.docs)
	return matched
}

// walk visits the documents within that have all terms, with the positions of each unit.
func (m *matcher) walk(field string, terms []string, within *roaring.Bitmap, unitsFor func(*part, int64) []unit, visit func(uint32, []unit, []run)) error {
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
	n := int64(candidates.GetCardinality())
	units := unitsFor(m.part, n)
	if err := m.budget.spend(m.part.placesCost(field, units, n)); err != nil {
		return err
	}
	dict, err := m.part.Dictionary(field)
	if err != nil {
		return fmt.Errorf("read dictionary %s: %w", field, err)
	}
	readers := make([]*placeReader, len(units))
	for i, u := range units {
		if readers[i], err = m.places(dict, field, u.term, candidates); err != nil {
			return err
		}
	}
	runs := make([]run, len(units))
	for i, doc := range m.docs(candidates) {
		if i%checkEvery == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		for j, r := range readers {
			if runs[j], err = r.at(doc); err != nil {
				return err
			}
		}
		visit(doc, units, runs)
	}
	return nil
}

// occurrences counts the places where the units stand as in the phrase; one in the title counts titleWeight times. It begins with the term that
// stands least often, and reads the others only as far as one may still be found. order and starts are memory to be used.
func occurrences(units []unit, runs []run, order []int, starts []uint32) ([]uint32, int) {
	for i := range runs { // sorted by insertion: there are few
		at := i
		for ; at > 0 && runs[order[at-1]].size() > runs[i].size(); at-- {
			order[at] = order[at-1]
		}
		order[at] = i
	}
	first := order[0]
	for r := &runs[first]; r.next(); {
		if r.at > units[first].offset {
			starts = append(starts, r.at-units[first].offset)
		}
	}
	for _, i := range order[1:] {
		if len(starts) == 0 {
			return starts, 0
		}
		starts = runs[i].keep(starts, units[i].offset)
	}
	n := 0
	for _, start := range starts {
		if n++; start < textBase {
			n += titleWeight - 1
		}
	}
	return starts, n
}

// together says whether one position of each run can be chosen so that the last is at most span beyond the first, all of them
// in the title or all in the text.
func together(runs []run, span uint32) bool {
	for i := range runs {
		if !runs[i].next() {
			return false
		}
	}
	for {
		least, highest := 0, uint32(0)
		for i := range runs {
			if runs[i].at < runs[least].at {
				least = i
			}
			highest = max(highest, runs[i].at)
		}
		lowest := runs[least].at
		if highest-lowest <= span && (lowest < textBase) == (highest < textBase) {
			return true
		}
		if !runs[least].next() {
			return false
		}
	}
}
