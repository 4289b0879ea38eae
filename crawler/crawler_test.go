package crawler_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/crawler"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestFeed(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/one?utm_source=feed", "https://elsewhere.example/x", "http://www.a.example/two")
	w.page("a.example/one", "One.")
	w.serve("www.a.example/two", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "/two/", http.StatusMovedPermanently)
	})
	w.page("www.a.example/two/", "Two.")
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)

	got := w.published()
	if len(got) != 2 || len(got["http://a.example/one"]) != 1 || len(got["http://www.a.example/two"]) != 1 {
		t.Fatalf("published %v", got)
	}
	one, two := got["http://a.example/one"][0], got["http://www.a.example/two"][0]
	want := statement.Hint{Via: "http://a.example/feed", Title: "Entry 0 & more", Author: "Ann Other", Published: time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, one.Hint); diff != "" {
		t.Errorf("hint (-want +got):\n%s", diff)
	}
	if one.Version != 1 || one.ID != statement.CaptureID(one.URL, one.FetchedAt) || one.Source != "a" || one.Status != 200 || one.Method != "GET" ||
		one.IP != "127.0.0.1" || !one.Backfill || one.FinalURL != "" || !strings.Contains(string(one.Body), "One.") {
		t.Errorf("capture %+v", one)
	}
	if got := one.Request.Get("User-Agent"); got != "Rostrum/test (+https://watch.example/about)" {
		t.Errorf("User-Agent %q", got)
	}
	if got := one.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q, want it as received", got)
	}
	if two.FinalURL != "http://www.a.example/two/" {
		t.Errorf("final URL %q", two.FinalURL)
	}
	h := c.Health()[0]
	if h.PagesKnown != 2 || h.PagesFetched != 2 || h.PagesFailed != 0 || h.Error != "" || h.LastSuccess.IsZero() || h.LastNew.IsZero() || !h.NextFetch.After(time.Now()) {
		t.Errorf("health %+v", h)
	}
	w.stop()
	recorded, err := crawler.ReadHealth(t.Context(), w.state, "a", "never")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]crawler.SourceHealth{h, {ID: "never"}}, recorded); diff != "" {
		t.Errorf("recorded health (-here +recorded):\n%s", diff)
	}
}

