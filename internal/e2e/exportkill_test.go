package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rostrum/indexer"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/blevestore"
	"rostrum/search/export"
)

// killedColumns are those of a killed CSV and Parquet.
var killedColumns = []string{"id", "title", "text", "published", "first_seen", "issuer_ids", "actors", "topics"}

// TestAKilledExportGivesTheSameBytes kills the program with SIGKILL when a kept export is half made, while statements arrive, and lets the next
// start go on with it, while more arrive. The file has the bytes of the same export streamed before. It has 2,000 statements, or those of the
// index that ROSTRUM_EXPORT_INDEX names, of which it works on other names for its files.
func TestAKilledExportGivesTheSameBytes(t *testing.T) {
	data := t.TempDir()
	if index := os.Getenv("ROSTRUM_EXPORT_INDEX"); index != "" {
		linkIndex(t, index, filepath.Join(data, "index"))
	} else {
		longIndex(t, filepath.Join(data, "index"), 2000)
	}
	news := &growingFeed{}
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: news\nname: News\n",
		"sources.yaml": "sources:\n  - {id: news, name: News, type: feed, url: \"http://news.example/feed.xml\", issuer: the-paper, every: 1s}\n",
		"actors.yaml":  "actors:\n  - {id: the-paper, kind: company, name: The Paper}\n",
		"topics.yaml":  "topics:\n  - {id: weather, name: Weather, query: weather}\n",
	}, harness.ServeSite(t, "news.example", news))
	up := func() *harness.Process { return harness.Start(t, "up", "--config", config, "--data", data) }
	p := up()
	for _, format := range []string{"jsonl", "csv", "parquet"} {
		for try := 1; ; try++ {
			next, killed := killAndGoOn(t, p, up, news, data, format)
			if p = next; killed {
				break
			}
			if try == 8 {
				t.Fatalf("%s: it was done before it could be killed", format)
			}
		}
	}
}

// killAndGoOn makes one export twice: streamed, and kept by a process that is killed. It gives the process that went on, and whether the other was
// killed before it was done.
func killAndGoOn(t *testing.T, p *harness.Process, up func() *harness.Process, news *growingFeed, data, format string) (*harness.Process, bool) {
	news.grows.Store(false)
	p.WaitIndexed(20 * time.Second)
	params := url.Values{"format": {format}}
	ask := harness.Object{"format": format}
	if format != "jsonl" {
		params.Set("columns", strings.Join(killedColumns, ","))
		ask["columns"] = killedColumns
	}
	began := time.Now()
	want, size := streamedSum(t, p.Base+"/api/v1/export?"+params.Encode())
	streamed := time.Since(began)
	var kept export.Kept
	if status := p.Send(http.MethodPost, "/api/v1/exports", ask, &kept); status != http.StatusAccepted {
		t.Fatalf("%s: status %d", format, status)
	}
	news.grows.Store(true)
	dir := filepath.Join(data, "exports", kept.ID)
	half := waitForHalf(t, filepath.Join(dir, "part"), filepath.Join(dir, kept.File), size)
	p.Kill()
	var record struct {
		State string
		Place *struct{ Offset int64 }
	}
	body, err := os.ReadFile(filepath.Join(dir, "job.json"))
	if err := errors.Join(err, json.Unmarshal(body, &record)); err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(filepath.Join(dir, kept.File))
	killed := err != nil && record.Place != nil
	began = time.Now()
	p = up()
	harness.Await(t, 10*time.Minute, format+" gone on with", func() bool {
		p.Get("/api/v1/exports/"+kept.ID, &kept)
		return kept.State == export.Done || kept.State == export.Failed
	})
	wentOn := time.Since(began)
	got, n := streamedSum(t, p.Base+"/api/v1/exports/"+kept.ID+"/file")
	if got != want || n != size || kept.SHA256 != want {
		t.Errorf("%s: %d bytes %s and %d bytes %s, %s %s", format, size, want, n, got, kept.State, kept.Error)
	}
	harness.Await(t, 20*time.Second, "a statement more", func() bool { return len(p.Pages("source:news", url.Values{})) > int(news.before.Load()) })
	after := len(p.Pages("source:news", url.Values{}))
	if killed {
		t.Logf("%s: %d statements, %d bytes, sha256 %s: streamed in %s; kept, killed at %d, gone on with from %d in %s with the start; %d statements arrived meanwhile", format, kept.Total, size, want,
			streamed.Round(time.Millisecond), half, record.Place.Offset, wentOn.Round(time.Millisecond), after-int(news.before.Load()))
	}
	news.before.Store(int64(after))
	if status := p.Send(http.MethodDelete, "/api/v1/exports/"+kept.ID, nil, nil); status >= 300 {
		t.Errorf("%s: removing it: %d", format, status)
	}
	return p, killed
}

