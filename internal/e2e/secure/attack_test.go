package secure

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// attacks are pieces of markup that run or call out where they are taken for markup; TRAP is where to.
const attacks = `<script>window.owned=1;document.title='OWNED';new Image().src='TRAP/script'</script>` +
	`<img src="TRAP/img" onerror="window.owned=1;document.title='OWNED'"><svg onload="window.owned=1;fetch('TRAP/svg')"><image href="TRAP/svgimage"/></svg>` +
	`<a href="javascript:window.owned=1">a link</a><base href="TRAP/base/"><meta http-equiv="refresh" content="0;url=TRAP/refresh">` +
	`<form action="TRAP/form"><input autofocus onfocus="this.form.submit()"></form><div style="background:url(TRAP/css)">styled</div><style>@import 'TRAP/import';body{background:url(TRAP/css2)}</style>` +
	`<iframe src="data:text/html,<script>fetch('TRAP/data')</script>"></iframe><iframe srcdoc="<img src='TRAP/srcdoc'>"></iframe><object data="TRAP/object"></object><link rel=stylesheet href="TRAP/sheet"><link rel=prefetch href="TRAP/prefetch">` +
	`<video poster="TRAP/poster" src="TRAP/video" autoplay></video><details open ontoggle="window.owned=1"><summary>x</summary></details>`

// hostilePage has them as markup, and again as text: in its title, its headings, its paragraphs, its author, its dates and what it says of itself.
func hostilePage(trap string) string {
	markup := strings.ReplaceAll(attacks, "TRAP", trap)
	text := html.EscapeString(markup)
	turned := "\u202egnihtemos \u2066inside\u2069\u202c"
	return `<!DOCTYPE html><html lang="en" onclick="window.owned=1"><head><title>Harbour ` + text + turned + `</title><meta name="author" content="` + text + `">` +
		`<meta property="og:site_name" content="` + text + `"><link rel="canonical" href="javascript:window.owned=1">` +
		`<script type="application/ld+json">{"@type":"Article","author":{"name":"\u003cscript\u003ewindow.owned=1\u003c/script\u003e","url":"javascript:window.owned=1"},"datePublished":"\"><script>window.owned=1<\/script>"}</script></head>` +
		`<body>` + markup + `<main><article><h1>Harbour ` + text + turned + `</h1><p>The Society said that “the harbour ` + text + turned + ` needs another reading”.</p>` + markup +
		strings.Repeat("<p>The delegation spoke on the harbour at length, and said that the draft "+text+" needs another reading before it can be agreed.</p>", 4) +
		`<p>Signed by:</p><ul><li>Order of ` + text + `</li><li>Harbour Society "><img src=x onerror=alert(1)></li><li>=HYPERLINK("` + trap + `/formula","x")</li></ul></article></main></body></html>`
}

// formulaPage has a title that a spreadsheet would run.
func formulaPage(trap string) string {
	title := `=HYPERLINK("` + trap + `/formula","harbour")`
	return "<html lang=en><head><title>" + html.EscapeString(title) + "</title></head><body><main><article><h1>" + html.EscapeString(title) + "</h1>" +
		strings.Repeat("<p>Another body spoke on the harbour and its lights, which it had looked at closely this time.</p>", 5) + "</article></main></body></html>"
}

