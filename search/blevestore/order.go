package blevestore

import (
	"cmp"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/search"
)

// The documents of a segment in the order of their times: a period is a stretch of it, and the first page by date stands at one of its ends.

// byTime lists the documents of a part by time, and by id within a time.
func (p *part) byTime() ([]uint32, error) {
	return p.columns.byTime.get(func() ([]uint32, error) {
		times, err := p.times()
		if err != nil {
			return nil, err
		}
		ranks, err := p.ranks()
		if err != nil {
			return nil, err
		}
		order := make([]uint32, len(times))
		for i := range order {
			order[i] = uint32(i)
		}
		slices.SortFunc(order, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(ranks.of[a], ranks.of[b]))
		})
		return order, nil
	})
}

// stretch says which places of byTime a period has: from lo, to hi exclusive.
func (p *part) stretch(of period) (order []uint32, lo, hi int, err error) {
	times, err := p.times()
	if err != nil {
		return nil, 0, 0, err
	}
	if order, err = p.byTime(); err != nil {
		return nil, 0, 0, err
	}
	lo = sort.Search(len(order), func(i int) bool { return times[order[i]] >= of.from })
	hi = sort.Search(len(order), func(i int) bool { return times[order[i]] >= of.to })
	return order, lo, max(lo, hi), nil
}

// bitsOf gathers the documents of a stretch, or of all but a stretch where these are fewer, in a plain bit set. What is set beyond the last
// document is for the caller to mask.
func bitsOf(order []uint32, lo, hi int) *roaring.Bitmap {
	bits := make([]uint64, (len(order)+63)/64)
	set := func(docs []uint32) {
		for _, d := range docs {
			bits[d/64] |= 1 << (d % 64)
		}
	}
	if hi-lo <= len(order)/2 {
		set(order[lo:hi])
		return roaring.FromDense(bits, false)
	}
	set(order[:lo])
	set(order[hi:])
	for i := range bits {
		bits[i] = ^bits[i]
	}
	return roaring.FromDense(bits, false)
}

// bestByDate gives the first documents as best does, by walking byTime from where they must stand; ok is false where reading the matches
// themselves is shorter.
func (m *matcher) bestByDate(r *request, matched *roaring.Bitmap, limit int) (top []ranked, ok bool, err error) {
	n := int(matched.GetCardinality())
	times, err := m.part.times()
	if err != nil {
		return nil, false, err
	}
	order, err := m.part.byTime()
	if err != nil {
		return nil, false, err
	}
	ranks, err := m.part.ranks()
	if err != nil {
		return nil, false, err
	}
	place := uint32(0)
	if r.after != nil {
		if place, err = m.part.placeAfter(ranks, r.after.ID); err != nil {
			return nil, false, err
		}
	}
	for steps, at := 0, m.begin(r, order, times); len(top) < limit; {
		from, to := m.equal(r, order, times, at)
		if from == to {
			return top, true, nil
		}
		if steps += to - from; steps > n {
			return nil, false, nil
		}
		for _, doc := range order[from:to] {
			if !matched.Contains(doc) {
				continue
			}
			next := ranked{key: dateKey(r.Order, times[doc]), rank: ranks.of[doc], doc: doc, part: m.part}
			if r.after != nil && next.key == r.after.Key && next.rank < place {
				continue
			}
			if top = append(top, next); len(top) == limit {
				break
			}
		}
		if at = to; r.Order == search.Newest {
			at = from
		}
	}
	return top, true, nil
}

// dateKey is what a document is sorted by: the lower first.
func dateKey(order search.Order, t int64) int64 {
	if order == search.Newest {
		return ^t // the later first, without an overflow
	}
	return t
}

// begin is where the walk of an order begins: by newest it goes down from there, by oldest up.
func (m *matcher) begin(r *request, order []uint32, times []int64) int {
	switch newest := r.Order == search.Newest; {
	case r.after == nil && newest:
		return len(order)
	case r.after == nil:
		return 0
	case newest:
		t := ^r.after.Key
		return sort.Search(len(order), func(i int) bool { return times[order[i]] > t })
	default:
		return sort.Search(len(order), func(i int) bool { return times[order[i]] >= r.after.Key })
	}
}

// equal gives the documents of one time next to a place, on the side to which the walk goes; none at the end.
func (m *matcher) equal(r *request, order []uint32, times []int64, at int) (from, to int) {
	if from, to = at, at; r.Order == search.Newest {
		for from > 0 && times[order[from-1]] == times[order[at-1]] {
			from--
		}
		return from, to
	}
	for to < len(order) && times[order[to]] == times[order[at]] {
		to++
	}
	return from, to
}
