package blevestore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// contract is what any store of statements must hold to. open gives an empty one.
func contract(t *testing.T, open func(t *testing.T) port) {
	for name, test := range map[string]func(*testing.T, port){
		"an empty store":                        contractEmpty,
		"statements come back whole":            contractStored,
		"a statement is replaced by its id":     contractReplace,
		"a batch written twice changes nothing": contractIdempotent,
		"revisions are in order":                contractRevisions,
		"what is forgotten is gone":             contractForget,
		"the position is of the last batch":     contractPosition,
		"missing things":                        contractMissing,
		"totals and facets are exact":           contractFacets,
		"dates sort":                            contractDates,
		"pages hold together":                   contractPages,
		"a scan sees every match once":          contractScan,
		"the store knows its values":            contractHolds,
		"copies stand behind their lead":        contractCopies,
		"the end of a context ends a search":    contractContext,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func TestStoreHoldsToTheContract(t *testing.T) {
	contract(t, func(t *testing.T) port { return openStore(t, t.TempDir()) })
}

func contractEmpty(t *testing.T, s port) {
	page := ask(t, s, "", facets(search.FacetActor, search.FacetMonth))
	if page.Total != 0 || len(page.Hits) != 0 || page.Next != "" || len(page.Facets[search.FacetActor]) != 0 {
		t.Errorf("an empty store answers %+v", page)
	}
	status, err := s.Status(t.Context())
	if err != nil || status.Statements != 0 || !status.Newest.IsZero() || status.Bytes <= 0 || status.Generation == "" {
		t.Errorf("status %+v, %v", status, err)
	}
}

func contractStored(t *testing.T, s port) {
	want := said(1, "Opening remarks", "Freedonia welcomes the draft.\nIt has questions.", "en", actor("freedonia", statement.Issuer), topic("safeguards"))
	want.Quotes = []statement.Quote{{Speaker: "freedonia", Text: "welcomes", Start: 10, End: 18, Direct: true}}
	want.Cues = []statement.Cue{{Polarity: "supports", Actor: "freedonia", Text: "welcomes", Start: 10, End: 18}}
	want.Evidence = []statement.Evidence{{Finding: "actor", ID: "freedonia", Role: statement.Issuer, In: "source", Rule: "source", Confidence: 1}}
	bare := said(2, "Other", "", "und")
	bare.Published = nil
	store(t, s, want, bare)
	got, err := s.Stored(t.Context(), []string{"s0001", "s0002", "none"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]*statement.Statement{"s0001": want, "s0002": bare}, got); diff != "" {
		t.Error(diff)
	}
	one, err := s.Reader().Statement(t.Context(), "s0001")
	if diff := cmp.Diff(*want, one); diff != "" || err != nil {
		t.Error(diff, err)
	}
	page := ask(t, s, "questions")
	if len(page.Hits) != 1 {
		t.Fatalf("%d hits", len(page.Hits))
	}
	short := *want
	short.Text, short.Quotes, short.Cues, short.Evidence = "", nil, nil, nil
	if diff := cmp.Diff(short, page.Hits[0].Statement); diff != "" {
		t.Error("a hit has more or less than it should:", diff)
	}
	status, err := s.Status(t.Context())
	if err != nil || status.Statements != 2 || !status.Newest.Equal(bare.FirstSeen) {
		t.Errorf("status %+v, %v", status, err)
	}
}

func contractReplace(t *testing.T, s port) {
	store(t, s, said(1, "Draft", "apples", "en", actor("a", statement.Issuer)), said(2, "Draft", "pears", "en"))
	store(t, s, said(1, "Draft", "cherries", "en", actor("b", statement.Issuer)))
	for q, want := range map[string][]string{"apples": {}, "cherries": {"s0001"}, "draft": {"s0001", "s0002"}, "actor:a": {}, "actor:b": {"s0001"}} {
		if got := ids(ask(t, s, q, oldest)); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", q, got, want)
		}
	}
}

func contractIdempotent(t *testing.T, s port) {
	st := said(1, "Draft", "apples and pears", "en", actor("a", statement.Issuer))
	w := indexer.Write{
		Documents: documents(st), Position: indexer.Position{File: "a.warc.gz", Offset: 10},
		Revisions: []statement.Revision{{Statement: st.ID, Number: 1, Capture: st.Capture, CapturedAt: st.CapturedAt, Title: st.Title, Text: st.Text}},
	}
	write(t, s, w)
	first := ask(t, s, "apples", facets(search.FacetActor))
	write(t, s, w)
	if diff := cmp.Diff(first, ask(t, s, "apples", facets(search.FacetActor))); diff != "" {
		t.Error(diff)
	}
	if revisions, err := s.Revisions(t.Context(), st.ID); err != nil || len(revisions) != 1 {
		t.Errorf("%d revisions, %v", len(revisions), err)
	}
}

func contractRevisions(t *testing.T, s port) {
	st := said(1, "Draft", "third text", "en")
	revision := func(n int, text string) statement.Revision {
		return statement.Revision{Statement: st.ID, Number: n, Capture: fmt.Sprintf("c%d", n), CapturedAt: epoch.Add(time.Duration(n) * time.Second), Title: "Draft", Text: text}
	}
	one, two, three := revision(1, "first text"), revision(2, "second text"), revision(3, "third text")
	write(t, s, indexer.Write{Documents: documents(st), Revisions: []statement.Revision{three, one}})
	write(t, s, indexer.Write{Revisions: []statement.Revision{two}})
	got, err := s.Revisions(t.Context(), st.ID)
	if diff := cmp.Diff([]statement.Revision{one, two, three}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	write(t, s, indexer.Write{Drop: []statement.Revision{two}})
	got, err = s.Reader().Revisions(t.Context(), st.ID)
	if diff := cmp.Diff([]statement.Revision{one, three}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, q := range []string{"first", "NOT nothing", "text", "*"} {
		if page := ask(t, s, q); page.Total > 1 || len(page.Hits) != page.Total {
			t.Errorf("%s finds revisions: %d", q, page.Total)
		}
	}
}

func contractForget(t *testing.T, s port) {
	a, b := said(1, "One", "apples", "en"), said(2, "Two", "apples", "en")
	revision := statement.Revision{Statement: a.ID, Number: 1, Capture: "c", CapturedAt: epoch, Text: "apples"}
	write(t, s, indexer.Write{Documents: documents(a, b), Revisions: []statement.Revision{revision}})
	write(t, s, indexer.Write{Forget: []string{a.ID, "none"}})
	if got := ids(ask(t, s, "apples")); !slices.Equal(got, []string{b.ID}) {
		t.Errorf("found %v", got)
	}
	if revisions, err := s.Revisions(t.Context(), a.ID); err != nil || len(revisions) != 0 {
		t.Errorf("%d revisions left, %v", len(revisions), err)
	}
}

func contractPosition(t *testing.T, s port) {
	if p, err := s.Position(t.Context()); err != nil || p != (indexer.Position{}) {
		t.Errorf("a new store is at %+v, %v", p, err)
	}
	for i := range 3 {
		want := indexer.Position{File: "a.warc.gz", Offset: int64(i)}
		write(t, s, indexer.Write{Position: want})
		if p, err := s.Position(t.Context()); err != nil || p != want {
			t.Errorf("at %+v, %v, want %+v", p, err, want)
		}
	}
}

func contractMissing(t *testing.T, s port) {
	_, err := s.Reader().Statement(t.Context(), "none")
	_, err2 := s.Reader().Revisions(t.Context(), "none")
	_, err3 := s.Reader().Copies(t.Context(), "none")
	for _, err := range []error{err, err2, err3} {
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("a missing statement gives %v", err)
		}
	}
	if revisions, err := s.Revisions(t.Context(), "none"); err != nil || len(revisions) != 0 {
		t.Errorf("the writer sees %v, %v", revisions, err)
	}
	for field, r := range map[string]search.Request{
		"facets": {Query: query.All{}, Facets: []string{"colour"}}, "sort": {Query: query.All{}, Order: "loudest"},
		"limit":  {Query: query.All{}, Limit: -1},
		"cursor": {Query: query.All{}, Limit: 1, After: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
	} {
		_, err := s.Search(t.Context(), r)
		if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Invalid || e.Field != field {
			t.Errorf("a bad %s gives %v", field, err)
		}
	}
}

func contractFacets(t *testing.T, s port) {
	store(t, s,
		said(1, "One", "apples", "en", actor("a", statement.Issuer), actor("b", statement.Signatory), actor("a", statement.Quoted), topic("x", "y")),
		said(2, "Deux", "pommes", "fr", actor("a", statement.Mentioned), actor("b", statement.Issuer), topic("x")),
		said(40, "Three", "apples", "en", actor("c", statement.Mentioned)))
	page := ask(t, s, "*", facets(search.FacetActor, search.FacetTopic, search.FacetLang, search.FacetMonth, search.FacetRole, search.FacetKind, search.FacetSource), limit(0))
	want := map[string][]search.Count{
		search.FacetActor:  {{ID: "b", Count: 2}, {ID: "a", Count: 1}},
		search.FacetTopic:  {{ID: "x", Count: 2}, {ID: "y", Count: 1}},
		search.FacetLang:   {{ID: "en", Count: 2}, {ID: "fr", Count: 1}},
		search.FacetMonth:  {{ID: "2024-01", Count: 2}, {ID: "2024-02", Count: 1}},
		search.FacetRole:   {{ID: "issuer", Count: 2}, {ID: "mentioned", Count: 2}, {ID: "quoted", Count: 1}, {ID: "signatory", Count: 1}},
		search.FacetKind:   {{ID: "statement", Count: 3}},
		search.FacetSource: {{ID: "freedonia", Count: 3}},
	}
	if diff := cmp.Diff(want, page.Facets); diff != "" || page.Total != 3 || len(page.Hits) != 0 || page.Next != "" {
		t.Errorf("total %d, %d hits, next %q: %s", page.Total, len(page.Hits), page.Next, diff)
	}
}

func contractDates(t *testing.T, s port) {
	undated := said(5, "Undated", "apples", "en")
	undated.Published, undated.FirstSeen = nil, epoch.AddDate(0, 0, 2).Add(time.Minute)
	same := said(6, "Same", "apples", "en")
	same.Published = said(3, "", "", "").Published
	store(t, s, said(1, "One", "apples", "en"), said(2, "Two", "apples", "en"), said(3, "Three", "apples", "en"), undated, same)
	for _, c := range []struct {
		order func(*search.Request)
		want  []string
	}{{newest, []string{"s0003", "s0006", "s0005", "s0002", "s0001"}}, {oldest, []string{"s0001", "s0002", "s0005", "s0003", "s0006"}}} {
		if got := ids(ask(t, s, "apples", c.order)); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
	for q, want := range map[string]int{"after:2024-01-03": 4, "before:2024-01-03": 1, "on:2024-01-03": 2, "after:2025": 0, "apples before:2030": 5, "NOT on:2024-01-04": 3} {
		if got := ask(t, s, q).Total; got != want {
			t.Errorf("%s finds %d, want %d", q, got, want)
		}
	}
}

// contractPages stores statements between pages: none that was there is shown twice or left out.
func contractPages(t *testing.T, s port) {
	total := 60
	for lo := 0; lo < total; lo += 20 {
		var batch []*statement.Statement
		for i := lo; i < lo+20; i++ {
			st := said(i, "Draft", fmt.Sprintf("apples %s of lot %d", []string{"", "apples", "apples pears"}[i%3], i), "en")
			if i%4 == 0 {
				st.Published = said(0, "", "", "").Published // many of one moment
			}
			batch = append(batch, st)
		}
		store(t, s, batch...)
	}
	for _, order := range []search.Order{search.Relevance, search.Newest, search.Oldest} {
		seen := map[string]int{}
		r := search.Request{Query: parse(t, "apples"), Order: order, Limit: 7}
		for page := 0; ; page++ {
			got, err := s.Search(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range ids(got) {
				seen[id]++
			}
			store(t, s, said(1000+page, "Apples", "apples apples apples", "en"), said(2000+page, "Other", "a much longer text with apples in it", "en"))
			if r.After = got.Next; r.After == "" {
				break
			}
		}
		for i := range total {
			if n := seen[fmt.Sprintf("s%04d", i)]; n != 1 {
				t.Errorf("%s: s%04d was shown %d times", order, i, n)
			}
		}
		if _, err := s.Search(t.Context(), search.Request{Query: parse(t, "pears"), Order: order, Limit: 7, After: r.After + "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a cursor that was tampered with gives %v", err)
		}
	}
	page := ask(t, s, "apples", newest, limit(2))
	if _, err := s.Search(t.Context(), search.Request{Query: parse(t, "pears"), Order: search.Newest, Limit: 2, After: page.Next}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the cursor of another query gives %v", err)
	}
}

func contractScan(t *testing.T, s port) {
	for i := range 30 {
		store(t, s, said(i, "Draft", "apples", "en"))
	}
	seen := map[string]bool{}
	err := s.Scan(t.Context(), parse(t, "apples -title:nothing"), false, func(st *statement.Statement) error {
		if seen[st.ID] || st.Text != "apples" {
			t.Errorf("visited %s twice or without its text", st.ID)
		}
		seen[st.ID] = true
		return nil
	})
	if err != nil || len(seen) != 30 {
		t.Errorf("%d visited, %v", len(seen), err)
	}
	stop := errors.New("enough")
	if err := s.Scan(t.Context(), query.All{}, false, func(*statement.Statement) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the visitor's error came back as %v", err)
	}
}

func contractHolds(t *testing.T, s port) {
	store(t, s, said(1, "One", "apples", "en", actor("x-someone", statement.Signatory)))
	for _, c := range []struct {
		field query.Field
		value string
		want  bool
	}{{query.Speaker, "x-someone", true}, {query.Signatory, "x-someone", true}, {query.Issuer, "x-someone", false}, {query.Source, "freedonia", true},
		{query.Title, "one", false}} {
		if got, err := s.Holds(t.Context(), c.field, c.value); err != nil || got != c.want {
			t.Errorf("holds %s:%s = %v, %v", c.field, c.value, got, err)
		}
	}
}

func contractCopies(t *testing.T, s port) {
	first, second := said(1, "Letter", "apples", "en"), said(2, "Letter", "apples", "en")
	second.Group = first.ID
	docs := documents(first, second, said(3, "Other", "apples", "en"))
	docs[1].Copies = &indexer.Copies{Other: true}
	write(t, s, indexer.Write{Documents: docs})
	if got := ids(ask(t, s, "apples", oldest)); !slices.Equal(got, []string{"s0001", "s0003"}) {
		t.Errorf("leads are %v", got)
	}
	if got := ask(t, s, "apples", func(r *search.Request) { r.Copies = true }).Total; got != 3 {
		t.Errorf("with copies %d", got)
	}
	copies, err := s.Reader().Copies(t.Context(), first.ID)
	if err != nil || len(copies) != 1 || copies[0].ID != second.ID || copies[0].Text != "" {
		t.Errorf("copies %+v, %v", copies, err)
	}
}

func contractContext(t *testing.T, s port) {
	store(t, s, said(1, "One", "apples", "en"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, search.Request{Query: query.All{}, Limit: 1}); fault.KindOf(err) != fault.Canceled {
		t.Errorf("a search after its caller left gives %v", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), epoch)
	defer cancel()
	if _, err := s.Search(ctx, search.Request{Query: query.All{}, Limit: 1}); fault.KindOf(err) != fault.Transient {
		t.Errorf("a search after its deadline gives %v", err)
	}
}
