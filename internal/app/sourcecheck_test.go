package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/configs"
)

// society is a site with a news page, its feed, a sitemap, and a corner that robots.txt closes.
func society() http.Handler {
	mux := http.NewServeMux()
	serve := func(path, kind, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(body))
		})
	}
	serve("/robots.txt", "text/plain", "User-agent: *\nDisallow: /closed/\nCrawl-delay: 0.02\nSitemap: http://society.example/sitemap.xml\n")
	var links strings.Builder
	for n := range 8 {
		fmt.Fprintf(&links, `<a href="/news/%d">News %d</a> <a href="http://elsewhere.example/%d">x</a>`, n, n, n)
	}
	serve("/news/", "text/html", `<!doctype html><html><head><title>The Society: "news"</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>`+links.String()+`</body></html>`)
	serve("/news/1", "text/html", `<!doctype html><html><head><title>One</title></head><body><p>A text.</p></body></html>`)
	serve("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>News</title><item><title>1</title><link>http://society.example/news/1</link></item><item><title>2</title><link>http://elsewhere.example/2</link></item></channel></rss>`)
	serve("/sitemap.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://society.example/news/1</loc></url></urlset>`)
	serve("/closed/a", "text/html", "<html></html>")
	return mux
}

// societyConfig writes a configuration that watches the site, and gives its settings' path.
func societyConfig(t *testing.T, sources string) string {
	t.Helper()
	server := httptest.NewServer(society())
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rostrum.yaml": "processes: [.]\nfetch:\n  delay: 0s\n  contact: https://contact.example\n  allow_private: [127.0.0.1]\n  hosts: {society.example: \"" + server.Listener.Addr().String() + "\"}\n",
		"process.yaml": "id: p\nname: P\n", "sources.yaml": sources,
		"actors.yaml": "actors:\n  - {id: society, kind: ngo, name: The Society, sites: [www.society.example]}\n", "topics.yaml": "topics: []\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "rostrum.yaml")
}

func load(t *testing.T, path string) *configs.Config {
	t.Helper()
	cfg, err := configs.LoadFile(path, configs.Options{Checks: Checks()})
	if err != nil {
		t.Fatalf("configuration:\n%v", err)
	}
	return cfg
}

func TestCheckSource(t *testing.T) {
	cfg := load(t, societyConfig(t, `sources:
  - {id: narrow, name: Narrow, type: list, url: "http://society.example/news/", issuer: society, links: {include: ['/news/[12]$']}}
  - {id: nothing, name: Nothing, type: list, url: "http://society.example/news/?all", issuer: society, links: {include: ['/no-such/']}}
`))
	for target, want := range map[string]SourceCheck{
		"http://society.example/news/":       {Status: 200, Type: "list", Entries: 16, Taken: 8, Title: `The Society: "news"`, Robots: "allowed, one request every 20ms", Feeds: []string{"http://society.example/feed.xml"}},
		"http://society.example/feed.xml":    {Status: 200, Type: "feed", Entries: 2, Taken: 1, Robots: "allowed, one request every 20ms"},
		"http://society.example/sitemap.xml": {Status: 200, Type: "sitemap", Entries: 1, Taken: 1, Robots: "allowed, one request every 20ms"},
		"http://society.example/news/1":      {Status: 200, Type: "page", Entries: 1, Taken: 1, Title: "One", Robots: "allowed, one request every 20ms"},
		"http://society.example/gone":        {Status: 404, Robots: "allowed, one request every 20ms", Problems: []string{"404"}},
		"http://society.example/closed/a":    {Robots: "not allowed, one request every 20ms", Problems: []string{"robots.txt"}},
		"narrow":                             {Status: 200, Type: "list", Entries: 16, Taken: 2, Title: `The Society: "news"`, Robots: "allowed, one request every 20ms", Feeds: []string{"http://society.example/feed.xml"}},
		"nothing":                            {Status: 200, Type: "list", Entries: 16, Title: `The Society: "news"`, Robots: "allowed, one request every 20ms", Feeds: []string{"http://society.example/feed.xml"}, Problems: []string{"none of the 16"}},
	} {
		t.Run(target, func(t *testing.T) {
			got, err := CheckSource(t.Context(), cfg, target)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Problems) != len(want.Problems) || len(want.Problems) == 1 && !strings.Contains(got.Problems[0], want.Problems[0]) {
				t.Errorf("problems %q, want %q", got.Problems, want.Problems)
			}
			if want.Taken > 0 && (len(got.Samples) == 0 || !slices.Equal(got.Sitemaps, []string{"http://society.example/sitemap.xml"})) {
				t.Errorf("samples %q, sitemaps %q", got.Samples, got.Sitemaps)
			}
			if wantYAML := strings.HasPrefix(target, "http") && len(want.Problems) == 0; (got.YAML != "") != wantYAML {
				t.Errorf("YAML:\n%s", got.YAML)
			}
			for _, c := range []*SourceCheck{&got, &want} {
				c.ID, c.URL, c.Samples, c.Sitemaps, c.Problems, c.YAML, c.Entry, c.Others = "", "", nil, nil, nil, "", nil, nil
				if len(c.Feeds) == 0 {
					c.Feeds = nil
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := CheckSource(t.Context(), cfg, "no-such"); err == nil {
		t.Error("an unknown id is checked")
	}
}

func TestAddSource(t *testing.T) {
	for name, before := range map[string]string{
		"an empty list":    "# what is watched\nsources: []\n",
		"nothing yet":      "sources:\n",
		"others":           "sources:\n    - {id: a, name: A, type: page, url: \"http://society.example/a\", issuer: society}",
		"no indent":        "sources:\n- id: a\n  name: A\n  type: page\n  url: http://society.example/a\n  issuer: society\n",
		"an id that is in": "sources:\n  - {id: society-example, name: A, type: page, url: \"http://society.example/a\", issuer: society}\n",
	} {
		t.Run(name, func(t *testing.T) {
			settings := societyConfig(t, before)
			cfg := load(t, settings)
			for _, target := range []string{"http://society.example/feed.xml", "http://society.example/news/"} {
				found, err := CheckSource(t.Context(), cfg, target)
				if err != nil {
					t.Fatal(err)
				}
				file, err := AddSource(cfg, settings, "", *found.Entry, configs.Options{Checks: Checks()})
				if err != nil {
					text, _ := os.ReadFile(file)
					t.Fatalf("%v\nafter\n%s", err, text)
				}
				cfg = load(t, settings)
				added := cfg.Processes[0].Sources[len(cfg.Processes[0].Sources)-1]
				if added.URL != "http://society.example/feed.xml" || added.Issuer != "society" || added.Type != "feed" { // the news page names its feed
					t.Errorf("added %+v", added)
				}
			}
			text, _ := os.ReadFile(filepath.Join(filepath.Dir(settings), "sources.yaml"))
			if strings.HasPrefix(before, "#") && !strings.HasPrefix(string(text), "# what is watched") {
				t.Errorf("the comment is gone:\n%s", text)
			}
		})
	}
}

func TestAddSourceThatDoesNotFitChangesNothing(t *testing.T) {
	settings := societyConfig(t, "sources:\n  - {id: a, name: A, type: page, url: \"http://society.example/a\", issuer: society}\n")
	file := filepath.Join(filepath.Dir(settings), "sources.yaml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg := load(t, settings)
	e := SourceEntry{ID: "b", Name: "B", Type: "feed", URL: "http://society.example/b", Issuer: "nobody"}
	if _, err := AddSource(cfg, settings, "", e, configs.Options{Checks: Checks()}); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("an unknown issuer: %v", err)
	}
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Errorf("the file is now\n%s", after)
	}
	builtin, err := configs.LoadBuiltin("demo", configs.Options{Checks: Checks()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AddSource(builtin, "rostrum.yaml", "", e, configs.Options{}); err == nil || !strings.Contains(err.Error(), "rostrum init") {
		t.Errorf("a process that comes with the program: %v", err)
	}
}

func TestTheNameOfImportsIsKept(t *testing.T) {
	settings := societyConfig(t, "sources:\n  - {id: import, name: A, type: page, url: \"http://society.example/a\", issuer: society}\n")
	if _, err := configs.LoadFile(settings, configs.Options{Checks: Checks()}); err == nil || !strings.Contains(err.Error(), "sources.yaml:2") {
		t.Errorf("a source called import: %v", err)
	}
}

func TestImportsFindTheirSource(t *testing.T) {
	cfg := load(t, societyConfig(t, `sources:
  - {id: feed, name: F, type: feed, url: "http://society.example/feed.xml", issuer: society, links: {include: ['/news/']}}
  - {id: letters, name: L, type: list, url: "https://www.society.example/letters/", issuer: society, links: {include: ['/letters/']}}
  - {id: charter, name: C, type: page, url: "http://society.example/charter", issuer: society}
  - {id: off, name: O, type: feed, url: "http://off.example/feed.xml", issuer: society, sites: [off.example, blog.off.example], enabled: false}
`))
	i, err := newImporter(cfg, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"http://society.example/news/1": "feed", "https://www.society.example/letters/1": "letters", "http://society.example/charter?utm_source=x": "charter",
		"http://society.example/other": "feed", "https://blog.off.example/x": "off", "https://stranger.example/": importSource, "no address": importSource,
	} {
		if got := i.source(address); got != want {
			t.Errorf("%s belongs to %s, want %s", address, got, want)
		}
	}
}
