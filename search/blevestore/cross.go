package blevestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/search"
)

// axis gives the values of a part's documents by ordinals of its own.
type axis struct {
	ids    []string
	append func(dst []uint32, doc uint32) []uint32
}

const nanosAWeek = int64(7 * 24 * time.Hour)

// Cross counts pairs of values in two passes over the columns: the first finds which rows and columns are kept, the second counts
// their cells. Counts are exact.
func (s *Store) Cross(ctx context.Context, r search.CrossRequest) (search.Cross, error) {
	began := time.Now()
	snap, err := s.snapshot()
	if err != nil {
		return search.Cross{}, err
	}
	defer snap.close()
	c, err := s.crossIn(ctx, snap, r)
	if err != nil {
		return search.Cross{}, fmt.Errorf("count pairs: %w", ended(err))
	}
	s.metrics.searched("cross", began)
	return c, nil
}

// crossed is what one part has of a cross-count.
type crossed struct {
	docs       []uint32
	rows, cols axis
	rowCounts  []int
	colCounts  []int
	cells      []int
}

func (s *Store) crossIn(ctx context.Context, snap *snapshot, r search.CrossRequest) (search.Cross, error) {
	c := compiler{options: &s.options, snap: snap}
	p, err := c.compile(r.Query)
	if err != nil {
		return search.Cross{}, err
	}
	work, err := snap.reckon(ctx, p, r.Copies, s.options.MaxReading)
	if err != nil {
		return search.Cross{}, err
	}
	leave, err := admitted(ctx, r.Admit, time.Duration(work.work+work.counting(2)))
	if err != nil {
		return search.Cross{}, err
	}
	defer leave()
	matchers, matched, err := snap.matchReckoned(ctx, p, r.Copies, s.options.MaxReading, work)
	if err != nil {
		return search.Cross{}, err
	}
	parts := make([]crossed, len(snap.parts))
	err = snap.each(ctx, func(ctx context.Context, i int, _ *part) (err error) {
		m := &matchers[i]
		m.ctx = ctx
		if r.Cols != "" || r.Rows == search.AxisWeek {
			parts[i].docs = appendDocs(nil, matched[i])
		}
		if parts[i].rows, parts[i].rowCounts, err = s.axis(m, r.Rows, parts[i].docs, matched[i]); err != nil || r.Cols == "" {
			return err
		}
		parts[i].cols, parts[i].colCounts, err = s.axis(m, r.Cols, parts[i].docs, matched[i])
		return err
	})
	if err != nil {
		return search.Cross{}, err
	}
	out := search.Cross{Notes: c.notes}
	for _, m := range matched {
		out.Total += int(m.GetCardinality())
	}
	out.Rows = keep(&out, r.Rows, r.MaxRows, parts, func(p *crossed) ([]string, []int) { return p.rows.ids, p.rowCounts })
	if r.Cols != "" {
		out.Cols = keep(&out, r.Cols, r.MaxCols, parts, func(p *crossed) ([]string, []int) { return p.cols.ids, p.colCounts })
	}
	err = snap.each(ctx, func(ctx context.Context, i int, _ *part) error { return parts[i].count(ctx, out.Rows, out.Cols) })
	if err != nil {
		return search.Cross{}, err
	}
	out.Cells = make([][]int, len(out.Rows))
	for i := range out.Rows {
		out.Cells[i] = make([]int, len(out.Cols))
		for _, p := range parts {
			for j := range out.Cols {
				out.Cells[i][j] += p.cells[i*len(out.Cols)+j]
			}
		}
	}
	return out, nil
}

// keep adds up the counts of all parts: periods in their order and all of them, others the most frequent.
func keep(out *search.Cross, name string, limit int, parts []crossed, of func(*crossed) ([]string, []int)) []search.Count {
	total := map[string]int{}
	for i := range parts {
		ids, counts := of(&parts[i])
		for ord, n := range counts {
			if n > 0 {
				total[ids[ord]] += n
			}
		}
	}
	kept := make([]search.Count, 0, len(total))
	for id, n := range total {
		kept = append(kept, search.Count{ID: id, Count: n})
	}
	if inTime(name) {
		slices.SortFunc(kept, func(a, b search.Count) int { return strings.Compare(a.ID, b.ID) })
		return kept
	}
	slices.SortFunc(kept, func(a, b search.Count) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.ID, b.ID)) })
	if limit > 0 && len(kept) > limit && name != search.FacetPhase {
		out.Notes = append(out.Notes, fmt.Sprintf("Of %d values of %s the %d most frequent are given.", len(kept), name, limit))
		kept = kept[:limit]
	}
	return kept
}

func inTime(name string) bool {
	return name == search.FacetMonth || name == search.AxisWeek || name == search.AxisYear
}

// count fills the cells of a part.
func (p *crossed) count(ctx context.Context, rows, cols []search.Count) error {
	p.cells = make([]int, len(rows)*len(cols))
	if len(p.cells) == 0 {
		return nil
	}
	rowAt, colAt := keptAt(p.rows.ids, rows), keptAt(p.cols.ids, cols)
	var rowOrds, colOrds []uint32
	for i, doc := range p.docs {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		rowOrds, colOrds = p.rows.append(rowOrds[:0], doc), p.cols.append(colOrds[:0], doc)
		for _, ro := range rowOrds {
			row := rowAt[ro]
			if row < 0 {
				continue
			}
			for _, co := range colOrds {
				if col := colAt[co]; col >= 0 {
					p.cells[row*len(cols)+col]++
				}
			}
		}
	}
	return nil
}