func TestSitemapAndListAndPage(t *testing.T) {
	w := newWorld(t)
	w.body("a.example/sitemap.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
		<sitemap><loc>http://a.example/s1.xml.gz</loc></sitemap><sitemap><loc>/missing.xml</loc></sitemap></sitemapindex>`)
	w.body("a.example/s1.xml.gz", "application/gzip", zipped(`<urlset><url><loc>http://a.example/news/1</loc><lastmod>2024-02-01</lastmod></url>
		<url><loc>http://a.example/about</loc></url><url><loc>http://a.example/news/1/print</loc></url></urlset>`))
	w.page("a.example/news/1", "News.")
	w.body("b.example/list", "text/html", `<a href="/p/1">First <b>statement</b></a> <a href="/about">About</a> <a rel="next" href="/list?page=2">More</a>`)
	w.body("b.example/list?page=2", "text/html", `<base href="http://b.example/p/"><a href="2">Second</a><a rel="next" href="/list?page=3">More</a>`)
	w.body("b.example/list?page=3", "text/html", `<a href="/p/3">Third</a>`)
	w.page("b.example/p/1", "P1.")
	w.page("b.example/p/2", "P2.")
	w.page("c.example/", "A page of its own.")
	a := source("a", crawler.Sitemap, "http://a.example/sitemap.xml")
	a.Include, a.Exclude = patterns("/news/"), patterns("/print$")
	b := source("b", crawler.List, "http://b.example/list")
	b.Include, b.Limit = patterns("/p/"), 2
	c := w.start(a, b, source("c", crawler.Page, "http://c.example"))
	w.firstPass(c)

	got := w.published()
	for _, address := range []string{"http://a.example/news/1", "http://b.example/p/1", "http://b.example/p/2", "http://c.example/"} {
		if len(got[address]) != 1 {
			t.Errorf("%s published %d times", address, len(got[address]))
		}
	}
	if len(got) != 4 {
		t.Errorf("published %d pages, want 4", len(got))
	}
	if got := got["http://b.example/p/1"][0].Hint.Title; got != "First statement" {
		t.Errorf("title hint %q", got)
	}
	h := c.Health()
	if !strings.Contains(h[0].Error, "1 of 3 documents failed") || !strings.Contains(h[0].Error, "missing.xml: answers 404") {
		t.Errorf("sitemap's error %q", h[0].Error)
	}
	if diff := cmp.Diff([]string{"a pass reads 2 list pages at most (next.limit)"}, h[1].Bounds); diff != "" {
		t.Errorf("bounds: %s", diff)
	}
	if h[2].PagesFetched != 1 || h[2].LastSuccess.IsZero() {
		t.Errorf("page's health %+v", h[2])
	}
}

// TestRevisit checks that a page that changes is published again, as no backfill, and one that stays is not.
func TestRevisit(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/changes", "/stays")
	w.page("a.example/changes", "Before.")
	w.page("a.example/stays", "Always.")
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Every, s.Revisit = time.Second, time.Second
	c := w.start(s)
	w.firstPass(c)
	w.page("a.example/changes", "After.")
	w.until("published again", func() bool { return len(w.captures) == 3 })
	w.until("visited again", func() bool { return w.count("a.example/stays") >= 2 })
	got := w.published()
	if n := len(got["http://a.example/stays"]); n != 1 {
		t.Errorf("an unchanged page was published %d times", n)
	}
	if again := got["http://a.example/changes"][1]; again.Backfill || !strings.Contains(string(again.Body), "After.") {
		t.Errorf("second capture %+v", again)
	}
}

// TestNewAfterFirstPass checks that what appears later is no backfill, and that an unchanged feed is asked for conditionally.
func TestNewAfterFirstPass(t *testing.T) {
	w := newWorld(t)
	feed := func(etag string, links ...string) {
		w.serve("a.example/feed", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				rw.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(rw, rss(links...))
		})
	}
	feed(`"1"`, "/one")
	w.page("a.example/one", "One.")
	w.page("a.example/two", "Two.")
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Every = time.Second
	w.firstPass(w.start(s))
	w.until("asked conditionally", func() bool {
		for _, r := range w.requests {
			if r.header.Get("If-None-Match") == `"1"` {
				return true
			}
		}
		return false
	})
	feed(`"2"`, "/one", "/two")
	w.until("published", func() bool { return len(w.captures) == 2 })
	got := w.published()
	if !got["http://a.example/one"][0].Backfill || got["http://a.example/two"][0].Backfill {
		t.Error("only the first pass is backfill")
	}
}

func TestRestart(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/1", "/2", "/3")
	for i := range 4 {
		w.serve(fmt.Sprintf("a.example/%d", i), func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("ETag", `"same"`)
			if r.Header.Get("If-None-Match") == `"same"` {
				rw.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprintf(rw, "<p>Page %s.</p>", r.URL.Path)
		})
	}
	s := source("a", crawler.Feed, "http://a.example/feed")
	w.firstPass(w.start(s))
	w.stop()
	c := w.start(s)
	w.settled(c)
	if n := w.asked("a.example/feed") + w.asked("a.example/1"); n != 2 {
		t.Errorf("a restart asked again for what was not due: %d requests, want 2", n)
	}
	w.stop()

	w.feed("a.example/feed", "/1", "/2", "/3", "/0")
	w.options.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	c = w.start(s)
	w.settled(c)
	w.until("new page published", func() bool { return len(w.captures) == 4 })
	w.settled(c)
	if got := w.asked("a.example/1"); got != 2 {
		t.Errorf("asked %d times for a page that was due once more", got)
	}
	if got := w.published(); len(got["http://a.example/1"]) != 1 || got["http://a.example/0"][0].Backfill {
		t.Errorf("published %v", got)
	}
}

