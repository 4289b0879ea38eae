package discover

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

const at = "https://a.example/news/feed"

func pages(links ...string) (found []Link) {
	for _, l := range links {
		found = append(found, Link{URL: l, Hint: statement.Hint{Via: at}})
	}
	return found
}

func TestFeed(t *testing.T) {
	march := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	april := time.Date(2024, 4, 1, 12, 0, 0, 0, time.UTC)
	item := func(n int) string { return fmt.Sprintf("<item><link>/%d</link></item>", n) }
	for _, c := range []struct {
		name, body string
		want       Found
	}{
		{"rss", `<rss version="2.0"><channel><item><title>A &lt;b&gt;bold&lt;/b&gt;
			title</title><link>item?a=1&amp;b=2</link><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ann Other</dc:creator><pubDate>Fri, 01 Mar 2024 13:00:00 +0100</pubDate></item></channel></rss>`,
			Found{Pages: []Link{{"https://a.example/news/item?a=1&b=2", statement.Hint{Via: at, Title: "A bold title", Author: "Ann Other", Published: march}, march}}}},
		{"guid for a link", `<rss><channel><item><guid>https://a.example/g</guid></item><item><guid>tag:1</guid></item></channel></rss>`,
			Found{Pages: pages("https://a.example/g")}},
		{"atom", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">T</title><link rel="self" href="/self"/><link href="/e"/><author><name>B. Body</name></author>
			<published>2024-03-01T12:00:00Z</published><updated>2024-04-01T12:00:00Z</updated></entry></feed>`,
			Found{Pages: []Link{{"https://a.example/e", statement.Hint{Via: at, Title: "T", Author: "B. Body", Published: march}, april}}}},
		{"rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><link>https://a.example/r</link></item></rdf:RDF>`,
			Found{Pages: pages("https://a.example/r")}},
		{"json", `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"1","url":"https://a.example/j"}]}`,
			Found{Pages: pages("https://a.example/j")}},
		{"date that can't be", `<rss><channel><item><link>/1</link><pubDate>Thu, 01 Jan 0001 00:00:00 GMT</pubDate></item></channel></rss>`,
			Found{Pages: pages("https://a.example/1")}},
		{"other schemes", `<rss><channel><item><link>mailto:a@a.example</link></item><item><link>javascript:x()</link></item></channel></rss>`, Found{}},
		{"cut in an entry", `<rss><channel>` + item(1) + item(2) + `<item><link>/3`,
			Found{Pages: pages("https://a.example/1", "https://a.example/2"), Partial: "the feed breaks off or is broken; the 2 entries before the break were used"}},
		{"cut between entries", `<rss><channel>` + item(1),
			Found{Pages: pages("https://a.example/1"), Partial: "the feed breaks off or is broken; the 1 entries before the break were used"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Feed(Document{URL: at, Body: []byte(c.body)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSitemap(t *testing.T) {
	open := `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
	one := `<url><loc> https://a.example/1 </loc></url>`
	for _, c := range []struct {
		name, body string
		want       Found
	}{
		{"dates and news", open + `<url><loc>/1</loc><lastmod>2024-03-01T10:00+02:00</lastmod><news:news><news:publication_date>2024-02-01</news:publication_date><news:title>N</news:title></news:news></url></urlset>`,
			Found{Pages: []Link{{"https://a.example/1", statement.Hint{Via: at, Title: "N", Published: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)},
				time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)}}}},
		{"index", `<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap><sitemap><loc>/s2.xml.gz</loc></sitemap></sitemapindex>`,
			Found{Documents: []string{"https://a.example/s1.xml", "https://a.example/s2.xml.gz"}}},
		{"empty", open + `</urlset>`, Found{}},
		{"text", "https://a.example/1\r\n\r\nhttps://a.example/2\n", Found{Pages: pages("https://a.example/1", "https://a.example/2")}},
		{"cut off", open + one + `<url><loc>https://a.example/2`, Found{Pages: pages("https://a.example/1"), Partial: "the sitemap breaks off or is broken; the 1 addresses before the break were used"}},
		{"compressed", zipped(open + one + `</urlset>`), Found{Pages: pages("https://a.example/1")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Sitemap(Document{URL: at, Body: []byte(c.body), MaxBody: 1 << 20})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for body, kind := range map[string]fault.Kind{
		"": fault.Poison, "<html><body>": fault.Poison, "junk": fault.Poison,
		zipped(open + strings.Repeat(one, 1<<16)):                   fault.TooLarge,
		zipped(open + one)[:20]:                                     fault.Transient,
		`<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc>`: fault.Poison,
	} {
		if _, err := Sitemap(Document{URL: at, Body: []byte(body), MaxBody: 1 << 20}); fault.KindOf(err) != kind {
			t.Errorf("%.20q: %v, want the kind %v", body, err, kind)
		}
	}
	many := open + strings.Repeat(one, MaxLinks+1) + `</urlset>`
	if got, err := Sitemap(Document{URL: at, Body: []byte(many)}); err != nil || len(got.Pages) != MaxLinks || got.Bound == "" {
		t.Errorf("%d links, bound %q, %v", len(got.Pages), got.Bound, err)
	}
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func TestList(t *testing.T) {
	link := func(address, title string) Link {
		return Link{URL: address, Hint: statement.Hint{Via: at, Title: title}}
	}
	const body = `<link rel=next href="?page=2"><p><a href=/1>One &amp; <i>only</i></a> <a href='#top'>Top</a> <a>None</a> <a href="/2">Two<a href="/p/3">Three</a> <a href="mailto:x@a.example">Mail</a>`
	top := link("https://a.example/news/feed#top", "Top")
	for _, c := range []struct {
		name, contentType, body string
		next                    *regexp.Regexp
		want                    Found
	}{
		{"rel next", "text/html", body, nil, Found{
			Pages:     []Link{link("https://a.example/1", "One & only"), top, link("https://a.example/2", "Two"), link("https://a.example/p/3", "Three")},
			Documents: []string{"https://a.example/news/feed?page=2"}}},
		{"pattern", "text/html", body, regexp.MustCompile(`/p/\d`), Found{
			Pages:     []Link{link("https://a.example/1", "One & only"), top, link("https://a.example/2", "Two")},
			Documents: []string{"https://a.example/p/3"}}},
		{"a button says next", "text/html", `<a href=/a>Alpha</a><a class="pager__item pager__item--next" href="?page=2">&gt;</a><a href="/news/2">2</a><a href="/other?page=2">next</a>`, nil, Found{
			Pages:     []Link{link("https://a.example/a", "Alpha"), link("https://a.example/news/feed?page=2", ""), link("https://a.example/news/2", ""), link("https://a.example/other?page=2", "next")},
			Documents: []string{"https://a.example/news/feed?page=2"}}},
		{"numbers", "text/html", `<a href=/2024>2024</a><a href="?p=2">2</a><a href="?p=3"> 3 </a><a href="https://b.example/?p=4">4</a>`, nil, Found{
			Pages:     []Link{link("https://a.example/2024", ""), link("https://a.example/news/feed?p=2", ""), link("https://a.example/news/feed?p=3", ""), link("https://b.example/?p=4", "")},
			Documents: []string{"https://a.example/news/feed?p=2", "https://a.example/news/feed?p=3"}}},
		{"one address, several links", "text/html", `<a href=/x.pdf>Download (PDF)</a><a href=/x.pdf>On tides (PDF, 2 MB)</a><a href=/x.pdf>Other</a><a href="/y" title="On gulls">Read more</a>`, nil, Found{
			Pages: []Link{link("https://a.example/x.pdf", "On tides"), link("https://a.example/y", "On gulls")}}},
		{"charset", "text/html; charset=iso-8859-1", "<a href=/1>Caf\xe9</a>", nil, Found{Pages: []Link{link("https://a.example/1", "Café")}}},
		{"base", "text/html", `<base href="//b.example/x/"><a href=1>B</a>`, nil, Found{Pages: []Link{link("https://b.example/x/1", "B")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := List(Document{URL: at, ContentType: c.contentType, Body: []byte(c.body)}, c.next)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := List(Document{URL: at, Body: []byte("<div id=app></div>")}, nil); fault.KindOf(err) != fault.Poison {
		t.Errorf("a list without links: %v", err)
	}
}

func TestPapers(t *testing.T) {
	got, err := Papers(Document{URL: at, ContentType: "text/html", Body: []byte(
		`<a href=/a.PDF?v=1>On tides</a><a href=b.docx>PDF</a><a href=/c type="application/pdf">C</a><a href=/d.html>D</a><a href=/e.zip>E</a><a href="?page=2">next</a>`)})
	paper := func(address, title string) Link {
		return Link{URL: address, Hint: statement.Hint{Via: at, Title: title}}
	}
	want := Found{Pages: []Link{paper("https://a.example/a.PDF?v=1", "On tides"), paper("https://a.example/news/b.docx", ""), paper("https://a.example/c", "C")}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestSitemapsOfRobots(t *testing.T) {
	d := Document{URL: "https://a.example/robots.txt", Body: []byte("User-agent: *\nDisallow:\r\nSitemap: /s1.xml # one\nSITEMAP : https://b.example/s2.xml.gz\rsitemap: /s1.xml\nsitemap: mailto:x")}
	got, err := Sitemap(d)
	want := Found{Documents: []string{"https://a.example/s1.xml", "https://b.example/s2.xml.gz"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	d.Body = []byte("User-agent: *\n")
	if _, err := Sitemap(d); fault.KindOf(err) != fault.Poison {
		t.Errorf("no sitemap: %v", err)
	}
	d.Body = []byte(strings.Repeat("Sitemap: /s\n", 3) + func() (s string) {
		for n := range maxNamed + 1 {
			s += fmt.Sprintf("Sitemap: /%d\n", n)
		}
		return s
	}())
	if got, err := Sitemap(d); err != nil || len(got.Documents) != maxNamed || got.Bound == "" {
		t.Errorf("%d sitemaps, bound %q, %v", len(got.Documents), got.Bound, err)
	}
}

// TestRealFeeds reads other parsers' cases, good and broken, where they are to be had: no crash, no hang.
func TestRealFeeds(t *testing.T) {
	files, links := 0, 0
	for _, kind := range []string{"feeds", "sitemaps"} {
		_ = filepath.WalkDir(filepath.Join(sharedData(), kind), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			body, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			}
			files++
			doc := Document{URL: at, Body: body, MaxBody: 10 << 20}
			for _, read := range []func(Document) (Found, error){Feed, Sitemap} {
				found, _ := read(doc)
				links += len(found.Pages)
			}
			return nil
		})
	}
	if files == 0 {
		t.Log("NOT RUN: no feeds or sitemaps under", sharedData())
	}
	t.Logf("%d files, %d links", files, links)
}

func sharedData() string {
	if dir := os.Getenv("ROSTRUM_SHARED_DATA"); dir != "" {
		return dir
	}
	return "../../../shared/data"
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(`<rss><channel><item><link>/1</link></item>`))
	f.Add([]byte(`<urlset><url><loc>/1</loc></url></urlset>`))
	f.Add([]byte(`<a href="/1" rel="next">x</a>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := Document{URL: at, Body: body, MaxBody: 1 << 20}
		list := func(d Document) (Found, error) { return List(d, nil) }
		for _, read := range []func(Document) (Found, error){Feed, Sitemap, list} {
			found, err := read(d)
			if err != nil && len(found.Pages) > 0 && found.Partial == "" {
				t.Errorf("an error and pages: %v", err)
			}
			for _, p := range found.Pages {
				if !strings.HasPrefix(p.URL, "http") {
					t.Errorf("link %q", p.URL)
				}
			}
		}
	})
}
