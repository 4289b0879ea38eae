package indexer

import (
	"context"
	"slices"

	"rostrum/indexer/annotate"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// learn lets the memory of the index see the pages of a batch, in their order, and takes from each what is known to stand on many pages of
// its source. A batch that comes again after its write failed finds that the memory has learnt from it.
func (b *batch) learn() {
	b.memory = b.x.memories.of(b.store)
	for i := range b.items {
		it := &b.items[i]
		if it.read == nil || it.read.page.NoIndex {
			continue
		}
		source := it.capture.Source
		place, carriers := b.memory.learn(it.capture.ID, source, it.read.id, &it.read.page, func(line string) bool { return b.x.o.Reader.says(it.read, line) })
		for _, id := range carriers {
			b.memory.due = append(b.memory.due, carrier{id, source})
		}
		it.read.place, it.read.page.Text = place, b.memory.trim(source, it.read.page.Text, place)
	}
}

// learnt ends a batch whose write is done: the memory is kept. Where a crash comes between the two, the batch comes again.
func (b *batch) learnt() {
	b.memory.due = nil
	clear(b.memory.seen)
	if err := b.memory.save(); err != nil {
		b.x.log.Error("what repeats on the pages of sources was not kept; it is with the next batch", "error", err)
	}
}

// carrier is a statement that is stored with what was found to be boilerplate of a source only now.
type carrier struct{ id, source string }

// says tells whether a line is more than boilerplate: a quote or a position stands in it, or who signed.
func (r *Reader) says(read *reading, line string) bool {
	source := r.source(read.capture.Source)
	found := r.o.Annotator.Annotate(annotate.Input{
		URL: read.page.Canonical, Source: read.capture.Source, Issuer: source.Issuer, Title: read.page.Title, Text: line,
		Words: r.analyze(read.page.Title, line, read.page.Language),
	})
	return len(found.Quotes) > 0 || found.Signatories > 0 || slices.ContainsFunc(found.Cues, func(c statement.Cue) bool { return c.Polarity != "" })
}

// trimCarriers takes what was found to be boilerplate from the statements that were stored, or are about to be, before it was found. That
// makes no revision, and nothing is announced: who speaks in what is left is read anew.
func (b *batch) trimCarriers(ctx context.Context, w *Write) error {
	if len(b.memory.due) == 0 {
		return nil
	}
	defer b.x.metrics.time("trim")()
	at := make(map[string]int, len(w.Documents))
	for i, d := range w.Documents {
		at[d.Statement.ID] = i
	}
	ids := make([]string, len(b.memory.due))
	for i, c := range b.memory.due {
		ids[i] = c.id
	}
	stored, err := b.store.Stored(ctx, ids)
	if err != nil {
		return notOurs("read statements", err)
	}
	for _, c := range b.memory.due {
		st := stored[c.id]
		if i, fresh := at[c.id]; fresh {
			st = w.Documents[i].Statement
		}
		if st == nil {
			continue // forgotten, or of a batch that failed
		}
		if err := b.trimRevisions(ctx, c, w); err != nil {
			return err
		}
		text := b.memory.trim(c.source, st.Text, now)
		if text == st.Text {
			continue
		}
		trimmed := *st
		trimmed.Text = text
		d, err := b.x.reread(ctx, &trimmed)
		switch {
		case fault.KindOf(err) == fault.Canceled:
			return notOurs("read statement "+c.id, err)
		case err != nil:
			b.x.log.Warn("a statement keeps what repeats on its source's pages until it changes", "statement", c.id, "error", err)
			continue
		}
		if i, fresh := at[c.id]; fresh {
			w.Documents[i] = d
		} else {
			at[c.id] = len(w.Documents)
			w.Documents = append(w.Documents, d)
		}
	}
	return canceled(ctx)
}

// trimRevisions does so for the states of a statement, those of this write too.
func (b *batch) trimRevisions(ctx context.Context, c carrier, w *Write) error {
	revisions, err := b.store.Revisions(ctx, c.id)
	if err != nil {
		return notOurs("read revisions of "+c.id, err)
	}
	same := func(a statement.Revision) func(statement.Revision) bool {
		return func(r statement.Revision) bool { return r.Statement == a.Statement && r.Capture == a.Capture }
	}
	for _, r := range revisions {
		if slices.ContainsFunc(w.Revisions, same(r)) || slices.ContainsFunc(w.Drop, same(r)) {
			continue
		}
		if text := b.memory.trim(c.source, r.Text, now); text != r.Text {
			r.Text = text
			w.Revisions = append(w.Revisions, r)
		}
	}
	for i := range w.Revisions {
		if r := &w.Revisions[i]; r.Statement == c.id {
			r.Text = b.memory.trim(c.source, r.Text, now)
		}
	}
	return nil
}
