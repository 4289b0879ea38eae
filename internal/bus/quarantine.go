package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// MaxQuarantinePage is the largest page of the quarantine's list.
const MaxQuarantinePage = 1000

// retrySeparator parts a capture id from what tells a retry's message id from the first one, which the server still remembers.
const retrySeparator = "~"

// errPage ends a listing whose page is full.
var errPage = errors.New("page is full")

// QuarantineEntry says why a capture could not be processed.
type QuarantineEntry struct {
	Capture  string    `json:"capture"` // capture id
	URL      string    `json:"url"`     // empty, as Source, when the capture could not be read
	Source   string    `json:"source"`
	Reason   string    `json:"reason"`
	Kind     string    `json:"kind"` // name of the fault.Kind
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`   // UTC
	Size     int       `json:"size"` // bytes, encoded
}

type quarantineRecord struct {
	QuarantineEntry
	Body string `json:"body,omitempty"` // where its payload is; empty when that is lost
}

// Quarantine is where captures that cannot be processed wait to be retried or dropped.
type Quarantine struct {
	bus    *Bus
	bucket *Bucket
	bodies *bodies
}

// Quarantine gives the quarantine.
func (b *Bus) Quarantine() *Quarantine {
	return &Quarantine{bus: b, bucket: b.buckets[quarantineBucket], bodies: b.bodies[quarantineBodies]}
}

// put records a capture and replaces an earlier record of it. Idempotent.
func (q *Quarantine) put(ctx context.Context, entry QuarantineEntry, payload []byte) error {
	before, _, err := q.get(ctx, entry.Capture)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	record := quarantineRecord{QuarantineEntry: entry}
	if len(payload) > 0 {
		if record.Body, err = q.bodies.put(ctx, hashKey(entry.Capture), payload); err != nil {
			return wrap(err, "store body of %s", entry.Capture)
		}
	}
	value, err := json.Marshal(record)
	if err != nil {
		return fault.Newf(fault.Internal, "encode quarantine entry %s: %w", entry.Capture, err)
	}
	if _, err := q.bucket.Put(ctx, entry.Capture, value); err != nil {
		return err
	}
	if before.Body != "" {
		q.bodies.drop(ctx, before.Body)
	}
	return nil
}

func (q *Quarantine) get(ctx context.Context, capture string) (quarantineRecord, uint64, error) {
	value, rev, err := q.bucket.Get(ctx, capture)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.New(fault.NotFound, fmt.Sprintf("no capture %s in quarantine", capture), "list them with: rostrum quarantine list")
		}
		return quarantineRecord{}, 0, err
	}
	record, err := decodeQuarantine(value)
	return record, rev, err
}

func decodeQuarantine(value []byte) (record quarantineRecord, err error) {
	if err = json.Unmarshal(value, &record); err != nil {
		err = fault.Newf(fault.Internal, "decode quarantine entry: %w", err)
	}
	return record, err
}

// List gives up to limit entries (1 to MaxQuarantinePage, else fault.Invalid), oldest first, that came after a place in the list: 0
// for the first page, then the next of the page before. next is 0 when there are no more.
func (q *Quarantine) List(ctx context.Context, after uint64, limit int) (page []QuarantineEntry, next uint64, err error) {
	if limit < 1 || limit > MaxQuarantinePage {
		return nil, 0, refuse("limit", fmt.Sprintf("limit %d is out of bounds", limit), fmt.Sprintf("use 1 to %d", MaxQuarantinePage))
	}
	ctx, done, err := q.bus.use(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer done()
	last := uint64(0)
	err = q.bucket.cursor(after).toEnd(ctx, func(_ context.Context, m *message) error {
		e, ok := entryOf(m)
		if !ok || e.Deleted {
			return nil
		}
		if len(page) == limit {
			return errPage
		}
		record, err := decodeQuarantine(e.Value)
		page, last = append(page, record.QuarantineEntry), e.Revision
		return err
	})
	if errors.Is(err, errPage) {
		return page, last, nil
	}
	return page, 0, err
}

// Get gives an entry and its capture; fault.NotFound when it is not there. The capture is nil when it can't be read, for which the entry
// gives the reason.
func (q *Quarantine) Get(ctx context.Context, capture string) (QuarantineEntry, *statement.Capture, error) {
	record, _, err := q.get(ctx, capture)
	if err != nil || record.Body == "" {
		return record.QuarantineEntry, nil, err
	}
	payload, err := q.bodies.get(ctx, record.Body, record.Size)
	if err != nil {
		return record.QuarantineEntry, nil, err
	}
	c, err := decodeCapture(payload)
	if err != nil {
		c = nil
	}
	return record.QuarantineEntry, c, nil
}

// Retry publishes a capture anew, with its attempts and what its content did forgotten, and takes it out of the quarantine; fault.NotFound when it is not there,
// fault.Poison when its body is lost. A retry that is cut off may leave the entry: the capture is then processed, and can be dropped
// or retried again here.
func (q *Quarantine) Retry(ctx context.Context, capture string) error {
	record, rev, err := q.get(ctx, capture)
	if err != nil {
		return err
	}
	if record.Body == "" {
		return fault.New(fault.Poison, fmt.Sprintf("capture %s has lost its body", capture), "drop it; the next fetch captures the page again")
	}
	payload, err := q.bodies.get(ctx, record.Body, record.Size)
	if err != nil {
		return err
	}
	if err := q.bus.letIn(ctx, payload); err != nil {
		return err
	}
	messageID := fmt.Sprintf("%s%s%d", capture, retrySeparator, rev)
	if err := q.bus.sendCapture(ctx, record.Source, messageID, payload); err != nil {
		return wrap(err, "retry capture %s", capture)
	}
	return q.remove(ctx, record, rev)
}

// Drop removes a capture from the quarantine for good; fault.NotFound when it is not there.
func (q *Quarantine) Drop(ctx context.Context, capture string) error {
	record, rev, err := q.get(ctx, capture)
	if err != nil {
		return err
	}
	return q.remove(ctx, record, rev)
}

// remove takes out this state of an entry. One that has come back meanwhile is a new one, and stays.
func (q *Quarantine) remove(ctx context.Context, record quarantineRecord, rev uint64) error {
	err := q.bucket.delete(ctx, record.Capture, rev)
	if err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	if record.Body != "" && err == nil {
		q.bodies.drop(ctx, record.Body)
	}
	return nil
}
