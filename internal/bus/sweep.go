package bus

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// sweepAge is how old a body must be before it is taken for garbage: a publisher stores the body first, then the message. One that
// waits for long stores it anew.
const sweepAge = time.Hour

// sweep removes the bodies that nothing refers to any more: a process ended between two steps. Only the indexer calls it, at its start.
// A failure is logged; the next start tries again.
func (b *Bus) sweep(ctx context.Context) {
	b.sweepOlder(ctx, time.Now().Add(-sweepAge))
}

func (b *Bus) sweepOlder(ctx context.Context, than time.Time) {
	for name, referred := range map[bodyStore]func(context.Context) (map[string]bool, error){
		captureBodies:    b.referredCaptures,
		quarantineBodies: b.referredQuarantine,
	} {
		swept, err := b.sweepStore(ctx, b.bodies[name], than, referred)
		switch {
		case err != nil && ctx.Err() == nil:
			b.log.Warn("bus could not sweep bodies; the next start tries again", "store", string(name), "error", err)
		case swept > 0:
			b.log.Info("bus swept bodies that nothing refers to", "store", string(name), "bodies", swept)
		}
	}
}

// sweepStore lists the bodies before the references: a body that gets its reference in between is kept.
func (b *Bus) sweepStore(ctx context.Context, s *bodies, than time.Time, referred func(context.Context) (map[string]bool, error)) (swept int, err error) {
	names, err := s.list(ctx)
	if err != nil || len(names) == 0 {
		return 0, err
	}
	keep, err := referred(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if keep[name] {
			continue
		}
		stored, err := s.stored(ctx, name)
		if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return swept, err
		}
		if err == nil && stored.Before(than) {
			s.drop(ctx, name)
			swept++
		}
	}
	return swept, nil
}

func (b *Bus) referredCaptures(ctx context.Context) (map[string]bool, error) {
	names := make(map[string]bool)
	for seq := uint64(1); ; {
		msg, err := b.captures.GetMsg(ctx, seq, jetstream.WithGetMsgSubject("captures.*.body"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		names[msg.Header.Get(headerBody)] = true
		seq = msg.Sequence + 1
	}
}

func (b *Bus) referredQuarantine(ctx context.Context) (map[string]bool, error) {
	names := make(map[string]bool)
	err := b.buckets[quarantineBucket].List(ctx, func(_ string, value []byte, _ uint64) error {
		var record quarantineRecord
		err := json.Unmarshal(value, &record)
		names[record.Body] = true
		return err
	})
	return names, err
}
