package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rostrum/internal/demosite"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
)

// paper is one PDF as the blog's posts link to it. Some are linked by several posts, each at an address of its own here.
type paper struct {
	Path string
	Post string // the file of the post that links to it
	File string
	Body []byte
}

func readPapers(t testing.TB, dir string) []paper {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "pdf.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := csv.NewReader(f)
	table.Comma = '\t'
	rows, err := table.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("pdf.tsv has %d rows: %v", len(rows), err)
	}
	var papers []paper
	for i, row := range rows[1:] {
		file := filepath.Join(dir, "pdf", row[0])
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		papers = append(papers, paper{Path: fmt.Sprintf("/uploads/%d/%s", i+1, row[0]), Post: row[1], File: file, Body: body})
	}
	return papers
}

// papersSite lists the papers on one page, as a blog's page of publications does, and serves them.
func papersSite(papers []paper) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /publications/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Publications</title></head><body><main><h1>Publications</h1><ul>")
		for _, p := range papers {
			_, _ = fmt.Fprintf(w, `<li><a href="%s">Download (PDF)</a></li>`, html.EscapeString(p.Path))
		}
		_, _ = io.WriteString(w, "</ul></main></body></html>")
	})
	for _, p := range papers {
		mux.HandleFunc("GET "+p.Path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = w.Write(p.Body)
		})
	}
	return mux
}

// TestRealPapers crawls every PDF that the real blog links to, and expects each to be found by its own words.
func TestRealPapers(t *testing.T) {
	dir, ok := golden.SharedData(t, "ngo-drw")
	if !ok {
		return
	}
	const host = "papers.example"
	papers := readPapers(t, dir)
	config := replaced(drwConfig, harness.Files{"sources.yaml": `sources:
  - {id: papers, name: Papers, type: list, url: "http://papers.example/publications/", issuer: the-blog, links: {include: ['\.pdf$']}, every: 1h}
`})
	i := harness.Up(t, harness.WriteConfig(t, config, harness.ServeSite(t, host, papersSite(papers))), t.TempDir())
	i.WaitIndexed(2 * time.Minute)
	ids := map[string]string{}
	for _, h := range i.Members("") {
		ids[h.URL] = h.ID
	}
	if len(ids) != len(papers) {
		t.Errorf("%d statements for %d papers", len(ids), len(papers))
	}
	for _, p := range papers {
		t.Run(path.Base(p.Path), func(t *testing.T) {
			address := "http://" + host + p.Path
			var s statement.Statement
			if status := i.Get("/api/v1/statements/"+ids[address], &s); status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			if s.Language != "en" || utf8.RuneCountInString(s.Title) < 8 || strings.Contains(s.Title, "Microsoft") {
				t.Errorf("title %q, language %s", s.Title, s.Language)
			}
			readable(t, s.Text, p.File)
			phrase := middle(s.Text)
			if found := urls(i, `"`+phrase+`"`); !slices.Contains(found, address) {
				t.Errorf("%q finds %v", phrase, found)
			}
			archived, kind := i.Page(t, "/captures/"+s.Capture)
			if kind != "application/pdf" || !bytes.Equal(archived, p.Body) {
				t.Errorf("the archived capture is %d bytes of %s, the file has %d", len(archived), kind, len(p.Body))
			}
		})
	}
	if found := urls(i, "topic:encryption"); len(found) < 4 {
		t.Errorf("papers on encryption: %v", found)
	}
}

// replaced is a configuration with some of its files replaced.
func replaced(base, with harness.Files) harness.Files {
	out := harness.Files{}
	for _, f := range []harness.Files{base, with} {
		for name, text := range f {
			out[name] = text
		}
	}
	return out
}

var plainWord = regexp.MustCompile(`\pL+`)

// readable holds a text against pdftotext where that is installed; without it, against what any English text is.
func readable(t *testing.T, text, file string) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err == nil {
		out, err := exec.CommandContext(t.Context(), "pdftotext", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		if share := commonShare(string(out), text); share < 0.93 {
			t.Errorf("%.0f %% of the words are those of pdftotext", 100*share)
		}
		return
	}
	found := plainWord.FindAllString(strings.ToLower(text), -1)
	the, long := 0, 0
	for _, w := range found {
		if w == "the" || w == "of" || w == "to" || w == "and" {
			the++
		}
		if len(w) > 24 {
			long++
		}
	}
	prose := len(found) > 200 // one paper is a table
	if len(found) < 60 || prose && the*100 < len(found)*5 || long*200 > len(found) {
		t.Errorf("%d words, %d of the commonest, %d glued together: %.200q", len(found), the, long, text)
	}
}

// commonShare is the share of words that two texts have in common.
func commonShare(a, b string) float64 {
	counts, all, both := map[string]int{}, 0, 0
	for _, w := range plainWord.FindAllString(strings.ToLower(a), -1) {
		counts[w]++
		all++
	}
	for _, w := range plainWord.FindAllString(strings.ToLower(b), -1) {
		all++
		if counts[w] > 0 {
			counts[w]--
			both++
		}
	}
	return 2 * float64(both) / float64(max(all, 1))
}

