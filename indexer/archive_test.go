package indexer

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// epoch is the moment of the tests' first capture.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// page makes a capture of an HTML page, so many minutes after epoch.
func page(url string, minute int, body string) *statement.Capture {
	at := epoch.Add(time.Duration(minute) * time.Minute)
	return &statement.Capture{
		Version: statement.WireVersion, ID: statement.CaptureID(url, at), URL: url, Source: "ocrania", FetchedAt: at, Method: "GET", Status: 200,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(body), IP: "192.0.2.1",
	}
}

func openArchive(t testing.TB, o ArchiveOptions) *Archive {
	t.Helper()
	a, err := OpenArchive(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func appendAll(t testing.TB, a *Archive, batch ...*statement.Capture) {
	t.Helper()
	each, err := a.Append(t.Context(), batch)
	if err := errors.Join(append(each, err)...); err != nil {
		t.Fatal(err)
	}
}

// replayed lists the ids of the archive's captures from a position.
func replayed(t testing.TB, a *Archive, from Position) (ids []string, last Position) {
	t.Helper()
	err := a.Replay(context.Background(), from, func(c *statement.Capture, at Position) error {
		ids, last = append(ids, c.ID), at
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, last
}

func TestArchiveGivesBackWhatItTook(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, ArchiveOptions{Dir: dir, MaxFile: 5_000})
	var want []*statement.Capture
	var ids []string
	middle := Position{}
	for i := range 40 {
		c := page(fmt.Sprintf("https://a.example/%d", i), i, strings.Repeat("text ", i))
		c.Backfill, c.NoArchive = i%2 == 0, i%3 == 0
		c.Hint = statement.Hint{Via: "https://a.example/feed", Title: "Titre", Published: epoch}
		want, ids = append(want, c), append(ids, c.ID)
		appendAll(t, a, c)
		if i == 19 {
			middle = a.Position()
		}
	}
	check := func(a *Archive) {
		t.Helper()
		if got, last := replayed(t, a, Position{}); !cmp.Equal(got, ids) || last != a.Position() {
			t.Errorf("replay gives %d captures up to %v, want 40 up to %v", len(got), last, a.Position())
		}
		if got, _ := replayed(t, a, middle); !cmp.Equal(got, ids[20:]) {
			t.Errorf("replay from the middle gives %d captures, want 20", len(got))
		}
		for _, c := range want {
			got, err := a.Capture(t.Context(), c.ID)
			if diff := cmp.Diff(c, got); diff != "" || err != nil {
				t.Fatalf("capture %s: %v (-want +got):\n%s", c.URL, err, diff)
			}
		}
	}
	check(a)
	for _, remove := range []string{"nothing", "captures.ids", "*.ids", "*.cdxj"} {
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		gone, _ := filepath.Glob(filepath.Join(dir, remove))
		for _, file := range gone {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
		a = openArchive(t, ArchiveOptions{Dir: dir, MaxFile: 5_000})
		check(a)
		before := a.Position()
		appendAll(t, a, want...)
		if after := a.Position(); after != before {
			t.Errorf("without %s: captures that are archived were appended again", remove)
		}
	}
	if _, err := a.Capture(t.Context(), "unknown"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown capture: %v, want a not-found fault", err)
	}
	if err := a.Replay(t.Context(), Position{File: "rostrum-00009999.warc.gz"}, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown position: %v, want a not-found fault", err)
	}
}

func TestArchiveWritesCDXJ(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, ArchiveOptions{Dir: dir, MaxFile: 3_000})
	for i := range 20 {
		c := page(fmt.Sprintf("https://a.example/%d", 99-i), i, "text")
		c.NoArchive = i == 0
		appendAll(t, a, c)
	}
	b, err := os.ReadFile(filepath.Join(dir, "rostrum-00000001.cdxj"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if len(lines) < 2 || strings.Contains(string(b), "/99") {
		t.Errorf("CDXJ has %d lines, and must not have the private capture:\n%s", len(lines), b)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, "example,a)/") || i > 0 && line < lines[i-1] {
			t.Errorf("CDXJ line %d is out of order: %s", i, line)
		}
	}
}

func TestArchiveRefusesOneCaptureNotTheBatch(t *testing.T) {
	a := openArchive(t, ArchiveOptions{Dir: t.TempDir(), MaxBlock: 10_000})
	bad, large := page("https://a.example/b", 2, "x"), page("https://a.example/c", 3, strings.Repeat("x", 10_000))
	bad.Status = 0
	batch := []*statement.Capture{page("https://a.example/a", 1, "x"), bad, large, page("https://a.example/a", 1, "x"), page("https://a.example/d", 4, "x")}
	each, err := a.Append(t.Context(), batch)
	if err != nil || each[0] != nil || fault.KindOf(each[1]) != fault.Poison || fault.KindOf(each[2]) != fault.TooLarge || each[3] != nil || each[4] != nil {
		t.Errorf("Append: %v, %v", each, err)
	}
	if ids, _ := replayed(t, a, Position{}); len(ids) != 2 {
		t.Errorf("%d captures, want 2", len(ids))
	}
}

func TestArchiveHasOneHolder(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, ArchiveOptions{Dir: dir})
	if _, err := OpenArchive(t.Context(), ArchiveOptions{Dir: dir}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("second holder: %v, want a conflict", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	openArchive(t, ArchiveOptions{Dir: dir})
}

func TestIDIndexFindsAcrossSeals(t *testing.T) {
	x := &idIndex{dir: t.TempDir(), live: map[uint64]uint64{}}
	t.Cleanup(func() { _ = x.close() })
	want := map[uint64][]uint64{}
	for file := 1; file <= 5; file++ {
		for i := range 700 {
			e := entry{keyOf(fmt.Sprint(i % 600 * file)), placeOf(file, int64(i))}
			if i%50 == 0 {
				e.key = 42 // many ids that share a key, over several blocks
			}
			x.add(e)
			want[e.key] = append(want[e.key], e.place)
		}
		if file < 5 {
			if err := x.seal(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	for key, places := range want {
		found, err := x.find(key)
		if err != nil || len(found) != len(places) {
			t.Fatalf("key %d: %d places, want %d (%v)", key, len(found), len(places), err)
		}
		for _, e := range found {
			if file, _ := e.at(); file < 1 || file > 5 {
				t.Fatalf("key %d stands in file %d", key, file)
			}
		}
	}
	if found, err := x.find(43); len(found) != 0 || err != nil {
		t.Errorf("an unknown key: %v, %v", found, err)
	}
}

// TestArchiveSurvivesKill has a child append batches until it is killed, over and over, and checks that every batch it acknowledged
// is there, once, in order, and that the archive ends cleanly.
func TestArchiveSurvivesKill(t *testing.T) {
	if dir := os.Getenv("ROSTRUM_TEST_APPEND"); dir != "" {
		appendForEver(dir)
		return
	}
	dir := t.TempDir()
	acknowledged, torn := 0, 0
	for round := range 6 {
		acknowledged = killAppender(t, dir, acknowledged, 20+10*(round%3))
		var said bytes.Buffer
		a := openArchive(t, ArchiveOptions{Dir: dir, MaxFile: 60_000, Log: slog.New(slog.NewTextHandler(&said, nil))})
		torn += strings.Count(said.String(), "cut_bytes=")
		if strings.Contains(said.String(), "ERROR") {
			t.Errorf("reopening after a kill: %s", said.String())
		}
		ids, last := replayed(t, a, Position{})
		rest, err := a.Bytes(last, a.Position())
		if len(ids) < acknowledged || rest > 400 || err != nil { // all that may follow is the head of the next file
			t.Fatalf("%d captures up to %v, but %d were acknowledged and the archive ends at %v (%v)", len(ids), last, acknowledged, a.Position(), err)
		}
		for i, id := range ids {
			if want := numbered(i).ID; id != want {
				t.Fatalf("capture %d is %s, want %s", i, id, want)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d captures acknowledged over 6 kills, %d torn tails cut", acknowledged, torn)
}

func numbered(i int) *statement.Capture {
	return page(fmt.Sprintf("https://a.example/%d", i), i, strings.Repeat(fmt.Sprintf("text %d ", i), 300))
}

// appendForEver appends batches of ten, the first of them again as a bus would redeliver them, and prints how many captures are
// acknowledged.
func appendForEver(dir string) {
	a, err := OpenArchive(context.Background(), ArchiveOptions{Dir: dir, MaxFile: 60_000})
	start, failed := strconv.Atoi(os.Getenv("ROSTRUM_TEST_START"))
	err = errors.Join(err, failed)
	for i := start; err == nil && i < start+100_000; i += 10 {
		var batch []*statement.Capture
		for j := range 10 {
			batch = append(batch, numbered(i+j))
		}
		_, err = a.Append(context.Background(), batch)
		fmt.Println(i + 10)
	}
	fmt.Println("failed:", err)
}

// killAppender starts a child, kills it once it has acknowledged more captures, and gives how many are acknowledged now.
func killAppender(t *testing.T, dir string, acknowledged, more int) int {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestArchiveSurvivesKill$")
	child.Env = append(os.Environ(), "ROSTRUM_TEST_APPEND="+dir, fmt.Sprint("ROSTRUM_TEST_START=", max(0, acknowledged-20)))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	enough := acknowledged + more
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Errorf("child says %s", lines.Text())
			break
		}
		if acknowledged = max(acknowledged, n); n == enough {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Process.Kill() // it has ended, or said that it failed
	_ = child.Wait()
	return acknowledged
}

func BenchmarkArchiveAppend(b *testing.B) {
	a := openArchive(b, ArchiveOptions{Dir: b.TempDir()})
	body := strings.Repeat("The delegation of Ocrania supports the draft convention as a whole. ", 45)
	b.SetBytes(int64(500 * len(body)))
	n := 0
	for b.Loop() {
		batch := make([]*statement.Capture, 500)
		for i := range batch {
			n++
			batch[i] = page(fmt.Sprintf("https://a.example/%d", n), n, body)
		}
		appendAll(b, a, batch...)
	}
	b.ReportMetric(float64(500*b.N)/b.Elapsed().Seconds(), "captures/s")
}
