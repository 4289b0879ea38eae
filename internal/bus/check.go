package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// EachStatement hands the announcements that are kept to visit, oldest first, and returns at the end. Those that can't be read are passed over and
// counted. The error of visit ends it and is returned as it is.
func (b *Bus) EachStatement(ctx context.Context, visit func(seq uint64, a *statement.Announcement) error) (unreadable int, err error) {
	ctx, done, err := b.use(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	c := &cursor{bus: b, stream: statementsStream}
	err = c.toEnd(ctx, func(ctx context.Context, m *message) error {
		data, err := b.bodies[statementBodies].open(ctx, m.Headers(), m.Data())
		var a *statement.Announcement
		if err == nil {
			a, err = decodeAnnouncement(data)
		}
		if err != nil {
			unreadable++
			return b.passOver(statementsStream, m.seq, err)
		}
		return visit(m.seq, a)
	})
	return unreadable, err
}

// Lost gives the captures that wait in CAPTURES, and those in quarantine, whose body is gone: they can never be read.
func (b *Bus) Lost(ctx context.Context) (waiting int, quarantined []string, err error) {
	held, err := b.held(ctx, captureBodies)
	if err != nil {
		return 0, nil, err
	}
	for seq := uint64(1); ; {
		msg, err := b.captures.GetMsg(ctx, seq, jetstream.WithGetMsgSubject("captures.*.body"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return 0, nil, wrap(err, "read waiting captures")
		}
		if name := msg.Header.Get(headerBody); !held[name] {
			if _, err := b.bodies[captureBodies].stored(ctx, name); errors.Is(err, jetstream.ErrMsgNotFound) { // published since
				if _, err := b.captures.GetMsg(ctx, msg.Sequence); err == nil { // and not acknowledged since
					waiting++
				}
			}
		}
		seq = msg.Sequence + 1
	}
	if held, err = b.held(ctx, quarantineBodies); err != nil {
		return waiting, nil, err
	}
	err = b.buckets[quarantineBucket].List(ctx, func(key string, value []byte, _ uint64) error {
		record, err := decodeQuarantine(value)
		if err == nil && record.Body != "" && !held[record.Body] {
			if _, err := b.bodies[quarantineBodies].stored(ctx, record.Body); errors.Is(err, jetstream.ErrMsgNotFound) {
				quarantined = append(quarantined, key)
			}
		}
		return err
	})
	return waiting, quarantined, err
}

// Holds says whether a capture is in quarantine.
func (q *Quarantine) Holds(ctx context.Context, capture string) (bool, error) {
	_, _, err := q.get(ctx, capture)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func (b *Bus) held(ctx context.Context, store bodyStore) (map[string]bool, error) {
	names, err := b.bodies[store].list(ctx)
	held := make(map[string]bool, len(names))
	for _, name := range names {
		held[name] = true
	}
	return held, wrap(err, "list bodies in %s", string(store))
}
