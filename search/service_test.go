package search

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

// shelf is a store of one answer, which it gives to whatever is asked, and remembers what was.
type shelf struct {
	page  Page
	asked []Request
	holds map[string]bool
	block bool
	named []string // ids whose names were asked for
}

func (s *shelf) Search(ctx context.Context, r Request) (Page, error) {
	s.asked = append(s.asked, r)
	if s.block {
		<-ctx.Done()
		return Page{}, fault.As(fault.Transient, ctx.Err())
	}
	page := s.page
	page.Facets = map[string][]Count{}
	for _, f := range r.Facets {
		page.Facets[f] = slices.Clone(s.page.Facets[f])
	}
	return page, nil
}

func (s *shelf) Holds(_ context.Context, f query.Field, value string) (bool, error) {
	return s.holds[string(f)+":"+value], nil
}

func (s *shelf) ActorNames(_ context.Context, ids []string) (map[string]string, error) {
	s.named = append(s.named, ids...)
	return map[string]string{"lookup": "Looked up"}, nil
}

func (s *shelf) Statement(context.Context, string) (statement.Statement, error) {
	return statement.Statement{}, fault.New(fault.NotFound, "none", "")
}
func (s *shelf) Revisions(context.Context, string) ([]statement.Revision, error) { return nil, nil }
func (s *shelf) Copies(context.Context, string) ([]statement.Statement, error)   { return nil, nil }

func newService(t *testing.T, s *shelf) *Service {
	t.Helper()
	reg, err := registry.New(
		[]registry.Actor{
			{ID: "fd", Kind: "state", Name: "Freedonia", Names: map[string]string{"fr": "Libertonie"}, MemberOf: []string{"isles"}},
			{ID: "sy", Kind: "state", Name: "Sylvania"},
		},
		[]registry.Group{{ID: "isles", Name: "The Isles"}},
		[]registry.Topic{{ID: "safeguards", Name: "Safeguards", Query: "safeguard*"}},
		[]registry.Process{{ID: "talks", Name: "The Talks", Phases: []registry.Phase{
			{ID: "opening", Name: "Opening", From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)}}}})
	if err != nil {
		t.Fatal(err)
	}
	service, err := New(Options{Searcher: s, Reader: s, Knower: s, Registry: reg, Sources: map[string]string{"fd-news": "Freedonia's news"},
		Kinds: []string{"statement", "letter"}, Deadline: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func TestSearchResolvesNamesAndEchoesTheCanonicalForm(t *testing.T) {
	s := &shelf{holds: map[string]bool{"signatory:" + statement.NameID("open leagues"): true, "topic:old-topic": true}}
	service := newService(t, s)
	for input, want := range map[string]string{
		"":                                    "*",
		"actor:LIBERTONIE treaty":             "actor:fd AND treaty",
		`signatory:"Open Leagues"`:            "signatory:" + statement.NameID("open leagues"),
		"topic:Safeguards OR topic:old-topic": "topic:safeguards OR topic:old-topic",
		"phase:opening":                       "phase:opening",
		"source:fd-news kind:Letter":          "source:fd-news AND kind:letter",
		"process:\"the talks\"":               "process:talks",
		"actor:members(isles)":                "actor:members(isles)",
		"lang:French":                         "lang:fr",
	} {
		result, err := service.Search(t.Context(), Ask{Query: input})
		if err != nil {
			t.Errorf("%s: %v", input, err)
			continue
		}
		if result.Query.Parsed != want || result.Query.Input != input {
			t.Errorf("%s is echoed as %+v, want %s", input, result.Query, want)
		}
	}
	last := s.asked[len(s.asked)-1]
	if last.Limit != DefaultLimit || last.Order != Relevance || !last.Snippets {
		t.Errorf("asked %+v", last)
	}
}

func TestFaultsOfARequest(t *testing.T) {
	service := newService(t, &shelf{})
	for _, c := range []struct {
		ask   Ask
		kind  fault.Kind
		field string
		says  string
	}{
		{Ask{Query: "actor:freedonai"}, fault.Query, "", "fd"},
		{Ask{Query: "topic:safegards"}, fault.Query, "", "safeguards"},
		{Ask{Query: "source:news2"}, fault.Query, "", "source"},
		{Ask{Query: "(treaty"}, fault.Query, "", "parenthes"},
		{Ask{Limit: 1001}, fault.Invalid, "limit", "1000"},
		{Ask{Limit: -1}, fault.Invalid, "limit", "1000"},
		{Ask{Order: "loudest"}, fault.Invalid, "sort", "newest"},
		{Ask{Facets: []string{"colour"}}, fault.Invalid, "facets", "topic"},
	} {
		_, err := service.Search(t.Context(), c.ask)
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Kind != c.kind || e.Field != c.field || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v gives %v", c.ask, err)
		}
		if c.kind == fault.Query && ok && e.Position < 0 {
			t.Errorf("%+v has no position", c.ask)
		}
	}
}

func TestExplain(t *testing.T) {
	service := newService(t, &shelf{})
	got, err := service.Explain(t.Context(), "actor:Libertonie (treaty OR pact*)")
	if err != nil || got.Parsed != "actor:fd AND (treaty OR pact*)" || !strings.Contains(got.InWords, "Freedonia") || got.Cost.Leaves != 3 || got.Cost.Prefixes != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := service.Explain(t.Context(), "actor:nobody-known"); fault.KindOf(err) != fault.Query {
		t.Errorf("got %v", err)
	}
}

func TestAResultHasTheContractsShape(t *testing.T) {
	s := &shelf{page: Page{Total: 1, Hits: []Hit{{Statement: statement.Statement{ID: "a", Actors: []statement.Actor{{ID: "x-one", Name: "One", Role: statement.Signatory}},
		Topics: []string{}}, Snippets: []Snippet{{Text: "One", Marks: [][2]int{{0, 3}}}}}},
		Facets: map[string][]Count{FacetActor: {{ID: "fd", Count: 2}, {ID: "x-one", Count: 1}, {ID: "lookup", Count: 1}}, FacetKind: {{ID: "letter", Count: 1}},
			FacetSignatory: {{ID: "nameless", Count: 1}, {ID: "lookup", Count: 1}}, FacetLang: {{ID: "fr", Count: 2}, {ID: "qq", Count: 1}}}}}
	service := newService(t, s)
	result, err := service.Search(t.Context(), Ask{Facets: []string{FacetActor, FacetKind, FacetSignatory, FacetLang}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]Count{FacetActor: {{"fd", "Freedonia", 2}, {"x-one", "One", 1}, {"lookup", "Looked up", 1}}, FacetKind: {{"letter", "letter", 1}},
		FacetSignatory: {{"nameless", "nameless", 1}, {"lookup", "Looked up", 1}}, FacetLang: {{"fr", "French", 2}, {"qq", "qq", 1}}}
	if diff := cmp.Diff(want, result.Facets); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"lookup", "nameless"}, s.named); diff != "" || len(s.asked) != 1 {
		t.Errorf("names are looked up by %d searches, and these: %s", len(s.asked)-1, diff)
	}
	body, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	var shape map[string]any
	if err := json.Unmarshal(body, &shape); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"query", "total", "took_ms", "statements", "facets"} {
		if _, ok := shape[key]; !ok {
			t.Errorf("no %s in %s", key, body)
		}
	}
	if _, ok := shape["next_cursor"]; ok {
		t.Error("a last page has a cursor")
	}
}

