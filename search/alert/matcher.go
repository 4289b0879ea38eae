package alert

import (
	"context"
	"errors"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

const (
	matchedKey = "alerts.matched" // in Settings: the last sequence whose alerts are all on the log
	sentKey    = "alerts.sent"    // in Settings: the last alert before which every delivery has ended

	maxAhead   = 64          // announcements read before they are matched; also the most of one round
	placeEvery = time.Second // how often a place is written down while there is work: what lies behind it is done again after a crash
)

// announced is a statement and where it was announced.
type announced struct {
	seq uint64
	a   *statement.Announcement
}

// match matches every announcement after the place that was written down, until ctx ends.
func (s *Service) match(ctx context.Context) error {
	matched, err := s.readPlace(ctx, matchedKey)
	if err != nil {
		return err
	}
	s.reached.Store(matched)
	ahead := make(chan announced, maxAhead)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(ahead)
		return s.o.Statements.Statements(ctx, matched+1, func(ctx context.Context, seq uint64, a *statement.Announcement) error {
			select {
			case ahead <- announced{seq, a}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	g.Go(func() error { return s.rounds(ctx, ahead, matched) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// rounds takes what was read ahead in rounds, and writes the place down: while there is work every placeEvery, and when there is none.
func (s *Service) rounds(ctx context.Context, ahead <-chan announced, matched uint64) error {
	written := matched
	defer func() { s.leavePlace(ctx, matchedKey, matched, written) }()
	tick := time.NewTicker(placeEvery)
	defer tick.Stop()
	for {
		var first announced
		var open bool
		select {
		case first, open = <-ahead:
		case <-tick.C:
			if matched != written {
				if err := s.writePlace(ctx, matchedKey, matched); err != nil {
					return err
				}
				written = matched
				s.matched.Store(matched)
			}
			continue
		}
		if !open {
			return nil
		}
		last, err := s.round(ctx, first, ahead)
		if err != nil {
			return err
		}
		matched = last
	}
}

// round matches one announcement and those that wait behind it, and gives the sequence of the last.
func (s *Service) round(ctx context.Context, first announced, ahead <-chan announced) (last uint64, err error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	began := time.Now()
	r, list := s.newRound(), []announced{first}
	for len(list) < maxAhead {
		var next announced
		var open bool
		select {
		case next, open = <-ahead:
		default:
		}
		if !open {
			break
		}
		list = append(list, next)
	}
	if err := r.match(ctx, list); err != nil {
		return 0, err
	}
	if err := r.commit(ctx); err != nil {
		return 0, err
	}
	s.metrics.matched.Add(float64(len(list)))
	s.reached.Store(list[len(list)-1].seq)
	for _, n := range list {
		if s.log.Debug("capture matched", "capture", n.a.Statement.Capture, "statement", n.a.Statement.ID, "seq", n.seq); !n.a.Backfill {
			s.metrics.lag.Observe(max(0, s.o.Now().Sub(n.a.Statement.CapturedAt).Seconds()))
		}
	}
	s.metrics.round.Observe(time.Since(began).Seconds())
	return list[len(list)-1].seq, nil
}

func (s *Service) readPlace(ctx context.Context, key string) (uint64, error) {
	value, _, err := s.o.Settings.Get(ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	place, err := strconv.ParseUint(string(value), 10, 64)
	if err != nil {
		return 0, fault.Newf(fault.Internal, "read place %s: %w", key, err)
	}
	return place, nil
}

func (s *Service) writePlace(ctx context.Context, key string, place uint64) error {
	return s.persist(ctx, "write "+key, func(ctx context.Context) error {
		_, err := s.o.Settings.Put(ctx, key, strconv.AppendUint(nil, place, 10))
		return err
	})
}

// leavePlace writes a place down at the end, when ctx may be over: what lies behind it would be done again, to no effect but work.
func (s *Service) leavePlace(ctx context.Context, key string, place, written uint64) {
	if place == written {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.writePlace(ctx, key, place); err != nil {
		s.log.Warn("a place could not be written down; what lies behind it is looked at again", "key", key, "place", place, "error", err)
	}
}
