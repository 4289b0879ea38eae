package indexer

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

func tombstones(t *testing.T, path string) *Tombstones {
	t.Helper()
	stones, err := OpenTombstones(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stones.Close() })
	return stones
}

func TestTombstonesOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forgotten.jsonl")
	stones := tombstones(t, path)
	id := statement.ID("https://example.org/a")
	for range 2 { // the second says nothing new
		if err := stones.Add(Tombstone{Statement: id, Captures: []string{"c1"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stones.Add(Tombstone{Statement: "another"}); err != nil {
		t.Fatal(err)
	}
	if err := stones.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"statement":"cut o`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	for range 2 { // the second opens what the first mended
		stones = tombstones(t, path)
		if got := stones.Since(0); !cmp.Equal(got, []string{id, "another"}) {
			t.Errorf("tombstones %v", got)
		}
		if got := stones.Since(1); !cmp.Equal(got, []string{"another"}) {
			t.Errorf("tombstones since the first %v", got)
		}
	}
	for name, c := range map[string]struct {
		capture statement.Capture
		want    bool
	}{
		"by address":          {statement.Capture{ID: "x", URL: "http://example.org/a?utm_source=y"}, true},
		"by redirect":         {statement.Capture{ID: "x", URL: "http://example.org/latest", FinalURL: "https://example.org/a"}, true},
		"redirected away":     {statement.Capture{ID: "x", URL: "http://example.org/a", FinalURL: "https://example.org/b"}, false},
		"by id":               {statement.Capture{ID: "c1", URL: "https://example.org/b"}, true},
		"none":                {statement.Capture{ID: "x", URL: "https://example.org/b"}, false},
		"none, no address":    {statement.Capture{ID: "x"}, false},
		"none, its id unsaid": {statement.Capture{URL: "https://example.org/"}, false},
	} {
		if got := stones.Covers(&c.capture); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	var none *Tombstones
	if none.Has(id) || none.Covers(&statement.Capture{ID: "c1"}) || none.Len() != 0 || none.Since(0) != nil {
		t.Error("a nil Tombstones knows some")
	}
}

func TestTombstonesThatCannotBeReadAreSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forgotten.jsonl")
	if err := os.WriteFile(path, []byte("{broken}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTombstones(path); err == nil {
		t.Error("a file that is no list of tombstones opens")
	}
}

func TestWhatWasForgottenComesBackNeitherFromTheWebNorFromTheArchive(t *testing.T) {
	b := newBench(t, nil)
	b.o.Tombstones = tombstones(t, filepath.Join(t.TempDir(), "forgotten.jsonl"))
	gone := statement.ID("https://www.ocrania.example/gone")
	alias := page("https://www.ocrania.example/print/gone", 2, `<html lang="en"><head><title>On the draft</title><link rel="canonical" href="https://www.ocrania.example/gone"></head><body><article><p>`+opening+`It supports the text.</p></article></body></html>`)
	b.handle(t, article("/gone", 0, opening+"It supports the text."), article("/kept", 0, opening+"It opposes the text."))
	if len(b.store.statements) != 2 {
		t.Fatalf("%d statements", len(b.store.statements))
	}
	if err := b.o.Tombstones.Add(Tombstone{Statement: gone}); err != nil {
		t.Fatal(err)
	}
	b.told.all = nil
	fresh := newMemory()
	if err := b.Reindex(t.Context(), fresh, nil); err != nil {
		t.Fatal(err)
	}
	if len(fresh.statements) != 1 || fresh.statements[gone] != nil || len(fresh.revisions[gone]) != 0 {
		t.Errorf("a rebuild stores %d statements", len(fresh.statements))
	}

	before := b.o.Archive.Position()
	b.store = fresh
	b.o.Store = fresh
	b.handle(t, article("/gone", 1, opening+"It supports the text, and more than that."))
	if after := b.o.Archive.Position(); after != before {
		t.Error("a page that was forgotten is archived again")
	}
	b.handle(t, alias)
	if len(fresh.statements) != 1 || len(b.told.all) != 0 {
		t.Errorf("a visit stores %d statements, announces %d", len(fresh.statements), len(b.told.all))
	}
}

func TestAGroupMakesGoodWhatItLoses(t *testing.T) {
	b := newBench(t, nil)
	letter := opening + "The undersigned ask that article 7 be struck, that the text be read again in the spring, and that no state sign before."
	b.handle(t, article("/first", 0, letter), article("/second", 60, letter), article("/third", 120, letter), article("/other", 0, opening+"It wants nothing at all of this."))
	first, second := statement.ID("https://www.ocrania.example/first"), statement.ID("https://www.ocrania.example/second")
	if len(b.store.statements) != 4 || b.store.copies[first].Other || b.store.copies[first].Union == nil || !b.store.copies[second].Other {
		t.Fatalf("%d statements; the first leads: %+v", len(b.store.statements), b.store.copies[first])
	}
	for range 2 { // the second time changes nothing
		if err := b.Forget(t.Context(), b.store, []string{first, "no-such"}); err != nil {
			t.Fatal(err)
		}
		if b.store.statements[first] != nil || len(b.store.statements) != 3 {
			t.Errorf("%d statements are left", len(b.store.statements))
		}
		if c := b.store.copies[second]; c.Other || c.Union == nil || c.Union.Copies != 1 {
			t.Errorf("the next one does not lead: %+v", c)
		}
	}
	if err := b.Forget(t.Context(), b.store, []string{second}); err != nil {
		t.Fatal(err)
	}
	if c := b.store.copies[statement.ID("https://www.ocrania.example/third")]; c.Other || c.Union != nil {
		t.Errorf("the last one does not stand alone: %+v", c)
	}
}
