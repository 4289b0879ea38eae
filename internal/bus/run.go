package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// panicked is what became of a handler that did not return.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("the handler panicked: %v", p.value) }

// run takes a batch through the handler until the fate of each of its captures is settled, or ctx ends.
func (w *worker) run(ctx context.Context, batch []*delivery) error {
	for delay := w.bus.opt.LaterMin; ; delay = min(2*delay, w.bus.opt.LaterMax) {
		if len(batch) == 1 && w.mark.kills(batch[0]) >= w.bus.opt.MaxKills {
			w.remember(ctx, batch[0])
			w.settle(ctx, batch, []error{w.errKiller(batch[0])})
			return nil
		}
		if err := w.mark.set(ctx, w.bus, batch); err != nil {
			return err
		}
		if batch = w.hold(ctx, w.open(ctx, batch)); len(batch) == 0 {
			return nil
		}
		each, err := w.call(ctx, batch)
		switch w.verdict(ctx, batch, err) {
		case settleEach:
			w.settle(ctx, batch, each)
			return nil
		case settleOne:
			w.settle(ctx, batch, []error{putOff{err}})
			return nil
		case takeSingly:
			return w.singly(ctx, batch)
		case giveBack:
			w.giveBack(batch)
			return ctx.Err()
		case again:
			continue
		case standStill:
			w.bus.metrics.later.WithLabelValues(fault.KindOf(err).String()).Add(float64(len(batch)))
			w.log.Warn("bus holds a batch that its handler could not take", "captures", len(batch), "again_in", delay, "error", err)
			_ = wait(ctx, delay) // when ctx ends, the mark or the handler says so
		}
	}
}

// verdict is what becomes of a batch after its handler.
type verdict uint8

const (
	settleEach verdict = iota // each capture by its own error
	settleOne                 // the only capture, by the batch's error
	takeSingly                // one at a time, to find the guilty
	giveBack                  // the consumer stops
	again                     // at once
	standStill                // after a while
)

func (w *worker) verdict(ctx context.Context, batch []*delivery, err error) verdict {
	if err == nil {
		return settleEach
	}
	if p, ok := errors.AsType[*panicked](err); ok {
		w.blame(batch, p)
		if len(batch) > 1 {
			return takeSingly
		}
		return again
	}
	if ctx.Err() != nil {
		return giveBack
	}
	kind := fault.KindOf(err)
	switch {
	case kind != fault.Internal && kind.Fate() == fault.Later:
		return standStill
	case len(batch) > 1:
		return takeSingly
	default:
		return settleOne
	}
}

// blame puts a kill on the account of every capture that was there when the handler panicked.
func (w *worker) blame(batch []*delivery, p *panicked) {
	w.bus.metrics.kills.Inc()
	for _, d := range batch {
		w.mark.killed(d)
	}
	w.log.Error("bus caught a panic of the handler; taking its captures one by one", "captures", len(batch), "panic", fmt.Sprint(p.value), "stack", string(p.stack))
}

func (w *worker) errKiller(d *delivery) error {
	return fault.New(fault.Poison, fmt.Sprintf("its worker died or panicked %d times while it was in flight", w.mark.kills(d)), "")
}

func (w *worker) singly(ctx context.Context, batch []*delivery) error {
	for i := range batch {
		if err := w.run(ctx, batch[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// open reads and decodes the captures, settles those that can't be, and gives the rest.
func (w *worker) open(ctx context.Context, batch []*delivery) []*delivery {
	readable := make([]*delivery, 0, len(batch))
	for _, d := range batch {
		if err := w.decode(ctx, d); err != nil {
			w.settle(ctx, []*delivery{d}, []error{putOff{err}})
			continue
		}
		readable = append(readable, d)
	}
	return readable
}

func (w *worker) decode(ctx context.Context, d *delivery) (err error) {
	if d.capture != nil {
		return nil
	}
	if d.payload, err = w.bus.bodies[captureBodies].open(ctx, d.msg.Headers(), d.msg.Data()); err != nil {
		return err
	}
	d.capture, err = decodeCapture(d.payload)
	return err
}

// call runs the handler, and makes an error of a panic or of an answer of the wrong shape.
func (w *worker) call(ctx context.Context, batch []*delivery) (each []error, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicked{value, debug.Stack()}
		}
	}()
	captures := make([]*statement.Capture, len(batch))
	for i, d := range batch {
		captures[i] = d.capture
	}
	w.bus.metrics.consumed.Add(float64(len(batch)))
	each, err = w.handler(ctx, captures)
	if err == nil && each != nil && len(each) != len(batch) {
		err = fault.Newf(fault.Internal, "the handler gave %d results for %d captures", len(each), len(batch))
	}
	return each, err
}

// keep tells the server every now and then that the batch is being worked on, until stop is called.
func (w *worker) keep(batch []*delivery) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(w.keepAlive)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				for _, d := range batch {
					_ = d.msg.InProgress() // it fails for those that are settled
				}
			}
		}
	}()
	return func() { close(quit); <-gone }
}
