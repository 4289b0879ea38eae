package blevestore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
)

// fileAll files the columns of every segment that lies on disk.
func fileAll(t rapid.TB, s *Store) {
	t.Helper()
	for range 100 {
		if err := s.warm(); err != nil {
			t.Fatal(err)
		}
		left, err := unfiled(s)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return
		}
	}
	t.Fatal("columns are never filed")
}

func unfiled(s *Store) (left int, err error) {
	snap, err := s.snapshot()
	if err != nil {
		return 0, err
	}
	defer snap.close()
	for _, p := range snap.parts {
		if p.path != "" && p.Count() >= s.options.filedFrom && p.columns.file.Load() == nil {
			left++
		}
	}
	return left, nil
}

func forgetting(ids ...string) indexer.Write { return indexer.Write{Forget: ids} }

// storeMany stores 120 statements with common and rare words, in four batches.
func storeMany(t *testing.T, s *Store) {
	for batch := range 4 {
		var some []*statement.Statement
		for i := range 30 {
			n := batch*30 + i
			text := strings.Repeat("the nations of the united kingdom and the united nations said so. ", 1+n%3) + fmt.Sprintf("Number%d of the list.", n)
			some = append(some, said(n, fmt.Sprintf("The united nations %d", n), text, "en", topic(fmt.Sprintf("topic-%d", n%3))))
		}
		store(t, s, some...)
	}
}

// shelfOf asks what reads every kind of column.
func shelfOf(t *testing.T, s *Store) (pages []search.Page) {
	for _, q := range []string{`"united nations"`, `"the united nations"`, `"nations the"~2`, "united", "number7", "topic:topic-1 after:2024-02", `"of the list"`, `"said so number5"`} {
		pages = append(pages, ask(t, s, q, facets(search.FacetTopic, search.FacetMonth)), ask(t, s, q, newest, limit(5)))
	}
	return pages
}

func TestFiledColumnsAnswerAsThoseThatWereMade(t *testing.T) {
	dir := t.TempDir()
	filed := func(o *Options) { o.filedFrom = 1 }
	var want []search.Page
	t.Run("made", func(t *testing.T) {
		s := openStore(t, dir)
		storeMany(t, s)
		want = shelfOf(t, s)
	})
	same := func(t *testing.T, s *Store) {
		t.Helper()
		if diff := cmp.Diff(want, shelfOf(t, s)); diff != "" {
			t.Error(diff)
		}
	}
	t.Run("filed", func(t *testing.T) {
		s := openStore(t, dir, filed)
		mergeAll(t, s)
		fileAll(t, s)
		same(t, s)
		if err := s.warm(); err != nil { // sweeps what merged segments have left
			t.Fatal(err)
		}
	})
	files, err := filepath.Glob(filepath.Join(dir, firstGeneration, columnsDir, "*"+columnsExt))
	if err != nil || len(files) == 0 {
		t.Fatal("nothing was filed", err)
	}
	t.Run("reopened", func(t *testing.T) {
		s := openStore(t, dir, filed)
		if left, err := unfiled(s); left != 0 || err != nil {
			t.Errorf("%d segments are not filed at once, %v", left, err)
		}
		same(t, s)
	})
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { return nil },
		func(b []byte) []byte { b[16] ^= 0xff; return b },
		func(b []byte) []byte { b[len(b)-100] ^= 0xff; return b },
		func(b []byte) []byte { b[0] ^= 0xff; return b },
		func(b []byte) []byte { return harmLists(t, b) },
	} {
		body, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(files[0], damage(body), 0o600); err != nil {
			t.Fatal(err)
		}
		s := openStore(t, dir, filed)
		same(t, s)
		fileAll(t, s)
		same(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// harmLists changes each list of a column file, and nothing else.
func harmLists(t *testing.T, file []byte) []byte {
	f := &columnFile{mapped: file}
	if err := f.readTable(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sectionPlaces, sectionPairs, sectionFreqs} {
		body, err := f.unchecked(name)
		if err != nil || len(body) == 0 {
			t.Fatal("no lists are filed: ", name, err)
		}
		for i := range body {
			body[i] ^= 3
		}
	}
	return file
}

func TestWhatIsFiledGoesWithItsSegment(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.filedFrom = 1 })
	storeMany(t, s)
	fileAll(t, s)
	var all []string
	for n := range 120 {
		all = append(all, said(n, "", "", "").ID)
	}
	old, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer old.close()
	for some := range slices.Chunk(all, 30) {
		store(t, s, said(200, "Another", "text", "en"))
		write(t, s, forgetting(some...))
	}
	fileAll(t, s)
	for _, p := range old.parts { // a search under way reads on in files that are gone
		if _, err := p.times(); err != nil {
			t.Error(err)
		}
	}
	if page := ask(t, s, ""); page.Total != 1 {
		t.Errorf("%d left", page.Total)
	}
}

