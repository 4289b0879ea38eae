package crawler_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/crawler"
	"rostrum/internal/statement"
)

// later has the crawler's clock run ahead.
func (w *world) later(d time.Duration) { w.options.Now = func() time.Time { return time.Now().Add(d) } }

// TestNoIndex checks that a page that asks not to be indexed is not published, that what was published before is said, and that it is
// published when it changes its mind, even in a header alone.
func TestNoIndex(t *testing.T) {
	w := newWorld(t)
	wish := ""
	w.feed("a.example/feed", "/meta", "/header", "/stored", "/private")
	w.body("a.example/meta", "text/html", `<html><head><meta name="robots" content="noindex"></head><p>Meta.`)
	w.body("a.example/private", "text/html", `<html><head><meta name="robots" content="noarchive"></head><p>Private.`)
	for _, name := range []string{"header", "stored"} {
		w.serve("a.example/"+name, func(rw http.ResponseWriter, _ *http.Request) {
			if name == "header" && wish == "" || name == "stored" && wish != "" {
				rw.Header().Set("X-Robots-Tag", "noindex")
			}
			rw.Header().Set("ETag", `"always"`)
			fmt.Fprint(rw, "<p>"+name+wish)
		})
	}
	s := source("a", crawler.Feed, "http://a.example/feed")
	c := w.start(s)
	w.firstPass(c)
	w.settled(c)
	got := w.published()
	if len(got) != 2 || !got["http://a.example/private"][0].NoArchive || got["http://a.example/stored"][0].NoArchive {
		t.Errorf("published %v", got)
	}
	if h := c.Health()[0]; h.PagesNoIndex != 2 || h.NoIndex != "2 of 4 pages ask not to be indexed and are not kept" || h.Pages != "" {
		t.Errorf("health %+v", h)
	}
	w.stop()
	wish = "!"
	w.later(30 * 24 * time.Hour)
	c = w.start(s)
	w.settled(c)
	if got := w.published(); len(got["http://a.example/header"]) != 1 || len(got["http://a.example/stored"]) != 1 || len(got["http://a.example/meta"]) != 0 {
		t.Errorf("published %v", got)
	}
	if h := c.Health()[0]; h.PagesNoIndex != 2 || !strings.Contains(h.NoIndex, "1 of them were stored before they asked, such as http://a.example/stored:") {
		t.Errorf("health %q", h.NoIndex)
	}
}

func TestRedirectsAreRecorded(t *testing.T) {
	w := newWorld(t)
	to := func(status int, address string) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, address, status) }
	}
	w.serve("a.example/1", to(301, "/2"))
	w.serve("a.example/2", to(307, "http://b.example/3"))
	w.page("b.example/3", "Three.")
	w.firstPass(w.start(source("a", crawler.Page, "http://a.example/1")))
	c := w.published()["http://a.example/1"][0]
	want := []statement.Redirect{{URL: "http://a.example/1", Status: 301}, {URL: "http://a.example/2", Status: 307}}
	if !slices.Equal(c.Redirects, want) || c.PageURL() != "http://b.example/3" {
		t.Errorf("redirects %v, then %s", c.Redirects, c.PageURL())
	}
}

// TestPapersOfPages checks that files that a page links to are taken, with the link's text as a title candidate.
func TestPapersOfPages(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/session")
	w.body("a.example/session", "text/html", `<p>Papers: <a href="/files/1.pdf">Remarks on tides (PDF, 1 MB)</a> <a href="/files/2.docx">Download</a> <a href="http://c.example/3.pdf">Elsewhere</a> <a href="/not/4.pdf">No</a>`)
	w.body("a.example/files/1.pdf", "application/pdf", "%PDF-1.4 One")
	w.body("a.example/files/2.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04 two")
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Papers, s.Include, s.Exclude = true, []*regexp.Regexp{regexp.MustCompile("/session")}, []*regexp.Regexp{regexp.MustCompile("/not/")}
	c := w.start(s)
	w.firstPass(c)
	got := w.published()
	if len(got) != 3 || got["http://a.example/files/1.pdf"][0].Hint.Title != "Remarks on tides" || got["http://a.example/files/2.docx"][0].Hint.Title != "" {
		t.Errorf("published %v", got)
	}
	if !got["http://a.example/files/1.pdf"][0].Backfill {
		t.Error("a paper of the first pass is no news")
	}
	w.stop()
	w.settled(w.start(s))
	if n := w.asked("a.example/files/1.pdf"); n != 1 {
		t.Errorf("after a restart the paper was asked for %d times, want once", n)
	}
}

