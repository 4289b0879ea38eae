package indexer

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// batch is one batch on its way through the stages.
type batch struct {
	x         *Indexer
	store     Store
	announcer Announcer // nil in a rebuild
	items     []item
	lines     []*timeline // in the order in which their statements come
	memory    *repeats
}

// item is one capture of a batch.
type item struct {
	capture *statement.Capture
	read    *reading
	outcome outcome
	err     error
}

// archive is the first stage: nothing is read before it is kept.
func (b *batch) archive(ctx context.Context) error {
	defer b.x.metrics.time("archive")()
	var captures []*statement.Capture
	var places []int
	for i := range b.items {
		if b.items[i].goesOn() {
			captures, places = append(captures, b.items[i].capture), append(places, i)
		}
	}
	each, err := b.x.o.Archive.Append(ctx, captures)
	for i, err := range each {
		b.items[places[i]].err = err
	}
	if err == nil {
		b.trace(ctx, "capture archived")
	}
	return err
}

// index brings a batch that is archived up to a position into the store.
func (b *batch) index(ctx context.Context, position Position) error {
	if err := b.read(ctx); err != nil {
		return err
	}
	b.trace(ctx, "capture extracted")
	if err := b.sayUnwanted(ctx); err != nil {
		return err
	}
	b.learn()
	for again := true; again; { // a page that can't be annotated is taken out, and what is left compared anew
		if err := b.compare(ctx); err != nil {
			return err
		}
		var err error
		if again, err = b.annotate(ctx); err != nil {
			return err
		}
	}
	b.trace(ctx, "capture annotated")
	w, announcements := b.settle()
	w.Position = position
	if err := b.trimCarriers(ctx, &w); err != nil {
		return err
	}
	if err := b.group(ctx, &w, announcements); err != nil {
		return err
	}
	if err := b.write(ctx, w); err != nil {
		return err
	}
	b.trace(ctx, "capture stored")
	b.learnt()
	if err := b.tell(ctx, announcements); err != nil {
		return err
	}
	b.noteExtracted()
	b.report()
	return nil
}

// read extracts the pages, in parallel.
func (b *batch) read(ctx context.Context) error {
	defer b.x.metrics.time("extract")()
	b.x.parallel(ctx, len(b.items), func(i int) {
		it := &b.items[i]
		switch {
		case !it.goesOn():
		case it.capture.Unchanged != nil:
			it.outcome = outcomeUnchanged
		case it.capture.Status != 200:
			it.outcome = outcomeOther
		default:
			if it.read, it.err = b.x.o.Reader.extract(ctx, it.capture); it.read != nil && b.x.o.Tombstones.Has(it.read.id) {
				it.outcome, it.read = outcomeForgotten, nil
			}
		}
	})
	return canceled(ctx)
}

func canceled(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fault.As(fault.Canceled, fmt.Errorf("index batch: %w", ctx.Err()))
}

// compare places every page in its statement's timeline, by capture time, against what is stored and what the batch brings.
func (b *batch) compare(ctx context.Context) error {
	defer b.x.metrics.time("compare")()
	b.lines = nil
	by := make(map[string][]*item)
	var ids []string
	for i := range b.items {
		it := &b.items[i]
		if it.read == nil {
			continue
		}
		if by[it.read.id] == nil {
			ids = append(ids, it.read.id)
		}
		by[it.read.id] = append(by[it.read.id], it)
	}
	stored, err := b.store.Stored(ctx, ids)
	if err != nil {
		return notOurs("read statements", err)
	}
	for _, id := range ids {
		if err := b.place(ctx, id, stored[id], by[id]); err != nil {
			return err
		}
	}
	return nil
}

// place adds the captures of one statement to its timeline.
func (b *batch) place(ctx context.Context, id string, stored *statement.Statement, items []*item) error {
	items = slices.DeleteFunc(items, func(it *item) bool {
		if it.read.page.NoIndex {
			it.outcome = outcomeNoIndex
			if stored != nil {
				b.x.log.Warn("a stored page now asks not to be indexed; what is stored stays until it is forgotten", "capture", it.capture.ID, "statement", id)
			}
		}
		return it.read.page.NoIndex
	})
	if len(items) == 0 {
		return nil
	}
	slices.SortStableFunc(items, func(a, b *item) int {
		return cmp.Or(a.capture.FetchedAt.Compare(b.capture.FetchedAt), cmp.Compare(a.capture.ID, b.capture.ID))
	})
	var revisions []statement.Revision
	if slices.ContainsFunc(items, func(it *item) bool { return needsAll(stored, it.capture) }) {
		var err error
		if revisions, err = b.store.Revisions(ctx, id); err != nil {
			return notOurs("read revisions of "+id, err)
		}
	}
	t := newTimeline(id, stored, revisions)
	t.memory, t.sources = b.memory, sourcesOf(stored, items)
	for _, it := range items {
		it.outcome = t.add(it.read)
	}
	b.lines = append(b.lines, t)
	return nil
}

