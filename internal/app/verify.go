package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"rostrum/indexer"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

const (
	maxFlaws    = 1000 // that are listed
	verifyBatch = 500  // captures that are looked up at once
)

// verifier checks archive, index and streams against each other, and changes none of them.
type verifier struct {
	node *node
	bus  *bus.Bus
	work context.Context //nolint:containedctx // a check outlives the request that begins it, and ends with the instance
	run  func(func())
	now  func() time.Time
	log  *slog.Logger

	mu     sync.Mutex
	state  httpapi.VerifyState
	cancel context.CancelFunc
	ended  chan struct{}
}

// State tells of the check that is under way, or of the last one.
func (v *verifier) State() httpapi.VerifyState {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.state
	if s.State == "" {
		s.State = stateNone
	}
	checked := map[string]int{} // an object in JSON, before the first check too
	maps.Copy(checked, s.Checked)
	s.List, s.Checked = append([]httpapi.VerifyFlaw{}, s.List...), checked
	return s
}

// Begin begins a check.
func (v *verifier) Begin(context.Context) (httpapi.VerifyState, error) {
	v.mu.Lock()
	if v.cancel != nil {
		v.mu.Unlock()
		return v.State(), fault.New(fault.Conflict, "a check is under way already", "follow it with: rostrum verify --status")
	}
	ctx, cancel := context.WithCancel(v.work)
	began := v.now().UTC()
	v.cancel, v.ended = cancel, make(chan struct{})
	v.state = httpapi.VerifyState{State: stateRunning, Started: &began, Checked: map[string]int{}}
	v.mu.Unlock()
	v.run(func() { v.end(v.check(ctx)) })
	return v.State(), nil
}

// Cancel ends a check that is under way, and waits for its end.
func (v *verifier) Cancel(ctx context.Context) (httpapi.VerifyState, error) {
	v.mu.Lock()
	cancel, ended := v.cancel, v.ended
	v.mu.Unlock()
	if cancel == nil {
		return v.State(), nil
	}
	cancel()
	select {
	case <-ended:
		return v.State(), nil
	case <-ctx.Done():
		return v.State(), fault.As(fault.Canceled, ctx.Err())
	}
}

func (v *verifier) end(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := v.now().UTC()
	s := &v.state
	s.Ended, s.Phase = &at, ""
	switch {
	case err == nil:
		s.State = "done"
	case fault.KindOf(err) == fault.Canceled || errors.Is(err, context.Canceled):
		s.State = "canceled"
	default:
		s.State, s.Error = "failed", err.Error()
	}
	level := slog.LevelInfo
	if s.Problems > 0 || s.State == "failed" {
		level = slog.LevelError
	}
	v.log.Log(v.work, level, "check of archive, index and streams ended", "state", s.State, "problems", s.Problems, "checked", s.Checked, "took", at.Sub(*s.Started).Round(time.Millisecond), "error", s.Error)
	v.cancel()
	v.cancel = nil
	close(v.ended)
}

// flaw notes something that is not as it should be, and says it.
func (v *verifier) flaw(f indexer.Flaw) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Problems++
	if len(v.state.List) < maxFlaws {
		v.state.List = append(v.state.List, httpapi.VerifyFlaw{Check: v.state.Phase, Where: f.Where, What: f.What, Remedy: f.Remedy})
		v.log.Error("check found a problem", "check", v.state.Phase, "where", f.Where, "problem", f.What)
	}
}

func (v *verifier) note(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Notes = append(v.state.Notes, text)
}

func (v *verifier) counted(what string, n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Checked[what] += n
	v.state.Done += int64(n)
}

func (v *verifier) told(done, total int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Done, v.state.Total = done, total
}

func (v *verifier) phase(name string, total int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Phase, v.state.Done, v.state.Total = name, 0, total
}

