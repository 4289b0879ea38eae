package crawler

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"rostrum/crawler/transport"
)

func testFrontier(delay time.Duration) *frontier {
	o := Options{Backoff: time.Minute, MaxBackoff: time.Hour}
	return newFrontier(time.Now, transport.NewLanes(delay, 1), 1, 100, o.pause)
}

func (f *frontier) must(t *testing.T) *task {
	t.Helper()
	tk, err := f.next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

func TestFrontierTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, now := testFrontier(0), time.Now()
		for i := range 3 {
			for _, host := range []string{"a", "b"} {
				f.add(&task{address: fmt.Sprint(host, i), host: host, due: now})
			}
		}
		f.add(&task{address: "new", host: "a", due: now, first: true})
		f.add(&task{address: "later", host: "c", due: now.Add(time.Hour)})
		order := ""
		for range 7 {
			tk := f.must(t)
			order += tk.host
			time.Sleep(time.Millisecond)
			if tk.host == "a" && len(order) <= 2 && tk.address != "new" {
				t.Errorf("%s came before the new page", tk.address)
			}
			f.done(tk)
		}
		if order != "abababa" && order != "bababaa" {
			t.Errorf("hosts in the order %s", order)
		}
		began := time.Now()
		if tk := f.must(t); tk.address != "later" || time.Since(began) < 59*time.Minute {
			t.Errorf("%s after %v", tk.address, time.Since(began))
		}
	})
}

func TestFrontierParks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, now := testFrontier(0), time.Now()
		for i := range 5 {
			f.add(&task{address: fmt.Sprint(i), host: "a", due: now})
		}
		for i, want := range []time.Duration{0, time.Minute, 2 * time.Minute} {
			began := time.Now()
			tk := f.must(t)
			if took := time.Since(began); took != want {
				t.Errorf("try %d came after %v, want %v", i, took, want)
			}
			f.strike("a", strikesToPark, "refused", 0)
			if until, reason, _ := f.parked("a"); reason != "refused" || !until.After(time.Now()) {
				t.Errorf("parked until %v: %q", until, reason)
			}
			f.done(tk)
		}
		f.answered("a")
		began := time.Now()
		f.done(f.must(t))
		if time.Since(began) != 0 {
			t.Error("a host that answers must not wait")
		}
		f.strike("a", 1, "500", time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := f.next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("next: %v while the host asks for an hour", err)
		}
		if err := f.settled(t.Context()); err != nil {
			t.Errorf("settled: %v", err)
		}
	})
}

func TestFrontierHastens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, now := testFrontier(time.Second), time.Now()
		tk := &task{address: "x", host: "a", due: now.Add(time.Hour)}
		f.add(tk)
		f.add(&task{address: "y", host: "a", due: now.Add(time.Minute)})
		f.hasten(tk, now.Add(time.Second))
		if got := f.must(t); got != tk || time.Since(now) != time.Second {
			t.Errorf("%s after %v", got.address, time.Since(now))
		}
		f.hasten(tk, now) // under way: no effect
		f.done(tk)
		if got := f.must(t); got.address != "y" || time.Since(now) != time.Minute {
			t.Errorf("%s after %v", got.address, time.Since(now))
		}
	})
}

