package alert

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestKilledAtEveryWrite lets the process die at each of its writes in turn, before and after it is made, and starts it again: every
// alert fires once and is taken, and none comes more often than the process died.
func TestKilledAtEveryWrite(t *testing.T) {
	want := []string{"backfill old/1", "statement a/1", "revision a/2", "copy c/1", "statement d/1"}
	for _, after := range []bool{false, true} {
		for dieAt := 1; ; dieAt++ {
			died := false
			synctest.Test(t, func(t *testing.T) { died = killedOnce(t, dieAt, after, want) })
			if !died {
				t.Logf("died at each of %d writes (after making it: %v)", dieAt-1, after)
				if dieAt < 15 {
					t.Errorf("only %d writes: the test has lost its grip", dieAt-1)
				}
				break
			}
			if t.Failed() {
				t.Fatalf("killed at write %d, after making it: %v", dieAt, after)
			}
		}
	}
}

func killedOnce(t *testing.T, dieAt int, after bool, want []string) (died bool) {
	w, net := newWorld(), newNetwork(t)
	hooks := net.host("hooks.example", nil)
	o := options(w)
	o.Dial = net.dial
	o.Scanner = &shelf{stored: statementsOf(says("old", 1, "An old tide.", "lantern"))}
	r := start(t, o)
	saved := r.save(Draft{Query: "tide (signatory:lantern OR signatory:open-tides)", Channels: hook("http://hooks.example/"), IncludeRevisions: true, IncludeBackfill: true, Paused: true})
	r.stop()
	w.revive(dieAt, after)
	r = start(t, o)
	on := false
	_, err := r.Update(t.Context(), "", saved.ID, Change{Paused: &on})
	if err != nil { // the edit was refused: it is made again
		r.stop()
		w.revive(0, false)
		r = start(t, o)
		if _, err := r.Update(t.Context(), "", saved.ID, Change{Paused: &on}); err != nil {
			t.Fatal(err)
		}
		died = true
	}
	w.announce(says("a", 1, "A tide.", "lantern"), true)
	synctest.Wait()
	w.announce(says("a", 2, "Another tide.", "lantern"), false)
	w.announce(says("b", 1, "No flood.", "lantern"), true)
	time.Sleep(3 * time.Second)
	w.announce(grouped(says("c", 1, "A tide.", "open-tides"), "a"), true)
	w.announce(says("d", 1, "A tide.", "lantern"), true)
	time.Sleep(3 * time.Second)
	synctest.Wait()
	died = died || w.dead
	r.stop()
	w.revive(0, false)
	r = start(t, o)
	time.Sleep(3 * time.Second)
	synctest.Wait()
	got := r.fired(saved.ID)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	page, err := r.Alerts(t.Context(), "", saved.ID, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	ids := hooks.ids()
	for _, a := range page.Alerts {
		if a.Deliveries[0].Status != Delivered || ids[a.ID] < 1 || ids[a.ID] > 2 {
			t.Errorf("%s is %s, and came %d times", a.ID, a.Deliveries[0].Status, ids[a.ID])
		}
		delete(ids, a.ID)
	}
	if len(ids) > 0 {
		t.Errorf("messages of no alert: %v", slices.Collect(maps.Keys(ids)))
	}
	r.stop()
	return died
}

// TestSavedWhileMatching saves queries while statements stream by: each holds for what comes after its saving.
func TestSavedWhileMatching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, options(w))
		next := 0
		stream := func() {
			next++
			w.announce(says(fmt.Sprintf("s%04d", next), 1, fmt.Sprintf("A word%d.", next)), true)
		}
		const n = 980 // with what is removed, past the bound at which the set is built anew
		want, ids := map[string][]string{}, make([]string, 0, n)
		for i := range n {
			stream()
			saved := r.save(Draft{Query: fmt.Sprintf("word%d OR word%d OR word%d", next, next+1, next+2)})
			ids = append(ids, saved.ID)
			want[saved.ID] = []string{fmt.Sprintf("statement s%04d/1", next+1), fmt.Sprintf("statement s%04d/1", next+2)}
			switch {
			case i%7 == 0:
				synctest.Wait()
			case i%10 == 9: // some go again at once
				if err := r.Remove(t.Context(), "", saved.ID); err != nil {
					t.Fatal(err)
				}
				ids = ids[:len(ids)-1]
			}
		}
		stream()
		stream()
		synctest.Wait()
		for i, id := range ids {
			if diff := cmp.Diff(want[id], r.fired(id)); diff != "" {
				t.Fatalf("query %d: want (-), got (+):\n%s", i, diff)
			}
		}
		r.stop()
	})
}

// TestEditsHoldFromTheirSequence stops the matcher while queries are edited: each form holds for its own stretch of the log.
func TestEditsHoldFromTheirSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := options(w)
		s, err := New(t.Context(), o) // nothing runs: the matcher lags behind everything
		if err != nil {
			t.Fatal(err)
		}
		saved, err := s.Create(t.Context(), Draft{Query: "tide"})
		if err != nil {
			t.Fatal(err)
		}
		edit := func(c Change) {
			t.Helper()
			if _, err := s.Update(t.Context(), "", saved.ID, c); err != nil {
				t.Fatal(err)
			}
		}
		text := "A tide, a flood and a reef."
		yes, no, flood, reef := true, false, "flood -tide OR flood", "reef"
		w.announce(says("a", 1, "A tide."), true)
		edit(Change{Query: &flood})
		w.announce(says("b", 1, "A tide."), true)
		w.announce(says("c", 1, "A flood."), true)
		edit(Change{Paused: &yes})
		w.announce(says("d", 1, text), true)
		edit(Change{Query: &reef})
		w.announce(says("e", 1, text), true)
		edit(Change{Paused: &no})
		w.announce(says("f", 1, "A flood."), true)
		w.announce(says("g", 1, "A reef."), true)
		gone, err := s.Create(t.Context(), Draft{Query: "reef"})
		if err != nil {
			t.Fatal(err)
		}
		w.announce(says("h", 1, "A reef."), true)
		if err := s.Remove(t.Context(), "", gone.ID); err != nil {
			t.Fatal(err)
		}
		r := start(t, o)
		synctest.Wait()
		want := []string{"statement a/1", "statement c/1", "statement g/1", "statement h/1"}
		if diff := cmp.Diff(want, r.fired(saved.ID)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		if n := len(w.alerts); n != len(want) {
			t.Errorf("%d alerts on the log: a removed query fired", n)
		}
		r.stop()
	})
}
