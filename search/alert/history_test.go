package alert

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

// historian is a bucket that keeps every value of each key.
type historian struct {
	memBucket
	states map[string][]State
}

func (h *historian) Put(ctx context.Context, key string, value []byte) (uint64, error) {
	rev, err := h.memBucket.Put(ctx, key, value)
	if err == nil {
		h.states[key] = append(h.states[key], State{At: time.Unix(int64(len(h.states[key])), 0), Value: value})
	}
	return rev, err
}

func TestHistory(t *testing.T) {
	w := newWorld()
	o := options(w)
	kept := &historian{memBucket{w, "saved"}, map[string][]State{}}
	o.Saved, o.History = kept, func(_ context.Context, key string) ([]State, error) { return kept.states[key], nil }
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := s.Create(t.Context(), Draft{Owner: "ada", Query: "tide", Channels: hook("http://hooks.example/")})
	if err != nil {
		t.Fatal(err)
	}
	query, rate, at, on, none := "NOT flood", Daily, "18:30", true, []Channel{}
	again := hook("http://hooks.example/")
	for _, c := range []Change{{Query: &query}, {}, {Rate: &rate, DigestAt: &at}, {Paused: &on}} {
		if _, err := s.Update(t.Context(), "ada", saved.ID, c); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Rotate(t.Context(), "ada", saved.ID, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.disable(t.Context(), saved.ID, 1, "gone"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Change{{Channels: &again}, {Channels: &none}} {
		if _, err := s.Update(t.Context(), "ada", saved.ID, c); err != nil {
			t.Fatal(err)
		}
	}
	edits, err := s.History(t.Context(), "ada", saved.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range edits {
		got = append(got, e.Saved.Query+" | "+e.Saved.DigestAt+" | "+strings.Join(e.Changed, ", "))
		for _, c := range e.Saved.Channels {
			if c.Secret != "" {
				t.Errorf("an edit shows the secret %s", c.Secret)
			}
		}
	}
	want := []string{"tide | 07:00 | created", "NOT flood | 07:00 | query", "NOT flood | 18:30 | rate, digest_at", "NOT flood | 18:30 | paused",
		"NOT flood | 18:30 | webhook 1 got another secret", "NOT flood | 18:30 | webhook 1 switched off", "NOT flood | 18:30 | webhook 1 switched on",
		"NOT flood | 18:30 | webhook 1 removed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if now, err := s.Get("ada", saved.ID); err != nil || !now.Dear {
		t.Errorf("NOT flood is not dear: %v", err)
	}
	if list := s.List("ada"); !list[0].Dear {
		t.Error("the list does not call it dear")
	}
	if _, err := s.History(t.Context(), "ben", saved.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("somebody else's history: %v", err)
	}
	kept.memBucket.w.revive(0, false)
	if s, err = New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Get("ada", saved.ID); err != nil || !now.Dear || now.DigestAt != at {
		t.Errorf("after a restart: %+v, %v", now, err)
	}
}
