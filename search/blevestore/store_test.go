package blevestore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(checkDir); dir != "" {
		checkAndOpen(dir)
	}
	if dir := os.Getenv(childDir); dir != "" {
		writeUntilKilled(dir)
		return
	}
	// Bleve's analysis workers live as long as the process.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	write(t, s, indexer.Write{Documents: documents(said(1, "One", "apples", "en")), Position: indexer.Position{File: "a", Offset: 7}})
	page := ask(t, s, "apples OR pears", limit(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	if got := ask(t, s, "apples OR pears", limit(1)); got.Total != page.Total || got.Hits[0].ID != "s0001" {
		t.Errorf("found %+v", got)
	}
	if p, err := s.Position(t.Context()); err != nil || p != (indexer.Position{File: "a", Offset: 7}) {
		t.Errorf("at %+v, %v", p, err)
	}
}

func TestASecondHolderIsRefusedAtOnce(t *testing.T) {
	dir, metrics := t.TempDir(), prometheus.NewRegistry()
	openStore(t, dir, func(o *Options) { o.Registerer = metrics })
	began := time.Now()
	_, err := Open(Options{Dir: dir, LockWait: 50 * time.Millisecond, Registerer: metrics})
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "another process holds") {
		t.Errorf("a second holder gets %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAnIndexOfAnotherMappingAsksForReindex(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, currentFile), []byte(`{"generation":"g9","mapping":999}`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(Options{Dir: dir})
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "rostrum reindex") {
		t.Errorf("got %v", err)
	}
}

func TestDamageIsSaidWithItsRemedy(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"no generation": func(dir string) error { return os.WriteFile(filepath.Join(dir, currentFile), []byte("{"), 0o644) },
		"a path": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, currentFile), []byte(`{"generation":"../x","mapping":1}`), 0o644)
		},
		"no index": func(dir string) error { return os.RemoveAll(filepath.Join(dir, firstGeneration)) },
		"a short bolt": func(dir string) error {
			return os.Truncate(filepath.Join(dir, firstGeneration, "store", "root.bolt"), 4096)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, dir)
			store(t, s, said(1, "One", "apples", "en"))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := harm(dir); err != nil {
				t.Fatal(err)
			}
			if s, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "rostrum reindex") {
				t.Errorf("got %v, %v", s, err)
			}
		})
	}
}

func TestAClosedStoreRefuses(t *testing.T) {
	s := openStore(t, t.TempDir())
	store(t, s, said(1, "One", "apples", "en"))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Search(t.Context(), search.Request{Query: query.All{}})
	err2 := s.Write(t.Context(), indexer.Write{})
	_, err3 := s.Position(t.Context())
	for _, err := range []error{err, err2, err3} {
		if fault.KindOf(err) != fault.Transient {
			t.Errorf("a closed store gives %v", err)
		}
	}
}

func TestAScanOutlivesClose(t *testing.T) {
	s := openStore(t, t.TempDir())
	for n := range 20 {
		store(t, s, said(n, "Some", "apples", "en"))
	}
	seen := 0
	err := s.Scan(t.Context(), query.All{}, false, func(st *statement.Statement) error {
		if seen++; seen == 1 {
			return s.Close()
		}
		return nil
	})
	if err != nil || seen != 20 {
		t.Errorf("%d seen, %v", seen, err)
	}
}

func TestColumnsAreMadeAhead(t *testing.T) {
	s := openStore(t, t.TempDir())
	for n := range 5 {
		store(t, s, said(n, "Some", "apples", "en", actor("a", "issuer")))
	}
	if err := s.warm(); err != nil {
		t.Fatal(err)
	}
	snap, news, err := s.snapshotWithNews()
	if err != nil || len(snap.parts) == 0 {
		t.Fatal(err)
	}
	defer snap.close()
	for _, p := range snap.parts {
		if c := p.columns; !news && (!c.times.made || !c.ranks.made || !c.flags.made || !c.values[fieldSpeaker].made) {
			t.Error("a column is not made")
		}
	}
}

