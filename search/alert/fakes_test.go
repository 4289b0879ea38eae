package alert

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// world is what outlives a Service: the logs and buckets. It can die at a write: from then on nothing is written any more, as with a
// process that was killed.
type world struct {
	mu         sync.Mutex
	changed    chan struct{} // closed and replaced when anything is appended
	statements []*statement.Announcement
	alerts     []Record
	buckets    map[string]map[string][]byte
	writes     int
	dieAt      int  // the write at which it dies; 0: never
	after      bool // it dies when that write is made, not before it
	dead       bool
	window     int // how many of the last alerts are known by id; 0: all
}

func newWorld() *world {
	return &world{changed: make(chan struct{}), buckets: map[string]map[string][]byte{}}
}

var errKilled = fault.New(fault.Internal, "killed", "")

// write makes a change, unless the world is dead or dies.
func (w *world) write(change func()) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return errKilled
	}
	w.writes++
	w.dead = w.dieAt > 0 && w.writes == w.dieAt
	if w.dead && !w.after {
		return errKilled
	}
	change()
	close(w.changed)
	w.changed = make(chan struct{})
	if w.dead {
		return errKilled
	}
	return nil
}

// revive lets a new process begin.
func (w *world) revive(dieAt int, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead, w.writes, w.dieAt, w.after = false, 0, dieAt, after
}

func (w *world) announce(st statement.Statement, first bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if st.Group == "" {
		st.Group = st.ID
	}
	w.statements = append(w.statements, &statement.Announcement{Statement: st, New: first, Backfill: st.Backfill && first})
	close(w.changed)
	w.changed = make(chan struct{})
}