func TestSchedule(t *testing.T) {
	o := Options{Backoff: time.Minute, MaxBackoff: 6 * time.Hour}
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	s := &Source{Type: Feed, Every: time.Hour, Revisit: day}
	own := &Source{Type: Page, Every: time.Hour}
	for _, c := range []struct {
		name string
		s    *Source
		p    page
		want time.Duration // -1: never
	}{
		{"new", s, page{ChangedAt: now}, day},
		{"a month unchanged", s, page{ChangedAt: now.Add(-40 * day)}, 10 * day},
		{"years unchanged", s, page{ChangedAt: now.Add(-4000 * day)}, maxRevisit},
		{"old when it was found", s, page{ChangedAt: now, TriedAt: now, Modified: now.Add(-4000 * day)}, day},
		{"old, and looked at again", s, page{ChangedAt: now.Add(-day), TriedAt: now, Modified: now.Add(-4000 * day)}, 7 * day},
		{"old, and has changed", s, page{ChangedAt: now.Add(-day), TriedAt: now, Modified: now.Add(-4000 * day), Changes: 1}, day},
		{"asks not to be stored", s, page{TriedAt: now, NoIndex: true}, finalRevisit},
		{"every second, and changes every five", &Source{Type: Feed, Revisit: time.Second}, page{ChangedAt: now.Add(-5 * time.Second)}, 1250 * time.Millisecond},
		{"never again", &Source{Type: Feed}, page{ChangedAt: now}, -1},
		{"failed once", s, page{Failures: 1}, time.Minute},
		{"failed often", s, page{Failures: 1000}, 6 * time.Hour},
		{"failed for good", s, page{Failures: 1, Final: true}, 7 * day},
		{"its own source, for long quiet", &Source{Type: Page, Every: time.Hour, Longest: day}, page{ChangedAt: now.Add(-4 * day)}, 12 * time.Hour},
		{"its own source, for very long quiet", &Source{Type: Page, Every: time.Hour, Longest: day}, page{ChangedAt: now.Add(-400 * day)}, day},
		{"its own source", own, page{ChangedAt: now.Add(-4000 * day)}, time.Hour},
		{"its own source failed", own, page{Failures: 2}, 2 * time.Minute},
		{"its own source failed for good", own, page{Failures: 2, Final: true}, time.Hour},
	} {
		got := o.nextVisit(c.s, &c.p, now)
		if c.want < 0 && !got.IsZero() || c.want >= 0 && got.Sub(now) != c.want {
			t.Errorf("%s: %v, want after %v", c.name, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1<<40).Draw(t, "failures")
		if p := o.pause(n); p < o.Backoff || p > o.MaxBackoff {
			t.Fatalf("pause(%d) = %v", n, p)
		}
	})
}

// What was put off while the clock was an hour ahead comes in its time when the clock is right again, and in its order.
func TestFrontierHeedsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := testFrontier(0)
		var ahead atomic.Int64
		ahead.Store(int64(time.Hour))
		f.now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		f.add(&task{address: "first", host: "a", due: f.now()})
		first := f.must(t)
		f.done(first)
		f.add(&task{address: "soon", host: "a", due: f.now().Add(5 * time.Minute)})
		f.add(&task{address: "later", host: "b", due: f.now().Add(20 * time.Minute)})
		began := time.Now()
		go func() {
			time.Sleep(2 * time.Minute)
			ahead.Store(0)
		}()
		for _, want := range []struct {
			address string
			by      time.Duration
		}{{"soon", 6 * time.Minute}, {"later", 21 * time.Minute}} {
			got := f.must(t)
			if took := time.Since(began); got.address != want.address || took > want.by || took < want.by-3*time.Minute {
				t.Errorf("%s after %s, want %s by %s", got.address, took, want.address, want.by)
			}
			f.done(got)
		}
	})
}

// A source with a hundred thousand pages does not hold up another one on the same host, which has a few.
func TestFrontierIsFairToSources(t *testing.T) {
	f, now := testFrontier(0), time.Now().Add(-time.Hour)
	large, small := &source{}, &source{}
	for i := range 100_000 {
		f.add(&task{address: "large", host: "a", due: now, source: large, first: true, depth: i})
	}
	for range 5 {
		f.add(&task{address: "small", host: "a", due: now.Add(time.Minute), source: small, first: true})
	}
	taken := map[string]int{}
	for range 12 {
		tk := f.must(t)
		taken[tk.address]++
		f.done(tk)
	}
	if taken["small"] != 5 {
		t.Errorf("of 12 tasks: %v", taken)
	}
}
