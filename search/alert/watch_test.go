package alert

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, options(w))
		w.announce(says("before", 1, "A tide."), true)
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		ended := make(chan error)
		watch := func(ctx context.Context, watch Watch) {
			go func() {
				ended <- r.Watch(ctx, watch, func() {}, func(s Seen) error {
					got = append(got, fmt.Sprint(s.Seq, " ", s.ID, "/", s.Revision, " ", s.New))
					return nil
				})
			}()
		}
		watch(ctx, Watch{Query: "tide"})
		synctest.Wait()
		w.announce(says("a", 1, "A tide."), true)
		w.announce(says("b", 1, "A flood."), true)
		w.announce(backfilled(says("c", 1, "A tide.")), true)
		w.announce(says("a", 2, "Tides."), false)
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("watch: %v", err)
		}
		if diff := cmp.Diff([]string{"2 a/1 true", "5 a/2 false"}, got); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		got = nil
		ctx, cancel = context.WithCancel(t.Context())
		watch(ctx, Watch{Query: "tide", After: 2, Backfill: true})
		synctest.Wait()
		cancel()
		<-ended
		if diff := cmp.Diff([]string{"4 c/1 true", "5 a/2 false"}, got); diff != "" {
			t.Errorf("going on after 2: want (-), got (+):\n%s", diff)
		}
		if err := r.Watch(t.Context(), Watch{Query: "("}, func() {}, nil); fault.KindOf(err) != fault.Query {
			t.Errorf("a query that doesn't parse: %v", err)
		}
		r.stop()
	})
}

func TestWatchersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options(newWorld()))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		for range maxWatchers {
			go func() { ended <- r.Watch(ctx, Watch{}, func() {}, func(Seen) error { return nil }) }()
		}
		synctest.Wait()
		if err := r.Watch(ctx, Watch{}, func() {}, nil); fault.KindOf(err) != fault.RateLimited {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		var errs []error
		for range maxWatchers {
			errs = append(errs, <-ended)
		}
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		r.stop()
	})
}

func TestPreview(t *testing.T) {
	now := time.Now().UTC()

	store := &shelf{}
	for _, d := range []struct {
		id  string
		ago int
	}{{"a", 1}, {"b", 6}, {"c", 8}, {"d", 100}, {"e", 400}} {
		st := says(d.id, 1, "A tide.")
		at := now.AddDate(0, 0, -d.ago)
		st.Published = &at
		store.stored = append(store.stored, st)
	}
	o := options(newWorld())
	o.Searcher = store
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Preview(t.Context(), "tides")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"7d": 2, "30d": 3, "365d": 4}, p.Matches); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if p.Parsed != "tides" || len(p.Samples) != 5 {
		t.Errorf("preview %+v", p)
	}
	if _, err := s.Preview(t.Context(), "tide ("); fault.KindOf(err) != fault.Query {
		t.Errorf("a query that doesn't parse: %v", err)
	}
}
