package indexer

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/indexer/extract"
	"rostrum/internal/statement"
)

// The boxes of a source's pages: what stands on all of them.
const (
	aboutBox = `<div class="box"><h3>About the ministry</h3><p>The ministry of Ocrania is charged with the affairs of the sea and of all ports; its seat is in Tolven.</p></div>`
	callBox  = `<div class="cta"><p>Write to the press office at <a href="mailto:press@ocrania.example">press@ocrania.example</a> with any question.</p></div>`
)

// boxed makes the capture of a page with a text of its own and boxes below it.
func boxed(n, minute int, says, boxes string) *statement.Capture {
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, "<p>Paragraph %d of page %d tells at some length what the delegation thought of article %d, and why it thought so.</p>", i, n, 10*n+i)
	}
	return page(fmt.Sprintf("https://www.ocrania.example/news/%d", n), minute, `<!doctype html><html lang="en"><head><title>News `+fmt.Sprint(n)+`</title></head><body>
<article><h1>News `+fmt.Sprint(n)+`</h1><p>`+opening+`</p>`+b.String()+`<p>`+says+`</p>`+boxes+`</article></body></html>`)
}

// foldered is a store with a folder.
type foldered struct {
	*memory
	folder string
}

func (f foldered) Folder() string { return f.folder }

// holders lists the pages, by number, whose stored texts hold some words; and of what revision the pages are that have several.
func holders(t *testing.T, s Store, pages int, words string) (with, revised []int) {
	t.Helper()
	for n := range pages {
		id := statement.ID(fmt.Sprintf("https://www.ocrania.example/news/%d", n))
		stored, err := s.Stored(t.Context(), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		revisions, _ := s.Revisions(t.Context(), id)
		if st := stored[id]; st == nil {
			continue
		} else if last := revisions[len(revisions)-1]; last.Text != st.Text {
			t.Errorf("page %d: the last revision is not the document", n)
		} else if strings.Contains(st.Text, words) {
			with = append(with, n)
		}
		if len(revisions) > 1 {
			revised = append(revised, n)
		}
	}
	return with, revised
}

func TestWhatRepeatsOnTheFifthPageGoesFromAll(t *testing.T) {
	b := newBench(t, nil)
	for n := range 4 {
		b.handle(t, boxed(n, n, "It supports the text.", aboutBox+callBox))
	}
	if with, _ := holders(t, b.store, 8, "charged with the affairs"); len(with) != 4 {
		t.Fatalf("on %v: four pages prove nothing yet", with)
	}
	for n := 4; n < 8; n++ {
		b.handle(t, boxed(n, n, "It supports the text.", aboutBox+callBox))
	}
	b.told.all = nil
	for n := range 8 { // once more, unchanged
		b.handle(t, boxed(n, 20+n, "It supports the text.", aboutBox+callBox))
	}
	for _, words := range []string{"charged with the affairs", "About the ministry", "press@ocrania.example"} {
		if with, revised := holders(t, b.store, 8, words); with != nil || revised != nil {
			t.Errorf("%q stands on %v, revised %v", words, with, revised)
		}
	}
	if len(b.told.all) != 0 {
		t.Errorf("%d announcements of what did not change", len(b.told.all))
	}
	if with, _ := holders(t, b.store, 8, "It supports the text."); len(with) != 8 {
		t.Errorf("a paragraph of the text stands on %v: a position stays wherever it repeats", with)
	}
	b.handle(t, boxed(2, 40, "It opposes the text.", ""))
	if _, revised := holders(t, b.store, 8, "x"); !slices.Equal(revised, []int{2}) {
		t.Errorf("revised %v, want the page whose text changed", revised)
	}
	rebuilt := newMemory()
	if err := b.Reindex(t.Context(), rebuilt, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(texts(b.store), texts(rebuilt)); diff != "" {
		t.Errorf("live (-) and rebuilt (+):\n%s", diff)
	}
}

func texts(m *memory) map[string]string {
	all := map[string]string{}
	for id, body := range m.statements {
		all[id] = string(body)
	}
	for id, revisions := range m.revisions {
		for capture, r := range revisions {
			all[id+"/"+capture] = fmt.Sprint(r.Number, r.Title, r.Text)
		}
	}
	return all
}

// TestRepeatsAreTheSameRebuilt holds that whatever comes in whatever batches, and with restarts between them, a rebuild gives the same.
func TestRepeatsAreTheSameRebuilt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		b := newBench(t, nil)
		b.o.Store = foldered{b.store, dir}
		minute := 0
		for range rapid.IntRange(1, 5).Draw(r, "batches") {
			var batch []*statement.Capture
			for range rapid.IntRange(1, 6).Draw(r, "captures") {
				minute++
				n := rapid.IntRange(0, 7).Draw(r, "page")
				batch = append(batch, boxed(n, minute, rapid.SampledFrom([]string{"It supports the text.", "It opposes the text."}).Draw(r, "says"),
					rapid.SampledFrom([]string{"", aboutBox, callBox, aboutBox + callBox}).Draw(r, "boxes")))
			}
			if rapid.Bool().Draw(r, "fails") {
				b.store.fail = context.DeadlineExceeded
				if _, err := b.Handle(t.Context(), batch); err == nil {
					r.Fatal("the store failed and nobody said so")
				}
			}
			b.handle(t, batch...)
			if rapid.Bool().Draw(r, "restarts") {
				b.memories = newMemories(slog.New(slog.DiscardHandler))
			}
		}
		rebuilt := newMemory()
		if err := b.Reindex(t.Context(), rebuilt, nil); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(texts(b.store), texts(rebuilt)); diff != "" {
			r.Fatalf("live (-) and rebuilt (+):\n%s", diff)
		}
	})
}

