package bus

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"rostrum/internal/fault"
)

// settleTimeout bounds how long the fates of one batch may take to record; a stop waits for it.
const settleTimeout = time.Minute

// putOff marks an error of unknown kind that may be the worker's: its capture comes back for ever, and is not quarantined for it.
type putOff struct{ error }

func (e putOff) Unwrap() error { return e.error }

// settle gives each delivery its fate. A nil each is success for all. What can't be recorded comes back.
func (w *worker) settle(ctx context.Context, batch []*delivery, each []error) {
	stopping := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	if each == nil {
		each = make([]error, len(batch))
	}
	last := lastDone(each)
	for i, d := range batch {
		var err error
		switch fate := fateOf(each[i]); {
		case fate == fault.Acknowledge:
			err = w.acknowledge(ctx, d, i == last && !w.busy)
		case fate == fault.Quarantine:
			err = w.quarantineAnew(ctx, d, each[i])
		case stopping:
			w.giveBack([]*delivery{d})
		default:
			err = w.later(ctx, d, each[i])
		}
		if err != nil {
			w.log.Warn("bus could not record the fate of a capture; it comes back", "capture", d.id, "error", err)
			_ = d.msg.NakWithDelay(w.bus.opt.LaterMin)
		}
	}
}

// lastDone is the index of the last nil, -1 without one.
func lastDone(each []error) int {
	for i, err := range slices.Backward(each) {
		if err == nil {
			return i
		}
	}
	return -1
}

func fateOf(err error) fault.Fate {
	if err == nil {
		return fault.Acknowledge
	}
	return fault.KindOf(err).Fate()
}

// acknowledge waits for the server's answer if confirm is set, which stands for every acknowledgement before it as well; and before a
// body is removed, so that no capture comes back without. The server syncs each removal under SyncAlways, about 0.4 ms: waiting
// for a thousand of them would take the time of a batch.
func (w *worker) acknowledge(ctx context.Context, d *delivery, confirm bool) error {
	ack := d.msg.Ack
	if confirm || d.body != "" {
		ack = func() error { return w.confirm(ctx, d) }
	}
	if err := ack(); err != nil {
		return err
	}
	w.bus.metrics.acknowledged.Inc()
	w.forget(ctx, d)
	return nil
}

// confirm acknowledges and waits for the server's answer.
func (w *worker) confirm(ctx context.Context, d *delivery) error {
	return w.bus.request(ctx, d.msg.DoubleAck)
}

// forget removes what was kept for a capture that has been acknowledged.
func (w *worker) forget(ctx context.Context, d *delivery) {
	w.mark.settled(d)
	if d.body != "" {
		w.bus.bodies[captureBodies].drop(ctx, d.body)
	}
	if !d.again {
		return
	}
	if err := w.bus.buckets[attemptsBucket].Delete(ctx, d.id); err != nil {
		w.log.Debug("bus left an attempt count to expire", "capture", d.id, "error", err)
	}
}

func (w *worker) later(ctx context.Context, d *delivery, failure error) error {
	kind := fault.KindOf(failure)
	attempts, err := w.countAttempt(ctx, d.id)
	if err != nil {
		return err
	}
	if _, maybeWorkers := errors.AsType[putOff](failure); kind == fault.Internal && !maybeWorkers && attempts >= w.bus.opt.MaxAttempts {
		return w.quarantine(ctx, d, failure, attempts)
	}
	delay := w.delay(attempts)
	w.bus.metrics.later.WithLabelValues(kind.String()).Inc()
	w.log.Warn("bus puts a capture off", "capture", d.id, "attempts", attempts, "again_in", delay, "error", failure)
	return d.msg.NakWithDelay(delay)
}

// delay doubles with each attempt, from LaterMin to LaterMax.
func (w *worker) delay(attempts int) time.Duration {
	delay := w.bus.opt.LaterMin
	for ; attempts > 1 && delay < w.bus.opt.LaterMax; attempts-- {
		delay *= 2
	}
	return min(delay, w.bus.opt.LaterMax)
}

type attemptRecord struct {
	Attempts int `json:"attempts"`
}

func (b *Bus) attempts(ctx context.Context, id string) (int, error) {
	value, _, err := b.buckets[attemptsBucket].Get(ctx, id)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return 0, nil
		}
		return 0, err
	}
	var record attemptRecord
	if err := json.Unmarshal(value, &record); err != nil {
		b.log.Warn("bus can't read an attempt count; it starts anew", "capture", id, "error", err)
	}
	return record.Attempts, nil
}

func (w *worker) countAttempt(ctx context.Context, id string) (int, error) {
	n, err := w.bus.attempts(ctx, id)
	if err != nil {
		return 0, err
	}
	value, err := json.Marshal(attemptRecord{Attempts: n + 1})
	if err != nil {
		return 0, fault.Newf(fault.Internal, "encode attempts of %s: %w", id, err)
	}
	_, err = w.bus.buckets[attemptsBucket].Put(ctx, id, value)
	return n + 1, err
}

// quarantineAnew quarantines a capture whose latest attempt is not counted yet.
func (w *worker) quarantineAnew(ctx context.Context, d *delivery, failure error) error {
	before, err := w.bus.attempts(ctx, d.id)
	if err != nil {
		return err
	}
	return w.quarantine(ctx, d, failure, max(before+1, w.mark.kills(d)))
}

// quarantine records a capture with its reason, then acknowledges it: a crash between the two records it again.
func (w *worker) quarantine(ctx context.Context, d *delivery, failure error, attempts int) error {
	entry := QuarantineEntry{
		Capture:  d.id,
		Reason:   failure.Error(),
		Kind:     fault.KindOf(failure).String(),
		Attempts: attempts,
		At:       time.Now().UTC(),
		Size:     d.size,
	}
	if err := w.reopen(ctx, d); err != nil {
		return err
	}
	c := d.capture
	if c == nil {
		c, _ = decodeCapture(d.payload) // one that was not read again may still say where it comes from
	}
	if c != nil {
		entry.Capture, entry.URL, entry.Source = c.ID, c.URL, c.Source
	}
	if err := w.bus.Quarantine().put(ctx, entry, d.payload); err != nil {
		return err
	}
	if err := w.confirm(ctx, d); err != nil {
		return err
	}
	w.bus.metrics.quarantined.WithLabelValues(entry.Kind).Inc()
	w.log.Error("bus puts a capture into quarantine", "capture", entry.Capture, "url", entry.URL, "error", failure)
	d.again = true // its attempts start anew, should it be tried again
	w.forget(ctx, d)
	return nil
}

// reopen reads a capture's payload for its quarantine, if it was not read yet. One that is lost stays empty; one that can't be read now
// is an error, lest it be lost.
func (w *worker) reopen(ctx context.Context, d *delivery) (err error) {
	if d.payload != nil {
		return nil
	}
	d.payload, err = w.bus.bodies[captureBodies].open(ctx, d.msg.Headers(), d.msg.Data())
	if err != nil && fault.KindOf(err) == fault.Poison {
		return nil
	}
	return err
}

// giveBack hands deliveries back at once, uncounted: the consumer stops.
func (w *worker) giveBack(batch []*delivery) {
	for _, d := range batch {
		_ = d.msg.Nak() // the next start makes the consumer anew and gets them anyway
	}
}
