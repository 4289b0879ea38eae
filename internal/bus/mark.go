package bus

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// maxSuspects bounds a mark to well under a message. Beyond it those that killed least are let off, which is logged.
const maxSuspects = 4096

// mark is the record of the captures that are in flight, kept in KV under the consumer's name: what it says after a crash is who was there.
// Only the worker's goroutine uses it.
type mark struct {
	waiting map[uint64]suspect // by stream sequence: found in a mark that a killed process left, and not yet cleared
	written bool               // KV holds a mark that names captures in flight
}

// suspect is a capture that was in flight when its worker died.
type suspect struct {
	ID    string `json:"id"`
	Seq   uint64 `json:"seq"`
	Kills int    `json:"kills"` // how often its worker died with it in flight
}

type markRecord struct {
	Running []suspect `json:"running,omitempty"` // the batch whose handler is at work
	Waiting []suspect `json:"waiting,omitempty"` // suspects whose turn has not come
}

// load reads the mark that the process before left. Those that were running have one more kill on their account; those that are
// acknowledged by now are cleared.
func (m *mark) load(ctx context.Context, b *Bus) error {
	m.waiting = make(map[uint64]suspect)
	value, _, err := b.buckets[inFlightBucket].Get(ctx, indexerConsumer)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	m.written = true
	var left markRecord
	if err := json.Unmarshal(value, &left); err != nil {
		b.log.Error("bus can't read the mark of captures in flight; nobody is suspected", "error", err)
		return nil
	}
	for i := range left.Running {
		left.Running[i].Kills++
	}
	if len(left.Running) > 0 {
		b.metrics.kills.Inc()
	}
	return m.suspect(ctx, b, slices.Concat(left.Running, left.Waiting))
}

func (m *mark) suspect(ctx context.Context, b *Bus, list []suspect) error {
	for _, s := range list {
		_, err := b.captures.GetMsg(ctx, s.Seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return wrap(err, "look up capture %s", s.ID)
		}
		m.waiting[s.Seq] = s
	}
	if len(m.waiting) > 0 {
		b.log.Warn("bus finds captures that were in flight when their worker ended; taking them one by one", "captures", len(m.waiting))
	}
	return nil
}

// suspects says whether a delivery must run singly.
func (m *mark) suspects(d *delivery) bool {
	_, ok := m.waiting[d.seq]
	return ok
}

// set writes the mark for a batch, before its handler runs. It is one write, however large the batch.
func (m *mark) set(ctx context.Context, b *Bus, batch []*delivery) error {
	record := markRecord{Running: make([]suspect, len(batch))}
	running := make(map[uint64]bool, len(batch))
	for i, d := range batch {
		record.Running[i] = suspect{ID: d.id, Seq: d.seq, Kills: m.waiting[d.seq].Kills}
		running[d.seq] = true
	}
	for seq, s := range m.waiting {
		if !running[seq] {
			record.Waiting = append(record.Waiting, s)
		}
	}
	m.written = true
	return m.write(ctx, b, record)
}

// clear says that nothing is in flight. Suspects whose turn has not come stay on record.
func (m *mark) clear(ctx context.Context, b *Bus) error {
	if !m.written {
		return nil
	}
	var err error
	if len(m.waiting) == 0 {
		err = b.untilTaken(ctx, string(inFlightBucket), func(ctx context.Context) error {
			return b.buckets[inFlightBucket].Delete(ctx, indexerConsumer)
		})
	} else {
		record := markRecord{}
		for _, s := range m.waiting {
			record.Waiting = append(record.Waiting, s)
		}
		err = m.write(ctx, b, record)
	}
	m.written = err != nil
	return err
}

func (m *mark) write(ctx context.Context, b *Bus, record markRecord) error {
	value, err := boundedMark(&record, b.log)
	if err != nil {
		return err
	}
	return b.untilTaken(ctx, string(inFlightBucket), func(ctx context.Context) error {
		_, err := b.buckets[inFlightBucket].Put(ctx, indexerConsumer, value)
		return err
	})
}

// boundedMark encodes a mark, with maxSuspects at most that wait.
func boundedMark(record *markRecord, log *slog.Logger) ([]byte, error) {
	slices.SortFunc(record.Waiting, func(a, b suspect) int { return b.Kills - a.Kills })
	if over := len(record.Waiting) - maxSuspects; over > 0 {
		log.Error("bus has too many suspects on record; letting off those that killed least", "let_off", over)
		record.Waiting = record.Waiting[:maxSuspects]
	}
	value, err := json.Marshal(record)
	if err != nil {
		return nil, fault.Newf(fault.Internal, "encode mark: %w", err)
	}
	return value, nil
}

// killed puts one more kill on a delivery's account and gives the sum.
func (m *mark) killed(d *delivery) int {
	s := suspect{ID: d.id, Seq: d.seq, Kills: m.waiting[d.seq].Kills + 1}
	m.waiting[d.seq] = s
	return s.Kills
}

// kills is how often a delivery killed its worker.
func (m *mark) kills(d *delivery) int { return m.waiting[d.seq].Kills }

// settled clears a delivery of suspicion: it is acknowledged, one way or the other.
func (m *mark) settled(d *delivery) { delete(m.waiting, d.seq) }
