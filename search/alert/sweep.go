package alert

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
)

const (
	sweepAfter = time.Minute // of quiet after a removal: removals come in rows
	sweepAgain = time.Hour   // after a sweep that failed
)

func (s *Service) wakeSweep() {
	select {
	case s.removed <- struct{}{}:
	default: // it is awake
	}
}

// sweep forgets what groups met of saved queries that were removed, until ctx ends.
func (s *Service) sweep(ctx context.Context) error {
	for {
		select {
		case <-s.removed:
		case <-ctx.Done():
			return nil
		}
		pause := time.NewTimer(sweepAfter)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil
		}
		if err := s.sweepFired(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("what was remembered for removed saved queries could not be dropped; trying again", "in", sweepAgain, "error", err)
			time.AfterFunc(sweepAgain, s.wakeSweep)
		}
	}
}

// sweepFired goes through what groups met, and drops what belongs to no saved query.
func (s *Service) sweepFired(ctx context.Context) error {
	var stale []string
	err := s.o.Fired.List(ctx, func(key string, value []byte, _ uint64) error {
		part := map[string]json.RawMessage{}
		if json.Unmarshal(value, &part) != nil {
			return nil //nolint:nilerr // what can't be read is left to the matcher, which says so
		}
		for saved := range part {
			if s.book.record(saved) == nil {
				stale = append(stale, key)
				break
			}
		}
		return nil
	})
	for _, key := range stale {
		if err == nil {
			err = s.sweepPart(ctx, key)
		}
	}
	return err
}

// sweepPart drops from one value what belongs to no saved query. The value itself goes only where none comes after it.
func (s *Service) sweepPart(ctx context.Context, key string) error {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	value, _, err := s.o.Fired.Get(ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	part := map[string]json.RawMessage{}
	if json.Unmarshal(value, &part) != nil {
		return nil
	}
	for saved := range part {
		if s.book.record(saved) == nil {
			delete(part, saved)
		}
	}
	if len(part) == 0 {
		group, number, _ := strings.Cut(key, "/")
		n, _ := strconv.Atoi(number)
		if _, _, err := s.o.Fired.Get(ctx, (&history{group: group}).key(n+1)); fault.KindOf(err) == fault.NotFound {
			return s.o.Fired.Delete(ctx, key)
		}
	}
	if value, err = json.Marshal(part); err != nil {
		return fault.As(fault.Internal, err)
	}
	_, err = s.o.Fired.Put(ctx, key, value)
	return err
}

// Forget takes every alert about a statement out of the log, with what became of it, and what was remembered of its group where it is
// alone there. What was delivered already is out of reach. It is idempotent.
func (s *Service) Forget(ctx context.Context, statement string) (int, error) {
	type gone struct {
		id    string
		saved string
	}
	var alerts []gone
	erased, err := s.o.Alerts.Erase(ctx, func(data []byte) bool {
		a := &Alert{}
		if json.Unmarshal(data, a) != nil || a.Statement.ID != statement {
			return false
		}
		alerts = append(alerts, gone{id: a.ID, saved: a.Saved.ID})
		return true
	})
	if err != nil {
		return erased, err
	}
	for _, g := range alerts {
		r := s.book.record(g.saved)
		if r == nil {
			continue
		}
		for _, c := range r.Saved.Channels {
			if err := s.o.Deliveries.Delete(ctx, deliveryKey(g.id, c.ID)); err != nil {
				return erased, err
			}
		}
	}
	s.deciding.Lock()
	defer s.deciding.Unlock()
	h, _, err := readHistory(ctx, s.o.Fired, statement)
	if err != nil {
		return erased, err
	}
	for n := len(h.parts) - 1; n >= 0; n-- {
		if err := s.o.Fired.Delete(ctx, h.key(n)); err != nil {
			return erased, err
		}
	}
	return erased, nil
}
