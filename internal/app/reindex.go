package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

// Between its replay and its last piece, for which new captures wait, a rebuild catches up until what is left is small.
const (
	smallTail    = 4 << 20 // bytes of archive
	maxCatchUps  = 10
	roomPoll     = time.Second // how often a full disk is looked at
	stateNone    = "none"
	stateRunning = "running"
)

// rebuilder builds the index anew from the archive, beside the one that answers.
type rebuilder struct {
	node *node
	work context.Context //nolint:containedctx // a rebuild outlives the request that begins it, and ends with the instance
	run  func(func())    // a goroutine that the instance waits for
	room func(more int64) error
	now  func() time.Time
	log  *slog.Logger

	mu     sync.Mutex
	state  httpapi.RebuildState
	cancel context.CancelFunc
	ended  chan struct{}
}

// State tells of the rebuild that is under way, or of the last one.
func (r *rebuilder) State() httpapi.RebuildState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.state
	if s.State == "" {
		s.State = stateNone
	}
	s.Generation = r.node.store.Generation()
	_, s.Reason = r.node.mending.state()
	if s.Started == nil {
		return s
	}
	end := r.now()
	if s.Ended != nil {
		end = *s.Ended
	}
	took := end.Sub(*s.Started).Seconds()
	if took > 0 {
		s.PerSecond = float64(s.Captures) / took
	}
	if s.State == stateRunning && s.BytesDone > 0 {
		left := max(0, took*float64(s.BytesTotal-s.BytesDone)/float64(s.BytesDone))
		s.SecondsLeft = &left
	}
	return s
}

// Begin begins a rebuild, where the disk has room for a second index.
func (r *rebuilder) Begin(ctx context.Context) (httpapi.RebuildState, error) {
	if state := r.State(); state.State != stateRunning {
		present, _ := r.node.store.Status(ctx) // one that does not answer is what a rebuild mends
		if err := r.room(present.Bytes + present.Bytes/mergePart); err != nil {
			return state, err
		}
	}
	work, err := r.start("replay")
	if err != nil {
		return r.State(), err
	}
	r.run(func() { r.end(r.rebuild(work)) })
	return r.State(), nil
}

// Cancel ends a rebuild that is under way, and waits for its end.
func (r *rebuilder) Cancel(ctx context.Context) (httpapi.RebuildState, error) {
	r.mu.Lock()
	cancel, ended := r.cancel, r.ended
	r.mu.Unlock()
	if cancel == nil {
		return r.State(), nil
	}
	cancel()
	select {
	case <-ended:
		return r.State(), nil
	case <-ctx.Done():
		return r.State(), fault.As(fault.Canceled, ctx.Err())
	}
}

func (r *rebuilder) start(phase string) (context.Context, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		return nil, fault.New(fault.Conflict, "the index is being rebuilt already", "follow it with: rostrum reindex --status")
	}
	began := r.now().UTC()
	ctx, cancel := context.WithCancel(r.work)
	r.cancel, r.ended = cancel, make(chan struct{})
	r.state = httpapi.RebuildState{State: stateRunning, Phase: phase, Started: &began}
	if phase == "replay" {
		r.log.Info("rebuild of the index begins", "generation", r.node.store.Generation())
	}
	return ctx, nil
}

func (r *rebuilder) end(err error) {
	s := r.State()
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.now().UTC()
	r.state.Ended, r.state.Phase = &at, ""
	log := r.log.With("captures", r.state.Captures, "refused", r.state.Refused, "captures_per_second", int(s.PerSecond), "generation", r.node.store.Generation())
	switch kind := fault.KindOf(err); {
	case err == nil:
		if r.state.State = "done"; r.state.Captures > 0 {
			log.Info("the index holds the archive")
		}
	case kind == fault.Canceled || errors.Is(err, context.Canceled):
		r.state.State = "canceled"
		log.Info("rebuild of the index was canceled; the one in force stays")
	default:
		r.state.State, r.state.Error = "failed", err.Error()
		log.Error("rebuild of the index failed; the one in force stays", "error", err)
	}
	r.cancel()
	r.cancel = nil
	close(r.ended)
}

func (r *rebuilder) phase(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Phase = name
}