func TestRepeatsAreBounded(t *testing.T) {
	dir := t.TempDir()
	m := newMemories(slog.New(slog.DiscardHandler)).of(foldered{newMemory(), dir})
	keep := func(string) bool { return false }
	for n := range 3 * maxYoung {
		m.learn(fmt.Sprint("c", n), "s", fmt.Sprint(n), &extract.Page{Text: fmt.Sprintf("line %d", n), Loose: []extract.Loose{{}}}, keep)
	}
	for n := range 2 * maxKnown {
		for page := range wellKnown {
			m.learn(fmt.Sprint("k", n, "/", page), "s", fmt.Sprint(page), &extract.Page{Text: fmt.Sprintf("known %d", n), Loose: []extract.Loose{{}}}, keep)
		}
	}
	s := m.sources["s"]
	if s.young > maxYoung || s.known != maxKnown || len(s.blocks) > 4*maxYoung {
		t.Errorf("%d young, %d known, %d in all", s.young, s.known, len(s.blocks))
	}
	if err := m.save(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, blocksFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("+1y2p0ij32e8e7\ts"); err != nil { // what a crash leaves of a line
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again := newMemories(slog.New(slog.DiscardHandler)).of(foldered{newMemory(), dir})
	if got := again.sources["s"]; got.young != s.young || got.known != s.known || len(got.blocks) != len(s.blocks) {
		t.Errorf("after a restart %d young, %d known, %d in all; before %d, %d, %d", got.young, got.known, len(got.blocks), s.young, s.known, len(s.blocks))
	}
}

func TestTrimKeepsTheBeginningAndMostOfAText(t *testing.T) {
	m := newMemories(slog.New(slog.DiscardHandler)).of(newMemory())
	box, long := "Write to the press office at any time, day or night.", strings.Repeat("A long box about the ministry. ", 9)
	for page := range wellKnown {
		m.learn(fmt.Sprint(page), "s", fmt.Sprint(page), &extract.Page{Text: box + "\n" + long, Loose: []extract.Loose{{Line: 0}, {Line: 1}}}, func(string) bool { return false })
	}
	own := strings.Repeat("What the page itself says. ", 8)
	for text, want := range map[string]string{
		box + "\n" + own:                           box + "\n" + own,
		own + "\n" + box:                           own,
		own + "\n" + long:                          own + "\n" + long, // more than may go
		own + "\n" + box + "\n" + own:              own + "\n" + own,
		own + "\n" + box + "\n" + box + "\n" + own: own + "\n" + own,
	} {
		if got := m.trim("s", text, now); got != want {
			t.Errorf("%.80q…\ngives %.80q…", text, got)
		}
	}
	if got := m.without(box+"\n"+own, now, "other", "s"); got != own {
		t.Errorf("compared is %q", got)
	}
}
