// Package crawler turns sources into captures. For each source, for as long as it runs, it
//
//  1. looks at the source's documents on schedule (a feed, sitemaps, list pages) and finds the pages they tell of,
//  2. fetches each page when its host may be asked, as robots.txt and the host's pace allow,
//  3. publishes the exchange if the page is new or has changed, and
//  4. only then writes down the fetch, so that what a crash cuts short is done again.
//
// It owns nothing on disk, so there can be many: with Options.Leases they share the sources so that a host belongs to one of them at a time.
package crawler

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"rostrum/crawler/robots"
	"rostrum/crawler/transport"
	"rostrum/internal/statement"
)

// Crawler watches sources. Run it once.
type Crawler struct {
	options   Options
	agent     string
	product   string
	publisher Publisher
	state     State
	log       *slog.Logger
	metrics   *metrics
	now       func() time.Time

	lanes     *transport.Lanes
	transport *transport.Transport
	robots    *robots.Cache
	frontier  *frontier
	share     *share // nil for the only crawler

	lasting context.Context // of Run, for writing the state: ends a little later than Run's own

	mu      sync.Mutex // guards pages and what changes in sources
	sources []*source
	byID    map[string]*source
	pages   map[string]*page // by key

	loaded chan struct{} // closed when Run has read the state
	passed chan struct{} // closed when every source's first pass is complete
	dirty  chan struct{} // holds one token when some source's health has changed

	writing sync.Mutex // held while health is written, so that an older one never comes last
}

// New makes a crawler of sources. Its error is of the kind fault.Invalid.
func New(o Options, sources []Source, publisher Publisher, state State) (*Crawler, error) {
	o = o.withDefaults()
	if err := o.check(sources); err != nil {
		return nil, fmt.Errorf("make crawler: %w", err)
	}
	guard, err := transport.NewGuard(o.AllowPrivate, o.Hosts)
	if err != nil {
		return nil, fmt.Errorf("make crawler: %w", err)
	}
	c := &Crawler{
		options: o, agent: o.agent(), product: o.product(), publisher: publisher, state: state, log: o.Logger, now: o.Now,
		lanes: transport.NewLanes(o.Delay, o.PerHost),
		byID:  map[string]*source{}, pages: map[string]*page{},
		loaded: make(chan struct{}), passed: make(chan struct{}), dirty: make(chan struct{}, 1),
	}
	c.transport = transport.New(transport.Options{
		Guard: guard, MaxBody: o.MaxBody, Timeout: o.Timeout, DialTimeout: min(o.Timeout, 10*time.Second), HostConns: o.PerHost,
	}, c.lanes)
	c.robots = robots.NewCache(c.fetchRobots, o.product(), o.Now)
	c.frontier = newFrontier(o.Now, c.lanes, o.PerHost, o.Parallel, o.pause)
	if o.Leases != nil {
		c.share = newShare(c, o.Leases, o.LeaseTime)
		c.lanes.Rested()
	}
	for _, s := range sources {
		watched := &source{Source: s, validators: map[string]validator{}, hosts: map[string]bool{}}
		c.sources = append(c.sources, watched)
		c.byID[s.ID] = watched
	}
	if c.share != nil {
		c.share.hosts = allHosts(c.sources)
	}
	if c.metrics, err = newMetrics(o.Registerer, c); err != nil {
		return nil, fmt.Errorf("make crawler: %w", err)
	}
	return c, nil
}

// Run crawls until ctx ends; that is no error. When it returns, all its goroutines have ended and the state is written.
func (c *Crawler) Run(ctx context.Context) error {
	defer c.transport.Close()
	lasting, cancel := outlast(ctx)
	defer cancel()
	c.lasting = lasting
	if c.share == nil {
		if err := c.adopt(ctx, c.sources); err != nil {
			return fmt.Errorf("run crawler: %w", err)
		}
	}
	close(c.loaded)
	var group sync.WaitGroup
	for range workersPerRequest * c.options.Parallel {
		group.Go(func() { c.work(ctx) })
	}
	group.Go(func() { c.keepHealth(ctx) })
	if c.share != nil {
		group.Go(func() { c.share.run(ctx) })
		group.Go(func() { c.share.watch(ctx) })
	}
	group.Wait()
	c.writeHealth()
	if c.share != nil {
		c.share.leave()
	}
	return nil
}