// TestKilledInFirstPass plays a crash: pages were found, some are written down, the rest is not.
func TestKilledInFirstPass(t *testing.T) {
	w := newWorld(t)
	w.options.Parallel, w.options.PerHost = 1, 1
	var links []string
	for i := range 20 {
		links = append(links, fmt.Sprintf("/%d", i))
		w.page("a.example/"+links[i][1:], fmt.Sprintf("Page %d.", i))
	}
	w.feed("a.example/feed", links...)
	s := source("a", crawler.Feed, "http://a.example/feed")
	w.start(s)
	w.until("half done", func() bool { return len(w.captures) >= 10 })
	w.stop()
	c := w.start(s)
	w.firstPass(c)
	got := w.published()
	for _, link := range links {
		if cs := got["http://a.example"+link]; len(cs) == 0 || len(cs) > 2 || !cs[0].Backfill {
			t.Errorf("%s published %d times", link, len(cs))
		}
	}
	if n := len(w.captures); n > 22 {
		t.Errorf("%d captures of 20 pages", n)
	}
}

func TestPublisherIsSlowOrRefuses(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/one", "/two")
	w.page("a.example/one", "One.")
	w.page("a.example/two", "Two.")
	full := 2
	w.fails = func(c *statement.Capture) error {
		if c.URL == "http://a.example/two" {
			return fault.New(fault.TooLarge, "the capture is too large", "")
		}
		if full--; full >= 0 {
			return fault.New(fault.Transient, "the stream is full", "")
		}
		return nil
	}
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)
	if got := w.published(); len(got["http://a.example/one"]) != 1 || len(got) != 1 {
		t.Errorf("published %v", got)
	}
	if h := c.Health()[0]; h.PagesFailed != 1 || !strings.Contains(h.Pages, "http://a.example/two: the capture can't be handed on") {
		t.Errorf("health %+v", h)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	w := newWorld(t)
	good := source("a", crawler.Feed, "http://a.example/feed")
	for name, change := range map[string]func(*crawler.Options, *crawler.Source){
		"no contact for the open web":  func(o *crawler.Options, s *crawler.Source) { o.Contact = ""; s.URL = "https://open.example.org/feed" },
		"no product word":              func(o *crawler.Options, _ *crawler.Source) { o.UserAgent = "1.0" },
		"two lines":                    func(o *crawler.Options, _ *crawler.Source) { o.Contact = "a\r\nX: b" },
		"list without a link pattern":  func(_ *crawler.Options, s *crawler.Source) { s.Type = crawler.List },
		"unknown type":                 func(_ *crawler.Options, s *crawler.Source) { s.Type = "blog" },
		"too often":                    func(_ *crawler.Options, s *crawler.Source) { s.Every = time.Millisecond },
		"not a web address":            func(_ *crawler.Options, s *crawler.Source) { s.URL = "ftp://a.example" },
		"mapped to a name":             func(o *crawler.Options, _ *crawler.Source) { o.Hosts = map[string]string{"a.example": "localhost:80"} },
		"allowed network is malformed": func(o *crawler.Options, _ *crawler.Source) { o.AllowPrivate = []string{"10.0.0.0/99"} },
	} {
		o, s := w.options, good
		change(&o, &s)
		if _, err := crawler.New(o, []crawler.Source{s}, w, w.state); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.options.Contact = ""
	if _, err := crawler.New(w.options, []crawler.Source{good}, w, w.state); err != nil {
		t.Errorf("a mapped source needs no contact: %v", err)
	}
	if _, err := crawler.New(w.options, []crawler.Source{good, good}, w, w.state); err == nil {
		t.Error("two sources of one id were accepted")
	}
}

func patterns(exprs ...string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, e := range exprs {
		all = append(all, regexp.MustCompile(e))
	}
	return all
}

// TestMaxPages checks that what one pass leaves over is taken up by the next, and still belongs to the first.
func TestMaxPages(t *testing.T) {
	w := newWorld(t)
	w.options.MaxPages = 2
	w.feed("a.example/feed", "/1", "/2", "/3")
	for i := range 4 {
		w.page(fmt.Sprintf("a.example/%d", i), fmt.Sprintf("Page %d.", i))
	}
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Every = time.Second
	c := w.start(s)
	w.until("two are published", func() bool { return len(w.captures) == 2 })
	w.settled(c)
	if h := c.Health()[0]; len(h.Bounds) != 1 || !strings.Contains(h.Bounds[0], "at most; the rest comes in the next") || !h.FirstPass.IsZero() {
		t.Errorf("health %+v", h)
	}
	w.firstPass(c)
	if got := w.published(); len(got) != 3 || !got["http://a.example/3"][0].Backfill {
		t.Errorf("published %v", got)
	}
}

// TestSharedPage checks that a page has one source: the one that is nothing but it, else the first to tell of it.
func TestSharedPage(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/1", "/2")
	w.page("a.example/1", "One.")
	w.page("a.example/2", "Two.")
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"), source("b", crawler.Feed, "http://a.example/feed"),
		source("own", crawler.Page, "https://a.example/1?utm_source=x"), source("c", crawler.Page, "http://a.example/2"))
	w.settled(c)
	w.stop()
	got := w.published()
	if len(got) != 1 || len(got["http://a.example/2"]) != 1 || got["http://a.example/2"][0].Source != "c" {
		t.Errorf("published %v", got) // https is not served here, so that /1 fails, once
	}
	if h := c.Health(); h[0].PagesKnown != 0 || h[1].PagesKnown != 0 || h[2].PagesFailed != 1 || h[3].PagesFetched != 1 {
		t.Errorf("health %+v", h)
	}
	if _, err := crawler.New(w.options, []crawler.Source{source("x", crawler.Page, "http://a.example/2"), source("y", crawler.Page, "https://a.example/2")}, w, w.state); err == nil {
		t.Error("one page as two sources was accepted")
	}
}

