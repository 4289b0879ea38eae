package alert

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

// captured gives a statement about harbours, captured now.
func captured(id string) statement.Statement {
	st := says(id, 1, "the harbour closes")
	st.CapturedAt = time.Now().UTC()
	return st
}

// TestALogThatLostItsEnd cuts both logs behind what was matched and sent: what comes is told of, though it has sequences that were reached before,
// and what was told of in the part that is gone is told of again under the same id, nothing else.
func TestALogThatLostItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := options(w)
		store := &shelf{}
		o.Scanner = store
		s := start(t, o)
		saved := s.save(Draft{Query: "harbour"})
		for _, id := range []string{"a", "b", "c", "d"} {
			time.Sleep(3 * time.Hour)
			st := captured(id)
			store.stored = append(store.stored, st)
			w.announce(st, true)
			synctest.Wait()
		}
		time.Sleep(2 * placeEvery)
		synctest.Wait()
		late := s.save(Draft{Query: "harbour"})
		before := slices.Clone(w.alerts)
		s.stop()
		w.statements, w.alerts = w.statements[:2], w.alerts[:2]

		s = start(t, o)
		if !strings.Contains(s.Lost(), "end at 2 and 2, where 4 and 4 were reached") {
			t.Errorf("said: %q", s.Lost())
		}
		synctest.Wait()
		var ids, had []string
		for _, r := range w.alerts {
			ids = append(ids, r.ID)
		}
		for _, r := range before {
			had = append(had, r.ID)
		}
		slices.Sort(ids)
		slices.Sort(had)
		if diff := cmp.Diff(had, ids); diff != "" {
			t.Errorf("alerts before (-), and after the loss (+):\n%s", diff)
		}
		w.announce(captured("e"), true)
		synctest.Wait()
		if got := s.fired(saved.ID); !slices.Contains(got, "statement e/1") {
			t.Errorf("what came afterwards was not told of: %v", got)
		}
		if diff := cmp.Diff([]string{"statement e/1"}, s.fired(late.ID)); diff != "" {
			t.Errorf("a saved query that began behind the loss (-want +got):\n%s", diff)
		}
		s.stop()
		if s = start(t, o); s.Lost() != "" {
			t.Errorf("said again: %s", s.Lost())
		}
		synctest.Wait()
		s.stop()
		w.statements, w.alerts = nil, nil
		s = start(t, o)
		synctest.Wait()
		if got := s.fired(saved.ID); len(got) != 4 { // those of the store
			t.Errorf("with empty logs: %v, said %q", got, s.Lost())
		}
	})
}

// TestSavedQueriesTheBusLost empties the bus, and harms one of them: they come back as they were, but for those that were removed.
func TestSavedQueriesTheBusLost(t *testing.T) {
	w := newWorld()
	o := options(w)
	o.Mirror = filepath.Join(t.TempDir(), "saved.jsonl")
	s := start(t, o)
	kept := s.save(Draft{Name: "kept", Query: "harbour"})
	gone := s.save(Draft{Name: "removed", Query: "quay"})
	ctx := context.Background()
	name := "edited"
	if _, err := s.Update(ctx, "", kept.ID, Change{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(ctx, "", gone.ID); err != nil {
		t.Fatal(err)
	}
	want := s.List("")
	for what, harm := range map[string]func(){
		"nothing":          func() {},
		"all is gone":      func() { w.buckets = map[string]map[string][]byte{} },
		"one is garbled":   func() { w.buckets["saved"][kept.ID] = []byte("{garbled") },
		"a line is cut":    func() { add(t, o.Mirror, `{"id":"sq-half","rec`) },
		"a line is harmed": func() { add(t, o.Mirror, "{}\n") },
		"no copy":          func() { _ = os.Remove(o.Mirror) },
	} {
		s.stop()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		harm()
		s = start(t, o)
		if diff := cmp.Diff(want, s.List("")); diff != "" {
			t.Errorf("%s: before (-), after (+):\n%s", what, diff)
		}
		lost := what == "all is gone" || what == "one is garbled"
		if said := strings.Contains(s.Lost(), `"edited"`); said != lost {
			t.Errorf("%s: said %q", what, s.Lost())
		}
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
