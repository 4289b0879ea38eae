package app

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/crawler/discover"
	"rostrum/internal/statement"
)

// TestOffers checks that a page of links offers its feed, itself and its sitemap, each as YAML that a configuration takes.
func TestOffers(t *testing.T) {
	path := societyConfig(t, "sources: []\n")
	got, err := CheckSource(t.Context(), load(t, path), "http://society.example/news/")
	if err != nil || len(got.Problems) > 0 {
		t.Fatalf("%v, problems %q", err, got.Problems)
	}
	all := append([]Offer{{Type: got.Entry.Type, URL: got.Entry.URL, YAML: got.YAML}}, got.Others...)
	var found []string
	for _, o := range all {
		found = append(found, o.Type+" "+o.URL)
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "sources.yaml"), []byte("sources:\n"+o.YAML), 0o600); err != nil {
			t.Fatal(err)
		}
		if cfg := load(t, path); cfg.Processes[0].Sources[0].Issuer != "society" {
			t.Errorf("source %+v", cfg.Processes[0].Sources[0])
		}
	}
	want := "feed http://society.example/feed.xml, list http://society.example/news/, sitemap http://society.example/sitemap.xml"
	if got := strings.Join(found, ", "); got != want {
		t.Errorf("offers %s, want %s", got, want)
	}
}

func TestPatternOf(t *testing.T) {
	hosts := map[string]bool{"a.example": true}
	for _, c := range []struct {
		name, want string
		paths      []string // those that begin with ! have a short text
	}{
		{"dated", `/news/\d+/\d+/[^/]+$`, []string{"/news/2024/05/on-tides", "/news/2024/06/on-gulls", "/news/2023/12/on-sand", "!/about", "!/contact", "!/help", "!/imprint", "!/terms"}},
		{"numbers", `/statements/\d+$`, []string{"/statements/1", "/statements/22", "/statements/333", "!/statements/archive"}},
		{"papers", `/files/[^/]+(?i:\.pdf)$`, []string{"/files/a.pdf", "/files/b.PDF", "/files/c.pdf", "!/x/y"}},
		{"folders", `/s\.x/[^/]+/$`, []string{"/s.x/one/", "/s.x/two/", "/s.x/three/"}},
		{"nothing stands out", "", []string{"/a/1", "/b/1", "/c/1", "!/d", "!/e"}},
	} {
		var links []discover.Link
		for n, p := range c.paths {
			title := fmt.Sprintf("A statement on matter number %d", n)
			if p, found := strings.CutPrefix(p, "!"); found {
				title = p
			}
			u := url.URL{Scheme: "https", Host: "www.a.example", Path: strings.TrimPrefix(p, "!")}
			links = append(links, discover.Link{URL: u.String(), Hint: statement.Hint{Title: title}})
		}
		if got := patternOf(links, hosts); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
