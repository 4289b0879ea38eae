package bus

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// queue makes batches of the messages that come.
type queue struct {
	messages jetstream.MessagesContext
	opt      BatchOptions
	idle     func(context.Context) error // called once when nothing came for a while
	held     *delivery                   // came, and did not fit into the batch before
}

// batch waits for a first capture and then until the batch is full or opt.Wait is over. Its captures are in stream order.
func (q *queue) batch(ctx context.Context) ([]*delivery, error) {
	first, err := q.first(ctx)
	if err != nil {
		return nil, err
	}
	batch, size := []*delivery{first}, first.size
	closing, cancel := context.WithTimeout(ctx, q.opt.Wait)
	defer cancel()
	for len(batch) < q.opt.Max {
		d, err := q.next(closing)
		if err != nil {
			if ctx.Err() == nil && closing.Err() != nil {
				break
			}
			return nil, err
		}
		if size += d.size; size > q.opt.MaxBytes {
			q.held = d
			break
		}
		batch = append(batch, d)
	}
	slices.SortFunc(batch, func(a, b *delivery) int { return cmp.Compare(a.seq, b.seq) })
	return batch, nil
}

// first waits for a message for as long as it takes, and calls idle when none is there.
func (q *queue) first(ctx context.Context) (*delivery, error) {
	if d := q.held; d != nil {
		q.held = nil
		return d, nil
	}
	soon, cancel := context.WithTimeout(ctx, q.opt.Wait)
	defer cancel()
	d, err := q.next(soon)
	if err == nil || ctx.Err() != nil || soon.Err() == nil {
		return d, err
	}
	if err := q.idle(ctx); err != nil {
		return nil, err
	}
	return q.next(ctx)
}

func (q *queue) next(ctx context.Context) (*delivery, error) {
	msg, err := q.messages.Next(jetstream.NextContext(ctx))
	if err != nil {
		return nil, err
	}
	return newDelivery(msg)
}

func errTakenOver() error {
	return fault.New(fault.Conflict, "another process has taken over the captures", "run one search node on a NATS server")
}

func newDelivery(msg jetstream.Msg) (*delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return nil, fault.Newf(fault.Internal, "read message: %w", err)
	}
	id, _, _ := strings.Cut(msg.Headers().Get(nats.MsgIdHdr), retrySeparator)
	return &delivery{
		msg:   msg,
		id:    id,
		seq:   meta.Sequence.Stream,
		again: meta.NumDelivered > 1,
		size:  payloadSize(msg.Headers(), msg.Data()),
		body:  msg.Headers().Get(headerBody),
	}, nil
}
