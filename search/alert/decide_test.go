package alert

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

// step is one announcement.
type step struct {
	statement.Statement
	first bool
}

func backfilled(s statement.Statement) statement.Statement { s.Backfill = true; return s }

func grouped(s statement.Statement, group string) statement.Statement { s.Group = group; return s }

// TestWhatFires holds the contract's sentence on alerts against sequences of announcements.
func TestWhatFires(t *testing.T) {
	const text = "We welcome the convention."
	for name, c := range map[string]struct {
		query  string
		draft  Draft
		steps  []step
		groups shelves
		want   []string
	}{
		"a new statement, once": {
			steps: []step{{says("a", 1, text), true}, {says("a", 1, text), true}},
			want:  []string{"statement a/1"}},
		"what does not match": {
			steps: []step{{says("a", 1, "Nothing here."), true}}},
		"a revision is told of when asked for": {
			draft: Draft{IncludeRevisions: true},
			steps: []step{{says("a", 1, text), true}, {says("a", 2, text+" Again."), false}, {says("a", 2, text+" Again."), false}},
			want:  []string{"statement a/1", "revision a/2"}},
		"and else is not": {
			steps: []step{{says("a", 1, text), true}, {says("a", 2, text+" Again."), false}},
			want:  []string{"statement a/1"}},
		"new text behind an old placeholder": {
			steps: []step{{says("a", 1, "To follow."), true}, {says("a", 2, text), false}, {says("a", 3, text+" Again."), false}},
			want:  []string{"revision a/2"}},
		"backfill is silent": {
			steps: []step{{backfilled(says("a", 1, text)), true}, {says("b", 1, text), true}},
			want:  []string{"statement b/1"}},
		"backfill counts as met": {
			steps: []step{{backfilled(says("a", 1, text)), true}, {says("a", 2, text+" Again."), false}}},
		"and its revisions are told of when asked for": {
			draft: Draft{IncludeRevisions: true},
			steps: []step{{backfilled(says("a", 1, text)), true}, {says("a", 2, text+" Again."), false}},
			want:  []string{"revision a/2"}},
		"backfill that did not match is a placeholder": {
			steps: []step{{backfilled(says("a", 1, "To follow.")), true}, {says("a", 2, text), false}},
			want:  []string{"revision a/2"}},
		"backfill is told of when asked for": {
			draft: Draft{IncludeBackfill: true},
			steps: []step{{backfilled(says("a", 1, text)), true}, {backfilled(says("a", 1, text)), true}},
			want:  []string{"backfill a/1"}},
		"a copy is silent": {
			steps: []step{{says("a", 1, text), true}, {grouped(says("b", 1, text), "a"), true}},
			want:  []string{"statement a/1"}},
		"a revision of a silent copy is silent": {
			draft: Draft{IncludeRevisions: true},
			steps: []step{{says("a", 1, text), true}, {grouped(says("b", 1, text), "a"), true}, {grouped(says("b", 2, text+" Again."), "a"), false}},
			want:  []string{"statement a/1"}},
		"a copy with an actor that the query asks for": {
			query: "convention signatory:open-tides OR signatory:lantern",
			steps: []step{{says("a", 1, text, "lantern"), true}, {grouped(says("b", 1, text, "lantern", "open-tides"), "a"), true},
				{grouped(says("c", 1, text, "lantern", "open-tides"), "a"), true}, {grouped(says("d", 1, text, "lantern", "other"), "a"), true}},
			want: []string{"statement a/1", "copy b/1"}},
		"a copy with an actor that makes it match at all": {
			query: "convention signatory:open-tides",
			steps: []step{{says("a", 1, text, "lantern"), true}, {grouped(says("b", 1, text, "lantern", "open-tides"), "a"), true}},
			want:  []string{"statement b/1"}},
		"a copy with an actor by which the group matches": {
			query:  "convention signatory:open-tides signatory:lantern",
			steps:  []step{{says("a", 1, text, "lantern"), true}, {grouped(says("b", 1, text, "open-tides"), "a"), true}, {grouped(says("c", 1, text, "open-tides"), "a"), true}},
			groups: shelves{"a": {lead: grouped(says("a", 1, text, "lantern", "open-tides"), "a")}},
			want:   []string{"copy a/1"}},
		"a copy of a part with an actor that the query asks for": {
			query:  `"we welcome" (signatory:open-tides OR signatory:lantern)`,
			steps:  []step{{says("a", 1, text, "lantern"), true}, {grouped(says("b", 1, "The convention.", "open-tides"), "a"), true}},
			groups: shelves{"a": {lead: grouped(says("a", 1, text, "lantern", "open-tides"), "a")}},
			want:   []string{"statement a/1", "copy a/1"}},
		"a group that became part of another was told of": {
			steps:  []step{{says("a", 1, text), true}, {grouped(says("b", 1, text), "a"), true}, {grouped(says("b", 2, text+" Again."), "z"), false}},
			groups: shelves{"z": {lead: grouped(says("z", 1, "Nothing."), "z"), merged: []string{"a"}}},
			want:   []string{"statement a/1"}},
		"a statement that joins a group was told of alone": {
			steps: []step{{says("a", 1, text), true}, {grouped(says("a", 2, text+" Again."), "z"), false}},
			want:  []string{"statement a/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				o := options(w)
				o.Groups = c.groups
				r := start(t, o)
				c.draft.Query = "convention"
				if c.query != "" {
					c.draft.Query = c.query
				}
				saved := r.save(c.draft)
				for _, s := range c.steps {
					w.announce(s.Statement, s.first)
					synctest.Wait() // each in a round of its own
				}
				if diff := cmp.Diff(c.want, r.fired(saved.ID)); diff != "" {
					t.Errorf("one by one: want (-), got (+):\n%s", diff)
				}
				r.stop()
				together := newWorld()
				o = options(together)
				o.Groups = c.groups
				first := start(t, o)
				saved = first.save(c.draft)
				first.stop()
				for _, s := range c.steps {
					together.announce(s.Statement, s.first)
				}
				r = start(t, o)
				synctest.Wait() // all in one round, after a restart
				if diff := cmp.Diff(c.want, r.fired(saved.ID)); diff != "" {
					t.Errorf("together: want (-), got (+):\n%s", diff)
				}
				time.Sleep(2 * placeEvery) // the bubble's clock
				synctest.Wait()
				if got := string(together.buckets["settings"][matchedKey]); got != itoa(len(c.steps)) {
					t.Errorf("the place is %s of %d", got, len(c.steps))
				}
				r.stop()
			})
		})
	}
}
