package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
	"rostrum/search"
)

// oddSite serves a page whose title is markup and moves the reader's eye, and one of 2 MB.
func oddSite() http.Handler {
	mux := http.NewServeMux()
	page := func(path, title, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, "<html lang=en><head><title>%s</title></head><body><h1>%s</h1><article>%s</article></body></html>", title, title, body)
		})
	}
	odd := "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt; \u202eelttit eht\u202c of it"
	page("/odd", odd, paragraphs("markup"))
	var long strings.Builder
	for n := 0; long.Len() < 2<<20; n++ {
		fmt.Fprintf(&long, "<p>In session %d the delegation of The Body said that paragraph %d of the lengthy draft needs another reading before it is agreed.</p>\n", n, n*7)
	}
	page("/long", "A lengthy record", long.String())
	return mux
}

// Whatever is typed, the answer is clear, says where the fault is, runs nothing and comes within a second, from the API and as a page.
func TestBadQueries(t *testing.T) {
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: P\n", "topics.yaml": "topics: []\n", "actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
		"sources.yaml": "sources:\n  - {id: odd, name: odd, type: page, url: \"http://odd.example/odd\", issuer: body, every: 1h}\n  - {id: long, name: long, type: page, url: \"http://odd.example/long\", issuer: body, every: 1h}\n",
	}, harness.ServeSite(t, "odd.example", oddSite()))
	i := harness.Up(t, config, t.TempDir())
	harness.Await(t, 60*time.Second, "two statements", func() bool { return len(i.Search("")) == 2 })
	words := func(n int, between string) string {
		all := make([]string, n)
		for k := range all {
			all[k] = fmt.Sprintf("w%d", k)
		}
		return strings.Join(all, between)
	}
	var first search.Result
	i.Get("/api/v1/statements?limit=1", &first)
	cursor := []byte(first.NextCursor)
	if len(cursor) < 10 {
		t.Fatalf("the cursor is %q", cursor)
	}
	cursor[len(cursor)/2] ^= 1
	for name, c := range map[string]struct {
		q, cursor string
		status    int    // of the API; a page's fault is 400
		position  int    // -1: none
		says      string // in the API's answer
	}{
		"at the bound":         {q: strings.Repeat("a", 10_000), status: 200, position: -1},
		"Han at the bound":     {q: strings.Repeat("潮", 10_000), status: 200, position: -1},
		"10,001 characters":    {q: strings.Repeat("a", 10_001), status: 400, position: 10_000, says: "10000"},
		"10,001 Han":           {q: strings.Repeat("潮", 10_001), status: 400, position: 10_000, says: "10000"},
		"1,000 clauses":        {q: words(1000, " OR "), status: 400, position: 1938, says: "256"},
		"1,000 words":          {q: words(1000, " "), status: 400, position: 1170, says: "256"},
		"ever more prefixes":   {q: "aa* OR bb* OR cc* OR dd* OR ee* OR ff* OR gg* OR hh* OR ii*", status: 400, position: 56, says: "8"},
		"prefixes of a letter": {q: "a* OR b* OR c*", status: 400, position: 1, says: "2"},
		"a quote":              {q: `"the draft`, status: 400, position: 0, says: "quot"},
		"three quotes":         {q: `"the draft" "reading`, status: 400, position: 12, says: "quot"},
		"parentheses":          {q: strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500), status: 400, position: 40, says: "40"},
		"one that stays open":  {q: "(draft", status: 400, position: 0, says: "parenthesis"},
		"one too many":         {q: "draft)", status: 400, position: 5},
		"an empty field":       {q: "actor:", status: 400, position: 6},
		"no such field":        {q: "colour:red", status: 400, position: 0},
		"near by a mile":       {q: `"draft reading"~999999999999`, status: 400, position: 20},
		"a month too late":     {q: "on:2024-13", status: 400, position: 3},
		"NUL and bell":         {q: "dra\x00ft\x07 reading", position: -1},
		"turned around":        {q: "\u202egnidaer\u202c \u2066draft\u2069\u200f", status: 200, position: -1},
		"broken UTF-8":         {q: "draft \xff\xfe", status: 400, position: 6},
		"markup":               {q: `<script>alert(3)</script> <img src=x onerror=alert(4)>img`, status: 200, position: -1},
		"a template":           {q: `{{.Title}} ${env} %s%n`, status: 200, position: -1},
		"a cursor changed":     {q: "", cursor: string(cursor), status: 422, position: -1},
		"a cursor of another":  {q: "draft", cursor: first.NextCursor, status: 422, position: -1},
		"no cursor at all":     {q: "", cursor: "../../etc/passwd", status: 422, position: -1},
	} {
		at := url.Values{"q": {c.q}}
		if c.cursor != "" {
			at.Set("cursor", c.cursor)
		}
		status, body, _ := fetch(t, i.Base+"/api/v1/statements?"+at.Encode())
		var p struct {
			Detail, Remedy, Field, Expected string
			Position                        *int
		}
		if err := json.Unmarshal(body, &p); err != nil {
			t.Errorf("%s: %v in %.200s", name, err, body)
			continue
		}
		position := -1
		if p.Position != nil {
			position = *p.Position
		}
		if c.status != 0 && status != c.status || position != c.position || !strings.Contains(p.Detail+p.Remedy+p.Expected, c.says) {
			t.Errorf("%s: status %d, position %d: %.300s", name, status, position, body)
		}
		if status != 200 && (p.Detail == "" || p.Remedy == "" && p.Expected == "" || status >= 500) {
			t.Errorf("%s: status %d says %+v", name, status, p)
		}
		want := status
		if want == http.StatusUnprocessableEntity {
			want = http.StatusBadRequest
		}
		for _, path := range []string{"/", "/matrix", "/exports", "/saved"} {
			if c.cursor != "" && path != "/" {
				continue
			}
			status, body, header := fetch(t, i.Base+path+"?"+at.Encode())
			if path == "/" && status != want && status != http.StatusUnprocessableEntity || status >= 500 {
				t.Errorf("%s: %s answers %d", name, path, status)
			}
			harmless(t, name+" on "+path, body, header)
		}
	}
	for _, s := range i.Search("") {
		status, body, header := fetch(t, i.Base+"/statements/"+s.ID)
		if status != 200 {
			t.Errorf("%s: %d", s.URL, status)
		}
		harmless(t, s.URL, body, header)
		if paged := strings.Contains(string(body), "Rest of the text"); paged != strings.HasSuffix(s.URL, "/long") {
			t.Errorf("%s says that there is more of it: %v", s.URL, paged)
		}
	}
}

// harmless checks a page: it runs nothing that it was given, moves no reader's eye beyond its title, and is light.
func harmless(t *testing.T, name string, body []byte, header http.Header) {
	t.Helper()
	for _, bad := range []string{"<script>alert", "<img src=x", "\x00"} {
		if strings.Contains(string(body), bad) {
			t.Errorf("%s holds %q", name, bad)
		}
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%s has the policy %q", name, header.Get("Content-Security-Policy"))
	}
	if len(body) > 100<<10 {
		t.Errorf("%s has %d bytes", name, len(body))
	}
}

// slowest is what an answer to bad input may take; the best of three, since other tests run beside.
const slowest = time.Second

// fetch gets an address.
func fetch(t *testing.T, address string) (status int, body []byte, header http.Header) {
	t.Helper()
	best := time.Hour
	for range 3 {
		began := time.Now()
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err = io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		status, header = res.StatusCode, res.Header
		if best = min(best, time.Since(began)); best <= slowest {
			return status, body, header
		}
	}
	t.Errorf("%.120s takes %s", address, best)
	return status, body, header
}
