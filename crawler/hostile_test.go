package crawler_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"rostrum/crawler"
)

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func brotlied(s string) string {
	var b bytes.Buffer
	z := brotli.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func zstded(s string) string {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(z.EncodeAll([]byte(s), nil))
}

// encoded serves a body that says it has an encoding.
func (w *world) encoded(address, encoding, body string) {
	w.serve(address, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		rw.Header().Set("Content-Encoding", encoding)
		fmt.Fprint(rw, body)
	})
}

// TestBadPages serves every kind of bad page among good ones: each fails with a line of its own, and the good ones come through.
func TestBadPages(t *testing.T) {
	w := newWorld(t)
	w.options.MaxBackoff = 20 * time.Millisecond
	text := "<p>" + strings.Repeat("A long text that shrinks well. ", 2000) + "</p>"
	bomb := strings.Repeat("<p>", 5<<20)
	bad := map[string]string{ // address → line
		"gone": "answers 404 Not Found", "error": "answers 500", "forbidden": "answers 403",
		"cut.gz": "the gzip body is cut off", "cut.br": "the br body is cut off", "cut.zst": "the zstd body is cut off",
		"corrupt.gz": "the gzip body is corrupt", "plain.gz": "the gzip body is corrupt",
		"bomb.gz": "larger than 1 MiB", "bomb.br": "larger than 1 MiB", "bomb.zst": "larger than 1 MiB", "huge": "larger than 1 MiB",
		"short": "before its announced length", "odd": `the encoding "deflate", which was not asked for`,
		"empty": "the page is empty", "image": "the page is image/png", "liar": "says it is text/html but is image/png",
		"login.pdf": "says it is a PDF but is HTML", "loop": "redirected more than 10 times",
		"secret": "robots.txt of a.example does not allow /secret", "hop": "robots.txt of b.example does not allow /closed",
		"inside": "127.0.0.2 is a private or reserved address", "mail": "is not an http or https address",
	}
	good := []string{"good", "good.gz", "good.br", "good.zst", "paper.pdf", "latin"}
	png := "\x89PNG\r\n\x1a\n0000"
	for name, handler := range map[string]http.HandlerFunc{
		"error":     func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(500) },
		"forbidden": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(403) },
		"loop":      func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/loop", 302) },
		"hop":       func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "http://b.example/closed", 302) },
		"inside":    func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "http://inside.example/", 302) },
		"mail": func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Location", "ftp://a.example/")
			rw.WriteHeader(302)
		},
		"short": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "1000")
			fmt.Fprint(rw, "<p>Half")
		},
	} {
		w.serve("a.example/"+name, handler)
	}
	w.encoded("a.example/cut.gz", "gzip", zipped(text)[:100])
	w.encoded("a.example/cut.br", "br", brotlied(text)[:40])
	w.encoded("a.example/cut.zst", "zstd", zstded(text)[:40])
	w.encoded("a.example/corrupt.gz", "gzip", zipped(text)[:50]+strings.Repeat("x", 200))
	w.encoded("a.example/plain.gz", "gzip", text)
	w.encoded("a.example/odd", "deflate", text)
	w.encoded("a.example/bomb.gz", "gzip", zipped(bomb))
	w.encoded("a.example/bomb.br", "br", brotlied(bomb))
	w.encoded("a.example/bomb.zst", "zstd", zstded(bomb))
	w.encoded("a.example/good.gz", "gzip", zipped(text))
	w.encoded("a.example/good.br", "br", brotlied(text))
	w.encoded("a.example/good.zst", "zstd", zstded(text))
	w.body("a.example/huge", "text/html", bomb)
	w.body("a.example/empty", "text/html", " \n")
	w.body("a.example/image", "image/png", png)
	w.body("a.example/liar", "text/html", png)
	w.body("a.example/login.pdf", "application/pdf", "<!doctype html><p>Log in</p>")
	w.body("a.example/paper.pdf", "application/pdf; charset=latin1", "%PDF-1.4\n\xff\xfe\x80")
	w.body("a.example/latin", "text/html; charset=iso-8859-1", "<p>caf\xe9</p>")
	w.page("a.example/good", "Good.")
	w.body("a.example/robots.txt", "text/plain", "User-agent: rostrum\nDisallow: /secret\n\nUser-agent: *\nDisallow: /")
	w.page("a.example/secret", "Secret.")
	w.body("b.example/robots.txt", "text/plain", "User-agent: *\nDisallow: /closed")
	w.page("b.example/closed", "Closed.")
	w.options.AllowPrivate = []string{"127.0.0.1"}
	w.options.Hosts["inside.example"] = "127.0.0.2:" + port(w.server.Listener.Addr())

	var sources []crawler.Source
	for name := range bad {
		sources = append(sources, source(name, crawler.Page, "http://a.example/"+name))
	}
	for _, name := range good {
		sources = append(sources, source(name, crawler.Page, "http://a.example/"+name))
	}
	c := w.start(sources...)
	w.firstPass(c)
	for _, h := range c.Health() {
		if line, isBad := bad[h.ID]; isBad && (!strings.Contains(h.Error, line) || h.Failures == 0) {
			t.Errorf("%s: error %q, want %q", h.ID, h.Error, line)
		} else if !isBad && (h.Error != "" || h.PagesFetched != 1) {
			t.Errorf("%s: health %+v", h.ID, h)
		}
	}
	got := w.published()
	if len(got) != len(good) {
		t.Errorf("published %d pages, want %d", len(got), len(good))
	}
	for _, name := range []string{"good.gz", "good.br", "good.zst"} {
		capture := got["http://a.example/"+name][0]
		if string(capture.Body) != text || capture.Header.Get("Content-Encoding") != "" || capture.Header.Get("X-Archive-Orig-Content-Encoding") == "" {
			t.Errorf("%s: %d bytes, header %v", name, len(capture.Body), capture.Header)
		}
	}
	if body := string(got["http://a.example/paper.pdf"][0].Body); body != "%PDF-1.4\n\xff\xfe\x80" {
		t.Errorf("a PDF was changed: %q", body)
	}
	if body := string(got["http://a.example/latin"][0].Body); body != "<p>caf\xe9</p>" {
		t.Errorf("a page was recoded: %q", body)
	}
	if w.asked("a.example/secret")+w.asked("b.example/closed") != 0 {
		t.Error("a disallowed page was asked for")
	}
	if n := w.asked("a.example/robots.txt"); n != 1 {
		t.Errorf("robots.txt was asked for %d times", n)
	}
}

