package hold

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

// library is an archive of many pages, some with two states, as a file to be imported.
func library(t *testing.T, pages int) string {
	t.Helper()
	dir := t.TempDir()
	a, err := indexer.OpenArchive(t.Context(), indexer.ArchiveOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	random, at := rand.New(rand.NewPCG(7, 7)), time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	var all []*statement.Capture
	for i := range pages {
		var text strings.Builder
		for range 120 + random.IntN(200) {
			fmt.Fprintf(&text, "%s ", strings.Repeat(string(rune('a'+random.IntN(26))), 2+random.IntN(3))+string(rune('a'+random.IntN(26))))
		}
		for state := range 1 + i%5/4 {
			address, at := fmt.Sprintf("http://library.example/%d", i), at.Add(time.Duration(state)*time.Minute)
			body := fmt.Sprintf("<html lang=en><title>Paper %d</title><article><h1>Paper %d</h1><p>The harbour was state %d. %s</p></article>", i, i, state, text.String())
			all = append(all, &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(address, at), URL: address, Source: "library", FetchedAt: at, Method: "GET",
				Status: 200, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(body), Backfill: true})
		}
	}
	each, err := a.Append(t.Context(), all)
	for _, one := range each {
		if one != nil {
			t.Fatal(one)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "rostrum-00000001.warc.gz")
}

// stored starts the program on a data folder with a library in it.
func stored(t *testing.T, data string, pages int) (p *harness.Process, start func() *harness.Process) {
	t.Helper()
	config := harness.WriteConfig(t, harness.Files{"process.yaml": "id: harbour\nname: Harbour\n"})
	start = func() *harness.Process { return harness.Start(t, "up", "--config", config, "--data", data) }
	p = start()
	p.MustAdmin(data, "import", library(t, pages))
	harness.Await(t, time.Minute, "everything is indexed", func() bool {
		s := state(t, p, data).Status
		return s.Statements == pages && s.Pending == 0
	})
	return p, start
}

// screen is what a status tells.
type screen struct {
	Status httpapi.Status
	ToDo   []string `json:"to_do"`
}

func state(t *testing.T, p *harness.Process, data string) (s screen) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.MustAdmin(data, "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// generations are the folders and files of the index.
func generations(t *testing.T, data string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(data, "index"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "g") || strings.Contains(e.Name(), ".new") || e.Name() == "tried.bolt" {
			names = append(names, e.Name())
		}
	}
	return names
}

// TestReindexOnASmallDisk has a disk without room for a second index, and one that fills up while that is built: the old one answers on, of the new
// one nothing is left, and with room it is built.
func TestReindexOnASmallDisk(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	d, ok := mount(t, filepath.Join(data, "index"))
	if !ok {
		return
	}
	p, _ := stored(t, data, 200)
	before := p.Inventory()
	defer func() {
		if t.Failed() {
			t.Logf("the log:\n%.6000s", p.Stderr)
		}
	}()
	d.fill(t, 5<<20) // 2.4 MB are kept free
	if _, said, code := p.Admin(data, "reindex"); code != 1 || !strings.Contains(said, "no space left") || !strings.Contains(said, "move full archive files elsewhere") {
		t.Errorf("a disk without room: exit code %d: %s", code, said)
	}
	if s := state(t, p, data).Status.Rebuild; s.State != "none" {
		t.Errorf("a rebuild was begun: %+v", s)
	}
	d.free(t)

	p.MustAdmin(data, "reindex", "--detach")
	harness.Await(t, 20*time.Second, "the rebuild is under way", func() bool { return len(generations(t, data)) > 1 })
	d.fill(t, 0)
	var s screen
	harness.Await(t, 30*time.Second, "the rebuild ends", func() bool { s = state(t, p, data); return s.Status.Rebuild.State != "running" })
	if s.Status.Rebuild.State != "failed" || !strings.Contains(strings.Join(s.ToDo, "\n"), "the last rebuild failed") {
		t.Errorf("a disk that fills up: %+v, to do %q", s.Status.Rebuild, s.ToDo)
	}
	t.Logf("after %d captures: %s", s.Status.Rebuild.Captures, s.Status.Rebuild.Error)
	if left := generations(t, data); len(left) != 1 || left[0] != "g1" {
		t.Errorf("left over: %v", left)
	}
	if diff := cmp.Diff(before, p.Inventory()); diff != "" {
		t.Errorf("before (-), while the disk is full (+):\n%s", diff)
	}
	d.free(t)
	p.MustAdmin(data, "reindex")
	if left := generations(t, data); len(left) != 1 || len(left) == 1 && left[0] == "g1" {
		t.Errorf("after a rebuild: %v", left)
	}
	if diff := cmp.Diff(before, p.Inventory()); diff != "" {
		t.Errorf("before (-), after a rebuild (+):\n%s", diff)
	}
}

// TestKilledWhileItReindexes kills the program at random moments of a rebuild, the swap among them: after each start the answers are as before,
// there is one index, and nobody was told anything. ROSTRUM_KILLS is how many kills, of which this takes a fifth.
func TestKilledWhileItReindexes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p, start := stored(t, data, 200)
	saved := p.Save(harness.Object{"query": "harbour"})
	before := p.Inventory()
	began := time.Now()
	p.MustAdmin(data, "reindex")
	whole, random, found := time.Since(began), rand.New(rand.NewPCG(3, 3)), map[string]int{}
	for range max(1, kills(t)/5) {
		old := generations(t, data)[0]
		p.MustAdmin(data, "reindex", "--detach")
		wait := time.Duration(random.Int64N(int64(whole + whole/4)))
		if random.IntN(2) == 0 { // around the swap
			harness.Await(t, 30*time.Second, "the swap is near", func() bool { s := state(t, p, data).Status.Rebuild; return s.Phase != "replay" })
			wait = time.Duration(random.Int64N(int64(30 * time.Millisecond)))
		}
		time.Sleep(wait) // the moment is what the test is about
		p.Kill()
		left := strings.Join(generations(t, data), " ")
		p = start()
		now := generations(t, data)
		if len(now) != 1 {
			t.Errorf("killed with %s: %v are left", left, now)
		}
		switch {
		case now[0] != old:
			found["new"]++
		default:
			found["old"]++
		}
		if diff := cmp.Diff(before, p.Inventory()); diff != "" {
			t.Errorf("killed with %s: before (-), after (+):\n%s", left, diff)
		}
	}
	if told := p.Alerts(saved.ID); len(told) > 0 {
		t.Errorf("rebuilds told of %d statements", len(told))
	}
	if out := p.MustAdmin(data, "verify"); !strings.Contains(out, "nothing is wrong") {
		t.Error(out)
	}
	t.Logf("a rebuild takes %s; after the kills these answered: %v", whole.Round(time.Millisecond), found)
}