func TestListings(t *testing.T) {
	s := &shelf{page: Page{Total: 3, Hits: []Hit{{Statement: statement.Statement{Actors: []statement.Actor{{ID: "x-one", Name: "A One"}}}}},
		Facets: map[string][]Count{FacetActor: {{ID: "fd", Count: 2}, {ID: "x-one", Count: 1}}, FacetTopic: {{ID: "safeguards", Count: 3}}}}}
	service := newService(t, s)
	actors, err := service.Actors(t.Context())
	want := []Listed{{"x-one", "A One", "", 1}, {"fd", "Freedonia", "state", 2}, {"sy", "Sylvania", "state", 0}}
	if diff := cmp.Diff(want, actors); diff != "" || err != nil {
		t.Error(diff, err)
	}
	topics, err := service.Topics(t.Context())
	if diff := cmp.Diff([]Listed{{"safeguards", "Safeguards", "", 3}}, topics); diff != "" || err != nil {
		t.Error(diff, err)
	}
	a, err := service.Actor(t.Context(), "fd")
	if err != nil || a.Name != "Freedonia" || a.Count != 3 || a.Facets[FacetTopic][0].Name != "Safeguards" {
		t.Errorf("%+v, %v", a, err)
	}
	s.page = Page{}
	if _, err := service.Actor(t.Context(), "nobody"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown actor gives %v", err)
	}
	if _, err := service.Topic(t.Context(), "nothing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown topic gives %v", err)
	}
}

func TestASearchEndsAtItsDeadline(t *testing.T) {
	service := newService(t, &shelf{block: true})
	if _, err := service.Search(t.Context(), Ask{}); fault.KindOf(err) != fault.Transient {
		t.Errorf("got %v", err)
	}
}
