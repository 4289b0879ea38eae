package blevestore

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search"
)

// TestWhatIsKeptAnswersAsWhatIsMatchedAnew asks twice, with and without copies, while statements are written and forgotten, and again with
// nothing kept.
func TestWhatIsKeptAnswersAsWhatIsMatchedAnew(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.keepAbove = 1 })
	var all []string
	for n := range 20 {
		all = append(all, said(n, "", "", "").ID)
	}
	queries := []string{`"united nations" OR kingdom`, `-"the list" un*`}
	shelf := func() (pages []search.Page) {
		for _, q := range queries {
			for _, copies := range []bool{false, true} {
				with := func(r *search.Request) { r.Copies, r.Facets = copies, []string{search.FacetTopic, search.FacetMonth} }
				pages = append(pages, ask(t, s, q, with), ask(t, s, q, oldest, limit(3), with))
			}
		}
		return pages
	}
	rapid.Check(t, func(rt *rapid.T) {
		write(t, s, forgetting(all...))
		for round := range rapid.IntRange(1, 2).Draw(rt, "rounds") {
			var some []*statement.Statement
			for i := range rapid.IntRange(1, 6).Draw(rt, "statements") {
				n := round*3 + i // some are written over
				text := rapid.SampledFrom([]string{"the united nations said so", "the united kingdom of nations", "the end of the list", "untold"}).Draw(rt, "text")
				some = append(some, said(n, fmt.Sprintf("Number %d", n), text, "en", topic(fmt.Sprintf("topic-%d", i%2))))
			}
			store(t, s, some...)
			if rapid.Bool().Draw(rt, "forget") {
				write(t, s, forgetting(some[0].ID))
			}
			first := shelf()
			if diff := cmp.Diff(first, shelf()); diff != "" {
				rt.Fatalf("asked again: %s", diff)
			}
			s.kept.clear()
			if diff := cmp.Diff(first, shelf()); diff != "" {
				rt.Fatalf("asked anew: %s", diff)
			}
		}
	})
}

func TestTheKeeperStaysWithinItsBytes(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.KeepBytes, o.keepAbove = 8<<10, 1 })
	storeMany(t, s)
	for n := range 60 {
		ask(t, s, fmt.Sprintf("united number%d", n))
	}
	if s.kept.bytes > 8<<10 || s.kept.used.Len() == 0 || s.kept.used.Len() != len(s.kept.by) {
		t.Errorf("%d bytes in %d, %d by name", s.kept.bytes, s.kept.used.Len(), len(s.kept.by))
	}
}

// TestByDateAsByTheListOfMatches walks the order of times, and reads the matches: both give the same pages.
func TestByDateAsByTheListOfMatches(t *testing.T) {
	s := openStore(t, t.TempDir())
	storeMany(t, s)
	store(t, s, said(500, "At the same time", "united again", "en"), said(501, "Another", "united", "en", func(st *statement.Statement) { st.Published = said(500, "", "", "").Published }))
	for _, order := range []search.Order{search.Newest, search.Oldest} {
		want := ids(ask(t, s, "united", limit(1000), func(r *search.Request) { r.Order = order }))
		var got []string
		for after := ""; ; {
			page := ask(t, s, "united", limit(1), func(r *search.Request) { r.Order, r.After = order, after })
			got = append(got, ids(page)...)
			if after = page.Next; after == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) != 122 {
			t.Errorf("%s: %d found, %s", order, len(want), diff)
		}
	}
}
