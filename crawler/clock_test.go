package crawler_test

import (
	"sync/atomic"
	"testing"
	"time"

	"rostrum/crawler"
)

// TestClockWasWrong looks at a site while the clock is a year ahead, then a month behind, then right: what is new is found each time at
// once.
func TestClockWasWrong(t *testing.T) {
	w := newWorld(t)
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Revisit = time.Hour
	links := []string{}
	for _, step := range []struct {
		link string
		off  time.Duration
	}{{"/1", 365 * 24 * time.Hour}, {"/2", -30 * 24 * time.Hour}, {"/3", 0}} {
		links = append(links, step.link)
		w.feed("a.example/feed", links...)
		w.page("a.example"+step.link, "Page "+step.link)
		w.page("a.example/1", "Page 1 as of "+step.link)
		w.options.Now = func() time.Time { return time.Now().Add(step.off) }
		c := w.start(s)
		w.until(step.link+" published, and what the first page says now", func() bool { return len(w.captures) >= 2*len(links)-1 })
		w.settled(c)
		w.stop()
	}
	for address, n := range map[string]int{"http://a.example/1": 3, "http://a.example/2": 1, "http://a.example/3": 1} {
		if got := len(w.published()[address]); got != n {
			t.Errorf("%s was published %d times, want %d", address, got, n)
		}
	}
}

// TestLeasesHeedNoClock sets the clock of two crawlers that share the work an hour ahead, then an hour back: neither leaves what it has, and
// nobody meets anybody.
func TestLeasesHeedNoClock(t *testing.T) {
	m := newTeam(t, 2, 150)
	var off atomic.Int64
	m.options.Now = func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
	m.joinBoth(1)
	for i, jump := range []time.Duration{time.Hour, -time.Hour, 0} {
		off.Store(int64(jump))
		m.until("both at work after the clock was set", func() bool { return len(m.captures) > (i+1)*50 })
	}
	m.complete(2 * 150)
	if m.moves > 0 {
		t.Errorf("hosts changed hands %d times, want never", m.moves)
	}
}
