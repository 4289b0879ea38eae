package alert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/search/query"
)

func TestWhatIsRefused(t *testing.T) {
	w := newWorld()
	o := options(w)
	o.PerOwner, o.Total = 3, 6
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for want, d := range map[string]Draft{
		"query": {Query: "tide AND ("},
		"name: the name is longer than 200 letters: shorten it":                                                                   {Query: "tide", Name: strings.Repeat("ä", 201)},
		"name: the name has a line break or another control character in it: write it on one line":                                {Query: "tide", Name: "a\r\nBcc: b"},
		"rate: there is no rate \"often\": use immediate, hourly, daily or weekly":                                                {Query: "tide", Rate: "often"},
		"zone: there is no time zone \"Mars/Olympus\": give its name as in Europe/Paris, America/New_York or UTC":                 {Query: "tide", Zone: "Mars/Olympus"},
		"min_change: -1 words are no least change: give a number from 0 to 100000":                                                {Query: "tide", MinChange: -1},
		"channels[0].type: this server sends no mail: set alerts.smtp in rostrum.yaml, or use a webhook or the feed":              {Query: "tide", Channels: []Channel{{Type: "email", To: "a@example.org"}}},
		"channels[0].type: there is no channel of type \"pigeon\": use webhook or email":                                          {Query: "tide", Channels: []Channel{{Type: "pigeon"}}},
		"channels[0].url: \"ftp://example.org/\" is no http or https address: give one such as https://hooks.example.org/rostrum": {Query: "tide", Channels: hook("ftp://example.org/")},
		"channels[0].url: the address has a user name or password in it: leave it out: deliveries are signed with the webhook's secret": {Query: "tide",
			Channels: hook("https://user:pass@example.org/")},
		"channels[1]: the channel is named twice: name it once":                             {Query: "tide", Channels: append(hook("https://example.org/"), hook("https://example.org/")...)},
		"channels: 6 channels are more than 5: save the query twice, or pass the alerts on": {Query: "tide", Channels: make([]Channel, 6)},
		"query: the query has 40001 bytes, more than 40000: split it into several":          {Query: strings.Repeat("a", 40001)},
	} {
		_, err := s.Create(t.Context(), d)
		if want == "query" {
			if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Query || f.Position != 10 {
				t.Errorf("a query that doesn't parse: %v", err)
			}
			continue
		}
		if diff := cmp.Diff(want, describe(err)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
	}
	if list := s.List(""); len(list) != 0 || len(w.buckets["saved"]) != 0 {
		t.Errorf("something was saved: %+v", list)
	}
	if _, err := s.Create(t.Context(), Draft{Query: strings.Repeat("潮", query.MaxLength), Owner: "long"}); err != nil {
		t.Errorf("the longest query, in a script of three bytes a letter: %v", err)
	}
	for i, owner := range []string{"ada", "ada", "ada", "ada", "ben", "ben", "cy"} {
		_, err := s.Create(t.Context(), Draft{Query: "tide", Owner: owner})
		if refused := i == 3 || i == 6; refused != (fault.KindOf(err) == fault.TooLarge && err != nil) {
			t.Errorf("number %d, of %s: %v", i, owner, err)
		}
	}
}

func TestOwnersAreApart(t *testing.T) {
	s, err := New(t.Context(), options(newWorld()))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	saved, err := s.Create(ctx, Draft{Query: "tide", Owner: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	name := "mine"
	for what, do := range map[string]func(owner string) error{
		"get":    func(o string) error { _, err := s.Get(o, saved.ID); return err },
		"edit":   func(o string) error { _, err := s.Update(ctx, o, saved.ID, Change{Name: &name}); return err },
		"alerts": func(o string) error { _, err := s.Alerts(ctx, o, saved.ID, 1, ""); return err },
		"test":   func(o string) error { _, err := s.Test(ctx, o, saved.ID); return err },
	} {
		if err := do("ben"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s by another: %v", what, err)
		}
		if err := errors.Join(do("ada"), do("")); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Remove(ctx, "ben", saved.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("remove by another: %v", err)
	}
	if len(s.List("ben")) != 0 || len(s.List("ada")) != 1 || len(s.List("")) != 1 {
		t.Error("lists are not by owner")
	}
}

// TestQueryThatCantBeReadAnyMore stays, says so, and holds again when it can be read.
func TestQueryThatCantBeReadAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := options(w)
		known := &language{refuse: map[string]bool{}}
		o.Compiler = known
		r := start(t, o)
		saved, other := r.save(Draft{Query: "tide", IncludeBackfill: true}), r.save(Draft{Query: "flood"})
		r.stop()
		known.refuse["tide"] = true
		r = start(t, o)
		shown, err := r.Get("", saved.ID)
		if err != nil || !strings.Contains(shown.Problem, "nobody knows this any more") {
			t.Errorf("problem %q, %v", shown.Problem, err)
		}
		w.announce(says("a", 1, "A tide and a flood."), true)
		synctest.Wait()
		if got := r.fired(other.ID); len(got) != 1 {
			t.Errorf("the other fired %v", got)
		}
		edited := "tides"
		if shown, err = r.Update(t.Context(), "", saved.ID, Change{Query: &edited}); err != nil || shown.Problem != "" {
			t.Errorf("edited: %+v, %v", shown, err)
		}
		w.announce(says("b", 1, "A tide and a flood."), true)
		synctest.Wait()
		if diff := cmp.Diff([]string{"statement b/1"}, r.fired(saved.ID)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		r.stop()
	})
}

// TestEditThatCantBeKept leaves what was.
func TestEditThatCantBeKept(t *testing.T) {
	w := newWorld()
	o := options(w)
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := s.Create(t.Context(), Draft{Query: "tide", Name: "before"})
	if err != nil {
		t.Fatal(err)
	}
	w.revive(1, false)
	name, query := "after", "flood"
	if _, err := s.Update(t.Context(), "", saved.ID, Change{Name: &name, Query: &query}); err == nil {
		t.Fatal("the edit was taken")
	}
	if _, err := s.Create(t.Context(), Draft{Query: "reef"}); err == nil {
		t.Fatal("the draft was taken")
	}
	w.revive(0, false)
	list := s.List("")
	if len(list) != 1 || list[0].Name != "before" || list[0].Query != "tide" {
		t.Errorf("what is left: %+v", list)
	}
	if node, records := s.book.inForce("tide", 1); node == nil || len(records) != 1 {
		t.Errorf("tide is in force for %d", len(records))
	}
	if _, records := s.book.inForce("flood", 1); len(records) != 0 {
		t.Errorf("flood is in force for %d", len(records))
	}
}

func TestPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, options(w))
		saved := r.save(Draft{Query: "tide"})
		const n = 45
		for i := range n {
			w.announce(says(fmt.Sprintf("s%02d", i), 1, "A tide."), true)
		}
		synctest.Wait()
		var got []string
		cursor, pages := "", 0
		for {
			page, err := r.Alerts(context.Background(), "", saved.ID, 20, cursor)
			if err != nil || page.Total != n {
				t.Fatalf("page %+v, %v", page, err)
			}
			for _, a := range page.Alerts {
				got = append(got, a.Statement.ID)
			}
			pages++
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if len(got) != n || pages != 3 || got[0] != "s44" || got[n-1] != "s00" {
			t.Errorf("%d on %d pages: %v", len(got), pages, got)
		}
		if _, err := r.Alerts(context.Background(), "", saved.ID, 20, "x"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a cursor of nobody's: %v", err)
		}
		r.stop()
	})
}
