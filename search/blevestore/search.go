package blevestore

import (
	"context"
	"fmt"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/query"
)

// request is a search.Request made ready for a snapshot.
type request struct {
	search.Request
	plan       plan
	leaves     []scored
	notes      []string
	after      *cursor
	hash       string
	statistics statistics
}

// found is what one part has of an answer.
type found struct {
	matcher matcher
	matched *roaring.Bitmap
	best    []ranked
	facets  []map[string]int // as Request.Facets
}

// Search gives one page. Total and facets are exact. Ties go by id.
//
// Pages hold still under new statements: by date because each has its own place; by relevance because the cursor carries the
// statistics of the first page, so that a score changes only when the statement itself does. What is new shows up where it belongs,
// on pages yet to come.
func (s *Store) Search(ctx context.Context, r search.Request) (search.Page, error) {
	began := time.Now()
	snap, err := s.snapshot()
	if err != nil {
		return search.Page{}, err
	}
	defer snap.close()
	page, err := s.searchIn(ctx, snap, r)
	if err != nil {
		return search.Page{}, fmt.Errorf("search: %w", ended(err))
	}
	s.metrics.searched(string(r.Order), began)
	return page, nil
}

func (s *Store) searchIn(ctx context.Context, snap *snapshot, asked search.Request) (search.Page, error) {
	r, err := s.prepare(snap, asked)
	if err != nil {
		return search.Page{}, err
	}
	work, err := snap.reckon(ctx, r.plan, r.Copies, s.options.MaxReading)
	if err != nil {
		return search.Page{}, err
	}
	leave, err := admitted(ctx, r.Admit, work.total(r, s.options.MaxScored))
	if err != nil {
		return search.Page{}, err
	}
	defer leave()
	matchers, matched, err := snap.matchReckoned(ctx, r.plan, r.Copies, s.options.MaxReading, work)
	if err != nil {
		return search.Page{}, err
	}
	parts := make([]found, len(snap.parts))
	for i := range parts {
		parts[i] = found{matcher: matchers[i], matched: matched[i]}
	}
	matches := uint64(0)
	for _, m := range matched {
		matches += m.GetCardinality()
	}
	if err := s.takeStatistics(ctx, snap, r, parts, matches); err != nil {
		return search.Page{}, err
	}
	if note := r.spared(); note != "" {
		r.notes = append(r.notes, note)
	}
	err = snap.each(ctx, func(ctx context.Context, i int, p *part) error {
		parts[i].matcher.ctx = ctx
		return parts[i].collect(r, s.options.Phases, &s.lent)
	})
	if err != nil {
		return search.Page{}, err
	}
	return s.page(ctx, snap, r, parts)
}

func (s *Store) prepare(snap *snapshot, asked search.Request) (*request, error) {
	r := &request{Request: asked}
	switch r.Order {
	case "":
		r.Order = search.Relevance
	case search.Relevance, search.Newest, search.Oldest:
	default:
		return nil, invalid("sort", fmt.Sprintf("there is no order %q", r.Order), "use relevance, newest or oldest")
	}
	if r.Limit < 0 {
		return nil, invalid("limit", fmt.Sprintf("the limit %d is negative", r.Limit), "use 0 for totals alone")
	}
	if r.Query == nil {
		r.Query = query.All{}
	}
	if err := checkFacets(r.Facets); err != nil {
		return nil, err
	}
	c := compiler{options: &s.options, snap: snap}
	var err error
	if r.plan, err = c.compile(r.Query); err != nil {
		return nil, err
	}
	r.leaves, r.notes, r.hash = c.leaves, c.notes, queryHash(&r.Request)
	if r.After != "" {
		after, err := s.decodeCursor(r.After, r.hash)
		if err != nil {
			return nil, err
		}
		r.after = &after
	}
	return r, nil
}

func invalid(field, what, remedy string) error {
	return &fault.Error{Kind: fault.Invalid, What: what, Remedy: remedy, Field: field, Position: -1}
}

// takeStatistics counts what the scores depend on, or takes it from the cursor.
func (s *Store) takeStatistics(ctx context.Context, snap *snapshot, r *request, parts []found, matches uint64) error {
	if r.Order != search.Relevance {
		return nil
	}
	var words []anyTerm
	for _, leaf := range r.leaves {
		words = append(words, leaf.words()...)
	}
	if r.after != nil && len(r.after.Statistics.Carriers) == len(words) {
		r.statistics = r.after.Statistics
		return nil
	}
	counts := make([]statistics, len(snap.parts))
	err := snap.each(ctx, func(ctx context.Context, i int, p *part) error {
		var err error
		counts[i], err = (&matcher{ctx: ctx, part: p, copies: r.Copies}).statistics(words, parts[i].matcher.carried)
		return err
	})
	if err != nil {
		return err
	}
	r.statistics = statistics{Carriers: make([]uint64, len(words)), Now: s.options.Now().Unix()}
	for _, c := range counts {
		r.statistics.Documents += c.Documents
		r.statistics.Length += c.Length
		for i, n := range c.Carriers {
			r.statistics.Carriers[i] += n
		}
	}
	r.statistics.Length /= float64(max(1, r.statistics.Documents))
	r.spare(matches, s.options.MaxScored)
	return nil
}

// statistics counts over one part, what carried has not; Length is the sum.
func (m *matcher) statistics(words []anyTerm, carried map[string]uint64) (statistics, error) {
	scope, err := m.part.scope(m.copies)
	if err != nil || len(words) == 0 {
		return statistics{}, err
	}
	sum, err := m.part.totalLength(m.copies)
	if err != nil {
		return statistics{}, err
	}
	st := statistics{Documents: scope.GetCardinality(), Length: float64(sum), Carriers: make([]uint64, len(words))}
	for i, w := range words {
		if n, counted := carried[w.terms[len(w.terms)-1]]; counted && w.field == fieldStems {
			st.Carriers[i] = n
			continue
		}
		docs, err := w.match(m, scope)
		if err != nil {
			return statistics{}, err
		}
		st.Carriers[i] = docs.GetCardinality()
	}
	return st, nil
}

// collect counts the facets and finds the first documents; one more than asked for tells whether there is a next page.
func (f *found) collect(r *request, phases []Phase, lent *lenders) error {
	if len(r.Facets) > 0 {
		over, err := f.matcher.over(f.matched)
		if err != nil {
			return err
		}
		for _, name := range r.Facets {
			counts, err := f.matcher.facet(name, &over, f.matched, phases)
			if err != nil {
				return err
			}
			f.facets = append(f.facets, counts)
		}
	}
	if r.Limit == 0 || f.matched.IsEmpty() {
		return nil
	}
	if r.Order != search.Relevance {
		best, ok, err := f.matcher.bestByDate(r, f.matched, r.Limit+1)
		if ok || err != nil {
			f.best = best
			return err
		}
	}
	docs := lent.docs.borrow(int(f.matched.GetCardinality()))
	defer lent.docs.giveBack(docs)
	docs = appendDocs(docs[:0], f.matched)
	scores := lent.scores.borrow(len(docs))
	defer lent.scores.giveBack(scores)
	clear(scores)
	keys := f.matcher.dateKeys
	if r.Order == search.Relevance {
		keys = f.matcher.scoreKeys
	}
	key, err := keys(r, docs, f.matched, scores)
	if err != nil {
		return err
	}
	f.best, err = f.matcher.best(docs, key, r.Limit+1, r.after)
	return err
}
