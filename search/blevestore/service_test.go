package blevestore

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
)

// The service answers from the store by names in any language, groups and phases.
func TestTheServiceOverTheStore(t *testing.T) {
	opening := registry.Phase{ID: "opening", Name: "Opening", To: epoch.AddDate(0, 0, 3)}
	reg, err := registry.New(
		[]registry.Actor{{ID: "fd", Kind: "state", Name: "Freedonia", Names: map[string]string{"fr": "Libertonie"}, MemberOf: []string{"isles"}},
			{ID: "sy", Kind: "state", Name: "Sylvania", MemberOf: []string{"isles"}}},
		[]registry.Group{{ID: "isles", Name: "The Isles"}},
		[]registry.Topic{{ID: "safeguards", Name: "Safeguards", Query: "safeguard*"}},
		[]registry.Process{{ID: "talks", Name: "Talks", Phases: []registry.Phase{opening}}})
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, t.TempDir(), func(o *Options) {
		o.Members, o.Phases = reg.Members, []Phase{{ID: opening.ID, From: opening.From, To: opening.To}}
	})
	league := statement.NameID("open league")
	store(t, s,
		said(1, "One", "We want safeguards.", "en", actor("fd", statement.Issuer), topic("safeguards")),
		said(2, "Two", "On veut des garanties.", "fr", actor("sy", statement.Issuer), actor("fd", statement.Mentioned)),
		said(9, "Letter", "We sign.", "en", func(st *statement.Statement) {
			st.Actors = append(st.Actors, statement.Actor{ID: league, Name: "Open League", Role: statement.Signatory})
		}))
	service, err := search.New(search.Options{Searcher: s, Reader: s.Reader(), Knower: s, Registry: reg, Deadline: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string][]string{
		"actor:libertonie": {"s0001"}, "mentions:Freedonia": {"s0002"}, "actor:members(isles)": {"s0001", "s0002"}, "topic:Safeguards": {"s0001"},
		"phase:opening": {"s0001", "s0002"}, `signatory:"Open League"`: {"s0009"}, "-actor:members(isles)": {"s0009"}, "": {"s0001", "s0002", "s0009"},
	} {
		result, err := service.Search(t.Context(), search.Ask{Query: q, Order: search.Oldest, Facets: search.Facets()})
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		var got []string
		for _, h := range result.Statements {
			got = append(got, h.ID)
		}
		if !slices.Equal(got, want) || result.Total != len(want) {
			t.Errorf("%s finds %v, want %v", q, got, want)
		}
	}
	result, err := service.Search(t.Context(), search.Ask{Facets: []string{search.FacetActor, search.FacetPhase}, Limit: 1})
	if got := fmt.Sprint(result.Facets); err != nil || got != fmt.Sprintf("map[actor:[{fd Freedonia 1} {sy Sylvania 1} {%s Open League 1}] phase:[{opening Opening 2}]]", league) {
		t.Errorf("%s, %v", got, err)
	}
	actors, err := service.Actors(t.Context())
	if err != nil || len(actors) != 3 || actors[1].Name != "Open League" {
		t.Errorf("%+v, %v", actors, err)
	}
}
