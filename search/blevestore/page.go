package blevestore

import (
	"context"
	"fmt"

	"rostrum/search"
	"rostrum/search/analysis"
)

// page puts together what the parts have found.
func (s *Store) page(ctx context.Context, snap *snapshot, r *request, parts []found) (search.Page, error) {
	page := search.Page{Hits: []search.Hit{}, Facets: map[string][]search.Count{}, Notes: r.notes}
	best := make([][]ranked, len(parts))
	for i, f := range parts {
		page.Total += int(f.matched.GetCardinality())
		best[i] = f.best
	}
	for i := range r.Facets {
		s.facet(&page, r, i, parts)
	}
	hits, err := merge(best, r.Limit+1)
	if err != nil {
		return page, err
	}
	if len(hits) > r.Limit {
		hits = hits[:r.Limit]
		if err := s.next(&page, r, hits); err != nil {
			return page, err
		}
	}
	analyzer, _ := s.analyzers.Get().(*analysis.Analyzer)
	defer s.analyzers.Put(analyzer)
	cut := newSnipper(r.Query, s.options.Members, analyzer)
	for _, h := range hits {
		if err := ctx.Err(); err != nil {
			return page, err
		}
		st, err := loadStatement(h.part, h.doc, r.Snippets && cut.whole, view(r.Copies))
		if err != nil {
			return page, err
		}
		if r.Copies {
			if err := snap.countCopies(st); err != nil {
				return page, err
			}
		}
		hit := search.Hit{Statement: *st, Snippets: []search.Snippet{}}
		if r.Order == search.Relevance {
			hit.Score = h.score()
			if r.Explain {
				if hit.Ranking, err = r.ranking(ctx, matcherOf(parts, h.part), h.doc); err != nil {
					return page, err
				}
			}
		}
		if r.Snippets {
			if hit.Snippets, err = cut.ofGroup(ctx, snap, st); err != nil {
				return page, err
			}
		}
		hit.Text, hit.Quotes, hit.Cues, hit.Evidence = "", nil, nil, nil
		page.Hits = append(page.Hits, hit)
	}
	return page, nil
}

func matcherOf(parts []found, p *part) *matcher {
	for i := range parts {
		if parts[i].matcher.part == p {
			return &parts[i].matcher
		}
	}
	return nil
}

func (s *Store) facet(page *search.Page, r *request, i int, parts []found) {
	var counts []map[string]int
	for _, f := range parts {
		if i < len(f.facets) {
			counts = append(counts, f.facets[i])
		}
	}
	limit := r.Values
	if limit <= 0 {
		limit = s.options.FacetValues
	}
	ordered, cut := rankCounts(counts, limit)
	page.Facets[r.Facets[i]] = ordered
	if cut {
		page.Notes = append(page.Notes, fmt.Sprintf("The facet %s has more than %d values; the most frequent are given.", r.Facets[i], limit))
	}
}

// next gives the page its cursor. A page of no statements has none.
func (s *Store) next(page *search.Page, r *request, hits []ranked) (err error) {
	if len(hits) == 0 {
		return nil
	}
	last := hits[len(hits)-1]
	page.Next, err = s.encodeCursor(cursor{Query: r.hash, Key: last.key, ID: last.id, Statistics: r.statistics})
	return err
}