func warcOf(address, body string) []byte {
	block := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nRefresh: 0;url=http://leak.example/\r\n\r\n%s", len(body), body)
	return fmt.Appendf(nil, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:11111111-2222-3333-4444-555555555555>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Target-URI: %s\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", address, len(block), block)
}

// TestAttacksDoNothing stores pages full of attacks, fetched and imported, and reads in a browser every page, feed and mail that shows
// them: no script runs, and no request leaves the server.
func TestAttacksDoNothing(t *testing.T) {
	browser := newReader(t)
	if browser == nil {
		return
	}
	leak := newTrap(t)
	page := hostilePage(leak.URL)
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, map[string]string{"/page": page, "/formula": formulaPage(leak.URL)}[r.URL.Path])
	})
	box, port := newMailbox(t)
	name := `Society <img src=x onerror=alert(1)>`
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: 'P <script>window.owned=1</script>'\n", "topics.yaml": "topics:\n  - {id: harbour, name: 'Harbour <svg onload=alert(1)>', query: harbour}\n",
		"sources.yaml": "sources:\n  - {id: s, name: 'S <script>alert(1)</script>', type: page, url: 'http://bad.example/page', issuer: body, every: 1h}\n" +
			"  - {id: f, name: F, type: page, url: 'http://bad.example/formula', issuer: body, every: 1h}\n",
		"actors.yaml":  "actors:\n  - {id: body, kind: ngo, name: '" + name + "', aliases: [The Society]}\n",
		"rostrum.yaml": "alerts:\n  smtp: {host: 127.0.0.1, port: " + port + ", from: Rostrum <alerts@rostrum.example>, tls: none}\n",
	}, harness.ServeSite(t, "bad.example", site)), data)
	i.WaitIndexed(30 * time.Second)
	file := filepath.Join(t.TempDir(), "x.warc")
	if err := os.WriteFile(file, warcOf("http://bad.example/imported", strings.ReplaceAll(page, "another reading", "a third reading of all")), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", i.MustAdmin(data, "import", file))
	harness.Await(t, 30*time.Second, "the imported page is stored", func() bool { return len(i.Members("")) == 3 })
	saved := i.Save(harness.Object{"query": "harbour", "name": "Q " + name, "include_backfill": true, "channels": []harness.Object{{"type": "email", "to": "desk@b.example"}}})
	hits := i.Members("")
	harness.Await(t, 30*time.Second, "mails come", func() bool { return len(box.all()) >= 2 })
	if asked := leak.taken(); len(asked) > 0 {
		t.Errorf("the crawler asked for what is only shown in pages: %v", asked)
	}

	raw := httptest.NewServer(site)
	t.Cleanup(raw.Close)
	if s := browser.read(t, raw.URL+"/page"); s.quiet() || !s.owned && s.title != "OWNED" && len(s.dialogs) == 0 || len(leak.taken()) == 0 {
		t.Fatalf("the page does nothing even where nobody stands against it: %+v", s)
	}

	paths := []string{"/", "/?q=harbour", "/?q=" + url.QueryEscape(attacks), "/?q=%22" + url.QueryEscape(name), "/actors", "/actors/body", "/topics", "/topics/harbour", "/matrix", "/sources", "/saved", "/exports", "/login?next=javascript:alert(1)",
		"/saved?q=" + url.QueryEscape("harbour "+attacks), "/nothing" + url.PathEscape(attacks)}
	for _, h := range hits {
		paths = append(paths, "/statements/"+h.ID)
		var one struct{ Text string }
		i.Get("/api/v1/statements/"+h.ID, &one)
		if strings.HasSuffix(h.URL, "/page") && !strings.Contains(one.Text, "onerror=") {
			t.Errorf("the attacks are not in the text of %s, so nothing is tried: %.300s", h.URL, one.Text)
		}
	}
	paths = append(paths, archivedOf(t, i, hits[0].ID, hits[1].ID, hits[2].ID)...)
	for _, path := range paths {
		s := browser.read(t, i.Base+path)
		archived := strings.HasPrefix(path, "/captures/")
		if asked := leak.taken(); len(asked) > 0 || len(s.foreign) > 0 && !archived || !s.quiet() && !archived || s.owned || len(s.dialogs) > 0 || s.title == "OWNED" {
			t.Errorf("%.80s: %+v; the trap was asked for %v", path, s, asked)
		}
		if s.links != "" && !archived {
			t.Errorf("%.80s has %s", path, s.links)
		}
		checkHeaders(t, i, path)
	}

	// What a naive reader would show of a feed and of a mail, with nothing that stands against it.
	bodies := feedBodies(t, i, saved.Feed)
	bodies = append(bodies, box.all()...)
	naive := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if n < len(bodies) {
			_, _ = io.WriteString(w, bodies[n])
		}
	}))
	t.Cleanup(naive.Close)
	if len(bodies) < 2 {
		t.Errorf("%d bodies of feed and mail", len(bodies))
	}
	for n, body := range bodies {
		s := browser.read(t, fmt.Sprintf("%s/%d", naive.URL, n))
		if asked := leak.taken(); !s.quiet() || len(asked) > 0 || s.links != "" {
			t.Errorf("%+v, the trap was asked for %v, in %.500s", s, asked, body)
		}
	}
	checkCells(t, i)
}

// archivedOf gives where the archived pages of statements are.
func archivedOf(t *testing.T, i *harness.Instance, ids ...string) (paths []string) {
	for _, id := range ids {
		var found struct {
			Revisions []struct{ Capture string }
		}
		if status := i.Get("/api/v1/statements/"+id+"/revisions", &found); status != http.StatusOK || len(found.Revisions) == 0 {
			t.Fatalf("revisions of %s: %d", id, status)
		}
		paths = append(paths, "/captures/"+found.Revisions[0].Capture)
	}
	return paths
}

// checkHeaders holds each answer to what bars it from running anything.
func checkHeaders(t *testing.T, i *harness.Instance, path string) {
	t.Helper()
	res, err := http.Get(i.Base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	policy := res.Header.Get("Content-Security-Policy")
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%.80s has %s: %q", path, header, got)
		}
	}
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%.80s has the policy %q without %s", path, policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") && !strings.HasPrefix(policy, "sandbox;") {
		t.Errorf("%.80s has the policy %q", path, policy)
	}
}

// feedText is a piece of a feed, which readers take for HTML or for text by its type.
type feedText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// feedBodies gives what a feed's entries hold as HTML.
func feedBodies(t *testing.T, i *harness.Instance, feed string) (bodies []string) {
	t.Helper()
	address, err := url.Parse(feed)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := i.Page(t, address.Path)
	var read struct {
		Entry []struct {
			Title   feedText `xml:"title"`
			Content feedText `xml:"content"`
			Summary feedText `xml:"summary"`
			Link    []struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &read); err != nil {
		t.Fatalf("feed: %v in %.500s", err, body)
	}
	if len(read.Entry) == 0 {
		t.Errorf("the feed has no entries: %.300s", body)
	}
	for _, e := range read.Entry {
		for _, part := range []feedText{e.Title, e.Content, e.Summary} {
			if part.Type == "html" && part.Text != "" {
				bodies = append(bodies, part.Text)
			}
		}
		for _, l := range e.Link {
			if !strings.HasPrefix(l.Href, "http") {
				t.Errorf("the feed links to %s", l.Href)
			}
		}
	}
	return bodies
}

// checkCells reads the export as a spreadsheet does: no cell begins as a formula.
func checkCells(t *testing.T, i *harness.Instance) {
	t.Helper()
	body, _ := i.Page(t, "/api/v1/export?format=csv&neutralize=true&q=")
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	named := false
	for _, row := range rows {
		for _, cell := range row {
			named = named || strings.Contains(cell, "=HYPERLINK")
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a cell begins as a formula: %.80q", cell)
			}
		}
	}
	if !named {
		t.Error("the formula is in no cell, so nothing is tried")
	}
}

// htmlOf gives the HTML part of a mail.
func htmlOf(m *mail.Message) string {
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			var body io.Reader = p
			if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
				body = quotedprintable.NewReader(p)
			}
			b, _ := io.ReadAll(body)
			return string(b)
		}
	}
}