// follow visits what get gives by sequence, as it comes.
func (w *world) follow(ctx context.Context, from uint64, visit func(seq uint64) (more bool, err error)) error {
	for seq := max(from, 1); ; seq++ {
		for {
			w.mu.Lock()
			changed := w.changed
			w.mu.Unlock()
			more, err := visit(seq)
			if err != nil {
				return err
			}
			if more {
				break
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

func (w *world) Statements(ctx context.Context, from uint64, visit func(context.Context, uint64, *statement.Announcement) error) error {
	return w.follow(ctx, from, func(seq uint64) (bool, error) {
		w.mu.Lock()
		if seq > uint64(len(w.statements)) {
			w.mu.Unlock()
			return false, nil
		}
		a := *w.statements[seq-1]
		w.mu.Unlock()
		return true, visit(ctx, seq, &a)
	})
}

func (w *world) LastStatementSeq(context.Context) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uint64(len(w.statements)), nil
}

func (w *world) AnnouncedAt(_ context.Context, seq uint64) (time.Time, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if seq == 0 || seq > uint64(len(w.statements)) {
		return time.Time{}, nil
	}
	return w.statements[seq-1].Statement.CapturedAt, nil
}

type memLog struct{ w *world }

func (l memLog) LastSeq(context.Context) (uint64, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	return uint64(len(l.w.alerts)), nil
}

func (l memLog) Append(_ context.Context, records []Record) error {
	return l.w.write(func() {
		for _, r := range records {
			known := l.w.alerts
			if l.w.window > 0 {
				known = known[max(0, len(known)-l.w.window):]
			}
			if !slices.ContainsFunc(known, func(k Record) bool { return k.ID == r.ID }) {
				l.w.alerts = append(l.w.alerts, r)
			}
		}
	})
}

func (l memLog) Follow(ctx context.Context, from uint64, visit func(context.Context, uint64, []byte) error) error {
	return l.w.follow(ctx, from, func(seq uint64) (bool, error) {
		data, err := l.Get(ctx, seq)
		if err != nil {
			l.w.mu.Lock()
			defer l.w.mu.Unlock()
			return seq <= uint64(len(l.w.alerts)), nil // it was erased
		}
		return true, visit(ctx, seq, data)
	})
}

func (l memLog) Get(_ context.Context, seq uint64) ([]byte, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	if seq == 0 || seq > uint64(len(l.w.alerts)) || l.w.alerts[seq-1].Data == nil {
		return nil, fault.New(fault.NotFound, "no such alert", "")
	}
	return l.w.alerts[seq-1].Data, nil
}

func (l memLog) Sequences(_ context.Context, key string) ([]uint64, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	var seqs []uint64
	for i, r := range l.w.alerts {
		if r.Key == key && r.Data != nil {
			seqs = append(seqs, uint64(i+1))
		}
	}
	return seqs, nil
}

func (l memLog) Erase(_ context.Context, drop func([]byte) bool) (int, error) {
	n := 0
	err := l.w.write(func() {
		for i := range l.w.alerts {
			if r := &l.w.alerts[i]; r.Data != nil && drop(r.Data) {
				r.Data = nil
				n++
			}
		}
	})
	return n, err
}

type memBucket struct {
	w    *world
	name string
}

func (b memBucket) Get(_ context.Context, key string) ([]byte, uint64, error) {
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	value, ok := b.w.buckets[b.name][key]
	if !ok {
		return nil, 0, fault.New(fault.NotFound, "no such key", "")
	}
	return value, 1, nil
}

func (b memBucket) Put(_ context.Context, key string, value []byte) (uint64, error) {
	return 1, b.w.write(func() {
		if b.w.buckets[b.name] == nil {
			b.w.buckets[b.name] = map[string][]byte{}
		}
		b.w.buckets[b.name][key] = value
	})
}

func (b memBucket) Delete(_ context.Context, key string) error {
	return b.w.write(func() { delete(b.w.buckets[b.name], key) })
}

func (b memBucket) List(_ context.Context, visit func(string, []byte, uint64) error) error {
	b.w.mu.Lock()
	entries := map[string][]byte{}
	for k, v := range b.w.buckets[b.name] {
		entries[k] = v
	}
	b.w.mu.Unlock()
	for k, v := range entries {
		if err := visit(k, v, 1); err != nil {
			return err
		}
	}
	return nil
}

// language reads queries whose values are ids.
type language struct{ refuse map[string]bool }

func (l *language) Compile(_ context.Context, input string) (search.Compiled, error) {
	if l.refuse[input] {
		return search.Compiled{}, fault.New(fault.Query, "nobody knows this any more", "edit it")
	}
	n, err := query.Parse(input)
	if err != nil {
		return search.Compiled{}, err
	}
	n = query.Simplify(n)
	return search.Compiled{Parsed: n.String(), Node: n}, query.Check(n)
}

func (l *language) Explain(ctx context.Context, input string) (search.Explanation, error) {
	c, err := l.Compile(ctx, input)
	if err != nil {
		return search.Explanation{}, err
	}
	return search.Explanation{Parsed: c.Parsed, InWords: "statements", Cost: query.CostOf(c.Node)}, nil
}

// shelf is a store of few statements.
type shelf struct{ stored []statement.Statement }

func (s *shelf) match(q query.Node) []*statement.Statement {
	var found []*statement.Statement
	for i := range s.stored {
		st := s.stored[i]
		words := analysis.NewAnalyzer().Document(st.Title, st.Text, st.Language)
		if percolate.Matches(q, &percolate.Statement{Words: words, Meta: &st}, nil) {
			found = append(found, &st)
		}
	}
	return found
}

func (s *shelf) Search(_ context.Context, r search.Request) (search.Page, error) {
	found := s.match(r.Query)
	page := search.Page{Total: len(found)}
	for _, st := range found[:min(r.Limit, len(found))] {
		page.Hits = append(page.Hits, search.Hit{Statement: *st})
	}
	return page, nil
}

func (s *shelf) Scan(_ context.Context, q query.Node, _ bool, visit func(*statement.Statement) error) error {
	for _, st := range s.match(q) {
		if err := visit(st); err != nil {
			return err
		}
	}
	return nil
}

// rig is a Service on a world.
type rig struct {
	*Service
	t     testing.TB
	stop  func()
	ended chan error
}

func options(w *world) Options {
	return Options{Compiler: &language{}, Searcher: &shelf{}, Scanner: &shelf{}, Statements: w, Alerts: memLog{w}, Saved: memBucket{w, "saved"},
		Fired: memBucket{w, "fired"}, Deliveries: memBucket{w, "deliveries"}, Settings: memBucket{w, "settings"},
		Public: func() string { return "https://rostrum.example" }}
}

// start makes a Service and runs it until stop.
func start(t testing.TB, o Options) *rig {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{Service: s, t: t, ended: make(chan error, 1)}
	go func() { r.ended <- s.Run(ctx) }()
	r.stop = sync.OnceFunc(func() { cancel(); <-r.ended })
	t.Cleanup(r.stop)
	return r
}

func (r *rig) save(d Draft) Saved {
	r.t.Helper()
	saved, err := r.Create(context.Background(), d)
	if err != nil {
		r.t.Fatal(err)
	}
	return saved
}

// fired gives the alerts of a saved query, oldest first, as "cause statement/revision".
func (r *rig) fired(id string) []string {
	r.t.Helper()
	page, err := r.Alerts(context.Background(), "", id, 1000, "")
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, a := range slices.Backward(page.Alerts) {
		out = append(out, fmt.Sprintf("%s %s/%d", a.Cause, a.Statement.ID, a.Statement.Revision))
	}
	return out
}

// says makes a statement's revision with a text, captured at its number in minutes.
func says(id string, revision int, text string, actors ...string) statement.Statement {
	at := time.Date(2026, 1, 1, 0, revision, 0, 0, time.UTC)
	st := statement.Statement{ID: id, URL: "https://example.org/" + id, Title: "Title of " + id, Text: text, Language: "en", Kind: "statement",
		FirstSeen: at, Revision: revision, Capture: fmt.Sprintf("%s-%d", id, revision), CapturedAt: at, Source: "source", PublishedFrom: statement.FromNone}
	for _, a := range actors {
		st.Actors = append(st.Actors, statement.Actor{ID: a, Name: a, Role: statement.Signatory})
	}
	return st
}

func itoa(n int) string { return fmt.Sprint(n) }

func statementsOf(list ...statement.Statement) []statement.Statement {
	for i := range list {
		list[i].Group = list[i].ID
	}
	return list
}

// shelves are groups by id: their leads with what all members have, and what became part of them.
type shelves map[string]shelved

type shelved struct {
	lead   statement.Statement
	merged []string
}

func (s shelves) Group(_ context.Context, id string) (statement.Statement, []string, error) {
	g, ok := s[id]
	if !ok {
		return statement.Statement{}, nil, fault.New(fault.NotFound, "no such group", "")
	}
	return g.lead, g.merged, nil
}