func port(a net.Addr) string {
	_, p, _ := net.SplitHostPort(a.String())
	return p
}

// TestBadDocuments does the same for what tells of pages.
func TestBadDocuments(t *testing.T) {
	w := newWorld(t)
	w.feed("a.example/good", "/1")
	w.body("a.example/cut", "application/rss+xml", rss("/1", "/2", "/3")[:450])
	w.body("a.example/html", "text/html", "<!DOCTYPE html><title>No feed</title>")
	w.body("a.example/none", "text/xml", "")
	w.body("a.example/junk", "text/xml", "\x00\x01 <<<")
	w.feed("a.example/foreign", "http://c.example/1")
	for i := range 4 {
		w.page(fmt.Sprintf("a.example/%d", i), "Text.")
	}
	want := map[string]string{
		"good": "", "cut": "entries before the break were used", "html": "a web page, not a feed", "none": "the feed is empty",
		"junk": "the feed can't be read", "gone": "answers 404",
	}
	var sources []crawler.Source
	for name := range want {
		sources = append(sources, source(name, crawler.Feed, "http://a.example/"+name))
	}
	sources = append(sources, source("foreign", crawler.Feed, "http://a.example/foreign"))
	sources = append(sources, source("sitemap", crawler.Sitemap, "http://a.example/html"))
	c := w.start(sources...)
	w.settled(c)
	for _, h := range c.Health() {
		if line, ok := want[h.ID]; ok && (!strings.Contains(h.Error, line) || line == "" && h.Error != "") {
			t.Errorf("%s: error %q, want %q", h.ID, h.Error, line)
		}
		if h.ID == "foreign" && (len(h.Notes) != 1 || !strings.Contains(h.Notes[0], "none of the 1 links found is a page of the source")) {
			t.Errorf("foreign: notes %q", h.Notes)
		}
		if h.ID == "sitemap" && !strings.Contains(h.Error, "a web page, not a sitemap") {
			t.Errorf("sitemap: error %q", h.Error)
		}
	}
	if n := len(w.published()); n < 2 {
		t.Errorf("%d pages published", n)
	}
}

