package indexer

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// TestExtractionIsArchived finds what was extracted behind the captures: with the next batch, and the last at the end. Nobody reads it back.
func TestExtractionIsArchived(t *testing.T) {
	b := newBench(t, nil)
	dir := b.o.Archive.o.Dir
	good := article("/good", 0, opening)
	poor := page("https://a.example/poor", 1, "")
	other := page("https://a.example/other", 2, "")
	other.Status = 500
	b.handle(t, good, poor, other)
	b.handle(t, sameAs(good, 3, true), article("/more", 4, opening+"And more of it."))
	if err := b.o.Archive.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "rostrum-00000001.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rd, err := warc.NewReader(f, 0, warc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	facts, order := map[string]string{}, ""
	for {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		order += rec.Type()[:3] + " "
		if of := rec.Header.Get(warc.FieldRefersTo); rec.Type() == warc.TypeMetadata && of != "" {
			facts[of] += string(rec.Block)
		}
	}
	for c, want := range map[*statement.Capture]string{good: "rostrum-title: On the draft convention\r\n", poor: "rostrum-refused: ", other: ""} {
		got, found := facts[warc.RecordID(c.ID, warc.TypeResponse)]
		if found != (want != "") || !strings.Contains(got, want) || want != "" && !strings.Contains(got, "rostrum-extracted-by: ") {
			t.Errorf("of %s is said %q, want %q", c.URL, got, want)
		}
	}
	if len(facts) != 3 {
		t.Errorf("%d captures are told of, want 3: %s", len(facts), order)
	}
	a := openArchive(t, ArchiveOptions{Dir: dir})
	if ids, _ := replayed(t, a, Position{}); len(ids) != 5 {
		t.Errorf("%d captures, want 5", len(ids))
	}
}
