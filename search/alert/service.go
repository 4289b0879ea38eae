package alert

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
)

// Options wire a Service. The ports must be given; the rest has the default that it names.
type Options struct {
	Compiler   Compiler
	Searcher   search.Searcher
	Scanner    search.Scanner
	Statements Statements
	Groups     Groups // nil: no statement has copies
	Alerts     Log
	Saved      Bucket // by id: saved queries, with the secrets of their channels
	Fired      Bucket // by group: what it met
	Deliveries Bucket // by alert and channel: what was sent
	Settings   Bucket // the places of matcher and courier
	// Mirror is the file in which a second copy of Saved is kept, made where it is absent; empty: none is kept.
	Mirror string

	// Sources and LastStatement say how far silence can be trusted; Revisions gives a statement's texts, for the least change that a saved
	// query asks for; Names names topics and sources for people. Each may be nil.
	Sources       search.Sources
	LastStatement func(ctx context.Context) (time.Time, error)
	Revisions     func(ctx context.Context, statement string) ([]statement.Revision, error)
	Names         func(kind, id string) string
	// History gives the states of a key of Saved that are kept, oldest first; nil: none is known.
	History func(ctx context.Context, key string) ([]State, error)
	// Frequency estimates the share of statements, 0 to 1, that hold a folded term; below 0 where it does not know. nil: it is guessed. It
	// decides how fast saved queries are matched, never what matches.
	Frequency func(term string) float64

	Members percolate.Members
	// Dial opens connections to receivers of webhooks. It must refuse addresses that nobody may be told to call, with a fault.Forbidden.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Permit refuses, with a fault.Forbidden, a host that is plainly one of those. nil: none is known in advance.
	Permit func(host string) error
	// Public gives the address that links begin with, without a slash at its end.
	Public func() string

	Mail      *MailServer     // nil: no mail is sent
	UserAgent string          // empty: Rostrum
	Timeout   time.Duration   // of one delivery; 0: 15 s
	Retries   []time.Duration // pauses between tries of a delivery; nil: those of the Standard Webhooks specification, three days in all
	Flood     int             // alerts of one saved query that a channel takes singly within an hour; 0: 100
	PerOwner  int             // saved queries of one owner; 0: 1,000
	Total     int             // saved queries of all; 0: 100,000
	// What became of deliveries is kept so long, and of so many; 0: 90 days, 500,000.
	KeepDeliveries time.Duration
	MostDeliveries int
	Now            func() time.Time
	Log            *slog.Logger
	Metrics        prometheus.Registerer
}

// Service keeps saved queries and tells of what they find. Its methods may be called by many goroutines at once.
type Service struct {
	o        Options
	log      *slog.Logger
	book     *book
	writing  sync.Mutex         // one edit at a time
	deciding sync.Mutex         // one round at a time
	analyzer *analysis.Analyzer // of rounds
	eyes     []*eye             // of rounds
	matched  atomic.Uint64      // the place as it was last written down
	reached  atomic.Uint64      // the place as it is
	scans    chan struct{}      // some record is to be scanned for
	courier  *courier
	metrics  *metrics
	watchers chan struct{}
	owners   *owners
	recent   *recent
	removed  chan struct{} // what is remembered of some saved query is to go
	mirror   *mirror       // guarded by writing
	lost     []string      // by the bus, as it was found at the start
}

// maxEyes bounds the goroutines that match at once: each holds some MB.
const maxEyes = 8

// New makes a Service and reads what was saved; what the bus lost is made good where it can be. ctx bounds that alone. Close ends it.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Compiler == nil || o.Searcher == nil || o.Scanner == nil || o.Statements == nil || o.Alerts == nil || o.Saved == nil || o.Fired == nil ||
		o.Deliveries == nil || o.Settings == nil {
		return nil, errors.New("make alert service: a port is missing")
	}
	o = o.withDefaults()
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	s := &Service{o: o, log: o.Log, book: newBook(o.Members, o.Frequency), analyzer: analysis.NewAnalyzer(), scans: make(chan struct{}, 1), metrics: m,
		watchers: make(chan struct{}, maxWatchers), owners: newOwners(), recent: newRecent(), removed: make(chan struct{}, 1)}
	for range min(runtime.GOMAXPROCS(0), maxEyes) {
		s.eyes = append(s.eyes, &eye{s: s, analyzer: analysis.NewAnalyzer(), matcher: s.book.live.Matcher()})
	}
	if err := measure(o.Metrics, s.book.live); err != nil {
		return nil, err
	}
	s.courier = newCourier(s)
	if err = s.load(ctx); err == nil {
		err = s.loadOwners(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the copy of the saved queries, which no edit may follow.
func (s *Service) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.mirror.close()
}

func (o Options) withDefaults() Options {
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	}
	if o.Permit == nil {
		o.Permit = func(string) error { return nil }
	}
	if o.Public == nil {
		o.Public = func() string { return "" }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Retries == nil {
		o.Retries = schedule
	}
	setDefault(&o.UserAgent, "Rostrum")
	setDefault(&o.Timeout, 15*time.Second)
	setDefault(&o.Flood, floodBound)
	setDefault(&o.PerOwner, 1000)
	setDefault(&o.Total, 100_000)
	setDefault(&o.KeepDeliveries, 90*dayLength)
	setDefault(&o.MostDeliveries, mostRecords)
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Run matches and delivers until ctx ends, which gives nil. One Run is to be at work on a bus at a time.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.match(ctx) })
	g.Go(func() error { return s.book.live.Run(ctx) })
	g.Go(func() error { return s.scan(ctx) })
	g.Go(func() error { return s.courier.run(ctx) })
	g.Go(func() error { return s.sweep(ctx) })
	g.Go(func() error { return s.expire(ctx) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// Between tries of what must not fail.
const (
	persistMin = 50 * time.Millisecond
	persistMax = 5 * time.Second
)

// persist repeats do while its failure may pass.
func (s *Service) persist(ctx context.Context, what string, do func(context.Context) error) error {
	delay := backoff.ExponentialBackOff{InitialInterval: persistMin, MaxInterval: persistMax, Multiplier: 2, RandomizationFactor: 0.5}
	delay.Reset()
	for said := false; ; said = true {
		err := do(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if kind := fault.KindOf(err); kind != fault.Transient && kind != fault.Unreachable {
			return err
		}
		if !said {
			s.log.Warn("alerts wait for the bus; trying again until it answers", "what", what, "error", err)
		}
		timer := time.NewTimer(delay.NextBackOff())
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
