package blevestore

import (
	"cmp"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
)

// plan is a compiled query. It gives, of the documents within, those that match; it never changes within and the caller owns
// the result.
type plan interface {
	match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error)
	// cost is the order in which the kids of a conjunction are looked at: cheap ones narrow what dear ones must read.
	cost() int
	// estimate reckons what matching takes in a part, within at most most documents.
	estimate(m *matcher, most int64) (estimate, error)
}

type (
	everything struct{}
	nothing    struct{}
	allOf      struct{ kids []plan } // by cost
	anyOf      struct{ kids []plan }
	noneOf     struct{ kid plan }
	// anyTerm matches documents that carry any of the terms.
	anyTerm struct {
		field string
		terms []string
	}
	// period matches documents whose time t, in unix nanoseconds, has from <= t < to.
	period struct{ from, to int64 }
)

const (
	cheap = iota
	mixed
	costly
)

func (everything) cost() int { return cheap }
func (nothing) cost() int    { return cheap }
func (anyTerm) cost() int    { return cheap }
func (period) cost() int     { return mixed }
func (p noneOf) cost() int   { return max(mixed, p.kid.cost()) }
func (p allOf) cost() int    { return dearest(p.kids) }
func (p anyOf) cost() int    { return dearest(p.kids) }

func dearest(kids []plan) int {
	c := mixed
	for _, k := range kids {
		c = max(c, k.cost())
	}
	return c
}

func (everything) match(_ *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	return within.Clone(), nil
}

func (nothing) match(*matcher, *roaring.Bitmap) (*roaring.Bitmap, error) { return roaring.New(), nil }

func (p allOf) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	kids, err := p.ordered(m, within)
	if err != nil {
		return nil, err
	}
	for _, k := range kids {
		docs, err := k.match(m, within)
		if err != nil || docs.IsEmpty() {
			return docs, err
		}
		within = docs
	}
	return within, nil
}

// ordered gives the kids by cost, and the costly ones by how many documents they may leave.
func (p allOf) ordered(m *matcher, within *roaring.Bitmap) ([]plan, error) {
	first := slices.IndexFunc(p.kids, func(k plan) bool { return k.cost() == costly })
	if first < 0 || first >= len(p.kids)-1 {
		return p.kids, nil
	}
	type reckoned struct {
		plan
		docs int64
	}
	most := int64(within.GetCardinality())
	rest := make([]reckoned, 0, len(p.kids)-first)
	for _, k := range p.kids[first:] {
		e, err := k.estimate(m, most)
		if err != nil {
			return nil, err
		}
		rest = append(rest, reckoned{k, e.docs})
	}
	slices.SortStableFunc(rest, func(a, b reckoned) int { return cmp.Compare(a.docs, b.docs) })
	kids := slices.Clone(p.kids[:first])
	for _, r := range rest {
		kids = append(kids, r.plan)
	}
	return kids, nil
}

func (p anyOf) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs := roaring.New()
	for _, k := range p.kids {
		more, err := k.match(m, within)
		if err != nil {
			return nil, err
		}
		docs.Or(more)
	}
	return docs, nil
}

func (p noneOf) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := p.kid.match(m, within)
	if err != nil {
		return nil, err
	}
	return roaring.AndNot(within, docs), nil
}

func (p anyTerm) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := m.union(p.field, p.terms)
	if err != nil {
		return nil, err
	}
	docs.And(within)
	if within == m.scope && p.field == fieldStems {
		if m.carried == nil {
			m.carried = map[string]uint64{}
		}
		m.carried[p.terms[len(p.terms)-1]] = docs.GetCardinality() // the last is the word itself
	}
	return docs, m.ctx.Err()
}

func (p period) match(m *matcher, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	order, lo, hi, err := m.part.stretch(p)
	if err != nil {
		return nil, err
	}
	switch candidates := int(within.GetCardinality()); {
	case lo == hi:
		return roaring.New(), nil
	case hi-lo == len(order):
		return within.Clone(), nil
	case min(hi-lo, len(order)-(hi-lo)) < candidates:
		docs := bitsOf(order, lo, hi)
		docs.And(within)
		return docs, m.ctx.Err()
	}
	times, err := m.part.times()
	if err != nil {
		return nil, err
	}
	docs := m.docs(within)
	kept := docs[:0]
	for _, d := range docs {
		if t := times[d]; t >= p.from && t < p.to {
			kept = append(kept, d)
		}
	}
	matched := roaring.New()
	matched.AddMany(kept)
	return matched, m.ctx.Err()
}

// newPeriod makes a period of two moments, of which a zero one is open.
func newPeriod(from, to time.Time) period {
	p := period{from: -1 << 63, to: 1<<63 - 1}
	if !from.IsZero() {
		p.from = nanoseconds(from)
	}
	if !to.IsZero() {
		p.to = nanoseconds(to)
	}
	return p
}
