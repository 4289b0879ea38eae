package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// BatchOptions says when a batch of captures closes. The zero value of each field is its default.
type BatchOptions struct {
	Max      int           // captures, at most 2,000; 0: 1,000
	MaxBytes int           // of encoded captures; a single larger one makes a batch of its own; 0: 64 MiB
	Wait     time.Duration // since its first capture came; 0: 100 ms
}

func (o BatchOptions) withDefaults() (BatchOptions, error) {
	setDefault(&o.Max, 1000)
	setDefault(&o.MaxBytes, 64<<20)
	setDefault(&o.Wait, 100*time.Millisecond)
	if o.Max < 0 || o.Max > 2000 || o.MaxBytes < 0 || o.Wait < 0 {
		return o, refuse("batch", "a bound of the batch is negative, or it takes over 2,000 captures", "leave it out for the default")
	}
	return o, nil
}

// CaptureHandler takes a batch of captures in stream order. It must be idempotent: a capture may come again.
//
// A non-nil err says that the batch as a whole failed and none of it is done; each is ignored. By the fate of its kind:
//   - later: the worker, not a capture, is at fault (a busy store, a full disk). The batch is tried again whole, with growing delay, until
//     it succeeds or the consumer stops; meanwhile nothing else is consumed, which the publishers feel. An error of unknown kind
//     (fault.Internal) may be one capture's fault, so that batch is tried again singly, and what fails singly is put off.
//   - quarantine: some capture is at fault, nobody said which. The batch is tried again singly.
//
// With a nil err, each is nil when all captures are done, or has one element per capture: nil for done, else an error whose kind decides:
// put off with a delay that grows with its attempts, or quarantined. One of unknown kind is quarantined after Options.MaxAttempts.
//
// A panic counts as having killed the worker.
type CaptureHandler func(ctx context.Context, batch []*statement.Capture) (each []error, err error)

// handOver bounds what is left to do after ctx has ended: giving back, clearing the mark.
const handOver = 5 * time.Second

// ConsumeCaptures hands captures to handler in batches, one batch at a time, until ctx ends, which gives nil; fetching goes on while the
// handler works. There is one consumer of captures: a second on this Bus is fault.Conflict; one in another process takes over, and this
// one ends with fault.Conflict. What a killed consumer held comes back at once.
//
// Before the handler runs, one write marks the batch as in flight. A capture found in a mark that a killed process left is redelivered
// singly; the one that has killed its worker Options.MaxKills times is quarantined. From then on any capture with the same content
// is quarantined unseen, until one of them is retried.
func (b *Bus) ConsumeCaptures(ctx context.Context, opt BatchOptions, handler CaptureHandler) error {
	opt, err := opt.withDefaults()
	if err != nil {
		return err
	}
	ctx, done, err := b.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	if !b.indexing.CompareAndSwap(false, true) {
		return fault.New(fault.Conflict, "captures are being consumed already", "run one indexer a process")
	}
	defer b.indexing.Store(false)
	w := &worker{bus: b, opt: opt, handler: handler, log: b.log.With("consumer", indexerConsumer), keepAlive: ackWait / 3}
	if err := w.consume(ctx); err != nil && ctx.Err() == nil {
		return wrap(err, "consume captures")
	}
	return nil
}

// worker is one run of ConsumeCaptures.
type worker struct {
	bus       *Bus
	opt       BatchOptions
	handler   CaptureHandler
	log       *slog.Logger
	keepAlive time.Duration
	mark      mark
	killers   killers
	busy      bool               // the batch in hand was full: there is more where it came from
	consumer  jetstream.Consumer // that this run made; nil when it is to be made
}

// delivery is one capture's message while it is in hand.
type delivery struct {
	msg     jetstream.Msg
	id      string // capture id, before its payload is read
	seq     uint64
	again   bool // delivered before, to this consumer
	size    int
	body    string // its name in captureBodies; empty when inline
	payload []byte
	capture *statement.Capture
}

