package search

import (
	"cmp"
	"context"
	"strings"

	"rostrum/search/query"
)

// Explanation says what a query means and what it costs.
type Explanation struct {
	Parsed  string     `json:"parsed"`
	InWords string     `json:"in_words"`
	Cost    query.Cost `json:"cost"`
}

// Explain reads a query without running it. Its faults are those of Search.
func (s *Service) Explain(ctx context.Context, input string) (Explanation, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	c, err := s.Compile(ctx, input)
	if err != nil {
		return Explanation{}, err
	}
	return Explanation{Parsed: c.Parsed, InWords: query.InWords(c.Node, s.called), Cost: query.CostOf(c.Node)}, nil
}

// called is what a reader calls a field's value.
func (s *Service) called(field query.Field, value string) string {
	switch field {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
		if g, ok := s.options.Registry.Group(value); ok {
			return g.Name
		}
		return cmp.Or(s.name(FacetActor, value), value)
	case query.Topic:
		return cmp.Or(s.name(FacetTopic, value), value)
	case query.Source:
		return cmp.Or(s.name(FacetSource, value), value)
	case query.Phase:
		return cmp.Or(s.name(FacetPhase, value), value)
	case query.Kind:
		return strings.ReplaceAll(value, "-", " ")
	case query.Process:
		for _, p := range s.options.Registry.Processes() {
			if p.ID == value {
				return p.Name
			}
		}
	}
	return value
}
