package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/search/query"
)

// Listed is an actor or topic with the number of statements that are its: for an actor those it speaks in, once a group.
type Listed struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kind  string `json:"kind,omitempty"` // of an actor
	Count int    `json:"count"`
}

// ActorDetail is one actor, and what its statements are about and how they are spread.
type ActorDetail struct {
	Listed
	Names    map[string]string  `json:"names,omitempty"` // by language
	Aliases  []string           `json:"aliases,omitempty"`
	Wikidata string             `json:"wikidata,omitempty"`
	MemberOf []string           `json:"member_of,omitempty"`
	Facets   map[string][]Count `json:"facets"` // topic, month, phase, source
}

// TopicDetail is one topic, and who speaks on it and when.
type TopicDetail struct {
	Listed
	Names  map[string]string  `json:"names,omitempty"` // by language
	Query  string             `json:"query"`
	Facets map[string][]Count `json:"facets"` // actor, month, phase, source
}

// Actors lists the actors of the registry, and those that the store alone knows, by name.
func (s *Service) Actors(ctx context.Context) ([]Listed, error) {
	known := make([]Listed, 0, len(s.options.Registry.Actors()))
	for _, a := range s.options.Registry.Actors() {
		known = append(known, Listed{ID: a.ID, Name: a.Name, Kind: a.Kind})
	}
	return s.listed(ctx, FacetActor, known)
}

// Topics lists the topics of the registry, by name.
func (s *Service) Topics(ctx context.Context) ([]Listed, error) {
	known := make([]Listed, 0, len(s.options.Registry.Topics()))
	for _, t := range s.options.Registry.Topics() {
		known = append(known, Listed{ID: t.ID, Name: t.Name})
	}
	return s.listed(ctx, FacetTopic, known)
}

// Processes gives the processes that are watched.
func (s *Service) Processes() []registry.Process { return s.options.Registry.Processes() }

// listed counts the statements of what is known, and adds what only the store knows.
func (s *Service) listed(ctx context.Context, facet string, known []Listed) ([]Listed, error) {
	page, err := s.count(ctx, query.All{}, maxListed, facet)
	if err != nil {
		return nil, fmt.Errorf("list %ss: %w", facet, err)
	}
	at := make(map[string]int, len(known))
	for i := range known {
		at[known[i].ID] = i
	}
	for _, c := range page.Facets[facet] {
		if i, ok := at[c.ID]; ok {
			known[i].Count = c.Count
			continue
		}
		known = append(known, Listed{ID: c.ID, Name: c.Name, Count: c.Count})
	}
	slices.SortStableFunc(known, func(a, b Listed) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return known, nil
}

// count asks for facets alone, named.
func (s *Service) count(ctx context.Context, n query.Node, values int, facets ...string) (Page, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	page, err := s.options.Searcher.Search(ctx, Request{Query: n, Order: Newest, Facets: facets, Values: values})
	if err == nil {
		s.nameFacets(ctx, &page)
	}
	return page, err
}

// Actor gives one actor; fault.NotFound for one that neither the registry nor the store knows.
func (s *Service) Actor(ctx context.Context, id string) (ActorDetail, error) {
	page, err := s.count(ctx, query.Term{Field: query.Speaker, Value: id}, 0, FacetTopic, FacetMonth, FacetPhase, FacetSource)
	if err != nil {
		return ActorDetail{}, fmt.Errorf("read actor %s: %w", id, err)
	}
	detail := ActorDetail{Listed: Listed{ID: id, Count: page.Total}, Facets: page.Facets}
	if a, ok := s.options.Registry.Actor(id); ok {
		detail.Name, detail.Kind, detail.Names, detail.Aliases = a.Name, a.Kind, a.Names, a.Aliases
		detail.Wikidata, detail.MemberOf = a.Wikidata, a.MemberOf
		return detail, nil
	}
	if page.Total == 0 {
		return ActorDetail{}, unknown("actor", id, s.options.Registry.Nearest(id, maxNearest))
	}
	detail.Name = cmp.Or(s.storedNames(ctx, []string{id})[id], id)
	return detail, nil
}

// Topic gives one topic; fault.NotFound for one that the registry does not know.
func (s *Service) Topic(ctx context.Context, id string) (TopicDetail, error) {
	t, ok := s.options.Registry.Topic(id)
	if !ok {
		return TopicDetail{}, unknown("topic", id, s.options.Registry.NearestTopics(id, maxNearest))
	}
	page, err := s.count(ctx, query.Term{Field: query.Topic, Value: id}, 0, FacetActor, FacetMonth, FacetPhase, FacetSource)
	if err != nil {
		return TopicDetail{}, fmt.Errorf("read topic %s: %w", id, err)
	}
	return TopicDetail{Listed: Listed{ID: id, Name: t.Name, Count: page.Total}, Names: t.Names, Query: t.Query, Facets: page.Facets}, nil
}

func unknown(what, id string, near []string) error {
	remedy := "GET /api/v1/" + what + "s lists those that are"
	if len(near) > 0 {
		remedy = "the nearest known are " + strings.Join(near, ", ")
	}
	return fault.New(fault.NotFound, fmt.Sprintf("no %s %q is known", what, id), remedy)
}