// TestSitemapSaysModified checks that a page is fetched ahead of its time when its sitemap says that it has changed.
func TestSitemapSaysModified(t *testing.T) {
	w := newWorld(t)
	sitemap := func(modified time.Time) {
		w.body("a.example/sitemap.xml", "text/xml", "<urlset><url><loc>/1</loc><lastmod>"+modified.UTC().Format(time.RFC3339)+"</lastmod></url></urlset>")
	}
	sitemap(time.Now().Add(-time.Hour))
	w.page("a.example/1", "Before.")
	s := source("a", crawler.Sitemap, "http://a.example/sitemap.xml")
	w.firstPass(w.start(s))
	w.stop()
	after := func(d time.Duration) { w.options.Now = func() time.Time { return time.Now().Add(d) } }
	const month = 30 * 24 * time.Hour
	after(month)
	c := w.start(s)
	w.settled(c) // visited, unchanged: due again in a week
	w.stop()
	w.page("a.example/1", "After.")
	after(month + 2*time.Hour)
	c = w.start(s)
	w.settled(c)
	w.stop()
	if n := w.asked("a.example/1"); n != 2 {
		t.Errorf("asked for %d times, want 2", n)
	}
	sitemap(time.Now().Add(month + 2*time.Hour))
	after(month + 4*time.Hour)
	w.start(s)
	w.until("published again", func() bool { return len(w.captures) == 2 })
}

// TestMovedSource checks that a source whose address changes begins anew: what stands there already is no news.
func TestMovedSource(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/feed", "/1")
	w.feed("a.example/other", "/2")
	w.page("a.example/1", "One.")
	w.page("a.example/2", "Two.")
	w.firstPass(w.start(source("a", crawler.Feed, "http://a.example/feed")))
	w.stop()
	w.firstPass(w.start(source("a", crawler.Feed, "http://a.example/other")))
	if got := w.published(); len(got) != 2 || !got["http://a.example/2"][0].Backfill {
		t.Errorf("published %v", got)
	}
}
