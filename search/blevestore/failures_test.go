package blevestore

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// A segment that was harmed on the disk while the index is open can't be merged any more: that is said, in the log and in the status.
func TestWhatCannotBeMergedIsSaid(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	s := openStore(t, dir, func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	n := 0
	for range 30 {
		n++
		store(t, s, numbered(n))
	}
	found, err := filepath.Glob(filepath.Join(dir, "g1", "store", "*.zap"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, path := range found {
		harm(t, path, 0.7)
	}
	status := func() error {
		now, err := s.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return now.Refused
	}
	if err := status(); err != nil {
		t.Fatalf("before it is merged: %v", err)
	}
	for until := time.Now().Add(20 * time.Second); status() == nil; {
		if time.Now().After(until) {
			t.Fatal("nothing is said of what cannot be merged")
		}
		n++
		store(t, s, numbered(n))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "rostrum reindex") {
		t.Errorf("the log says\n%s", log.String())
	}
}

func numbered(n int) *statement.Statement { return said(n, fmt.Sprint("T", n), "harbour", "en") }

// harm overwrites a piece of a file.
func harm(t *testing.T, path string, at float64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, 400), int64(at*float64(info.Size())))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// An index behind which a goroutine has ended takes nothing, says why, and is well again when it is opened anew.
func TestAnIndexWhoseMergerEnded(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	store(t, s, numbered(1))
	behind.note(scorch.NewScorchError("merger", "panic: index out of range", scorch.ErrAsyncPanic), filepath.Join(dir, "g1", "store"))
	err := s.Write(t.Context(), indexer.Write{Documents: documents(numbered(2))})
	if fault.KindOf(err) != fault.Transient || !strings.Contains(err.Error(), "index out of range") || !strings.Contains(err.Error(), "rostrum reindex") {
		t.Errorf("%v", err)
	}
	if got := ids(ask(t, s, "harbour")); len(got) != 1 {
		t.Errorf("answers %v", got)
	}
	next := beside(t, s)
	store(t, next, numbered(1), numbered(2))
	if err := s.Become(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	store(t, s, numbered(3))
	if got := ids(ask(t, s, "harbour")); len(got) != 3 {
		t.Errorf("answers %v", got)
	}
}
