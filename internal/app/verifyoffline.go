package app

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"rostrum/configs"
	"rostrum/indexer"
	"rostrum/internal/bus"
	"rostrum/search/blevestore"
	"rostrum/search/httpapi"
)

// Verify checks the data folder of cfg that no instance holds, as a running one checks its own, and tells how far it is from time to time. A folder in
// use is a fault.Conflict. Opening archive and bus does what a start does: an unfinished batch at the archive's end is cut off.
func Verify(ctx context.Context, cfg *configs.Config, o Options, told func(httpapi.VerifyState)) (state httpapi.VerifyState, err error) {
	a, err := New(cfg, o)
	if err != nil {
		return state, err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), StopTimeout)
		defer cancel()
		err = errors.Join(err, a.Stop(stop))
	}()
	v := &verifier{work: ctx, run: func(f func()) { f() }, now: time.Now, log: a.log}
	began := v.now().UTC()
	v.state = httpapi.VerifyState{State: stateRunning, Phase: "archive", Started: &began, Checked: map[string]int{}}
	if err := a.openVerified(ctx, v); err != nil {
		return state, err
	}
	v.cancel, v.ended = func() {}, make(chan struct{})
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	go func() { v.end(v.check(ctx)) }()
	for {
		select {
		case <-v.ended:
			return v.State(), nil
		case <-tick.C:
			told(v.State())
		}
	}
}

// openVerified opens what is to be checked.
func (a *App) openVerified(ctx context.Context, v *verifier) (err error) {
	n := &node{turn: newTurn()}
	v.node = n
	n.archive, err = indexer.OpenArchive(ctx, indexer.ArchiveOptions{Dir: filepath.Join(a.cfg.Data, "archive"), Software: "Rostrum/" + Version,
		MaxFile: int64(a.cfg.Archive.MaxFile), Folders: a.cfg.Archive.Folders, Log: a.log})
	if err != nil {
		return err
	}
	a.onStop("archive", func(context.Context) error { return n.archive.Close() })
	if n.tombstones, err = indexer.OpenTombstones(filepath.Join(a.cfg.Data, ForgottenFile)); err != nil {
		return err
	}
	a.onStop("tombstones", func(context.Context) error { return n.tombstones.Close() })
	if a.bus, err = bus.Open(ctx, busOptions(a.cfg, a)); err != nil {
		return err
	}
	a.onStop("bus", a.bus.Close)
	v.bus = a.bus
	if n.reader, err = newReader(a.cfg, a.registry, a.newExtractor()); err != nil {
		return err
	}
	dir := filepath.Join(a.cfg.Data, "index")
	if a.checkIndex != nil && blevestore.Exists(dir) {
		if err := a.checkIndex(ctx, dir); errors.Is(err, blevestore.ErrRebuild) {
			v.state.Phase = "index"
			v.flaw(indexer.Flaw{Where: dir, What: oneReason(err), Remedy: "start Rostrum: it sets the index aside and builds it anew from the archive"})
			return nil
		}
	}
	if !blevestore.Exists(dir) {
		v.note("there is no index: the next start builds it from the archive")
		return nil
	}
	if n.store, err = blevestore.Open(blevestore.Options{Dir: dir, Members: a.registry.Members, Phases: phases(a.registry), Logger: a.log}); err != nil {
		return err
	}
	a.onStop("index", func(context.Context) error { return n.store.Close() })
	return nil
}
