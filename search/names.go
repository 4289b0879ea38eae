package search

import (
	"context"
	"sync"

	"rostrum/search/query"
)

const (
	// maxNames bounds the names that are remembered of actors that no registry knows; past it the memory starts anew.
	maxNames = 10_000
	// maxNameLookups bounds how many such names one answer looks up; the rest are shown by their ids.
	maxNameLookups = 50
)

// names remembers the names of actors that the store alone knows.
type names struct {
	mu    sync.Mutex
	known map[string]string
}

func (n *names) get(id string) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, ok := n.known[id]
	return name, ok
}

func (n *names) set(id, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) >= maxNames {
		clear(n.known)
	}
	n.known[id] = name
}

// nameFacets fills in what each counted value is called; a value without a name is called by its id.
func (s *Service) nameFacets(ctx context.Context, page *Page) {
	for i := range page.Hits {
		for _, a := range page.Hits[i].Actors {
			if _, ok := s.options.Registry.Actor(a.ID); !ok {
				s.names.set(a.ID, a.Name)
			}
		}
	}
	lookups := 0
	for facet, counts := range page.Facets {
		for i := range counts {
			c := &counts[i]
			if c.Name = s.name(facet, c.ID); c.Name == "" && facetOf(facet) == FacetActor && lookups < maxNameLookups {
				lookups++
				c.Name = s.storedName(ctx, c.ID)
			}
			if c.Name == "" {
				c.Name = c.ID
			}
		}
	}
}

// name gives what the configuration, or memory, calls a value; "" if neither knows.
func (s *Service) name(facet, id string) string {
	reg := s.options.Registry
	switch facetOf(facet) {
	case FacetActor:
		if a, ok := reg.Actor(id); ok {
			return a.Name
		}
		name, _ := s.names.get(id)
		return name
	case FacetTopic:
		t, _ := reg.Topic(id)
		return t.Name
	case FacetSource:
		return s.options.Sources[id]
	case FacetPhase:
		if phases := reg.Phases(id); len(phases) > 0 {
			return phases[0].Name
		}
	}
	return ""
}

// facetOf is the facet that names the values of another: the roles of actors are actors.
func facetOf(facet string) string {
	switch facet {
	case FacetIssuer, FacetSignatory, FacetQuoted, FacetMentions:
		return FacetActor
	}
	return facet
}

// storedName looks an actor's name up in a statement of its own, and remembers it.
func (s *Service) storedName(ctx context.Context, id string) string {
	page, err := s.options.Searcher.Search(ctx, Request{Query: query.Term{Field: query.Speaker, Value: id}, Order: Newest, Limit: 1, Copies: true})
	if err != nil {
		s.options.Logger.Warn("look up an actor's name", "actor", id, "error", err)
		return ""
	}
	for _, h := range page.Hits {
		for _, a := range h.Actors {
			if a.ID == id {
				s.names.set(id, a.Name)
				return a.Name
			}
		}
	}
	return ""
}
