package alert

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	firstExpiry = 10 * time.Minute // after the start
	expireEvery = 6 * time.Hour
	expireChunk = 10_000 // records that are dropped before the next are looked for
	mostRecords = 500_000
	dayLength   = 24 * time.Hour
)

// expire drops what became of deliveries when it is old, and the oldest of it when there is too much, until ctx ends.
func (s *Service) expire(ctx context.Context) error {
	for wait := firstExpiry; ; wait = expireEvery {
		pause := time.NewTimer(wait)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil
		}
		dropped, err := s.expireDeliveries(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // it was asked to end
		case err != nil:
			s.log.Warn("old records of deliveries could not be dropped; trying again", "in", expireEvery, "error", err)
		case dropped > 0:
			s.log.Info("old records of deliveries were dropped", "records", dropped)
		}
	}
}

// expireDeliveries drops the records that are older than they are kept. Where more than may be kept are younger it drops the oldest days
// of these, which it says.
func (s *Service) expireDeliveries(ctx context.Context) (dropped int, err error) {
	bound := s.o.Now().Add(-s.o.KeepDeliveries)
	days, kept := map[int64]int{}, 0
	err = s.ended(ctx, func(_ string, at time.Time) bool {
		if !at.Before(bound) {
			days[at.Unix()/int64(dayLength/time.Second)]++
			kept++
		}
		return true
	})
	if err != nil {
		return 0, err
	}
	if kept > s.o.MostDeliveries {
		bound = youngest(days, s.o.MostDeliveries)
		s.log.Warn("more deliveries are on record than are kept: the oldest are dropped before their time", "records", kept, "most", s.o.MostDeliveries, "before", bound)
	}
	for {
		var old []string
		err := s.ended(ctx, func(key string, at time.Time) bool {
			if at.Before(bound) {
				old = append(old, key)
			}
			return len(old) < expireChunk
		})
		for _, key := range old {
			if err == nil {
				err = s.o.Deliveries.Delete(ctx, key)
			}
		}
		dropped += len(old)
		if err != nil || len(old) < expireChunk {
			return dropped, err
		}
	}
}

// youngest gives the beginning of the day from which on at most so many are counted; of the latest at least.
func youngest(days map[int64]int, most int) time.Time {
	from, n := int64(0), 0
	for i, day := range slices.Backward(slices.Sorted(maps.Keys(days))) {
		if n += days[day]; n > most && i < len(days)-1 {
			break
		}
		from = day
	}
	return time.Unix(from*int64(dayLength/time.Second), 0).UTC()
}

var errEnough = errors.New("enough")

// ended visits the records that nobody will look up to deliver by, with the time of their latest attempt, until visit says that it has
// enough. A record is over when its alert lies behind the courier's place: whatever is still on its way holds that place up.
func (s *Service) ended(ctx context.Context, visit func(key string, at time.Time) bool) error {
	place := s.courier.place()
	err := s.o.Deliveries.List(ctx, func(key string, value []byte, _ uint64) error {
		at, over := s.over(key, value, place)
		if over && !visit(key, at) {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// over says whether a record is of a delivery before a place, and when the latest attempt at it was. What told of a query that can't be
// matched any more stays as long as the query: it is told once.
func (s *Service) over(key string, value []byte, place uint64) (at time.Time, over bool) {
	if !strings.HasPrefix(key, sentBundles) {
		var d Delivery
		if json.Unmarshal(value, &d) != nil {
			return at, false
		}
		return d.latest(), d.N > 0 && d.N/(maxChannels+1) <= place
	}
	var b bundle
	if json.Unmarshal(value, &b) != nil {
		return at, false
	}
	at = b.Until
	if latest := b.Delivery.latest(); latest.After(at) {
		at = latest
	}
	for _, p := range b.Parts {
		if b.Why == whyProblem && s.book.record(p.Saved) != nil {
			return at, false
		}
		for _, i := range p.Alerts {
			if i.Seq > place {
				return at, false
			}
		}
	}
	return at, true
}

// latest is when the latest attempt was made; the zero time when none was.
func (d *Delivery) latest() time.Time {
	if len(d.Attempts) == 0 {
		return time.Time{}
	}
	return d.Attempts[len(d.Attempts)-1].At
}