func TestAPrefixThatStandsForTooMuchIsSaid(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.PrefixTerms = 3 })
	store(t, s, said(1, "One", "conab", "en"), said(2, "Two", "conaa", "en"))
	store(t, s, said(3, "Three", "conad", "en"), said(4, "Four", "conac", "en"), said(5, "Five", "coxa", "en"))
	page := ask(t, s, "cona*", oldest)
	if got := ids(page); !slices.Equal(got, []string{"s0001", "s0002", "s0004"}) || len(page.Notes) != 1 || !strings.Contains(page.Notes[0], "cona*") {
		t.Errorf("found %v, notes %q", got, page.Notes)
	}
	if page := ask(t, s, "coxa*"); len(page.Notes) != 0 || page.Total != 1 {
		t.Errorf("%d, notes %q", page.Total, page.Notes)
	}
}

func TestAPrefixOfManyWordsFindsAll(t *testing.T) {
	s := openStore(t, t.TempDir())
	var w indexer.Write
	for n := range 300 {
		w.Documents = append(w.Documents, documents(said(n, "Some", fmt.Sprintf("lot%03d", n), "en"))...)
	}
	write(t, s, w)
	store(t, s, said(7, "Other", "nothing", "en"))
	if got := ask(t, s, "lot*").Total; got != 299 {
		t.Errorf("found %d", got)
	}
	if got := ask(t, s, "lot1*").Total; got != 100 {
		t.Errorf("found %d", got)
	}
}

func TestRelevance(t *testing.T) {
	s := openStore(t, t.TempDir())
	store(t, s,
		said(1, "Treaty", "nothing more is said in this text of some length", "en"),
		said(2, "Remarks", "the treaty is named once in this text of some length", "en"),
		said(3, "Remarks", "the treaty, that treaty, this treaty, is named in this text", "en"),
		said(4, "Remarks", "fd is mentioned", "en", actor("fd", "mentioned"), actor("sy", "issuer")),
		said(5, "Remarks", "fd speaks", "en", actor("fd", "quoted")),
		said(6, "Remarks", "fd speaks for itself", "en", actor("fd", "issuer")),
		said(7, "Same", "twins", "en"), said(8, "Same", "twins", "en"))
	for q, want := range map[string][]string{
		"treaty":                         {"s0001", "s0003", "s0002"},
		"actor:fd":                       {"s0006", "s0005"},
		"twins":                          {"s0008", "s0007"}, // the newer first
		"on:2024-01-08 OR on:2024-01-09": {"s0008", "s0007"},
	} {
		if got := ids(ask(t, s, q)); !slices.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", q, got, want)
		}
	}
}

// The order depends on what is stored, not on the segments it lies in.
func TestRelevanceDoesNotDependOnSegments(t *testing.T) {
	one, many := openStore(t, t.TempDir()), openStore(t, t.TempDir())
	batch := documents()
	for n := range 40 {
		st := said(n, "Remarks", strings.Repeat("treaty ", n%7)+strings.Repeat("other ", n%11)+"text", "en")
		batch = append(batch, documents(st)...)
		old := said(n, "Old", "treaty treaty", "en")
		store(t, many, old)
		store(t, many, st)
	}
	write(t, one, indexer.Write{Documents: batch})
	if a, b := ids(ask(t, one, "treaty other", limit(50))), ids(ask(t, many, "treaty other", limit(50))); !slices.Equal(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
}

func TestReadersAndAWriterAtOnce(t *testing.T) {
	s := openStore(t, t.TempDir())
	store(t, s, said(0, "Zero", "apples", "en"))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for last := 0; ; {
				page, err := s.Search(t.Context(), search.Request{Query: query.Word{Text: "apples"}, Order: search.Newest, Limit: 5, Facets: []string{search.FacetActor, search.FacetMonth}, Snippets: true})
				if err != nil || page.Total < last {
					t.Errorf("total %d after %d, %v", page.Total, last, err)
					return
				}
				last = page.Total
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := range 60 {
		store(t, s, said(n, "Some", "apples and pears", "en", actor("a", "issuer")), said(n/2, "Some", "apples again", "en"))
	}
	close(done)
	readers.Wait()
	if got := ask(t, s, "apples").Total; got != 60 {
		t.Errorf("%d in the end", got)
	}
}
