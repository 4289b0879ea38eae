package indexer

import (
	"context"
	"errors"
	"fmt"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// The bounds of one batch of a rebuild.
const (
	reindexCaptures = 500
	reindexBytes    = 32 << 20
)

// Progress is how far a rebuild is.
type Progress struct {
	Captures int // read so far in this call
	Refused  int // of them, could not be processed; the log says which
	Done     int64
	Total    int64 // bytes of archive from where this call began to its end
}

// Reindex replays the archive, in order, from the target's own position to the archive's end as it is when Reindex is called, and
// announces nothing. It goes on where an earlier call stopped, so that a caller who pauses the bus and calls it once more has a target
// that holds everything, fit to take the store's place. progress may be nil; it is called before each batch is stored and
// after the last one, and its error ends the replay.
//
// The target of a rebuild is another store than the one that Handle writes to. After a crash no replay is needed: what was archived
// and not stored was not acknowledged either, so the bus delivers it again, and the archive knows it. Only when the bus has lost its
// captures is Reindex into the store in use the remedy; it then must not run beside Handle.
func (x *Indexer) Reindex(ctx context.Context, target Store, progress func(Progress) error) error {
	from, err := target.Position(ctx)
	if err != nil {
		return fmt.Errorf("reindex: read position of the target: %w", err)
	}
	var p Progress
	if p.Total, err = x.o.Archive.Bytes(from, x.o.Archive.Position()); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	run := &rebuild{x: x, target: target, from: from, progress: progress, Progress: p}
	if x.o.Guard != nil && p.Total > 0 {
		if run.guard, err = x.o.Guard(ctx); err != nil {
			return fmt.Errorf("reindex: %w", err)
		}
		defer func() { err = errors.Join(err, run.guard.End(context.WithoutCancel(ctx))) }()
	}
	if err := x.o.Archive.Replay(ctx, from, func(c *statement.Capture, at Position) error { return run.add(ctx, c, at) }); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	if err := run.flush(ctx); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	return run.tell()
}

func (r *rebuild) tell() error {
	if r.progress == nil {
		return nil
	}
	return r.progress(r.Progress)
}

// rebuild gathers replayed captures to batches.
type rebuild struct {
	Progress
	x        *Indexer
	target   Store
	guard    Guard // nil without
	progress func(Progress) error
	from     Position
	at       Position
	items    []item
	bytes    int
}

func (r *rebuild) add(ctx context.Context, c *statement.Capture, at Position) error {
	it, alone, err := r.take(ctx, c)
	if err != nil {
		return err
	}
	if alone {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.items = append(r.items, it)
	r.bytes += len(c.Body)
	r.at = at
	if !alone && len(r.items) < reindexCaptures && r.bytes < reindexBytes {
		return nil
	}
	return r.flush(ctx)
}

// take puts a capture on its way, unless the guard says that it killed the process before.
func (r *rebuild) take(ctx context.Context, c *statement.Capture) (it item, alone bool, err error) {
	if r.guard == nil {
		return r.x.take(c), false, nil
	}
	alone, err = r.guard.Judge(ctx, c)
	if err != nil {
		if fault.KindOf(err) == fault.Poison {
			return item{capture: c, err: err}, false, nil
		}
		return item{}, false, err
	}
	return r.x.take(c), alone, nil
}

// mark tells the guard what is read next.
func (r *rebuild) mark(ctx context.Context) error {
	if r.guard == nil {
		return nil
	}
	batch := make([]*statement.Capture, 0, len(r.items))
	for i := range r.items {
		if r.items[i].err == nil {
			batch = append(batch, r.items[i].capture)
		}
	}
	return r.guard.Begin(ctx, batch)
}

func (r *rebuild) flush(ctx context.Context) error {
	if len(r.items) == 0 {
		return nil
	}
	if err := r.tell(); err != nil {
		return err
	}
	if err := r.mark(ctx); err != nil {
		return err
	}
	b := &batch{x: r.x, store: r.target, items: r.items}
	if err := b.index(ctx, r.at); err != nil {
		return err
	}
	for i := range b.items {
		if b.items[i].err != nil {
			r.Refused++
		}
	}
	r.Captures += len(r.items)
	done, err := r.x.o.Archive.Bytes(r.from, r.at)
	if err != nil {
		return err
	}
	r.Done = done
	r.items, r.bytes = nil, 0
	return nil
}