// streamedSum gives the SHA-256 and the size of what an address answers.
func streamedSum(t *testing.T, address string) (sum string, size int64) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, res.Status, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), size
}

// waitForHalf waits until half of what a file will have is there, or all is under its name, and gives what there is.
func waitForHalf(t *testing.T, part, whole string, size int64) int64 {
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); {
		if at, err := os.Stat(part); err == nil && at.Size() >= size/2 {
			return at.Size()
		}
		if _, err := os.Stat(whole); err == nil {
			return size
		}
		<-time.After(time.Millisecond) // another process writes it
	}
	t.Fatal("it never came to half")
	return 0
}

// growingFeed is a site whose feed has another post each time it is asked for, when it grows.
type growingFeed struct {
	grows  atomic.Bool
	posts  atomic.Int64
	before atomic.Int64 // posts that the export before was done with
}

// ServeHTTP implements http.Handler.
func (g *growingFeed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	if r.URL.Path != "/feed.xml" {
		n := strings.TrimPrefix(r.URL.Path, "/post/")
		fmt.Fprintf(w, "<html lang=en><head><title>Post %s of the paper</title></head><body><article><h1>Post %s of the paper</h1><p>The weather of day %s was observed by the paper from the harbour, and was noted in the book of number %s as it has been each day.</p></article></body></html>", n, n, n, n)
		return
	}
	n := g.posts.Load()
	if g.grows.Load() {
		n = g.posts.Add(5)
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(w, `<rss version="2.0"><channel><title>News</title><link>http://news.example/</link><description>All</description>`)
	for i := max(0, n-50); i < n; i++ {
		fmt.Fprintf(w, "<item><title>Post %d of the paper</title><link>http://news.example/post/%d</link><guid>http://news.example/post/%d</guid></item>", i, i, i)
	}
	fmt.Fprint(w, "</channel></rss>")
}

// longIndex stores n statements of 12 kB each, of whose words only the titles' are indexed.
func longIndex(t *testing.T, dir string, n int) {
	t.Helper()
	s, err := blevestore.Open(blevestore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, analyzer := rand.New(rand.NewPCG(1, 2)), analysis.NewAnalyzer()
	day := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	for begun := 0; begun < n; begun += 500 {
		var w indexer.Write
		for i := begun; i < min(n, begun+500); i++ {
			var text strings.Builder
			for text.Len() < 12_000 {
				fmt.Fprintf(&text, "%x ", r.Uint64())
			}
			at := day.Add(time.Duration(i) * time.Hour)
			st := &statement.Statement{ID: fmt.Sprintf("long-%05d", i), URL: fmt.Sprintf("https://long.example/%d", i), Title: fmt.Sprintf("Statement %d, at length", i), Text: text.String(), Published: &at,
				PublishedFrom: statement.FromFeed, FirstSeen: at, CapturedAt: at, Language: "en", Kind: "statement", Source: "long", Revision: 1, Topics: []string{"weather"},
				Actors: []statement.Actor{{ID: "the-paper", Name: "The Paper", Role: statement.Issuer}}}
			st.Group = st.ID
			w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, "", st.Language)})
		}
		if err := s.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// linkIndex gives the files of an index other names: what a segment holds never changes. What is small is copied.
func linkIndex(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		at := filepath.Join(to, name)
		switch {
		case entry.IsDir():
			return os.MkdirAll(at, 0o750)
		case filepath.Ext(name) == ".zap":
			return os.Link(path, at)
		case filepath.Ext(name) == ".col": // filed anew
			return nil
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(at, body, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
