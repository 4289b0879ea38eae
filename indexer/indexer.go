package indexer

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Options are what an Indexer works with. Reader, Archive, Store and Announcer are required.
type Options struct {
	Reader     *Reader
	Archive    *Archive
	Store      Store
	Announcer  Announcer
	Tombstones *Tombstones // nil: nothing was forgotten
	// Wishes reads from an answer, before it is kept, whether its page asks not to be stored or not to be shown as archived. Nil: what
	// extraction finds.
	Wishes func(header http.Header, body []byte) (noIndex, noArchive bool)
	// Guard makes what finds the captures of the archive that kill the process which replays them. Nil: none is looked for.
	Guard      func(ctx context.Context) (Guard, error)
	Workers    int // pages that are read at once; default one a core
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: not exported
}

// Indexer takes captures from the bus and brings their statements into the store.
type Indexer struct {
	o        Options
	log      *slog.Logger
	metrics  *metrics
	memories *memories
	mu       sync.Mutex // one batch at a time: each is compared with what the ones before it stored
}

// New makes an Indexer.
func New(o Options) (*Indexer, error) {
	if o.Reader == nil || o.Archive == nil || o.Store == nil || o.Announcer == nil {
		return nil, errors.New("make indexer: it needs a reader, an archive, a store and an announcer")
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	return &Indexer{o: o, log: o.Log, metrics: m, memories: newMemories(o.Log)}, nil
}

// Handle archives captures, finds their statements, stores and announces them, in that order; it fits the bus as its handler of
// captures. It is idempotent: a capture whose revision is stored already is announced again, and nothing else. An err is the whole
// batch's (fault.Transient, fault.Canceled); each has the fault of one capture, the others being done.
func (x *Indexer) Handle(ctx context.Context, captures []*statement.Capture) (each []error, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	start := time.Now()
	b := &batch{x: x, store: x.o.Store, announcer: x.o.Announcer, items: make([]item, len(captures))}
	for i, c := range captures {
		b.items[i] = x.take(c)
	}
	if err := b.archive(ctx); err != nil {
		return nil, err
	}
	if err := b.index(ctx, x.o.Archive.Position()); err != nil {
		return nil, err
	}
	x.metrics.batch.Observe(time.Since(start).Seconds())
	return b.faults(), nil
}

// take puts a capture on its way. One of a statement that was removed for good goes no further, not even into the archive.
func (x *Indexer) take(c *statement.Capture) item {
	it := item{capture: c, err: check(c)}
	if it.err == nil && x.o.Tombstones.Covers(c) {
		it.outcome = outcomeForgotten
	}
	x.wishes(&it)
	return it
}

// check refuses what can't be placed in time or on the web.
func check(c *statement.Capture) error {
	switch {
	case c.Version > statement.WireVersion:
		return fault.Newf(fault.Poison, "the capture has version %d; this program reads up to %d", c.Version, statement.WireVersion)
	case c.ID == "" || c.URL == "" || c.FetchedAt.IsZero():
		return fault.New(fault.Poison, "the capture has no id, address or moment", "")
	}
	return nil
}

// parallel calls do for 0 to n-1 on the workers, and returns when all are done or, after ctx has ended, when those begun are.
func (x *Indexer) parallel(ctx context.Context, n int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(x.o.Workers, n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	wg.Wait()
}
