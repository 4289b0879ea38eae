package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"rostrum/indexer"
	"rostrum/internal/bus"
	"rostrum/search"
	"rostrum/search/httpapi"
)

const (
	lookTimeout = 3 * time.Second // of one part that is asked how it does
	lookKept    = time.Second     // how long an answer serves others who ask
	// maxQuarantineLooks bounds the pages of the quarantine that are counted.
	maxQuarantineLooks = 10
)

// observer tells how this instance is doing, to people (rostrum status) and to Prometheus. A part that does not answer is said, and the
// rest is told all the same.
type observer struct {
	app     *App
	started time.Time
	sources sourceStates
	now     func() time.Time

	mu   sync.Mutex
	at   time.Time
	last sight
}

// sight is what was seen at one look.
type sight struct {
	httpapi.Status
	sources []search.SourceState
}

func newObserver(a *App) *observer {
	return &observer{app: a, started: time.Now().UTC(), sources: sourceStates{app: a, now: time.Now}, now: time.Now}
}

// status is the status that the admin endpoints give. It fails for nothing: what fails is in it.
func (o *observer) status(ctx context.Context) (httpapi.Status, error) {
	return o.look(ctx, 0).Status, nil
}

// look looks at every part, or gives what was seen at most so long ago.
func (o *observer) look(ctx context.Context, age time.Duration) sight {
	o.mu.Lock()
	defer o.mu.Unlock()
	if age > 0 && o.now().Sub(o.at) < age {
		return o.last
	}
	n := o.app.node
	s := sight{Status: httpapi.Status{Version: Version, Started: o.started, Forgotten: n.tombstones.Len(), Rebuild: n.rebuilder.State(), ArchiveLacks: n.mending.lacks(), Failing: []httpapi.FailingPart{}}}
	s.Receivers = o.app.alerts.Troubles()
	s.BusLost = o.app.alerts.Lost()
	s.Deliveries = o.app.alerts.Waiting()
	s.DiskFree, s.DiskSize = diskRoom(o.app.cfg.Data)
	s.Check = checkMade(n.admin.Checker.State())
	parts := []struct {
		name string
		look func(context.Context, *sight) error
	}{{"store", o.store}, {"archive", o.archive}, {"bus", o.bus}, {"sources", o.sourceStates}}
	for _, p := range parts {
		if p.name == "sources" && len(s.Failing) > 0 {
			continue // they are on the bus as well
		}
		part, cancel := context.WithTimeout(ctx, lookTimeout)
		if err := p.look(part, &s); err != nil {
			s.Failing = append(s.Failing, httpapi.FailingPart{Part: p.name, Error: err.Error()})
		}
		cancel()
	}
	if err := o.app.room("archive", "index", "bus"); err != nil {
		s.Failing = append(s.Failing, httpapi.FailingPart{Part: "disk", Error: err.Error()})
	}
	o.at, o.last = o.now(), s
	return s
}

func (o *observer) store(ctx context.Context, s *sight) error {
	stored, err := o.app.node.store.Status(ctx)
	s.Statements, s.Newest, s.IndexBytes = stored.Statements, past(stored.Newest), stored.Bytes
	return errors.Join(err, stored.Refused)
}

func (o *observer) archive(_ context.Context, s *sight) (err error) {
	a := o.app.node.archive
	s.ArchiveBytes, err = a.Bytes(indexer.Position{}, a.Position())
	return err
}

// bus asks for what waits.
func (o *observer) bus(ctx context.Context, s *sight) error {
	b := o.app.bus
	if err := b.Check(ctx); err != nil {
		return err // at once, and with its reason
	}
	pending, err := b.Pending(ctx)
	if err != nil {
		return err
	}
	s.Pending, s.PendingAge = pending.Captures, pending.OldestAge.Seconds()
	if err := o.unmatched(ctx, s); err != nil {
		return err
	}
	if s.Backup, err = readBackupMark(ctx, b.Bucket(bus.Settings)); err != nil {
		return err
	}
	after := uint64(0)
	for range maxQuarantineLooks {
		page, next, err := b.Quarantine().List(ctx, after, bus.MaxQuarantinePage)
		if err != nil {
			return err
		}
		s.Quarantined += len(page)
		if after = next; next == 0 {
			break
		}
	}
	return nil
}

// unmatched says how far the matcher is behind.
func (o *observer) unmatched(ctx context.Context, s *sight) error {
	reached := o.app.alerts.Reached() // first: what is matched meanwhile is not behind
	last, err := o.app.bus.LastStatementSeq(ctx)
	if err != nil || last <= reached {
		return err
	}
	s.Unmatched = last - reached
	at, err := o.app.bus.AnnouncedAt(ctx, reached+1)
	if err == nil && !at.IsZero() {
		s.UnmatchedAge = max(0, o.now().Sub(at).Seconds())
	}
	return err
}

func (o *observer) sourceStates(ctx context.Context, s *sight) (err error) {
	s.sources, err = o.sources.Sources(ctx)
	return err
}

// checkMade is the check that has ended last; nil when there was none.
func checkMade(v httpapi.VerifyState) *httpapi.CheckMade {
	if v.Ended == nil {
		return nil
	}
	return &httpapi.CheckMade{State: v.State, Ended: *v.Ended, Problems: v.Problems}
}