func TestAQueryThatReadsTooMuchIsRefused(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.MaxReading = 60_000 })
	storeMany(t, s)
	for _, q := range []string{`"united nations"`, `"united nations"~3`, `united ("the list" OR number1)`} {
		_, err := s.Search(t.Context(), search.Request{Query: parse(t, q)})
		if fault.KindOf(err) != fault.Query || !strings.Contains(err.Error(), "narrow it") {
			t.Errorf("%s: %v", q, err)
		}
	}
	if page := ask(t, s, `"united nations" number7`); page.Total != 1 { // what is narrow is read
		t.Errorf("found %d", page.Total)
	}
	sel, err := s.Select(t.Context(), parse(t, `"united nations"`), false)
	if err != nil || sel.Total() != 120 {
		t.Fatal("an export is bounded", err)
	}
	_ = sel.Close()
}

func TestWordsThatStandEverywhereAreLeftOutOfTheOrder(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.MaxScored = 130 })
	storeMany(t, s)
	page := ask(t, s, "united OR kingdom OR nations OR number7", limit(50))
	if page.Total != 120 || len(page.Notes) != 1 || !strings.Contains(page.Notes[0], "2 rarest of the 4") || page.Hits[0].ID != "s0007" {
		t.Errorf("%d found, first %v, notes %q", page.Total, page.Hits[0].ID, page.Notes)
	}
	got := ids(page)
	for after := page.Next; after != ""; {
		next := ask(t, s, "united OR kingdom OR nations OR number7", limit(50), func(r *search.Request) { r.After = after })
		got, after = append(got, ids(next)...), next.Next
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != 120 {
		t.Errorf("%d on all pages", len(got))
	}
}

func TestCursorsHoldWhileStatementsArrive(t *testing.T) {
	s := openStore(t, t.TempDir())
	storeMany(t, s)
	for _, order := range []search.Order{search.Relevance, search.Newest, search.Oldest} {
		want := ids(ask(t, s, "united nations", limit(1000), func(r *search.Request) { r.Order = order }))
		var got []string
		after, n := "", 1000
		for {
			page := ask(t, s, "united nations", limit(7), func(r *search.Request) { r.Order, r.After = order, after })
			got = append(got, ids(page)...)
			if after = page.Next; after == "" {
				break
			}
			n++
			store(t, s, said(n, "News", "The united nations again, the united nations.", "en"))
		}
		got = slices.DeleteFunc(got, func(id string) bool { return id >= "s1000" }) // the newcomers take places of their own
		want = slices.DeleteFunc(want, func(id string) bool { return id >= "s1000" })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", order, diff)
		}
	}
}

func TestNothingIsCutAtTenThousand(t *testing.T) {
	s := openStore(t, t.TempDir())
	w := forgetting()
	for n := range 10_050 {
		w.Documents = append(w.Documents, documents(said(n, "", "word", "en"))...)
	}
	write(t, s, w)
	seen, after := 0, ""
	for {
		page := ask(t, s, "word", newest, limit(1000), func(r *search.Request) { r.After = after })
		if seen += len(page.Hits); page.Total != 10_050 {
			t.Fatalf("a total of %d", page.Total)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if seen != 10_050 {
		t.Errorf("saw %d", seen)
	}
}
