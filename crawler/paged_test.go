package crawler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rostrum/crawler"
)

// TestPagedFeed reads a paged feed to its end in the first pass, goes back no further than needed later, and is not led round in circles.
func TestPagedFeed(t *testing.T) {
	w := newWorld(t)
	newest, asked := 9, map[string]int{}
	atom := func(host string, endless bool) func(http.ResponseWriter, *http.Request, int) {
		return func(rw http.ResponseWriter, r *http.Request, page int) {
			w.mu.Lock()
			defer w.mu.Unlock()
			asked[host+fmt.Sprint(page)]++
			fmt.Fprint(rw, `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>`)
			for n := newest - 2*page; n > newest-2*page-2 && n >= 0; n-- {
				fmt.Fprintf(rw, `<entry><title>N %d</title><link href="/n/%d"/></entry>`, n, n)
			}
			if newest-2*page-2 >= 0 || endless {
				fmt.Fprintf(rw, `<link rel="next" href="/feed/%d"/>`, page+1)
			}
			fmt.Fprint(rw, "</feed>")
		}
	}
	for host, endless := range map[string]bool{"a.example": false, "b.example": true} {
		serve := atom(host, endless)
		w.serve(host+"/feed", func(rw http.ResponseWriter, r *http.Request) { serve(rw, r, 0) })
		for page := 1; page < 30; page++ {
			w.serve(fmt.Sprintf("%s/feed/%d", host, page), func(rw http.ResponseWriter, r *http.Request) { serve(rw, r, page) })
		}
		for n := range 20 {
			w.page(fmt.Sprintf("%s/n/%d", host, n), fmt.Sprintf("Text %d of %s", n, host))
		}
	}
	a, b := source("a", crawler.Feed, "http://a.example/feed"), source("b", crawler.Feed, "http://b.example/feed")
	c := w.start(a, b)
	w.firstPass(c)
	if got := len(w.published()); got != 20 {
		t.Errorf("%d pages were published, want 10 of each", got)
	}
	for _, h := range c.Health() {
		if bound := strings.Join(h.Bounds, " "); strings.Contains(bound, "read no further") != (h.ID == "b") {
			t.Errorf("%s says %q", h.ID, bound)
		}
	}
	w.stop()
	w.mu.Lock()
	if asked["a.example4"] != 1 || asked["a.example5"] != 0 || asked["b.example7"] != 1 || asked["b.example8"] != 0 {
		t.Errorf("pages of the feeds that were asked for: %v", asked)
	}
	newest = 12
	clear(asked)
	w.mu.Unlock()
	a.Every, b.Every = 1e9, 1e9
	w.start(a, b)
	w.until("the new entries of both", func() bool { return len(w.captures) == 26 })
	w.until("the next look", func() bool { return asked["a.example0"] >= 2 && asked["b.example0"] >= 2 })
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if asked["a.example1"] != 1 || asked["a.example2"] != 0 || asked["b.example1"] != 1 || asked["b.example2"] != 0 {
		t.Errorf("with three new entries, pages that were asked for: %v", asked)
	}
}
