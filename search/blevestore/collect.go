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

	"rostrum/search"
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

// best gives the limit first documents of a part that come after the cursor, in no order, with their ids.
func (m *matcher) best(docs []uint32, keys []int64, limit int, after *cursor) ([]ranked, error) {
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
	top := make(worst, 0, limit+1)
	for i, doc := range docs {
		r := ranked{key: keys[i], rank: order.of[doc], doc: doc, part: m.part}
		if after != nil && (r.key < after.Key || r.key == after.Key && r.rank < place) {
			continue
		}
		if len(top) == limit {
			if limit == 0 || !r.before(top[0]) {
				continue
			}
			top[0] = r
			heap.Fix(&top, 0)
			continue
		}
		heap.Push(&top, r)
	}
	for i := range top {
		id, err := m.part.DocID(uint64(top[i].doc))
		if err != nil {
			return nil, fmt.Errorf("read id: %w", err)
		}
		top[i].id = string(id)
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

// merge puts the best documents of all parts in order.
func merge(parts [][]ranked, limit int) []ranked {
	all := slices.Concat(parts...)
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.key, b.key), strings.Compare(a.id, b.id))
	})
	return all[:min(limit, len(all))]
}

// keys gives what the documents of a part are sorted by.
func (m *matcher) keys(r *request, docs []uint32, matched *roaring.Bitmap) ([]int64, error) {
	keys := make([]int64, len(docs))
	if r.Order == search.Relevance {
		return keys, m.scoreKeys(r, docs, matched, keys)
	}
	times, err := m.part.times()
	if err != nil {
		return nil, err
	}
	for i, doc := range docs {
		keys[i] = times[doc]
		if r.Order == search.Newest {
			keys[i] = ^times[doc] // the later first, without an overflow
		}
	}
	return keys, nil
}

// scoreKeys writes scores as keys: positive floats sort as their bits do, and the higher comes first.
func (m *matcher) scoreKeys(r *request, docs []uint32, matched *roaring.Bitmap, keys []int64) error {
	scores := make([]float64, len(docs))
	next := 0
	for i, leaf := range r.leaves {
		n := len(leaf.words())
		if slices.Contains(r.statistics.Unscored, i) {
			next += n
			continue
		}
		if err := leaf.add(m, &r.statistics, r.statistics.Carriers[next:next+n], docs, matched, scores); err != nil {
			return err
		}
		next += n
	}
	if err := m.freshen(&r.statistics, docs, scores); err != nil {
		return err
	}
	for i, s := range scores {
		keys[i] = ^int64(math.Float64bits(s))
	}
	return nil
}

func (r ranked) score() float64 { return math.Float64frombits(uint64(^r.key)) }
