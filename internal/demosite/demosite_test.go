package demosite

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func newSites(t *testing.T, clock func() time.Time) *Sites {
	t.Helper()
	s, err := New(Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s *Sites, address string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func facts(t *testing.T) []Fact {
	t.Helper()
	f, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var (
	xmlAddress = regexp.MustCompile(`(?:<(?:link|loc|guid|id)>|href=")(http://[^<"]+)`)
	paragraph  = regexp.MustCompile(`(?s)<p>(.*?)</p>`)
)

// TestEveryLinkLeadsToAPage walks all sites from their home pages, feeds, sitemaps and robots files, and finds every statement.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	s := newSites(t, nil)
	var queue []string
	for _, h := range s.Hosts() {
		for path := range s.hosts[h] {
			queue = append(queue, "http://"+h+path)
		}
	}
	pages := len(queue)
	seen := map[string]bool{}
	linked := map[string]bool{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		if seen[address] {
			continue
		}
		seen[address] = true
		w := get(t, s, address)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", address, w.Code)
			continue
		}
		for _, to := range links(t, address, w) {
			linked[to] = true
			queue = append(queue, to)
		}
	}
	for _, f := range facts(t) {
		if !linked[f.URL] {
			t.Errorf("nothing links to %s", f.URL)
		}
	}
	t.Logf("%d pages on %d sites, %d addresses seen", pages, len(s.Hosts()), len(seen))
}

// links gives the absolute addresses that a page, feed or sitemap names.
func links(t *testing.T, address string, w *httptest.ResponseRecorder) []string {
	t.Helper()
	var found []string
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		for _, m := range xmlAddress.FindAllStringSubmatch(w.Body.String(), -1) {
			found = append(found, m[1])
		}
		return found
	}
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" {
				continue
			}
			u, err := base.Parse(a.Val)
			if err != nil {
				t.Errorf("%s: bad link %q", address, a.Val)
				continue
			}
			found = append(found, u.String())
		}
	}
	return found
}

func TestSitesAreToldApartByHost(t *testing.T) {
	s := newSites(t, nil)
	for _, tc := range []struct {
		host, path string
		want       int
	}{
		{"open-tides.example", "/", 200},
		{"Open-Tides.example:8080", "/", 200},
		{"open-tides.example", "/?utm_source=x", 200},
		{"open-tides.example", "/nothing", 404},
		{"cancilleria.costa-lira.example", "/comunicados?page=2", 200},
		{"cancilleria.costa-lira.example", "/comunicados?page=99", 404},
		{"127.0.0.1:8080", "/", 421},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://x"+tc.path, nil)
		r.Host = tc.host
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != tc.want {
			t.Errorf("%s%s: status %d, want %d", tc.host, tc.path, w.Code, tc.want)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "http://open-tides.example/", nil)
	w := httptest.NewRecorder()
	if s.Handler().ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", w.Code)
	}
}

func TestConditionalRequests(t *testing.T) {
	s := newSites(t, nil)
	const page, undated = "http://open-tides.example/2023/05/a-convention-worth-having/", "http://assembly.maritime-states.example/about/questions-and-answers"
	first := get(t, s, page)
	for header, value := range map[string]string{"If-None-Match": first.Header().Get("ETag"), "If-Modified-Since": first.Header().Get("Last-Modified")} {
		if w := get(t, s, page, header, value); value == "" || w.Code != http.StatusNotModified {
			t.Errorf("%s: %q is answered with %d", header, value, w.Code)
		}
	}
	if h := get(t, s, undated).Header(); h.Get("Last-Modified") != "" || h.Get("ETag") == "" {
		t.Errorf("the undated page must have an ETag and no date: %v", h)
	}
}

func TestRobotsOnEverySite(t *testing.T) {
	s := newSites(t, nil)
	for _, h := range s.Hosts() {
		if w := get(t, s, "http://"+h+"/robots.txt"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "User-agent: *\n") {
			t.Errorf("%s: %d %q", h, w.Code, w.Body)
		}
	}
}

func TestTheLetterIsTheSameOnFourSites(t *testing.T) {
	s := newSites(t, nil)
	var original []string
	copies, templates := 0, map[string]bool{}
	for _, f := range facts(t) {
		if f.Statement != "letter-opentides" && f.CopyOf != "letter-opentides" {
			continue
		}
		copies++
		body := get(t, s, f.URL).Body.String()
		templates[body[:strings.Index(body, "<title>")]] = true
		paragraphs := letterParagraphs(body)
		if original == nil {
			original = paragraphs
		}
		if !slices.Equal(paragraphs, original) || len(paragraphs) < 8 {
			t.Errorf("%s has other paragraphs: %d, not %d", f.URL, len(paragraphs), len(original))
		}
		if n := strings.Count(body, "Women of the Wharves"); n != 1 {
			t.Errorf("%s: signatory listed %d times", f.URL, n)
		}
	}
	if copies != 4 || len(templates) != 3 {
		t.Errorf("%d copies in %d templates, want 4 in 3", copies, len(templates))
	}
}

// letterParagraphs are those from the address to the farewell.
func letterParagraphs(body string) []string {
	var found []string
	for _, m := range paragraph.FindAllStringSubmatch(body, -1) {
		if len(found) > 0 || strings.HasPrefix(m[1], "To the Chair") {
			found = append(found, m[1])
		}
		if m[1] == "Yours sincerely," {
			break
		}
	}
	return found
}