// middle is six words in a row from the middle of a text's longest paragraph.
func middle(text string) string {
	longest := slices.MaxFunc(strings.Split(text, "\n"), func(a, b string) int { return len(a) - len(b) })
	found := strings.Fields(longest)
	at := max(0, len(found)/2-3)
	return strings.ReplaceAll(strings.Join(found[at:min(len(found), at+6)], " "), `"`, " ")
}

// TestBadPapers holds that a PDF that can't be read says why, and takes nothing along.
func TestBadPapers(t *testing.T) {
	good := demoPaper(t)
	bodies := map[string]struct {
		body []byte
		says string
	}{
		"good": {good, ""}, "cut": {good[:200], "the PDF is broken"}, "html": {[]byte("<!DOCTYPE html><html><body><p>Log in first.</p></body></html>"), "HTML"},
		"blank": {bytes.ReplaceAll(good, []byte(" Tj"), []byte(" pop")), "no text layer"},
	}
	if dir, ok := golden.SharedData(t, "pdf-samples"); ok {
		locked, err := os.ReadFile(filepath.Join(dir, "pdfminer", "encryption__aes-256.pdf"))
		if err != nil {
			t.Fatal(err)
		}
		bodies["locked"] = struct {
			body []byte
			says string
		}{locked, "the PDF is encrypted"}
	}
	mux, sources := http.NewServeMux(), "sources:\n"
	for name, b := range bodies {
		mux.HandleFunc("GET /"+name+".pdf", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = w.Write(b.body)
		})
		sources += fmt.Sprintf("  - {id: s-%s, name: %s, type: page, url: \"http://papers.example/%s.pdf\", issuer: body, every: 1h}\n", name, name, name)
	}
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: P\n", "sources.yaml": sources, "topics.yaml": "topics: []\n", "actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
	}, harness.ServeSite(t, "papers.example", mux))
	i := harness.Up(t, config, t.TempDir())
	for name, b := range bodies {
		harness.Await(t, 60*time.Second, fmt.Sprintf("%s says %q", name, b.says), func() bool {
			s := i.Source("s-" + name)
			if b.says == "" {
				return s.State == "fresh" && s.Reason == ""
			}
			return strings.Contains(s.Reason, b.says)
		})
		t.Logf("%s: %s", name, i.Source("s-"+name).Reason)
	}
	i.WaitIndexed(time.Minute)
	if got := urls(i, ""); len(got) != 1 || got[0] != "http://papers.example/good.pdf" {
		t.Errorf("stored: %v, want the good paper alone", got)
	}
}

// TestTheDemosPapers finds the demo's two PDFs by their words, and shows them: their text, and the archived file behind the link.
func TestTheDemosPapers(t *testing.T) {
	p := harness.Start(t, "demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	p.WaitIndexed(60 * time.Second)
	facts, err := demosite.Expected()
	if err != nil {
		t.Fatal(err)
	}
	papers := 0
	for _, f := range facts {
		if !strings.HasSuffix(f.URL, ".pdf") {
			continue
		}
		papers++
		var s statement.Statement
		if p.Get("/api/v1/statements/"+statement.ID(f.URL), &s); s.Title != f.Title || s.Language != f.Language || s.Published == nil || !s.Published.Equal(f.Published) || !slices.Equal(s.Topics, f.Topics) {
			t.Errorf("%s is %q of %v, %s, on %v", f.Statement, s.Title, s.Published, s.Language, s.Topics)
		}
		shown, _ := p.Page(t, "/statements/"+s.ID)
		if first, _, _ := strings.Cut(s.Text, "\n"); !strings.Contains(html.UnescapeString(string(shown)), first) || !bytes.Contains(shown, []byte(`href="/captures/`+s.Capture+`"`)) {
			t.Errorf("%s: its page shows neither %q nor the archived file", f.Statement, first)
		}
		if archived, kind := p.Page(t, "/captures/"+s.Capture); kind != "application/pdf" || !bytes.HasPrefix(archived, []byte("%PDF-")) {
			t.Errorf("%s: the archived file is %s", f.Statement, kind)
		}
	}
	if papers != 2 {
		t.Errorf("the demo has %d papers", papers)
	}
}

// demoPaper is a PDF of the demo.
func demoPaper(t testing.TB) []byte {
	t.Helper()
	facts, err := demosite.Expected()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(facts, func(f demosite.Fact) bool { return strings.HasSuffix(f.URL, ".pdf") })
	if at < 0 {
		t.Fatal("the demo has no PDF")
	}
	sites, err := demosite.New(demosite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	sites.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, facts[at].URL, http.NoBody))
	return w.Body.Bytes()
}