func (w *worker) consume(ctx context.Context) error {
	if err := w.mark.load(ctx, w.bus); err != nil {
		return err
	}
	if err := w.killers.load(ctx, w.bus); err != nil {
		return err
	}
	w.bus.sweep(ctx)
	defer w.leave(ctx)
	delay := resumeMin
	for {
		began := time.Now()
		err := w.pass(ctx)
		if ctx.Err() != nil || !retriable(err) {
			return err
		}
		if time.Since(began) > resumeMax {
			delay = resumeMin
		}
		w.log.Warn("bus lost its consumer; making it anew, for what was lost on the way", "again_in", delay, "error", err)
		_ = wait(ctx, delay) // when ctx ends, the next pass says so
		delay = min(2*delay, resumeMax)
	}
}

// pass works through one consumer, made anew, until something fails. What went to or fro with a connection that was lost, or when the server fell
// silent, nobody can know: a fetched capture, an acknowledgement. It ends then, and what was not acknowledged comes again
// with the next consumer, at once rather than after ackWait.
func (w *worker) pass(ctx context.Context) error {
	if err := w.ours(ctx); err != nil {
		return err
	}
	up, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.bus.connection(), cancel)()
	consumer, err := w.bus.recreateConsumer(ctx)
	if err != nil {
		return err
	}
	w.consumer = consumer
	messages, err := consumer.Messages(jetstream.PullMaxBytes(readAhead), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer messages.Stop()
	queue := &queue{messages: messages, opt: w.opt, idle: func(context.Context) error { return w.idle(ctx) }}
	for {
		batch, err := queue.batch(up)
		if err != nil && ctx.Err() == nil && up.Err() != nil {
			return errReconnect
		}
		if err != nil {
			return err
		}
		if err := w.work(ctx, batch); err != nil {
			return err
		}
	}
}

// ours is a fault.Conflict when the consumer that this run made is no more, or another's by now.
func (w *worker) ours(ctx context.Context) error {
	if w.consumer == nil {
		return nil
	}
	made := w.consumer.CachedInfo().Created
	consumer, err := w.bus.captures.Consumer(ctx, indexerConsumer)
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound), err == nil && !consumer.CachedInfo().Created.Equal(made):
		return errTakenOver()
	case err != nil:
		return wrap(err, "look up consumer")
	}
	w.consumer = nil // it is removed next; if that or what follows fails, it is looked for no more
	return nil
}

// recreateConsumer makes the durable consumer anew, so that what a killed indexer held is delivered at once. A server that was killed while
// it made the consumer passes over the half of it when it starts, and takes up its state when the consumer is made again: what was in flight would
// then wait for ackWait. So one that is not as new is made once more, from nothing.
func (b *Bus) recreateConsumer(ctx context.Context) (jetstream.Consumer, error) {
	const tries = 3
	for try := 1; ; try++ {
		err := b.captures.DeleteConsumer(ctx, indexerConsumer)
		if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return nil, fmt.Errorf("remove consumer: %w", err)
		}
		consumer, err := b.captures.CreateConsumer(ctx, captureConsumer())
		if err != nil {
			return nil, fmt.Errorf("create consumer: %w", err)
		}
		if info := consumer.CachedInfo(); info.Delivered.Consumer == 0 || try == tries {
			return consumer, nil
		}
		b.log.Warn("bus finds that the server made its consumer from what a crash had left; making it anew")
	}
}

// work runs a batch in stream order: suspects singly, what is between them together.
func (w *worker) work(ctx context.Context, batch []*delivery) error {
	defer w.keep(batch)()
	w.busy = len(batch) == w.opt.Max
	for len(batch) > 0 {
		n := 1
		if !w.mark.suspects(batch[0]) {
			if n = slices.IndexFunc(batch, w.mark.suspects); n < 0 {
				n = len(batch)
			}
		}
		if err := w.run(ctx, batch[:n]); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// idle is called when no message waits: nothing is in flight then.
func (w *worker) idle(ctx context.Context) error { return w.mark.clear(ctx, w.bus) }

// leave ends a run in order, so that the next start suspects nobody: the mark goes, and what was acknowledged reaches the server.
func (w *worker) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handOver)
	defer cancel()
	if err := errors.Join(w.mark.clear(ctx, w.bus), w.bus.conn.FlushWithContext(ctx)); err != nil {
		w.log.Warn("bus could not clear the mark of captures in flight; the next start takes them one by one", "error", err)
	}
}
