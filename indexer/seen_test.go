package indexer

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// sameAs makes a capture that found a page as an earlier one did.
func sameAs(of *statement.Capture, minute int, said bool) *statement.Capture {
	c := page(of.URL, minute, "")
	c.Body, c.Unchanged = nil, &statement.Unchanged{Capture: of.ID, Said: said}
	if said {
		c.Status, c.Header = http.StatusNotModified, http.Header{"Etag": {`"1"`}}
	}
	return c
}

// TestUnchangedFetchesAreKept archives fetches that found nothing new, in the batch of the first and behind it, in one file and in many,
// and reads them back: by id with the payload of the first, in a replay without.
func TestUnchangedFetchesAreKept(t *testing.T) {
	for _, size := range []int64{1 << 20, 1000} {
		dir := t.TempDir()
		a := openArchive(t, ArchiveOptions{Dir: dir, MaxFile: size})
		long := strings.Repeat("The same text again. ", 100)
		first, second := page("https://a.example/1", 0, long), page("https://a.example/1", 1, "short")
		private := page("https://a.example/2", 0, long)
		private.NoArchive = true
		appendAll(t, a, first, sameAs(first, 2, false), private)
		again := page("https://a.example/1", 3, long) // itself a revisit
		lost := sameAs(page("https://a.example/1", 4, "never archived"), 5, true)
		appendAll(t, a, second, sameAs(second, 6, true), again, lost)
		appendAll(t, a, sameAs(again, 7, true), sameAs(private, 8, false))
		appendAll(t, a, sameAs(second, 6, true)) // delivered again
		const want = "response revisit response response revisit revisit revisit revisit "
		for round, gone := range []string{"nothing", "nothing", "*.[cki]*", "*.keys"} {
			if round > 0 {
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}
				remove(t, dir, gone)
				a = openArchive(t, ArchiveOptions{Dir: dir, MaxFile: size})
			}
			if got := kinds(t, a); got != want {
				t.Fatalf("records %s, want %s", got, want)
			}
			for _, c := range []struct {
				got  *statement.Capture
				body string
			}{{sameAs(first, 2, false), long}, {sameAs(second, 6, true), "short"}, {sameAs(again, 7, true), long}} {
				got, err := a.Capture(t.Context(), c.got.ID)
				if err != nil || string(got.Body) != c.body || got.Status != 200 || got.Header.Get("Content-Type") == "" || !got.FetchedAt.Equal(c.got.FetchedAt) {
					t.Errorf("unchanged capture: %v, %v", got, err)
				}
			}
			if got, err := a.Capture(t.Context(), sameAs(private, 8, false).ID); err != nil || !got.NoArchive {
				t.Errorf("unchanged private capture: %v, %v", got, err)
			}
			for _, c := range []struct {
				of     *statement.Capture
				minute int
			}{{first, 7}, {private, 8}} {
				at, err := a.LastSeen(t.Context(), c.of.ID)
				if want := epoch.Add(time.Duration(c.minute) * time.Minute); err != nil || !at.Equal(want) {
					t.Errorf("last seen %v, %v, want %v", at, err, want)
				}
			}
			bodies := 0
			if err := a.Replay(t.Context(), Position{}, func(c *statement.Capture, _ Position) error {
				if c.Unchanged == nil {
					bodies += len(c.Body)
				} else if len(c.Body) > 0 {
					t.Errorf("a replay reads the body of %s", c.ID)
				}
				return nil
			}); err != nil || bodies != 3*len(long)+len("short") {
				t.Errorf("replayed %d bytes, %v", bodies, err)
			}
		}
		if _, err := a.LastSeen(t.Context(), lost.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a capture that refers to none: %v", err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.cdxj"))
		for _, file := range files {
			if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), "a.example)/2") {
				t.Errorf("the CDXJ tells of a private page: %s, %v", b, err)
			}
		}
	}
}

// TestUnchangedFetchesAreImported reads an archive with such records as an import does.
func TestUnchangedFetchesAreImported(t *testing.T) {
	dir := t.TempDir()
	a := openArchive(t, ArchiveOptions{Dir: dir})
	first := page("https://a.example/1", 0, "text")
	appendAll(t, a, first, sameAs(first, 1, true), sameAs(first, 2, false))
	f, err := os.Open(filepath.Join(dir, "rostrum-00000001.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var got []*statement.Capture
	for c, err := range warc.Captures(f, warc.ImportOptions{Source: "s"}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	if len(got) != 3 {
		t.Fatalf("%d captures", len(got))
	}
	for i, c := range got {
		if string(c.Body) != "text" || c.Status != 200 || c.Unchanged != nil || !c.FetchedAt.Equal(epoch.Add(time.Duration(i)*time.Minute)) {
			t.Errorf("imported %+v", c)
		}
	}
}
