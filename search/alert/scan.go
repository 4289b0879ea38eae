package alert

import (
	"context"
	"slices"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
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
		waiting := s.book.all(func(r *record) bool { return r.Scan && !r.Saved.Paused })
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

// scanFor fires for what is stored and meets a saved query. Where it is cut off it begins anew, and what fired before does not fire again.
func (s *Service) scanFor(ctx context.Context, id string) error {
	r := s.book.record(id)
	if r == nil || s.book.problem(id) != "" {
		return nil
	}
	c, err := s.o.Compiler.Compile(ctx, r.Saved.Query)
	if err != nil {
		return err
	}
	var chunk []*statement.Statement
	decide := func() error {
		s.deciding.Lock()
		defer s.deciding.Unlock()
		round := s.newRound()
		for _, st := range chunk {
			read := s.read(st)
			reasons := read.reasons(c.Node, s.o.Members)
			s := sighting{statement: st.ID, capture: st.Capture, first: st.Revision <= 1, backfill: true}
			if err := round.meet(ctx, r, c.Node, read, reasons, groupOf(st), s); err != nil {
				return err
			}
		}
		chunk = chunk[:0]
		return round.commit(ctx)
	}
	err = s.o.Scanner.Scan(ctx, c.Node, false, func(st *statement.Statement) error {
		if chunk = append(chunk, st); len(chunk) < scanChunk {
			return nil
		}
		return decide()
	})
	if err == nil {
		err = decide()
	}
	if err != nil {
		return err
	}
	return s.scanned(ctx, id, r.Saved.Query)
}

// scanned notes that what is stored was gone through, unless the query was edited meanwhile.
func (s *Service) scanned(ctx context.Context, id, query string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if r := s.book.record(id); r == nil || r.Saved.Query != query {
		s.wakeScan()
		return nil
	}
	err := s.amend(ctx, id, func(r *record) { r.Scan = false })
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