// annotate finds the actors and topics of the states that are new, in parallel; those that changed nothing need none. It takes out
// the pages that can't be annotated, and says whether there were any.
func (b *batch) annotate(ctx context.Context) (again bool, err error) {
	defer b.x.metrics.time("annotate")()
	var need []*reading
	for _, t := range b.lines {
		need = append(need, t.needed()...)
	}
	b.x.parallel(ctx, len(need), func(i int) { need[i].failed = b.x.o.Reader.annotate(need[i]) })
	for i := range b.items {
		if it := &b.items[i]; it.read != nil && it.read.failed != nil {
			it.err, it.read, again = it.read.failed, nil, true
		}
	}
	return again, canceled(ctx)
}

// settle gathers what the timelines ask for.
func (b *batch) settle() (w Write, announcements []statement.Announcement) {
	r := b.x.o.Reader
	for _, t := range b.lines {
		s := t.settle(r.source)
		if s.document != nil {
			words := s.words
			if words == nil {
				words = r.analyze(s.document.Title, s.document.Text, s.document.Language)
			}
			w.Documents = append(w.Documents, Document{Statement: s.document, Words: words})
		}
		w.Revisions = append(w.Revisions, s.revisions...)
		w.Drop = append(w.Drop, s.dropped...)
		announcements = append(announcements, s.announcements...)
	}
	return w, announcements
}

func (b *batch) write(ctx context.Context, w Write) error {
	defer b.x.metrics.time("store")()
	if err := b.store.Write(ctx, w); err != nil {
		return notOurs("write to store", err)
	}
	return nil
}

// tell announces what was stored. Where it fails the captures come again, find their revisions stored, and are announced then.
func (b *batch) tell(ctx context.Context, announcements []statement.Announcement) error {
	if b.announcer == nil || len(announcements) == 0 {
		return nil
	}
	defer b.x.metrics.time("announce")()
	if err := b.announcer.Announce(ctx, announcements); err != nil {
		return notOurs("announce", err)
	}
	if b.x.log.Enabled(ctx, slog.LevelDebug) {
		for i := range announcements {
			st := &announcements[i].Statement
			b.x.log.DebugContext(ctx, "capture announced", "capture", st.Capture, "statement", st.ID, "new", announcements[i].New, "backfill", announcements[i].Backfill)
		}
	}
	return nil
}

// trace says in the log, for whoever follows one capture, that a stage is behind it.
func (b *batch) trace(ctx context.Context, stage string) {
	if !b.x.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	for i := range b.items {
		if it := &b.items[i]; it.err == nil && (it.read != nil || it.goesOn()) {
			b.x.log.DebugContext(ctx, stage, "capture", it.capture.ID) //nolint:sloglint // one of four constants
		}
	}
}

// notOurs makes a failure of the store or the bus transient for the whole batch, unless it says that a capture is at fault or that
// the caller has gone.
func notOurs(verb string, err error) error {
	err = fmt.Errorf("index batch: %s: %w", verb, err)
	if kind := fault.KindOf(err); kind == fault.Canceled || kind.Fate() == fault.Quarantine {
		return err
	}
	return fault.As(fault.Transient, err)
}

// report counts and logs what became of each capture.
func (b *batch) report() {
	for i := range b.items {
		it := &b.items[i]
		switch {
		case it.err != nil:
			it.outcome = outcomeRefused
			b.x.log.Warn("capture can't be processed", "capture", it.capture.ID, "url", it.capture.URL, "source", it.capture.Source,
				"kind", fault.KindOf(it.err).String(), "error", it.err)
		case it.read != nil:
			b.x.log.Debug("capture indexed", "capture", it.capture.ID, "statement", it.read.id, "outcome", string(it.outcome), "notes", it.read.page.Notes)
		default:
			b.x.log.Debug("capture holds no statement", "capture", it.capture.ID, "url", it.capture.URL, "status", it.capture.Status, "outcome", string(it.outcome))
		}
		if b.announcer != nil { // a rebuild is not counted: its captures were
			b.x.metrics.captures.WithLabelValues(string(it.outcome)).Inc()
		}
	}
}

// faults gives the fault of each capture; nil when all are done.
func (b *batch) faults() []error {
	var each []error
	for i := range b.items {
		if err := b.items[i].err; err != nil {
			if each == nil {
				each = make([]error, len(b.items))
			}
			each[i] = err
		}
	}
	return each
}
