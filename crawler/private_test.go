package crawler_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rostrum/crawler"
)

// TestPrivateNetworks leads every kind of fetch to an address inside: each is refused and said, robots.txt that leads there is asked for
// once, and nothing inside is ever connected to.
func TestPrivateNetworks(t *testing.T) {
	w := newWorld(t)
	w.options.AllowPrivate = []string{"127.0.0.1"}
	inside := "127.0.0.2:" + port(w.server.Listener.Addr())
	for _, name := range []string{"inside", "away"} {
		w.options.Hosts[name+".example"] = inside
	}
	w.options.Hosts["away.example"] = w.server.Listener.Addr().String()
	to := func(address string) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, address, http.StatusFound) }
	}
	w.serve("away.example/robots.txt", to("http://inside.example/robots.txt"))
	w.serve("a.example/hop", to("http://inside.example/page"))
	w.serve("a.example/hops", to("/hop"))
	w.body("a.example/index.xml", "text/xml", "<sitemapindex><sitemap><loc>http://inside.example/s.xml</loc></sitemap></sitemapindex>")
	w.body("a.example/list", "text/html", `<a href="/1">One of them</a><a rel=next href="http://inside.example/list?2">next</a>`)
	w.page("a.example/1", `<a href="http://inside.example/x.pdf">A paper</a>`)
	w.feed("a.example/feed", "http://inside.example/2")
	sources := []crawler.Source{
		source("feed-inside", crawler.Feed, "http://inside.example/feed"), source("sitemap-inside", crawler.Sitemap, "http://inside.example/sitemap.xml"),
		source("robots-inside", crawler.Sitemap, "http://inside.example/robots.txt"),
		source("list-inside", crawler.List, "http://inside.example/list"), source("page-inside", crawler.Page, "http://inside.example/page"),
		source("page-hop", crawler.Page, "http://a.example/hop"), source("page-hops", crawler.Page, "http://a.example/hops"),
		source("index-names-inside", crawler.Sitemap, "http://a.example/index.xml"), source("list-goes-inside", crawler.List, "http://a.example/list"),
		source("feed-names-inside", crawler.Feed, "http://a.example/feed"), source("by-number", crawler.Page, "http://[::ffff:127.0.0.2]:9/"),
	}
	for n := range 4 {
		sources = append(sources, source(fmt.Sprintf("robots-leads-inside-%d", n), crawler.Page, fmt.Sprintf("http://away.example/%d", n)))
	}
	for i := range sources {
		if sources[i].Type == crawler.List {
			sources[i].Include = []*regexp.Regexp{regexp.MustCompile(".")}
		}
		sources[i].Sites, sources[i].Papers = []string{"a.example", "inside.example", "away.example"}, true
	}
	c := w.start(sources...)
	w.settled(c)
	for _, h := range c.Health() {
		if !strings.Contains(h.Error+h.Pages, "is a private or reserved address") {
			t.Errorf("%s: error %q, pages %q", h.ID, h.Error, h.Pages)
		}
	}
	if n := w.asked("away.example/robots.txt"); n != 1 {
		t.Errorf("a robots.txt that leads inside was asked for %d times", n)
	}
	for address := range w.published() {
		if address != "http://a.example/1" {
			t.Errorf("%s was published", address)
		}
	}
}