// TestDeadHost checks that a host that is down is parked and shown, holds nobody up, and is taken up again when it is back.
func TestDeadHost(t *testing.T) {
	w := newWorld(t)
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.options.Hosts["dead.example"] = dead.Addr().String()
	dead.Close()
	w.options.Backoff, w.options.MaxBackoff = time.Minute, time.Hour
	w.page("a.example/1", "Alive.")
	s := source("a", crawler.Feed, "http://a.example/feed")
	s.Sites = []string{"a.example", "dead.example"}
	links := []string{"http://a.example/1"}
	for i := range 20 {
		links = append(links, fmt.Sprintf("http://dead.example/%d", i))
	}
	w.feed("a.example/feed", links...)
	c := w.start(s, source("dead", crawler.Feed, "http://dead.example/feed"))
	w.until("the living page is published", func() bool { return len(w.captures) == 1 })
	w.settled(c)
	h := c.Health()
	if len(h[0].Waiting) != 1 || !strings.Contains(h[0].Waiting[0], "dead.example is left alone until") || h[0].PagesWaiting < 10 {
		t.Errorf("health %+v", h[0])
	}
	if !strings.Contains(h[1].Error+h[1].Waiting[0], "the connection was refused") {
		t.Errorf("dead source's health %+v", h[1])
	}
	if took := w.stop(); took > 2*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

func TestBusyHost(t *testing.T) {
	w := newWorld(t)
	w.options.PerHost = 1
	busy := true
	w.serve("a.example/1", func(rw http.ResponseWriter, _ *http.Request) {
		if busy {
			busy = false
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(rw, "<p>Now.</p>")
	})
	w.page("a.example/2", "Two.")
	w.feed("a.example/feed", "/1", "/2")
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)
	var times []time.Time
	for _, r := range w.requests {
		if r.address != "a.example/robots.txt" && r.address != "a.example/feed" {
			times = append(times, r.at)
		}
	}
	if len(times) != 3 || times[1].Sub(times[0]) < time.Second {
		t.Errorf("asked at %v: a host that asks for a second's rest must get it", times)
	}
}

// TestPace checks the time between requests to one host, redirects and robots.txt included, and that a wait ends with the crawl.
func TestPace(t *testing.T) {
	w := newWorld(t)
	w.options.Delay, w.options.PerHost = 60*time.Millisecond, 4
	w.feed("a.example/feed", "/1", "/2", "/3", "/4")
	for i := range 5 {
		w.page(fmt.Sprintf("a.example/%d", i), "Text.")
	}
	w.serve("a.example/1", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/0", 302) })
	began := time.Now()
	c := w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.firstPass(c)
	w.stop()
	for i, r := range w.requests {
		if at := r.at.Sub(began); at < time.Duration(i)*w.options.Delay {
			t.Errorf("request %d, %s, came %v after the first could", i, r.address, at)
		}
	}
	if len(w.requests) != 7 {
		t.Errorf("%d requests, want 7", len(w.requests))
	}

	w.options.Delay, w.state = time.Hour, &memory{records: map[string][]byte{}}
	w.start(source("a", crawler.Feed, "http://a.example/feed"))
	w.until("robots.txt was asked for again", func() bool { return w.count("a.example/robots.txt") == 2 })
	if took := w.stop(); took > 2*time.Second {
		t.Errorf("stopping took %v while a host's turn was waited for", took)
	}
}

func TestSlowHost(t *testing.T) {
	w := newWorld(t)
	w.options.Timeout = 100 * time.Millisecond
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	w.serve("a.example/drip", func(rw http.ResponseWriter, r *http.Request) {
		fmt.Fprint(rw, "<p>Slow")
		rw.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	w.body("a.example/robots.txt", "text/plain", "User-agent: Rostrum\nCrawl-delay: 0.01")
	c := w.start(source("drip", crawler.Page, "http://a.example/drip"))
	w.firstPass(c)
	if h := c.Health()[0]; !strings.Contains(h.Error, "no complete answer within 100ms") {
		t.Errorf("error %q", h.Error)
	}
}

func TestRobotsInTrouble(t *testing.T) {
	w := newWorld(t)
	w.serve("a.example/robots.txt", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
	w.page("a.example/1", "Text.")
	w.serve("b.example/robots.txt", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusTooManyRequests) })
	w.page("b.example/1", "Text.")
	c := w.start(source("a", crawler.Page, "http://a.example/1"), source("b", crawler.Page, "http://b.example/1"))
	w.firstPass(c)
	for _, h := range c.Health() {
		if !strings.Contains(h.Error, "/robots.txt answers") || !strings.Contains(h.Error, "so nothing on the site may be fetched") {
			t.Errorf("%s: error %q", h.ID, h.Error)
		}
	}
	if w.asked("a.example/1")+w.asked("b.example/1") != 0 {
		t.Error("a page was fetched although robots.txt could not be read")
	}
}

func TestCollyEnvironmentDoesNotMatter(t *testing.T) {
	t.Setenv("COLLY_ALLOWED_DOMAINS", "nowhere.example")
	t.Setenv("COLLY_MAX_BODY_SIZE", "1")
	t.Setenv("COLLY_USER_AGENT", "Other")
	w := newWorld(t)
	w.page("a.example/1", "Text.")
	c := w.start(source("a", crawler.Page, "http://a.example/1"))
	w.firstPass(c)
	if got := w.published()["http://a.example/1"]; len(got) != 1 || len(got[0].Body) < 10 || !strings.HasPrefix(got[0].Request.Get("User-Agent"), "Rostrum/test") {
		t.Errorf("published %+v", got)
	}
}
