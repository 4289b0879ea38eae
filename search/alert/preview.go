package alert

import (
	"context"
	"fmt"
	"time"

	"rostrum/search"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// previewSamples is how many statements a preview shows.
const previewSamples = 5

// Preview says what a query means, and what it would have found.
type Preview struct {
	Parsed  string         `json:"parsed"`
	InWords string         `json:"in_words"`
	Cost    query.Cost     `json:"cost"`
	Dear    bool           `json:"dear" doc:"no word or value must be there for it to match, so that every statement is looked at for it"`
	Matches map[string]int `json:"matches" doc:"groups of the last 7d, 30d and 365d"`
	Samples []search.Hit   `json:"samples" doc:"the newest"`
	Found   int            `json:"found" doc:"groups that it finds in all that is stored"`
	Stored  int            `json:"stored" doc:"groups that are stored: found of stored says how selective it is"`
}

// broad is the share of what is stored above which a query is said to tell of nearly everything.
const broad = 0.5

// Broad says whether the query finds so much that its alerts tell little.
func (p *Preview) Broad() bool { return p.Stored >= 20 && float64(p.Found) > broad*float64(p.Stored) }

// Preview reads a query and counts what it would have found. Its faults are those of search.
func (s *Service) Preview(ctx context.Context, input string) (Preview, error) {
	if len(input) > MaxQuery {
		return Preview{}, invalid("query", fmt.Sprintf("the query has %d bytes, more than %d", len(input), MaxQuery), "split it into several")
	}
	e, err := s.o.Compiler.Explain(ctx, input)
	if err != nil {
		return Preview{}, err
	}
	c, err := s.o.Compiler.Compile(ctx, input)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Parsed: e.Parsed, InWords: e.InWords, Cost: e.Cost, Dear: percolate.IsDear(c.Node, s.o.Members), Matches: map[string]int{}, Samples: []search.Hit{}}
	for _, days := range []int{7, 30, 365} {
		from := s.o.Now().UTC().AddDate(0, 0, -days)
		within := query.Conjoin(c.Node, query.Period{From: from, Text: "after:" + from.Format(time.DateOnly)})
		found, err := s.o.Searcher.Search(ctx, search.Request{Query: query.Simplify(within), Order: search.Newest})
		if err != nil {
			return Preview{}, err
		}
		p.Matches[fmt.Sprintf("%dd", days)] = found.Total
	}
	found, err := s.o.Searcher.Search(ctx, search.Request{Query: c.Node, Order: search.Newest, Limit: previewSamples, Snippets: true})
	if err != nil {
		return Preview{}, err
	}
	p.Samples, p.Found = append(p.Samples, found.Hits...), found.Total
	all, err := s.o.Searcher.Search(ctx, search.Request{Query: query.All{}, Order: search.Newest})
	if err != nil {
		return Preview{}, err
	}
	p.Stored = all.Total
	return p, nil
}
