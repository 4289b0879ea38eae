// Package bus carries captures, announcements and alerts between the roles, and keeps their small state: NATS JetStream, embedded
// in the process or remote, behind typed methods. It is the only importer of nats.
//
// Everything that is published is durable and delivered at least once; a message id lets a repeat within the dedupe window
// vanish. Handlers return errors and the bus decides what becomes of the message, by fault.Fate.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// requestTimeout bounds one request to the server, so that a silent server is an error rather than a wait.
const requestTimeout = 10 * time.Second

// Bus is one connection with its streams and buckets. Its methods may be called by many goroutines at once.
type Bus struct {
	opt      Options
	log      *slog.Logger
	metrics  *metrics
	server   *embedded // nil when the server is remote
	conn     *nats.Conn
	js       jetstream.JetStream
	captures jetstream.Stream
	stated   *Log
	alerts   *Log
	buckets  map[BucketName]*Bucket
	bodies   map[bodyStore]*bodies
	inline   int       // bytes of the largest payload that travels in its message
	until    time.Time // when an opening loses patience

	indexing atomic.Bool            // captures are being consumed by this Bus
	hurt     atomic.Pointer[string] // why the embedded server takes no writes; nil when it does

	ctx    context.Context // ends when Close begins
	cancel context.CancelFunc
	mu     sync.Mutex      // guards link, and closed against users.Add
	link   context.Context // see connection
	unlink context.CancelFunc
	closed bool
	users  sync.WaitGroup // calls that Close waits for
	done   chan struct{}  // closed when Close is through
	err    error          // what Close returned
}

// Open starts the embedded server in opt.Dir, or connects to opt.URL, and declares every stream and bucket. Declaring again changes
// nothing. Another process on the same directory is fault.Conflict, at once; a server that can't be reached within Options.Patience is
// fault.Unreachable. The caller closes the Bus. ctx bounds the opening alone.
func Open(ctx context.Context, opt Options) (*Bus, error) {
	opt = opt.withDefaults()
	if err := opt.check(); err != nil {
		return nil, err
	}
	b := newBus(opt)
	if err := b.open(ctx); err != nil {
		b.cancel()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
		defer cancel()
		return nil, errors.Join(err, b.drain(closing), b.shut(closing))
	}
	b.metrics.connected.Set(1)
	return b, nil
}

func newBus(opt Options) *Bus {
	b := &Bus{opt: opt, log: opt.Log, metrics: newMetrics(opt.Metrics), done: make(chan struct{}), until: time.Now().Add(opt.Patience)}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.link, b.unlink = context.WithCancel(b.ctx)
	return b
}

func (b *Bus) open(ctx context.Context) error {
	if err := b.reach(ctx); err != nil {
		return err
	}
	b.adviseCluster()
	if err := b.awaitCluster(ctx); err != nil {
		return err
	}
	return b.declare(ctx)
}

// reach starts the embedded server, or none, and connects.
func (b *Bus) reach(ctx context.Context) (err error) {
	if b.opt.URL == "" {
		if b.server, err = startServer(b.opt); err != nil {
			return err
		}
		b.users.Go(b.tend)
	}
	return b.comeUp(ctx, requestTimeout, "connect", func(context.Context) error { return b.connect() })
}

// Close ends every Consume, Follow and Watch, waits for them, and stops the connection and the embedded server. It is idempotent: later
// calls wait for the first and return what it returned. It returns when ctx ends at the latest, with an error that says so.
func (b *Bus) Close(ctx context.Context) error {
	b.mu.Lock()
	first := !b.closed
	b.closed = true
	b.mu.Unlock()
	if first {
		b.cancel()
		b.err = errors.Join(b.drain(ctx), b.shut(ctx))
		b.metrics.connected.Set(0)
		close(b.done)
	}
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return fmt.Errorf("close bus: %w", ctx.Err())
	}
}

// drain waits until nobody uses the bus any more.
func (b *Bus) drain(ctx context.Context) error {
	idle := make(chan struct{})
	go func() {
		b.users.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close bus: a handler did not return in time: %w", ctx.Err())
	}
}

func (b *Bus) shut(ctx context.Context) error {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server == nil {
		return nil
	}
	return b.server.stop(ctx)
}

// use makes a context that also ends when the bus closes, and has Close wait until done is called.
func (b *Bus) use(ctx context.Context) (_ context.Context, done func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, nil, errClosed()
	}
	b.users.Add(1)
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(b.ctx, cancel)
	return ctx, func() {
		stop()
		cancel()
		b.users.Done()
	}, nil
}

func errClosed() error { return fault.New(fault.Unreachable, "the bus is closed", "") }

// Check says whether the bus can carry: its disk takes writes, it is connected, and JetStream answers within ctx. The error is fault.Unreachable.
func (b *Bus) Check(ctx context.Context) error {
	if err := b.errHurt(); err != nil {
		return err
	}
	if status := b.conn.Status(); status != nats.CONNECTED {
		return fault.Newf(fault.Unreachable, "the bus is not connected to its NATS server (%s)", strings.ToLower(status.String()))
	}
	if _, err := b.js.AccountInfo(ctx); err != nil {
		return fault.As(fault.Unreachable, fmt.Errorf("check bus: %w", err))
	}
	return nil
}

// wait lets d go by, or ends early with the context's error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