func (v *verifier) check(ctx context.Context) error {
	for _, step := range []func(context.Context) error{v.archive, v.index, v.statements, v.streams} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// archive reads the archive, and looks for what the index should hold of it.
func (v *verifier) archive(ctx context.Context) error {
	v.phase("archive", 0)
	look := &looking{v: v}
	if v.node.store == nil {
		look.off = true
	} else {
		mending, _ := v.node.mending.state()
		if look.off = mending; mending {
			v.note("whether every page in the archive is in the index was not checked: the index is being built anew")
		}
		var err error
		if look.until, err = v.node.store.Position(ctx); err != nil {
			return err
		}
	}
	check := indexer.ArchiveCheck{Flaw: v.flaw, Told: v.told, Seen: func(c *statement.Capture, at indexer.Position) error { return look.see(ctx, c, at) }}
	if err := v.node.archive.Check(ctx, check); err != nil {
		return err
	}
	return look.flush(ctx)
}

// looking looks up in the index what the archive holds.
type looking struct {
	v     *verifier
	off   bool
	until indexer.Position // what lies behind it is not in the index yet
	batch map[string]*statement.Capture
}

// see takes a capture that should be a statement, by the statement's id.
func (l *looking) see(ctx context.Context, c *statement.Capture, at indexer.Position) error {
	l.v.mu.Lock()
	l.v.state.Checked["captures"]++
	l.v.mu.Unlock()
	behind := at.File > l.until.File || at.File == l.until.File && at.Offset > l.until.Offset
	if l.off || behind || c.Status != 200 || c.Unchanged != nil || l.v.node.tombstones.Covers(c) {
		return nil
	}
	canonical, err := statement.Canonicalize(c.PageURL())
	if err != nil {
		return nil //nolint:nilerr // it can't become a statement
	}
	if l.batch == nil {
		l.batch = map[string]*statement.Capture{}
	}
	kept := *c
	kept.Body = nil
	l.batch[statement.ID(canonical)] = &kept
	if len(l.batch) < verifyBatch {
		return nil
	}
	return l.flush(ctx)
}

func (l *looking) flush(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(l.batch))
	if len(ids) == 0 {
		return nil
	}
	stored, err := l.v.node.store.Stored(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if stored[id] == nil {
			if err := l.missing(ctx, l.batch[id]); err != nil {
				return err
			}
		}
	}
	l.batch = nil
	return nil
}

// missing finds out why a page is no statement under its own address: it calls another address its own, it was refused, or it waits.
func (l *looking) missing(ctx context.Context, of *statement.Capture) error {
	if waits, err := l.v.bus.Quarantine().Holds(ctx, of.ID); waits || err != nil {
		return err
	}
	c, err := l.v.node.archive.Capture(ctx, of.ID)
	if err != nil {
		return passed(ctx, err) // said already
	}
	st, err := l.v.node.reader.Statement(ctx, c)
	if err != nil {
		return passed(ctx, err) // refused
	}
	if l.v.node.tombstones.Has(st.ID) {
		return nil
	}
	stored, err := l.v.node.store.Stored(ctx, []string{st.ID})
	if err == nil && stored[st.ID] == nil {
		l.v.flaw(indexer.Flaw{Where: c.PageURL() + " (capture " + c.ID + ")", What: "the page is in the archive, and neither a statement nor in quarantine, refused or forgotten", Remedy: "run `rostrum reindex`"})
	}
	return err
}

// passed lets an error pass that is not the caller's going away.
func passed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.As(fault.Canceled, err)
	}
	return nil
}

// index compares the index's files with their checksums.
func (v *verifier) index(ctx context.Context) error {
	v.phase("index", 0)
	if v.node.store == nil {
		return nil // said by whoever tried to open it
	}
	damage, err := v.node.store.CheckSums(ctx, func(done, total int64) {
		v.told(done, total)
		v.mu.Lock()
		v.state.Checked["segments"]++
		v.mu.Unlock()
	})
	for _, d := range damage {
		v.flaw(indexer.Flaw{Where: "index/" + d.File, What: d.What, Remedy: "run `rostrum reindex`; look at the disk and the memory of the machine"})
	}
	return err
}

