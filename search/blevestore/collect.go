package blevestore

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// ranked is a document with what it is sorted by: the lower key first, then the lower id.
type ranked struct {
	key  int64
	rank uint32 // of the id within its part
	doc  uint32
	part *part
	id   string // filled for those that may be shown
}

// worst is a heap of the best documents so far, the worst of them on top.
type worst []ranked

func (w worst) Len() int           { return len(w) }
func (w worst) Less(i, j int) bool { return w[j].before(w[i]) }
func (w worst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worst) Push(x any)        { *w = append(*w, x.(ranked)) }
func (w *worst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// before orders documents of one part.
func (r ranked) before(o ranked) bool {
	return r.key < o.key || r.key == o.key && r.rank < o.rank
}

// best gives the limit first documents of a part that come after the cursor, in no order.
func (m *matcher) best(docs []uint32, key func(i int, worst int64) int64, limit int, after *cursor) ([]ranked, error) {
	order, err := m.part.ranks()
	if err != nil {
		return nil, err
	}
	place := uint32(0)
	if after != nil {
		if place, err = m.part.placeAfter(order, after.ID); err != nil {
			return nil, err
		}
	}
	top, most := make(worst, 0, limit+1), int64(math.MaxInt64)
	for i, doc := range docs {
		k := key(i, most)
		if k > most {
			continue
		}
		r := ranked{key: k, rank: order.of[doc], doc: doc, part: m.part}
		if after != nil && (r.key < after.Key || r.key == after.Key && r.rank < place) {
			continue
		}
		if len(top) < limit {
			heap.Push(&top, r)
		} else if r.before(top[0]) {
			top[0] = r
			heap.Fix(&top, 0)
		}
		if len(top) == limit {
			most = top[0].key
		}
	}
	return top, nil
}

// placeAfter gives how many ids of a part are at or before id.
func (p *part) placeAfter(order *ranks, id string) (uint32, error) {
	var failed error
	place := sort.Search(len(order.at), func(i int) bool {
		at, err := p.DocID(uint64(order.at[i]))
		if err != nil {
			failed = fmt.Errorf("read id: %w", err)
		}
		return string(at) > id
	})
	return uint32(place), failed
}

// merge puts the best documents of all parts in order. Ids are read of those alone that may be shown.
func merge(parts [][]ranked, limit int) ([]ranked, error) {
	all := slices.Concat(parts...)
	slices.SortFunc(all, func(a, b ranked) int { return cmp.Compare(a.key, b.key) })
	if n := min(limit, len(all)); n > 0 {
		worst := all[n-1].key
		all = all[:sort.Search(len(all), func(i int) bool { return all[i].key > worst })]
	}
	for i := range all {
		id, err := all[i].part.DocID(uint64(all[i].doc))
		if err != nil {
			return nil, fmt.Errorf("read id: %w", err)
		}
		all[i].id = string(id)
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.key, b.key), strings.Compare(a.id, b.id))
	})
	return all[:min(limit, len(all))], nil
}

// dateKeys gives what the documents of a part are sorted by in an order by date.
func (m *matcher) dateKeys(r *request, docs []uint32, _ *roaring.Bitmap, _ []float64) (func(i int, worst int64) int64, error) {
	times, err := m.part.times()
	return func(i int, _ int64) int64 { return dateKey(r.Order, times[docs[i]]) }, err
}

// scoreKeys gives scores as keys; scores is zeros beside docs. A document that comes after the worst that may be shown even if it is brand-new is given any key after that:
// most are.
func (m *matcher) scoreKeys(r *request, docs []uint32, matched *roaring.Bitmap, scores []float64) (func(i int, worst int64) int64, error) {
	next := 0
	for i, leaf := range r.leaves {
		n := len(leaf.words())
		if slices.Contains(r.statistics.Unscored, i) {
			next += n
			continue
		}
		if err := leaf.add(m, &r.statistics, r.statistics.Carriers[next:next+n], docs, matched, scores); err != nil {
			return nil, err
		}
		next += n
	}
	times, err := m.part.times()
	return func(i int, worst int64) int64 {
		if k := scoreKey((scores[i] + leastScore) * mostFresh); k > worst {
			return k
		}
		return scoreKey((scores[i] + leastScore) * r.statistics.fresh(times[docs[i]]))
	}, err
}

// scoreKey writes a score as a key: positive floats sort as their bits do, and the higher comes first.
func scoreKey(score float64) int64 { return ^int64(math.Float64bits(score)) }

func (r ranked) score() float64 { return math.Float64frombits(uint64(^r.key)) }
