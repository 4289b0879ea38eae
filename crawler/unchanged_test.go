package crawler_test

import (
	"net/http"
	"testing"
	"time"

	"rostrum/crawler"
	"rostrum/internal/statement"
)

// TestUnchangedPagesArePublishedWithoutBody fetches a page that says 304 and one that sends itself again, and then changes them.
func TestUnchangedPagesArePublishedWithoutBody(t *testing.T) {
	w := newWorld(t)
	w.options.Unchanged = true
	answers, text := 0, "First text of the page."
	w.serve("a.example/said", func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		rw.Header().Set("ETag", `"`+text[:5]+`"`)
		if r.Header.Get("If-None-Match") == rw.Header().Get("ETag") {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = rw.Write([]byte(text))
	})
	w.serve("b.example/same", func(rw http.ResponseWriter, _ *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if answers++; answers == 3 {
			text = "Other text of the page."
		}
		_, _ = rw.Write([]byte(text))
	})
	sources := []crawler.Source{source("said", crawler.Page, "http://a.example/said"), source("same", crawler.Page, "http://b.example/same")}
	for i := range sources {
		sources[i].Every = time.Second
	}
	w.start(sources...)
	w.until("fetched again after a change", func() bool {
		kinds := map[string]int{}
		for _, c := range w.captures {
			kinds[c.URL+map[bool]string{true: " unchanged"}[c.Unchanged != nil]]++
		}
		return kinds["http://a.example/said"] >= 2 && kinds["http://b.example/same"] >= 2 && kinds["http://a.example/said unchanged"] >= 1 && kinds["http://b.example/same unchanged"] >= 1
	})
	w.stop()
	for url, captures := range w.published() {
		var last *statement.Capture
		for _, c := range captures {
			if c.Unchanged == nil {
				last = c
				continue
			}
			said := url == "http://a.example/said"
			if last == nil || c.Unchanged.Capture != last.ID || c.Unchanged.Said != said || len(c.Body) > 0 || (c.Status == http.StatusNotModified) != said || c.ID == last.ID {
				t.Errorf("%s was seen unchanged as %+v since %v", url, c, last)
			}
		}
	}
}
