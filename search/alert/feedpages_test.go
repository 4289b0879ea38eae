package alert

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

// walked is a feed with all its pages.
type walked struct {
	entries []string // titles with the saved queries' names
	pages   [][]byte
}

// walk goes through the pages of a feed by their links (RFC 5005, section 3), as a reader does.
func walk(t *testing.T, s *Service, address string) walked {
	t.Helper()
	secret, at := strings.TrimSuffix(path.Base(address), ".atom"), uint64(0)
	var all walked
	for {
		f, body := feedPage(t, s, secret, at)
		all.pages = append(all.pages, body)
		self := address
		if at > 0 {
			self += "?before=" + strconv.FormatUint(at, 10)
		}
		next := linkOf(f.Links, "next")
		if got := linkOf(f.Links, "self"); got != self {
			t.Errorf("page %d is %q, not %q", len(all.pages), got, self)
		}
		if first := linkOf(f.Links, "first"); (at > 0 || next != "") && first != address || at == 0 && next == "" && first != "" {
			t.Errorf("page %d names %q as the first", len(all.pages), first)
		}
		for _, e := range f.Entries {
			title := e.Title
			for _, c := range e.Categories {
				title += " | " + c.Term
			}
			all.entries = append(all.entries, title)
		}
		if next == "" || len(all.pages) > 20 {
			return all
		}
		u, err := url.Parse(next)
		if err != nil {
			t.Fatal(err)
		}
		if at, err = strconv.ParseUint(u.Query().Get("before"), 10, 64); err != nil || !strings.HasPrefix(next, address+"?") {
			t.Fatalf("the next page is at %q, %v", next, err)
		}
	}
}

// TestPagesOfFeeds has more alerts than a page: each stands on one page, the latest first, also when more come while a reader is on its way.
func TestPagesOfFeeds(t *testing.T) {
	files := filepath.Join(t.TempDir(), "feeds")
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := options(w)
		r := start(t, o)
		tides, floods := r.save(Draft{Query: "tide", Owner: "ada"}), r.save(Draft{Query: "flood", Owner: "ada"})
		others := r.save(Draft{Query: "tide", Owner: "ben"})
		const n = 2*feedEntries + 7
		var want, both []string
		for i := range n {
			text, label := "A tide.", " | "+tides.ID
			if i%2 == 0 {
				text, label = "A tide and a flood.", " | "+floods.ID+" | "+tides.ID
			}
			w.announce(says(fmt.Sprint("s", i), 1, text), true)
			time.Sleep(time.Second) // so that each has a time of its own
			want, both = append(want, fmt.Sprint("Title of s", i)), append(both, fmt.Sprint("Title of s", i)+label)
		}
		synctest.Wait()
		slices.Reverse(want)
		slices.Reverse(both)
		one := walk(t, r.Service, tides.Feed)
		if diff := gocmp.Diff(want, one.entries); diff != "" || len(one.pages) != 3 {
			t.Errorf("a saved query's feed of %d pages: want (-), got (+):\n%s", len(one.pages), diff)
		}
		owned := walk(t, r.Service, r.OwnerFeed("ada"))
		for i, e := range owned.entries {
			if title, met, _ := strings.Cut(e, " | "); met != "" {
				parts := strings.Split(met, " | ")
				slices.Sort(parts)
				owned.entries[i] = title + " | " + strings.Join(parts, " | ")
			}
		}
		for i, e := range both {
			title, met, _ := strings.Cut(e, " | ")
			parts := strings.Split(met, " | ")
			slices.Sort(parts)
			both[i] = title + " | " + strings.Join(parts, " | ")
		}
		if diff := gocmp.Diff(both, owned.entries); diff != "" {
			t.Errorf("an owner's feed of %d pages: want (-), got (+):\n%s", len(owned.pages), diff)
		}
		if got := walk(t, r.Service, r.OwnerFeed("ben")); len(got.entries) != n || strings.Contains(string(got.pages[0]), tides.ID) || !strings.Contains(string(got.pages[0]), others.ID) {
			t.Errorf("another owner's feed has %d entries", len(got.entries))
		}
		second, _ := feedPage(t, r.Service, strings.TrimSuffix(path.Base(tides.Feed), ".atom"), 0)
		w.announce(says("late", 1, "A tide."), true)
		synctest.Wait()
		u, err := url.Parse(linkOf(second.Links, "next"))
		if err != nil {
			t.Fatal(err)
		}
		before, err := strconv.ParseUint(u.Query().Get("before"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if page, _ := feedPage(t, r.Service, strings.TrimSuffix(path.Base(tides.Feed), ".atom"), before); page.Entries[0].Title != want[feedEntries] {
			t.Errorf("the second page moved: it begins with %q", page.Entries[0].Title)
		}
		if r.OwnerFeed("cy") != "" {
			t.Error("who has saved nothing has a feed")
		}
		if _, err := r.Feed(t.Context(), path.Base(r.OwnerFeed("ada")), 0); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a feed by its file's name: %v", err)
		}
		address := r.OwnerFeed("ada")
		r.stop()
		r = start(t, o)
		if r.OwnerFeed("ada") != address {
			t.Error("the address of an owner's feed changed with a restart")
		}
		empty := r.save(Draft{Query: "reef", Owner: "dan"})
		keepPages(t, files, append(append(one.pages, owned.pages...), append(walk(t, r.Service, empty.Feed).pages, walk(t, r.Service, r.OwnerFeed("dan")).pages...)...))
		r.stop()
	})
	readByOthers(t, files)
}

func feedPage(t *testing.T, s *Service, secret string, before uint64) (readFeed, []byte) {
	t.Helper()
	sent, err := s.Feed(t.Context(), secret, before)
	if err != nil {
		t.Fatal(err)
	}
	return readPage(t, sent.Body), sent.Body
}

func keepPages(t *testing.T, folder string, pages [][]byte) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	for i, page := range pages {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d.atom", i)), page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// readByOthers has feeds validated by libxml2 against a schema of RFC 4287, and read by feedparser, where these can be had.
func readByOthers(t *testing.T, folder string) {
	t.Helper()
	python := cmp.Or(os.Getenv("ROSTRUM_PYTHON"), "python3")
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import lxml.etree, feedparser").CombinedOutput(); err != nil {
		t.Logf("NOT CHECKED: no other program reads the feeds, since %s lacks lxml or feedparser (ROSTRUM_PYTHON names another interpreter): %v %s", python, err, out[max(0, len(out)-200):])
		return
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.atom"))
	if err != nil || len(pages) < 8 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	out, err := exec.CommandContext(t.Context(), python, append([]string{"testdata/atom.py"}, pages...)...).CombinedOutput()
	if err != nil {
		t.Errorf("feeds are not valid: %v\n%s", err, out)
	}
	bad := filepath.Join(folder, "bad.xml") // the validator must be one that can say no
	if err := os.WriteFile(bad, bytes.Replace(read(t, pages[0]), []byte("<updated>"), []byte("<updated>on "), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), python, "testdata/atom.py", bad).CombinedOutput(); err == nil {
		t.Errorf("a feed with a bad date passes: %s", out)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
