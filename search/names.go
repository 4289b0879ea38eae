package search

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"rostrum/search/query"
)

const (
	// maxNames bounds the names that are remembered of actors that no registry knows; past it the memory starts anew.
	maxNames = 50_000
	// maxNameLookups bounds how many such names one answer looks up; the rest are shown by their ids.
	maxNameLookups = 5_000
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
	var missing []string
	for facet, counts := range page.Facets {
		for i := range counts {
			c := &counts[i]
			if c.Name = s.name(facet, c.ID); c.Name == "" && facetOf(facet) == FacetActor {
				missing = append(missing, c.ID)
			}
		}
	}
	found := s.storedNames(ctx, missing)
	for _, counts := range page.Facets {
		for i := range counts {
			c := &counts[i]
			c.Name = cmp.Or(c.Name, found[c.ID], c.ID)
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
	case FacetLang:
		return query.LanguageName(id)
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

// storedNames looks up what the store calls actors, all at once, and remembers it. An actor that it does not know, or that is one too many, is absent.
func (s *Service) storedNames(ctx context.Context, ids []string) map[string]string {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := s.options.Knower.ActorNames(ctx, ids[:min(len(ids), maxNameLookups)])
	if err != nil {
		s.options.Logger.Warn("look up the names of actors", "actors", len(ids), "error", err)
	}
	for id, name := range found {
		s.names.set(id, name)
	}
	return found
}