// keptAt gives for each ordinal where its id is kept; -1 where it is not.
func keptAt(ids []string, kept []search.Count) []int {
	at := make(map[string]int, len(kept))
	for i, k := range kept {
		at[k.ID] = i
	}
	out := make([]int, len(ids))
	for ord, id := range ids {
		place, ok := at[id]
		if !ok {
			place = -1
		}
		out[ord] = place
	}
	return out
}

// axis opens an axis over the matched documents of a part, and counts its values. docs are the matched ones; weeks alone need them here.
func (s *Store) axis(m *matcher, name string, docs []uint32, matched *roaring.Bitmap) (axis, []int, error) {
	switch name {
	case search.FacetPhase:
		return m.phaseAxis(s.options.Phases, matched)
	case search.AxisWeek:
		return m.weekAxis(docs)
	case search.AxisYear:
		return m.yearAxis(matched)
	}
	field, ok := facetFields[name]
	if !ok {
		return axis{}, nil, invalid("axis", fmt.Sprintf("nothing is counted by %q", name), "use a facet, week, month or year")
	}
	return m.valueAxis(field, matched)
}

// valueAxis has the values of a keyword field, a lead's with what its group adds.
func (m *matcher) valueAxis(field string, matched *roaring.Bitmap) (axis, []int, error) {
	docs, err := m.over(matched)
	if err != nil {
		return axis{}, nil, err
	}
	own, counts, err := m.valueCounts(field, &docs)
	if err != nil {
		return axis{}, nil, err
	}
	heads, err := m.part.heads()
	if err != nil {
		return axis{}, nil, err
	}
	if m.copies || len(heads) == 0 || !unionFields[field] {
		return axis{own.values, func(dst []uint32, doc uint32) []uint32 {
			return append(dst, own.of[own.start[doc]:own.start[doc+1]]...)
		}}, counts, nil
	}
	more, moreCounts, err := m.valueCounts(unionPrefix+field, &docs)
	if err != nil {
		return axis{}, nil, err
	}
	offset := uint32(len(own.values))
	return axis{slices.Concat(own.values, more.values), func(dst []uint32, doc uint32) []uint32 {
		dst = append(dst, own.of[own.start[doc]:own.start[doc+1]]...)
		for _, ord := range more.of[more.start[doc]:more.start[doc+1]] {
			dst = append(dst, offset+ord)
		}
		return dst
	}}, slices.Concat(counts, moreCounts), nil
}

// yearAxis has the years of the months.
func (m *matcher) yearAxis(matched *roaring.Bitmap) (axis, []int, error) {
	docs, err := m.over(matched)
	if err != nil {
		return axis{}, nil, err
	}
	months, inMonth, err := m.valueCounts(fieldMonth, &docs)
	if err != nil {
		return axis{}, nil, err
	}
	a := axis{}
	var counts []int
	year := make([]uint32, len(months.values)) // of each month; months are in their order
	for i, month := range months.values {
		y, _, _ := strings.Cut(month, "-")
		if len(a.ids) == 0 || a.ids[len(a.ids)-1] != y {
			a.ids, counts = append(a.ids, y), append(counts, 0)
		}
		year[i] = uint32(len(a.ids) - 1)
		counts[year[i]] += inMonth[i]
	}
	a.append = func(dst []uint32, doc uint32) []uint32 {
		for _, ord := range months.of[months.start[doc]:months.start[doc+1]] {
			dst = append(dst, year[ord])
		}
		return dst
	}
	return a, counts, nil
}

// weekOf counts weeks from the Monday before 1970.
func weekOf(nanos int64) int64 {
	const toMonday = 3 * int64(24*time.Hour) // 1 January 1970 was a Thursday
	if nanos > 1<<63-1-toMonday {
		nanos = 1<<63 - 1 - toMonday
	}
	n := nanos + toMonday
	week := n / nanosAWeek
	if n%nanosAWeek < 0 {
		week--
	}
	return week
}

func (m *matcher) weekAxis(docs []uint32) (axis, []int, error) {
	times, err := m.part.times()
	if err != nil || len(docs) == 0 {
		return axis{}, nil, err
	}
	first, last := weekOf(times[docs[0]]), weekOf(times[docs[0]])
	for _, doc := range docs {
		w := weekOf(times[doc])
		first, last = min(first, w), max(last, w)
	}
	a := axis{ids: make([]string, 0, last-first+1)}
	monday := time.Date(1969, 12, 29, 0, 0, 0, 0, time.UTC)
	for w := first; w <= last; w++ {
		a.ids = append(a.ids, monday.AddDate(0, 0, int(w)*7).Format(time.DateOnly))
	}
	a.append = func(dst []uint32, doc uint32) []uint32 { return append(dst, uint32(weekOf(times[doc])-first)) }
	counts := make([]int, len(a.ids))
	for _, doc := range docs {
		counts[weekOf(times[doc])-first]++
	}
	return a, counts, nil
}

// phaseAxis has the phases that each matched document falls into; several of one id are their union.
func (m *matcher) phaseAxis(phases []Phase, matched *roaring.Bitmap) (axis, []int, error) {
	a := axis{}
	var inside []*roaring.Bitmap
	for _, ph := range phases {
		docs, err := newPeriod(ph.From, ph.To).match(m, matched)
		if err != nil {
			return axis{}, nil, err
		}
		if i := slices.Index(a.ids, ph.ID); i >= 0 {
			inside[i].Or(docs)
			continue
		}
		a.ids, inside = append(a.ids, ph.ID), append(inside, docs)
	}
	counts := make([]int, len(inside))
	for i, docs := range inside {
		counts[i] = int(docs.GetCardinality())
	}
	a.append = func(dst []uint32, doc uint32) []uint32 {
		for i, docs := range inside {
			if docs.Contains(doc) {
				dst = append(dst, uint32(i))
			}
		}
		return dst
	}
	return a, counts, nil
}
