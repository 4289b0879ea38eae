package indexer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"rostrum/indexer/annotate"
	"rostrum/indexer/extract"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

// memory keeps the contract of Store without a disk. What is stored goes through JSON, as in a real store, so that nobody shares it.
type memory struct {
	mu         sync.Mutex
	statements map[string][]byte
	revisions  map[string]map[string]statement.Revision // by statement, then capture
	copies     map[string]*Copies
	position   Position
	reads      int   // of all revisions of a statement
	fail       error // what the next Write returns
}

func newMemory() *memory {
	return &memory{statements: map[string][]byte{}, revisions: map[string]map[string]statement.Revision{}, copies: map[string]*Copies{}}
}

func (m *memory) Stored(_ context.Context, ids []string) (map[string]*statement.Statement, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]*statement.Statement{}
	for _, id := range ids {
		if b, ok := m.statements[id]; ok {
			s := new(statement.Statement)
			if err := json.Unmarshal(b, s); err != nil {
				return nil, err
			}
			found[id] = s
		}
	}
	return found, nil
}

func (m *memory) Revisions(_ context.Context, id string) ([]statement.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	return slices.SortedFunc(maps.Values(m.revisions[id]), func(a, b statement.Revision) int { return a.CapturedAt.Compare(b.CapturedAt) }), nil
}

func (m *memory) Write(_ context.Context, w Write) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail; err != nil {
		m.fail = nil
		return err
	}
	for _, d := range w.Documents {
		b, err := json.Marshal(d.Statement)
		if err != nil {
			return err
		}
		if d.Words == nil || d.Words.Language != d.Statement.Language {
			return fmt.Errorf("document %s comes without its words", d.Statement.ID)
		}
		m.statements[d.Statement.ID] = b
		if d.Copies == nil {
			return fmt.Errorf("document %s comes without its copies", d.Statement.ID)
		}
		m.copies[d.Statement.ID] = d.Copies
	}
	for _, r := range w.Drop {
		delete(m.revisions[r.Statement], r.Capture)
	}
	for _, r := range w.Revisions {
		if m.revisions[r.Statement] == nil {
			m.revisions[r.Statement] = map[string]statement.Revision{}
		}
		m.revisions[r.Statement][r.Capture] = r
	}
	for _, id := range w.Forget {
		delete(m.statements, id)
		delete(m.revisions, id)
		delete(m.copies, id)
	}
	m.position = w.Position
	return nil
}

func (m *memory) Position(context.Context) (Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.position, nil
}

// told keeps what was announced.
type told struct {
	all  []statement.Announcement
	fail error // what the next Announce returns
}

func (a *told) Announce(_ context.Context, batch []statement.Announcement) error {
	if err := a.fail; err != nil {
		a.fail = nil
		return err
	}
	a.all = append(a.all, batch...)
	return nil
}

// ids lists what was announced since the last call: message id, number, and the marks n(ew) and b(ackfill).
func (a *told) since() []string {
	var got []string
	for _, x := range a.all {
		s := fmt.Sprintf("%s/%d", x.Statement.Capture[:6], x.Statement.Revision)
		if x.New {
			s += " new"
		}
		if x.Backfill {
			s += " backfill"
		}
		got = append(got, s)
	}
	a.all = nil
	return got
}

// bench is an Indexer with everything it needs: real archive, extractor and annotator.
type bench struct {
	*Indexer
	store *memory
	told  *told
	said  *strings.Builder
}

func newReader(t testing.TB, change func(*ReaderOptions)) *Reader {
	t.Helper()
	known, err := registry.New([]registry.Actor{
		{ID: "ocrania", Kind: "state", Name: "Ocrania"},
		{ID: "harbour-institute", Kind: "ngo", Name: "Harbour Institute"},
	}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	annotator, err := annotate.New(annotate.Options{Registry: known})
	if err != nil {
		t.Fatal(err)
	}
	o := ReaderOptions{
		Extractor: extract.New(extract.Options{}), Annotator: annotator,
		Source: func(id string) (SourceInfo, bool) {
			return SourceInfo{Issuer: "ocrania", Process: []string{"convention"}}, id == "ocrania"
		},
	}
	if change != nil {
		change(&o)
	}
	r, err := NewReader(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newBench(t testing.TB, change func(*ReaderOptions)) *bench {
	t.Helper()
	b := &bench{store: newMemory(), told: &told{}, said: &strings.Builder{}}
	x, err := New(Options{
		Reader: newReader(t, change), Archive: openArchive(t, ArchiveOptions{Dir: t.TempDir()}), Store: b.store, Announcer: b.told,
		Log: slog.New(slog.NewTextHandler(b.said, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Indexer = x
	return b
}

// article makes the capture of a page with a title and a main text, so many minutes after epoch.
func article(path string, minute int, text string) *statement.Capture {
	return page("https://www.ocrania.example"+path, minute, `<!doctype html><html lang="en"><head><title>On the draft convention</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>On the draft convention</h1><p>`+text+`</p></article><footer>Contact</footer></body></html>`)
}

const opening = "The delegation of Ocrania took the floor on the draft convention and thanked the chair for the work of the past weeks, which it had followed with care. "

func (b *bench) handle(t testing.TB, captures ...*statement.Capture) []error {
	t.Helper()
	each, err := b.Handle(t.Context(), captures)
	if err != nil {
		t.Fatal(err)
	}
	if each == nil {
		each = make([]error, len(captures))
	}
	return each
}

// states lists the stored revisions of the only statement, as minute:number, and checks that the current document is the last.
func (b *bench) states(t testing.TB) []string {
	t.Helper()
	if len(b.store.statements) != 1 {
		t.Fatalf("%d statements, want 1", len(b.store.statements))
	}
	var got []string
	for id := range b.store.statements {
		stored, _ := b.store.Stored(t.Context(), []string{id})
		revisions, _ := b.store.Revisions(t.Context(), id)
		for _, r := range revisions {
			got = append(got, fmt.Sprintf("%.0f:%d", r.CapturedAt.Sub(epoch).Minutes(), r.Number))
		}
		st, first, last := stored[id], revisions[0], revisions[len(revisions)-1]
		if st.Capture != last.Capture || st.Revision != last.Number || st.Text != last.Text || !st.CapturedAt.Equal(last.CapturedAt) || !st.FirstSeen.Equal(first.CapturedAt) {
			t.Fatalf("the document is revision %d of capture %s, first seen %v, and the last revision is %+v", st.Revision, st.Capture, st.FirstSeen, last)
		}
	}
	return got
}
