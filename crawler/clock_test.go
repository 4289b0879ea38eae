package crawler_test

import (
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
