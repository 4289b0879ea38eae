package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// How much is fetched ahead of a reader, in bytes, and how long the server keeps the state of one that went silent. Of those that follow there may be
// many at once, and each holds as much while it is slow; half of it takes the largest message there is.
const (
	readAhead   = 8 << 20
	followAhead = 5 << 18
	readerState = time.Minute
)

// How long a cursor that reads to the end waits for a message before it asks whether there are any more.
const endCheck = 2 * time.Second

// How often an idle server says that it is there. After two silences a reader begins anew.
const heartbeat = 5 * time.Second

// Between attempts to go on after a failure.
const (
	resumeMin = 50 * time.Millisecond
	resumeMax = 5 * time.Second
)

var (
	errGap       = errors.New("messages were lost on the way")
	errReconnect = errors.New("the connection was lost")
)

// cursor reads a stream in order, from a place that it keeps.
type cursor struct {
	bus    *Bus
	stream string
	next   uint64 // sequence to begin at; 0: at the oldest
	latest bool   // begin with the latest message of each subject

	subject string // only messages of this subject; empty: all
	headers bool   // without their data
}

// message is one that a cursor reads.
type message struct {
	jetstream.Msg
	seq     uint64
	pending uint64 // messages after this one, when it was sent
	nth     uint64 // which message of its consumer it is, from 1
	gap     uint64 // sequences between the one before and this one that hold nothing any more
}

// visited carries an error of the visitor past the cursor's own.
type visited struct{ error }

// follow reads for ever: it returns nil when ctx ends, or the visitor's error. After any other failure it goes on where it was.
func (c *cursor) follow(ctx context.Context, visit func(context.Context, *message) error) error {
	delay := resumeMin
	for {
		before := c.next
		err := c.pass(ctx, false, visit)
		if stop, ok := errors.AsType[visited](err); ok {
			return stop.error
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the follower was asked to end: what its last pass says is of no use
		}
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return wrap(err, "follow %s", c.stream)
		}
		if c.next != before {
			delay = resumeMin
		}
		c.bus.log.Warn("bus follower lost its place; going on", "stream", c.stream, "next", c.next, "error", err)
		_ = wait(ctx, delay) // when ctx ends, the next pass says so
		delay = min(2*delay, resumeMax)
	}
}

// toEnd reads what is there and returns; the visitor's error ends it and is returned as it is.
func (c *cursor) toEnd(ctx context.Context, visit func(context.Context, *message) error) error {
	err := c.pass(ctx, true, visit)
	if stop, ok := errors.AsType[visited](err); ok {
		return stop.error
	}
	return wrap(err, "read %s", c.stream)
}

// pass reads through one consumer, which it removes again, until something fails or, with toEnd, there is no more. It ends when the
// connection was lost: a server that restarts forgets the consumer, and says nothing.
func (c *cursor) pass(ctx context.Context, toEnd bool, visit func(context.Context, *message) error) error {
	connected, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.bus.connection(), cancel)()
	err := c.read(connected, toEnd, func(_ context.Context, m *message) error { return visit(ctx, m) })
	if ctx.Err() == nil && connected.Err() != nil {
		if _, stop := errors.AsType[visited](err); !stop {
			return errReconnect
		}
	}
	return err
}

func (c *cursor) read(ctx context.Context, toEnd bool, visit func(context.Context, *message) error) error {
	consumer, err := c.bus.js.CreateConsumer(ctx, c.stream, c.config())
	if err != nil {
		return err
	}
	defer c.remove(ctx, consumer.CachedInfo().Name)
	if toEnd && consumer.CachedInfo().NumPending == 0 {
		return nil
	}
	ahead := followAhead
	if toEnd {
		ahead = readAhead
	}
	messages, err := consumer.Messages(jetstream.PullMaxBytes(ahead), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for n := uint64(1); ; n++ {
		m, err := c.message(ctx, consumer, messages, toEnd)
		if err != nil || m == nil {
			return err
		}
		if err := c.accept(m, n); err != nil {
			return err
		}
		if err := visit(ctx, m); err != nil {
			return visited{err}
		}
		c.next = m.seq + 1
		if toEnd && m.pending == 0 {
			return nil
		}
	}
}

func (c *cursor) config() jetstream.ConsumerConfig {
	config := jetstream.ConsumerConfig{
		AckPolicy:         jetstream.AckNonePolicy,
		MemoryStorage:     true,
		InactiveThreshold: readerState,
	}
	config.FilterSubject, config.HeadersOnly = c.subject, c.headers
	switch {
	case c.next > 0:
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, c.next
	case c.latest:
		config.DeliverPolicy, config.FilterSubject = jetstream.DeliverLastPerSubjectPolicy, ">"
	}
	return config
}

// message gives the next one; nil when reading toEnd and there is none.
func (c *cursor) message(ctx context.Context, consumer jetstream.Consumer, messages jetstream.MessagesContext, toEnd bool) (*message, error) {
	for {
		raw, err := nextWithin(ctx, messages, toEnd)
		if err == nil {
			return newMessage(raw)
		}
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		info, err := consumer.Info(ctx) // a message counted at first may have been replaced or removed since
		if err != nil || info.NumPending == 0 {
			return nil, err
		}
	}
}

func nextWithin(ctx context.Context, messages jetstream.MessagesContext, toEnd bool) (jetstream.Msg, error) {
	if toEnd {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, endCheck)
		defer cancel()
	}
	return messages.Next(jetstream.NextContext(ctx))
}

func newMessage(raw jetstream.Msg) (*message, error) {
	meta, err := raw.Metadata()
	if err != nil {
		return nil, fault.Newf(fault.Internal, "read message: %w", err)
	}
	return &message{Msg: raw, seq: meta.Sequence.Stream, pending: meta.NumPending, nth: meta.Sequence.Consumer}, nil
}

// accept sees that the n-th message of this consumer is the n-th it sent, and works out the gap before it in the stream.
func (c *cursor) accept(m *message, n uint64) error {
	if m.nth != n {
		return fmt.Errorf("%w: message %d came as number %d", errGap, m.nth, n)
	}
	if c.next > 0 && m.seq > c.next {
		m.gap = m.seq - c.next
	}
	return nil
}

func (c *cursor) remove(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := c.bus.js.DeleteConsumer(ctx, c.stream, name); err != nil {
		c.bus.log.Debug("bus reader left its state to expire", "stream", c.stream, "error", err)
	}
}
