package bus

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Announce appends announcements to STATEMENTS in their order; nil means that the bus has them all. It is at least once: a repeat within
// the dedupe window is dropped, a later one is appended again.
func (b *Bus) Announce(ctx context.Context, batch []statement.Announcement) error {
	records := make([]Record, len(batch))
	for i := range batch {
		a := batch[i]
		if a.Version == 0 {
			a.Version = statement.WireVersion
		}
		data, err := json.Marshal(&a)
		if err != nil {
			return fault.Newf(fault.Internal, "encode announcement %s: %w", a.MessageID(), err)
		}
		records[i] = Record{ID: a.MessageID(), Data: data}
	}
	return b.stated.Append(ctx, records)
}

// Statements hands the announcements from sequence fromSeq on to visit, one at a time and in order, and goes on with new ones: see
// Log.Follow, of which it differs in that an announcement that can't be decoded is passed over and logged, and one that a later version
// wrote is an error.
func (b *Bus) Statements(ctx context.Context, fromSeq uint64, visit func(ctx context.Context, seq uint64, a *statement.Announcement) error) error {
	return b.stated.Follow(ctx, fromSeq, func(ctx context.Context, seq uint64, data []byte) error {
		a, err := decodeAnnouncement(data)
		if err != nil {
			return b.passOver(b.stated.stream, seq, err)
		}
		return visit(ctx, seq, a)
	})
}

// LastStatementSeq is the sequence of the latest announcement, 0 when there has never been one.
func (b *Bus) LastStatementSeq(ctx context.Context) (uint64, error) { return b.stated.LastSeq(ctx) }

// AnnouncedAt is when the announcement of a sequence was appended; the zero time where it is not kept.
func (b *Bus) AnnouncedAt(ctx context.Context, seq uint64) (time.Time, error) {
	stream, err := b.js.Stream(ctx, statementsStream)
	if err != nil {
		return time.Time{}, wrap(err, "find %s", statementsStream)
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, wrap(err, "read announcement %d", seq)
	}
	return msg.Time, nil
}

// Alerts is the log of alerts on their way to their channels.
func (b *Bus) Alerts() *Log { return b.alerts }

// passOver logs a message that can never be read, and lets its follower go on; any other error is returned.
func (b *Bus) passOver(stream string, seq uint64, err error) error {
	if fault.KindOf(err) != fault.Poison {
		return wrap(err, "read message %d of %s", seq, stream)
	}
	b.metrics.skipped.Inc()
	b.log.Error("bus passes over a message that can't be read", "stream", stream, "seq", seq, "error", err)
	return nil
}