// adopt begins to watch sources: where their last crawler was.
func (c *Crawler) adopt(ctx context.Context, sources []*source) error {
	pages, err := c.load(ctx, sources)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range sources {
		s.held, s.end = context.WithCancel(ctx)
	}
	for key, p := range pages {
		c.pages[key] = p
		c.byID[p.Source].tally(p, 1)
	}
	for _, s := range sources {
		c.begin(s)
	}
	for _, p := range c.pages {
		if slices.Contains(sources, c.byID[p.Source]) {
			c.resume(p)
		}
	}
	c.checkPassed()
	return nil
}

// abandon gives sources up. What is under way may end within the grace, and is then cut off.
func (c *Crawler) abandon(ctx context.Context, sources []*source, grace time.Duration) {
	given := map[*source]bool{}
	for _, s := range sources {
		given[s] = true
	}
	c.frontier.drop(given)
	ending, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	_ = c.frontier.quiet(ending, given) // what takes longer is cut off
	for _, s := range sources {
		s.end()
	}
	err := c.frontier.quiet(ctx, given)
	c.frontier.drop(given) // what was asked for at last
	if err != nil || c.frontier.quiet(ctx, given) != nil {
		return // the run is over
	}
	c.writeHealth()
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.pages, func(_ string, p *page) bool { return given[c.byID[p.Source]] })
	for _, s := range sources {
		*s = source{Source: s.Source, validators: map[string]validator{}, hosts: map[string]bool{}}
	}
}

// workersPerRequest is how many tasks may be under way for each request: while one is handed on another is fetched.
const workersPerRequest = 2

// work performs tasks until ctx ends.
func (c *Crawler) work(ctx context.Context) {
	for {
		t, err := c.frontier.next(ctx)
		if err != nil {
			return
		}
		c.perform(t)
		c.frontier.done(t)
	}
}

func (c *Crawler) perform(t *task) {
	ctx := t.source.held
	if ctx.Err() != nil {
		return // somebody else has the source, or will
	}
	at, since := c.now().UTC(), c.validatorOf(t)
	ex, err := c.get(ctx, t, since)
	if ctx.Err() != nil {
		return // not the site's fault; after a restart the task is due again
	}
	c.metrics.seconds.Observe(c.now().Sub(at).Seconds())
	failed := c.judge(t, ex, err, since)
	c.frontier.fetched(t)
	if t.page != nil {
		c.visited(ctx, t, since, ex, failed, at)
	} else {
		c.looked(t, since, ex, failed, at)
	}
}

// judge says whether a fetch failed, and lets its host feel it.
func (c *Crawler) judge(t *task, ex *transport.Exchange, err error, since validator) *failure {
	failed := (*failure)(nil)
	if err != nil {
		failed = explain(err)
	} else {
		failed = refusal(ex, since.ETag+since.LastModified != "", c.now())
	}
	culprit := t.host
	if len(ex.Hops) > 1 {
		culprit = hostOf(ex.URL())
	}
	if failed == nil || failed.weight == 0 || culprit != t.host {
		c.frontier.answered(t.host)
	}
	if failed != nil && c.share != nil {
		c.share.led(leaseHost(t.source.URL), leaseHost(ex.URL()))
	}
	if failed != nil {
		c.frontier.strike(culprit, failed.weight, failed.line, failed.askedTo)
	}
	return failed
}

// FirstPass is closed when every source's first pass is complete: all pages it found have been fetched, or failed for good.
func (c *Crawler) FirstPass() <-chan struct{} { return c.passed }

// Settled waits for a moment at which a running crawler has nothing to do but wait: for the time when something is due, or for hosts
// that are parked. It returns the context's error if that ends first.
func (c *Crawler) Settled(ctx context.Context) error {
	select {
	case <-c.loaded:
		return c.frontier.settled(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keyOf is a page's key; it fails for what is no web address.
func keyOf(address string) (canonical, key string, err error) {
	canonical, err = statement.Canonicalize(address)
	return canonical, pageKeys + statement.ID(canonical), err
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
