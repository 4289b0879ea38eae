package blevestore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/search"
)

// folders lists the generations on disk.
func folders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func beside(t *testing.T, s *Store) *Store {
	t.Helper()
	next, err := s.Beside()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = next.Discard() })
	return next
}

func TestAnotherGenerationTakesThePlaceWhileSearchesGoOn(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	store(t, s, said(1, "Old", "harbour", "en"), said(2, "Old", "harbour", "en"))
	first := ask(t, s, "harbour", limit(1), oldest)
	next := beside(t, s)
	write(t, next, indexer.Write{Documents: documents(said(1, "New", "harbour", "en"), said(2, "New", "harbour", "en"), said(3, "New", "harbour", "en")),
		Position: indexer.Position{File: "f", Offset: 7}})
	if got := ask(t, s, "harbour"); got.Total != 2 {
		t.Errorf("before it is ready the new generation answers: %d", got.Total)
	}

	ctx, cancel := context.WithCancel(t.Context())
	var searching sync.WaitGroup
	for range 4 {
		searching.Go(func() {
			for ctx.Err() == nil {
				page, err := s.Search(t.Context(), search.Request{Query: parse(t, "harbour"), Limit: 10})
				if err != nil || page.Total != 2 && page.Total != 3 {
					t.Errorf("during the change: %d, %v", page.Total, err)
					return
				}
			}
		})
	}
	if err := s.Become(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	cancel()
	searching.Wait()

	if got := ids(ask(t, s, "title:new", oldest)); !cmp.Equal(got, []string{"s0001", "s0002", "s0003"}) {
		t.Errorf("after the change: %v", got)
	}
	if got := ids(ask(t, s, "harbour", oldest, func(r *search.Request) { r.After = first.Next })); !cmp.Equal(got, []string{"s0002", "s0003"}) {
		t.Errorf("a cursor from before goes on with %v", got)
	}
	if p, err := s.Position(t.Context()); err != nil || p.Offset != 7 {
		t.Errorf("position %+v, %v", p, err)
	}
	if got := folders(t, dir); !cmp.Equal(got, []string{"g2"}) {
		t.Errorf("folders %v", got)
	}
	if err := next.Discard(); err != nil {
		t.Error(err)
	}
	store(t, s, said(4, "After", "harbour", "en"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := openStore(t, dir)
	if got := ask(t, again, "harbour"); got.Total != 4 {
		t.Errorf("after a restart: %d", got.Total)
	}
}

func TestARebuildThatDidNotEndLeavesTheOldGenerationAndIsRemoved(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	store(t, s, said(1, "Old", "harbour", "en"))
	next, err := s.Beside()
	if err != nil {
		t.Fatal(err)
	}
	store(t, next, said(2, "New", "harbour", "en"))
	if err := errors.Join(next.Close(), s.Close()); err != nil { // as after a crash: nobody removed it
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "g3.new"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := folders(t, dir); len(got) != 3 {
		t.Fatalf("folders %v prove nothing", got)
	}
	again := openStore(t, dir)
	if got := ids(ask(t, again, "harbour")); !cmp.Equal(got, []string{"s0001"}) {
		t.Errorf("answers %v", got)
	}
	if got := folders(t, dir); !cmp.Equal(got, []string{"g1"}) {
		t.Errorf("folders %v", got)
	}
	if err := beside(t, again).Discard(); err != nil {
		t.Error(err)
	}
	if got := folders(t, dir); !cmp.Equal(got, []string{"g1"}) {
		t.Errorf("folders after a rebuild that was given up: %v", got)
	}
}

func TestSetAsideMakesWayForAnEmptyIndex(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"another mapping": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, currentFile), []byte(`{"generation":"g1","mapping":999}`), 0o644)
		},
		"no generation": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, currentFile), []byte(`{"generation":"../x"`), 0o644)
		},
		"no index": func(dir string) error { return os.Remove(filepath.Join(dir, "g1", "index_meta.json")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, dir)
			store(t, s, said(1, "Old", "harbour", "en"))
			if err := errors.Join(s.Close(), harm(dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(Options{Dir: dir}); !errors.Is(err, ErrRebuild) {
				t.Fatalf("got %v", err)
			}
			for range 2 { // what was set aside before makes way
				aside, err := SetAside(dir)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := os.Stat(aside); err != nil {
					t.Errorf("not kept: %v", err)
				}
			}
			again := openStore(t, dir)
			if got := ask(t, again, ""); got.Total != 0 {
				t.Errorf("%d statements", got.Total)
			}
		})
	}
}
