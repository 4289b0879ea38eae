package indexer

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// payloads are captures of which some have the payload of an earlier one of their address, and what their last records are.
func payloads() (all []*statement.Capture, kinds string) {
	long, other := strings.Repeat("The same text again. ", 100), strings.Repeat("Another text. ", 100)
	add := func(kind, url, body string, private bool) {
		c := page(url, len(all), body)
		c.NoArchive = private
		all, kinds = append(all, c), kinds+kind+" "
	}
	add("response", "https://a.example/1", long, false)
	add("revisit", "https://a.example/1", long, false)
	add("response", "https://a.example/1", other, false)
	add("revisit", "https://a.example/1", long, false)
	add("response", "https://a.example/2", long, false) // another page
	add("response", "https://a.example/3", long, true)  // private
	add("response", "https://a.example/3", long, false) // does not lean on what is private
	add("response", "https://a.example/3", long, true)  // nor what is private on it
	add("response", "https://a.example/4", "short", false)
	add("response", "https://a.example/4", "short", false)
	return all, kinds
}

// kinds gives the types of the last records of all captures, in order.
func kinds(t testing.TB, a *Archive) string {
	t.Helper()
	files, err := a.list()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, name := range files {
		end, err := a.endOf(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.walk(t.Context(), name, 0, end, func(f found) error {
			got += f.response.Type() + " "
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func TestArchiveWritesAPayloadOnce(t *testing.T) {
	for _, size := range []int64{1 << 20, 1500} { // in one file, and in many
		for _, batch := range []int{1, 4, 100} {
			dir := t.TempDir()
			a := openArchive(t, ArchiveOptions{Dir: dir, MaxFile: size})
			all, want := payloads()
			for i := 0; i < len(all); i += batch {
				appendAll(t, a, all[i:min(i+batch, len(all))]...)
			}
			for round, what := range []string{"as written", "opened again", "made again", "with nothing beside the newest file"} {
				if round > 0 {
					if err := a.Close(); err != nil {
						t.Fatal(err)
					}
					remove(t, dir, []string{1: "nothing", 2: "*.[cki]*", 3: "*.keys"}[round])
					a = openArchive(t, ArchiveOptions{Dir: dir, MaxFile: size})
				}
				if got := kinds(t, a); got != want {
					t.Fatalf("%s: records %s, want %s", what, got, want)
				}
				var got []*statement.Capture
				if err := a.Replay(t.Context(), Position{}, func(c *statement.Capture, _ Position) error { got = append(got, c); return nil }); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(all, got); diff != "" {
					t.Fatalf("%s: replayed (-want +got):\n%s", what, diff)
				}
				for _, c := range all {
					if got, err := a.Capture(t.Context(), c.ID); err != nil || string(got.Body) != string(c.Body) {
						t.Fatalf("%s: capture %v, %v", what, got, err)
					}
				}
			}
			again := page("https://a.example/1", 50, string(all[0].Body))
			appendAll(t, a, again)
			if got := kinds(t, a); got != want+"revisit " {
				t.Errorf("after opening again: %s", got)
			}
		}
	}
}

func remove(t testing.TB, dir, pattern string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if strings.HasSuffix(path, ".warc.gz") {
			continue
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCDXJNamesRevisits(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, ArchiveOptions{Dir: dir})
	all, _ := payloads()
	appendAll(t, a, all...)
	b, err := os.ReadFile(filepath.Join(dir, "rostrum-00000001.cdxj"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), `"mime":"warc/revisit"`); n != 2 {
		t.Errorf("%d lines of revisits, want 2:\n%s", n, b)
	}
}

// TestFullFilesMayBeMoved moves full files, then all of them, to another folder: they are found again at start and while the archive is
// open, and what is nowhere is said.
func TestFullFilesMayBeMoved(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	said := &strings.Builder{}
	o := ArchiveOptions{Dir: dir, Folders: []string{other}, MaxFile: 1500, Log: slog.New(slog.NewTextHandler(said, nil))}
	a := openArchive(t, o)
	var want []string
	add := func(minute int) {
		c := page(fmt.Sprintf("https://a.example/%d", minute%3), minute, strings.Repeat(fmt.Sprintf("text %d ", minute/6), 100))
		appendAll(t, a, c)
		want = append(want, c.ID)
	}
	check := func(what string) {
		t.Helper()
		if got, _ := replayed(t, a, Position{}); !cmp.Equal(got, want) {
			t.Errorf("%s: %d captures, want %d", what, len(got), len(want))
		}
		for _, id := range want {
			if c, err := a.Capture(t.Context(), id); err != nil || len(c.Body) == 0 {
				t.Errorf("%s: capture %v, %v", what, c, err)
			}
		}
	}
	for i := range 20 {
		add(i)
	}
	files, _ := a.list()
	if len(files) < 4 {
		t.Fatalf("%d files", len(files))
	}
	move(t, dir, other, files[0], files[1])
	check("moved while it is open")
	add(20)
	reopen := func() {
		t.Helper()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		a = openArchive(t, o)
	}
	reopen()
	check("opened again")
	before := a.Position().File
	move(t, dir, other, files[2:]...)
	remove(t, dir, "*.[cki]*") // nothing but the WARC files is left
	move(t, dir, other, before)
	reopen()
	if a.Position().File <= before {
		t.Errorf("it goes on with %s, which should come after %s", a.Position().File, before)
	}
	check("all moved")
	add(21)
	check("and more came")

	if strings.Contains(said.String(), "missing") {
		t.Errorf("said: %s", said)
	}
	move(t, other, t.TempDir(), files[1])
	reopen()
	if !strings.Contains(said.String(), files[1]) || !strings.Contains(said.String(), "archive.folders") {
		t.Errorf("a missing file is not said: %s", said)
	}
	err := a.Replay(t.Context(), Position{}, func(*statement.Capture, Position) error { return nil })
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), files[1]) {
		t.Errorf("replay without a file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, files[1]), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ids, _ := replayed(t, a, Position{}); len(ids) == 0 || len(ids) >= len(want) {
		t.Errorf("%d captures with a file given up, of %d", len(ids), len(want))
	}
}

func move(t testing.TB, from, to string, files ...string) {
	t.Helper()
	for _, name := range files {
		if _, err := os.Stat(filepath.Join(from, name)); err != nil {
			continue
		}
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
}