// rebuild fills a generation beside the one in force and lets it take its place. Only for the last piece do new captures wait.
func (r *rebuilder) rebuild(ctx context.Context) (err error) {
	n := r.node
	forgotten, corrected := n.tombstones.Len(), n.corrector.count()
	next, err := n.store.Beside()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, next.Discard()) }()
	if err := r.replay(ctx, next); err != nil {
		return err
	}
	r.phase("catch-up")
	for range maxCatchUps {
		left, err := n.behind(ctx, next)
		if err != nil {
			return err
		}
		if left <= smallTail {
			break
		}
		if err := r.replay(ctx, next); err != nil {
			return err
		}
	}
	r.phase("swap")
	end, err := n.turn.take(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := r.replay(ctx, next); err != nil {
		return err
	}
	if err := n.indexer.Forget(ctx, next, n.tombstones.Since(forgotten)); err != nil {
		return err
	}
	if err := n.indexer.Correct(ctx, next, n.corrector.since(corrected)); err != nil {
		return err
	}
	if err := n.store.Become(ctx, next); err != nil {
		return err
	}
	n.mending.end()
	return nil
}

// replay brings a store to the archive's present end.
func (r *rebuilder) replay(ctx context.Context, target indexer.Store) error {
	r.mu.Lock()
	before := r.state
	r.mu.Unlock()
	left, err := r.node.behind(ctx, target)
	if err != nil {
		return err
	}
	told := func(p indexer.Progress) error {
		if p.Done < p.Total {
			if err := r.room(0); err != nil {
				return err
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.state.Captures, r.state.Refused = before.Captures+p.Captures, before.Refused+p.Refused
		r.state.BytesDone, r.state.BytesTotal = before.BytesDone+p.Done, before.BytesDone+p.Total
		return nil
	}
	if err := told(indexer.Progress{Total: left}); err != nil {
		return err
	}
	return r.node.indexer.Reindex(ctx, target, told)
}

// behind says how many bytes of the archive a store does not hold yet.
func (n *node) behind(ctx context.Context, store indexer.Store) (int64, error) {
	at, err := store.Position(ctx)
	if err != nil {
		return 0, err
	}
	return n.archive.Bytes(at, n.archive.Position())
}

// catchUp brings the index in force to the archive's end before new captures are taken: it is behind when it was set aside or lost, or
// when the process ended between archive and index. Search answers from what there is meanwhile.
func (r *rebuilder) catchUp(ctx context.Context) error {
	left, err := r.node.behind(ctx, r.node.store)
	if fault.KindOf(err) == fault.NotFound {
		r.log.Error("the index knows of captures that the archive does not hold; it stays as it is", "error", err)
		r.node.mending.stop(err)
		return nil
	}
	if err != nil || left == 0 {
		r.node.mending.end()
		return err
	}
	end, err := r.node.turn.take(ctx)
	if err != nil {
		return err
	}
	defer end()
	run, err := r.start("catch-up")
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, r.cancelRun)
	defer stop()
	err = r.replay(run, r.node.store)
	for errors.Is(err, errNoRoom) && r.waitForRoom(run, err) {
		err = r.replay(run, r.node.store)
	}
	r.end(err)
	if err == nil {
		r.forgetEmpty()
		r.node.mending.end()
	}
	return err
}

// waitForRoom waits until the disk has room again; false: the context ended.
func (r *rebuilder) waitForRoom(ctx context.Context, why error) bool {
	r.log.Error("the index can't be built on; this goes on when there is room", "error", why)
	r.phase("wait for room")
	defer r.phase("catch-up")
	look := time.NewTicker(roomPoll)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-look.C:
			if r.room(0) == nil {
				return true
			}
		}
	}
}

// forgetEmpty keeps a catch-up that found nothing to do from being told of: an archive begins with a record that is no capture.
func (r *rebuilder) forgetEmpty() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.Captures == 0 {
		r.state = httpapi.RebuildState{}
	}
}

func (r *rebuilder) cancelRun() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		r.cancel()
	}
}

// handle takes a batch of captures when it has the turn.
func (n *node) handle(ctx context.Context, batch []*statement.Capture) (each []error, err error) {
	end, err := n.turn.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return n.indexer.Handle(ctx, batch)
}
