package alert

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEachWriteOfAnEditFails lets the n-th write of each change to what is saved fail, before or after it is made, and with it all that follow: a fresh
// start has what was there before or what was asked for, whole, and what was said to be done is.
func TestEachWriteOfAnEditFails(t *testing.T) {
	name, query, paused := "after", "flood OR reef", true
	for what, change := range map[string]func(context.Context, *Service, string) error{
		"create": func(ctx context.Context, s *Service, _ string) error {
			_, err := s.Create(ctx, Draft{Name: "second", Owner: "somebody", Query: "reef", Channels: hook("http://hooks.example/in")})
			return err
		},
		"update": func(ctx context.Context, s *Service, id string) error {
			_, err := s.Update(ctx, "", id, Change{Name: &name, Query: &query, Paused: &paused})
			return err
		},
		"remove": func(ctx context.Context, s *Service, id string) error { return s.Remove(ctx, "", id) },
	} {
		before, after := savedAfter(t, 0, false, nil), savedAfter(t, 0, false, change)
		if before.has == after.has || after.failed != nil {
			t.Fatalf("%s changes nothing, or fails: %v", what, after.failed)
		}
		for _, made := range []bool{false, true} {
			n := 1
			for ; ; n++ {
				got := savedAfter(t, n, made, change)
				if got.has != before.has && got.has != after.has {
					t.Errorf("%s, write %d fails (made: %v): there is\n%s\nwhich is neither\n%s\nnor\n%s", what, n, made, got.has, before.has, after.has)
				}
				if got.failed == nil {
					if got.has != after.has {
						t.Errorf("%s, write %d fails (made: %v): it is said to be done, and is not", what, n, made)
					}
					if !got.died {
						break
					}
				} else if what != "remove" && !strings.Contains(got.failed.Error(), "saved quer") {
					t.Errorf("%s, write %d fails: %q does not say what could not be kept", what, n, got.failed)
				}
			}
			if n < 2 {
				t.Errorf("%s writes nothing", what)
			}
		}
	}
}

// aftermath is what a fresh start finds.
type aftermath struct {
	has    string
	failed error
	died   bool
}

// savedAfter makes a change to one saved query, with the n-th write failing, and starts afresh.
func savedAfter(t *testing.T, n int, made bool, change func(context.Context, *Service, string) error) (out aftermath) {
	t.Helper()
	w := newWorld()
	s, err := New(t.Context(), options(w))
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Create(t.Context(), Draft{Name: "first", Query: "tide"})
	if err != nil {
		t.Fatal(err)
	}
	w.revive(n, made)
	if change != nil {
		out.failed = change(t.Context(), s, first.ID)
	}
	out.died = w.dead
	w.revive(0, false)
	if s, err = New(t.Context(), options(w)); err != nil {
		t.Fatal(err)
	}
	var has []string
	for _, q := range s.List("") {
		has = append(has, fmt.Sprintf("%s %s %q paused=%v channels=%d", q.Owner, q.Name, q.Query, q.Paused, len(q.Channels)))
	}
	slices.Sort(has)
	out.has = strings.Join(has, "\n")
	return out
}