// TestSitemapsOfRobots checks that a source at robots.txt reads the sitemaps named there, with no request more for robots.txt.
func TestSitemapsOfRobots(t *testing.T) {
	w := newWorld(t)
	w.body("a.example/robots.txt", "text/plain", "User-agent: *\nDisallow: /robots.txt\nSitemap: http://a.example/s1.xml\nSitemap: http://a.example/s2.xml")
	w.body("a.example/s1.xml", "text/xml", "<urlset><url><loc>http://a.example/1</loc></url></urlset>")
	w.body("a.example/s2.xml", "text/xml", "<urlset><url><loc>http://a.example/2</loc></url></urlset>")
	w.page("a.example/1", "One.")
	w.page("a.example/2", "Two.")
	c := w.start(source("a", crawler.Sitemap, "http://a.example/robots.txt"))
	w.firstPass(c)
	if got := w.published(); len(got) != 2 || w.asked("a.example/robots.txt") != 1 {
		t.Errorf("published %v, robots.txt asked %d times", got, w.asked("a.example/robots.txt"))
	}
}

// TestEndlessList checks that a list that goes on for ever is left where it has nothing new, and that health says so.
func TestEndlessList(t *testing.T) {
	w := newWorld(t)
	for n := range 60 {
		w.body(fmt.Sprintf("a.example/list?page=%d", n), "text/html", fmt.Sprintf(`<a href="/s/%d">A statement</a><a class=next href="/list?page=%d">next</a>`, min(n, 4), n+1))
		w.page(fmt.Sprintf("a.example/s/%d", n), "Text.")
	}
	s := source("a", crawler.List, "http://a.example/list?page=0")
	s.Include, s.Limit = []*regexp.Regexp{regexp.MustCompile("/s/")}, 50
	c := w.start(s)
	w.firstPass(c)
	asked := 0
	for _, r := range w.requests {
		if strings.Contains(r.address, "/list") {
			asked++
		}
	}
	if asked < 5 || asked > 12 {
		t.Errorf("%d list pages were read", asked)
	}
	if h := c.Health()[0]; len(h.Bounds) != 1 || !strings.Contains(h.Bounds[0], "read no further") || h.PagesFetched != 5 {
		t.Errorf("health %+v", h)
	}
}

// TestEveryAdapts checks that a source that brings nothing new is looked at more rarely, up to its longest, and as before once it does.
func TestEveryAdapts(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/1")
	for n := range 3 {
		w.page(fmt.Sprintf("a.example/%d", n), "Text.")
	}
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Longest, s.Revisit = 24*time.Hour, 0
	const day = 24 * time.Hour
	wait := func(at time.Duration) time.Duration {
		t.Helper()
		w.later(at)
		c := w.start(s)
		w.settled(c)
		w.stop()
		h := c.Health()[0]
		return h.NextFetch.Sub(h.LastFetch).Round(time.Minute)
	}
	for _, c := range []struct {
		at, want time.Duration
		news     bool
	}{{0, time.Hour, false}, {4 * day, 12 * time.Hour, false}, {30 * day, day, false}, {32 * day, time.Hour, true}, {33 * day, 3 * time.Hour, false}} {
		if c.news {
			w.feed("a.example/feed", "/1", "/2")
		}
		if got := wait(c.at); got != c.want {
			t.Errorf("after %v: waits %v, want %v", c.at, got, c.want)
		}
	}
}

// TestReasonsAreCounted checks that a source whose pages fail for several reasons says all of them.
func TestReasonsAreCounted(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/gone1", "/gone2", "/gone3", "/huge", "/image")
	w.body("a.example/huge", "text/html", strings.Repeat("<p>", 1<<20))
	w.body("a.example/image", "image/png", "\x89PNG\r\n\x1a\n0000")
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)
	for _, say := range []string{"5 of 5 pages failed", "answers 404", "larger than 1 MiB", "is image/png"} {
		if line := c.Health()[0].Pages; !strings.Contains(line, say) {
			t.Errorf("%q does not say %q", line, say)
		}
	}
}

// TestSamePagesAreSaid checks that pages that are all the same are noticed: a session in an address that nobody knows for one.
func TestSamePagesAreSaid(t *testing.T) {
	w := newWorld(t)
	var links []string
	for n := range 6 {
		links = append(links, fmt.Sprintf("/page?visit=%d", n))
		w.page(fmt.Sprintf("a.example/page?visit=%d", n), "The same.")
	}
	w.feed("a.example/feed", links...)
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)
	if line := c.Health()[0].Same; !strings.HasPrefix(line, "5 of 6 pages are to the byte the same as others, such as http://a.example/page?visit=") {
		t.Errorf("says %q", line)
	}
}
