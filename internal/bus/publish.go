package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// MaxCaptureBytes is the largest encoded capture that the bus takes.
const MaxCaptureBytes = 128 << 20

// Between tries of a publish: from publishMin, doubled, to publishMax.
const (
	publishMin = 20 * time.Millisecond
	publishMax = 2 * time.Second
)

// PublishCapture hands a capture to the indexer. When it returns nil the capture is durable by the sync policy. While the stream is full,
// or the server does not answer, it waits and tries again until ctx ends: that is how crawlers feel a slow indexer. It is idempotent
// by capture id within the dedupe window. A capture without id is fault.Invalid, one over MaxCaptureBytes, or that could never fit into
// its store, fault.TooLarge.
func (b *Bus) PublishCapture(ctx context.Context, c *statement.Capture) error {
	if c.ID == "" {
		return fault.Newf(fault.Invalid, "publish capture of %s: it has no id", c.URL)
	}
	payload, err := encodeCapture(c)
	if err != nil {
		return err
	}
	if bound := b.captureBound(len(payload)); int64(len(payload)) > bound {
		return fault.Newf(fault.TooLarge, "publish capture %s: it has %d bytes, over the bound of %d", c.ID, len(payload), bound)
	}
	if err := b.sendCapture(ctx, c.Source, c.ID, payload); err != nil {
		return wrap(err, "publish capture %s", c.ID)
	}
	b.metrics.published.Inc()
	return nil
}

// captureBound is what a capture of a size may weigh: half of the store it goes to at most, which would otherwise never take it.
func (b *Bus) captureBound(size int) int64 {
	if size > b.inline {
		return min(MaxCaptureBytes, b.opt.BodiesMaxBytes/2)
	}
	return b.opt.CapturesMaxBytes / 2
}

// sendCapture publishes an encoded capture, by reference when it is large.
func (b *Bus) sendCapture(ctx context.Context, source, messageID string, payload []byte) error {
	ctx, done, err := b.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	if len(payload) > b.inline {
		return b.sendByReference(ctx, source, messageID, payload)
	}
	return b.untilTaken(ctx, "CAPTURES", func(ctx context.Context) error {
		msg := &nats.Msg{Subject: captureSubject(source, "inline"), Data: payload, Header: nats.Header{}}
		_, err := b.send(ctx, msg, jetstream.WithMsgID(messageID))
		return err
	})
}

// sendByReference stores the payload first, then the message that refers to it. A publisher that has waited so long that the sweep
// might take its body stores it anew.
func (b *Bus) sendByReference(ctx context.Context, source, messageID string, payload []byte) error {
	store := b.bodies[captureBodies]
	var name string
	var stored time.Time
	tries := 0
	return b.untilTaken(ctx, "CAPTURES", func(ctx context.Context) (err error) {
		if name == "" || time.Since(stored) > sweepAge/2 {
			if name, err = store.put(ctx, hashKey(messageID), payload); err != nil {
				name = ""
				return err
			}
			stored = time.Now()
		}
		tries++
		msg := &nats.Msg{Subject: captureSubject(source, "body"), Header: nats.Header{}}
		refer(msg.Header, name, len(payload))
		ack, err := b.send(ctx, msg, jetstream.WithMsgID(messageID))
		if err == nil && ack.Duplicate && tries == 1 {
			store.drop(ctx, name) // an earlier publish has its own; after a second try the earlier one may be ours
		}
		return err
	})
}

// send publishes a message and waits for the server's word.
func (b *Bus) send(ctx context.Context, msg *nats.Msg, options ...jetstream.PublishOpt) (ack *jetstream.PubAck, err error) {
	err = b.request(ctx, func(ctx context.Context) error {
		ack, err = b.js.PublishMsg(ctx, msg, options...)
		return err
	})
	return ack, err
}

// request asks the server something, and waits for its word for requestTimeout at most, and no longer than the connection holds: a word that was lost
// with its connection never comes, however long the caller may wait.
func (b *Bus) request(ctx context.Context, ask func(context.Context) error) error {
	asked, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	link := b.connection()
	defer context.AfterFunc(link, cancel)()
	err := ask(asked)
	if errors.Is(err, context.Canceled) && ctx.Err() == nil && link.Err() != nil {
		return errReconnect
	}
	return err
}

// untilTaken repeats publish while its failure may pass.
func (b *Bus) untilTaken(ctx context.Context, stream string, publish func(context.Context) error) error {
	delay := backoff.ExponentialBackOff{InitialInterval: publishMin, MaxInterval: publishMax, Multiplier: 2, RandomizationFactor: 0.5}
	delay.Reset()
	said := false
	for {
		err := publish(ctx)
		switch {
		case err == nil:
			return nil
		case b.ctx.Err() != nil:
			return errClosed()
		case ctx.Err() != nil:
			return fmt.Errorf("%w; at last: %w", ctx.Err(), err)
		case !retriable(err):
			return err
		case !said:
			said = true
			b.log.Warn("bus does not take a message; trying again until it does", "stream", stream, "error", err)
		}
		b.metrics.retries.Inc()
		_ = wait(ctx, delay.NextBackOff()) // when ctx ends, the next try says so
	}
}
