package blevestore

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// sumOf hashes what a selection gives.
func sumOf(t *testing.T, sel search.Selection, skip int) (sum string, n int) {
	t.Helper()
	if s, ok := sel.(*selection); ok {
		s.Skip(skip)
	}
	h := sha256.New()
	err := sel.Each(t.Context(), func(s search.Stored) error {
		n++
		fmt.Fprintf(h, "%s\n%s\n%s\n", s.Head, s.Text, s.Rest)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), n
}

// A pin gives the same bytes after the index has changed, and after it is closed.
func TestAPinOutlivesTheIndex(t *testing.T) {
	dir, kept := t.TempDir(), filepath.Join(t.TempDir(), "pin")
	s := openStore(t, dir)
	analyzer := analysis.NewAnalyzer()
	add := func(from, to int, said string) {
		var w indexer.Write
		for i := from; i < to; i++ {
			id := fmt.Sprintf("s%04d", i)
			st := &statement.Statement{ID: id, URL: "https://freedonia.example/" + id, Title: "Title", Text: said, Language: "en", Kind: "statement", Source: "freedonia", Group: id, Revision: 1}
			w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, st.Text, st.Language)})
		}
		write(t, s, w)
	}
	for i := range 5 {
		add(i*100, i*100+100, "the committee met")
	}
	if err := s.Pin(t.Context(), query.All{}, false, kept); err != nil {
		t.Fatal(err)
	}
	pinned, err := s.OpenPin(kept) // not a selection made before: a merge between the two would change the order
	if err != nil {
		t.Fatal(err)
	}
	want, n := sumOf(t, pinned, 0)
	tail, _ := sumOf(t, pinned, 337)
	if err := pinned.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		add(i*60, i*60+70, "the committee met again")
	}
	if err := s.Pin(t.Context(), query.All{}, false, kept); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := s.OpenPin(kept)
	if err != nil {
		t.Fatal(err)
	}
	got, m := sumOf(t, again, 0)
	rest, left := sumOf(t, again, 337)
	if n != 500 || m != n || again.Total() != n || got != want || left != n-337 || rest != tail {
		t.Errorf("%d statements of %d; the same: %t; from the 338th: %d, the same: %t", m, n, got == want, left, rest == tail)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