// statements looks for the captures of what is stored.
func (v *verifier) statements(ctx context.Context) error {
	if v.node.store == nil {
		return nil
	}
	status, err := v.node.store.Status(ctx)
	if err != nil {
		return err
	}
	v.phase("statements", int64(status.Statements))
	return v.node.store.EachStatement(ctx, func(st *statement.Statement) error {
		revisions, err := v.node.store.Revisions(ctx, st.ID)
		if err != nil {
			return err
		}
		if len(revisions) == 0 {
			v.flaw(indexer.Flaw{Where: st.ID, What: "the statement has no revision", Remedy: "run `rostrum reindex`"})
		}
		for _, r := range revisions {
			held, err := v.node.archive.Holds(r.Capture)
			if err != nil {
				return err
			}
			if !held {
				v.flaw(indexer.Flaw{Where: st.ID + ", revision " + strconv.Itoa(r.Number), What: "its capture " + r.Capture + " is not in the archive",
					Remedy: "put the archive back from a backup; `rostrum reindex` builds an index without the statement"})
			}
		}
		v.counted("statements", 1)
		v.mu.Lock()
		v.state.Checked["revisions"] += len(revisions)
		v.mu.Unlock()
		return nil
	})
}

// streams compares what was announced, what waits and how far the index is with the archive.
func (v *verifier) streams(ctx context.Context) error {
	last, err := v.bus.LastStatementSeq(ctx)
	if err != nil {
		return err
	}
	v.phase("streams", 0)
	if v.node.store != nil {
		if _, err := v.node.behind(ctx, v.node.store); fault.KindOf(err) == fault.NotFound {
			v.flaw(indexer.Flaw{Where: "index", What: "it knows of captures that the archive does not hold: " + err.Error(), Remedy: "put the archive back from a backup, or run `rostrum reindex`"})
		}
	}
	lacking := 0
	unreadable, err := v.bus.EachStatement(ctx, func(seq uint64, a *statement.Announcement) error {
		v.counted("announcements", 1)
		held, err := v.node.archive.Holds(a.Statement.Capture)
		if err == nil && !held {
			if lacking++; lacking == 1 {
				v.flaw(indexer.Flaw{Where: "STATEMENTS " + strconv.FormatUint(seq, 10), What: "the capture " + a.Statement.Capture + " of " + a.Statement.ID + " was announced, and is not in the archive",
					Remedy: "the bus is newer than the archive: restore both from one backup"})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if lacking > 1 {
		v.note(fmt.Sprintf("%d captures were announced that are not in the archive; the first is listed", lacking))
	}
	if unreadable > 0 {
		v.flaw(indexer.Flaw{Where: "STATEMENTS", What: fmt.Sprintf("%d announcements can't be read", unreadable), Remedy: "their statements are in the index; alerts on them may be missing"})
	}
	return v.places(ctx, last)
}

// places checks what the alerts remember of the streams, and that what waits can be read.
func (v *verifier) places(ctx context.Context, last uint64) error {
	value, _, err := v.bus.Bucket(bus.Settings).Get(ctx, "alerts.matched")
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if matched, err := strconv.ParseUint(string(value), 10, 64); err == nil {
		now, err := v.bus.LastStatementSeq(ctx)
		if err != nil {
			return err
		}
		if matched > max(last, now) {
			v.flaw(indexer.Flaw{Where: "alerts", What: fmt.Sprintf("announcements up to %d were matched, and the last is %d", matched, now), Remedy: "the next start begins at the end of what there is; restore the bus from a backup"})
		}
	}
	waiting, quarantined, err := v.bus.Lost(ctx)
	if waiting > 0 {
		v.flaw(indexer.Flaw{Where: "CAPTURES", What: fmt.Sprintf("%d captures wait whose body is gone", waiting), Remedy: "they go to quarantine: drop them there; the next fetch captures the pages again"})
	}
	for _, id := range quarantined {
		v.flaw(indexer.Flaw{Where: "quarantine " + id, What: "the capture has lost its body", Remedy: "rostrum quarantine drop " + id})
	}
	return err
}
