package blevestore

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rostrum/indexer"
	"rostrum/indexer/extract"
	"rostrum/internal/statement"
)

// boxedPage is a plainPage whose last line could stand on other pages too.
type boxedPage struct{ plainPage }

func (boxedPage) Extract(ctx context.Context, in extract.Input) (extract.Page, error) {
	page, err := plainPage{}.Extract(ctx, in)
	page.Loose = []extract.Loose{{Line: strings.Count(page.Text, "\n")}}
	return page, err
}

// TestRepeatsGoFromARealIndex holds that what stands on five pages of a source is found on none of eight, makes no revision, and that a
// rebuild and a restart know the same.
func TestRepeatsGoFromARealIndex(t *testing.T) {
	dir, archived := t.TempDir(), t.TempDir()
	var x *indexer.Indexer
	open := func() *Store {
		s := openStore(t, dir)
		archive, err := indexer.OpenArchive(t.Context(), indexer.ArchiveOptions{Dir: archived})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = archive.Close() })
		reader, err := indexer.NewReader(indexer.ReaderOptions{Extractor: boxedPage{}, Annotator: plainPage{}})
		if err != nil {
			t.Fatal(err)
		}
		if x, err = indexer.New(indexer.Options{Reader: reader, Archive: archive, Store: s, Announcer: silent{}}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	boxed := func(n int) *statement.Capture {
		c := captureOf(fmt.Sprint("page", n), "2024-02-02", fmt.Sprint("Page ", n), saying(n, 60)+"\nAsk the grommetwick office at any time.")
		c.Source = "gazette"
		return c
	}
	s := open()
	for n := range 8 {
		handle(t, x, boxed(n))
	}
	handle(t, x, boxed(0), boxed(6))
	hold := func(s *Store, when string) {
		t.Helper()
		if got := ask(t, s, "grommetwick").Total; got != 0 {
			t.Errorf("%s: found on %d pages", when, got)
		}
		for n := range 8 {
			if revisions, err := s.Revisions(t.Context(), idOf(fmt.Sprint("page", n))); err != nil || len(revisions) != 1 || strings.Contains(revisions[0].Text, "grommetwick") {
				t.Errorf("%s: page %d has the revisions %v %v", when, n, revisions, err)
			}
		}
	}
	hold(s, "live")
	next, err := s.Beside()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Reindex(t.Context(), next, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Become(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	hold(s, "rebuilt")
	handle(t, x, boxed(8))
	if got := ask(t, s, "grommetwick").Total; got != 0 {
		t.Errorf("after the rebuild the box is on %d pages", got)
	}
}
