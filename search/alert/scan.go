package alert

import (
	"context"
	"slices"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

// scanChunk is how many stored statements are decided upon in one round.
const scanChunk = 100

// scanAgain is the pause after a scan that failed.
const scanAgain = 30 * time.Second

func (s *Service) wakeScan() {
	select {
	case s.scans <- struct{}{}:
	default: // it is awake
	}
}

// scan goes through what is stored for the saved queries that ask for it, until ctx ends.
func (s *Service) scan(ctx context.Context) error {
	for {
		var again <-chan time.Time
		waiting := s.book.all(func(r *record) bool { return (r.Scan || !r.Again.IsZero()) && !r.Saved.Paused })
		slices.SortFunc(waiting, byID)
		for _, r := range waiting {
			if err := s.scanFor(ctx, r.Saved.ID); err != nil {
				if ctx.Err() != nil {
					return nil //nolint:nilerr // it was asked to end
				}
				s.log.Error("what is stored could not be gone through for a saved query; trying again", "saved", r.Saved.ID, "in", scanAgain, "error", err)
				again = time.After(scanAgain)
			}
		}
		select {
		case <-s.scans:
		case <-again:
		case <-ctx.Done():
			return nil
		}
	}
}

// scanFor fires for what is stored and meets a saved query: all of it where that was asked for, and what the bus may have lost. Where it is cut off
// it begins anew, and what fired before does not fire again.
func (s *Service) scanFor(ctx context.Context, id string) error {
	r := s.book.record(id)
	if r == nil || s.book.problem(id) != "" {
		return nil
	}
	c, err := s.o.Compiler.Compile(ctx, r.Saved.Query)
	if err != nil {
		return err
	}
	if !r.Again.IsZero() {
		if err := s.goThroughAgain(ctx, r, c.Node); err != nil {
			return err
		}
	}
	if r.Scan {
		every := func(*statement.Statement) bool { return true }
		err = s.goThrough(ctx, r, c.Node, every, func(*statement.Statement) sighting { return sighting{backfill: true} }, nil)
	}
	if err != nil {
		return err
	}
	return s.scanned(ctx, r)
}

// goThroughAgain fires for what was captured since the bus lost something, unless the log has the alert: with the id that it had. An edit begins
// anew, so that what was captured before it is left out. Of a statement that was revised since, the latest text alone is looked at.
func (s *Service) goThroughAgain(ctx context.Context, r *record, node query.Node) error {
	there, err := s.alertsThere(ctx, r.Saved.ID)
	if err != nil {
		return err
	}
	since := r.Again
	if r.Saved.Updated.After(since) {
		since = r.Saved.Updated
	}
	late := func(st *statement.Statement) bool { return !st.CapturedAt.Before(since) }
	return s.goThrough(ctx, r, node, late, func(st *statement.Statement) sighting {
		return sighting{backfill: st.Backfill && st.Revision <= 1, again: true}
	}, there)
}

// goThrough decides upon what is stored, meets a saved query and is wanted, but for the alerts that are there already.
func (s *Service) goThrough(ctx context.Context, r *record, node query.Node, wanted func(*statement.Statement) bool, as func(*statement.Statement) sighting, there map[string]bool) error {
	var chunk []*statement.Statement
	decide := func() error {
		s.deciding.Lock()
		defer s.deciding.Unlock()
		round := s.newRound()
		for _, st := range chunk {
			read := s.read(st)
			seen := as(st)
			seen.statement, seen.capture, seen.first = st.ID, st.Capture, st.Revision <= 1
			if err := round.meet(ctx, r, node, read, read.reasons(node, s.o.Members), groupOf(st), seen); err != nil {
				return err
			}
		}
		chunk = chunk[:0]
		round.alerts = slices.DeleteFunc(round.alerts, func(a Record) bool { return there[a.ID] })
		return round.commit(ctx)
	}
	err := s.o.Scanner.Scan(ctx, node, false, func(st *statement.Statement) error {
		if !wanted(st) {
			return nil
		}
		if chunk = append(chunk, st); len(chunk) < scanChunk {
			return nil
		}
		return decide()
	})
	if err != nil {
		return err
	}
	return decide()
}

// scanned notes that what is stored was gone through, unless the query was edited meanwhile.
func (s *Service) scanned(ctx context.Context, through *record) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	id := through.Saved.ID
	if r := s.book.record(id); r == nil || r.Saved.Query != through.Saved.Query {
		s.wakeScan()
		return nil
	}
	err := s.amend(ctx, id, func(r *record) { r.Scan, r.Again = false, time.Time{} })
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
