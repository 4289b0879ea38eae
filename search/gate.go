package search

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Admit lets a search begin that will take work, as reckoned, of one core. The search calls leave when it is done.
type Admit func(ctx context.Context, work time.Duration) (leave func(), err error)

// GateOptions bound a Gate. The zero value of each has the meaning it states.
type GateOptions struct {
	AtOnce   int           // searches that run at once; 0: four a core
	DearFrom time.Duration // reckoned work from which a search is dear; 0: 10 ms
	Dear     int           // dear searches that run at once; 0: one a core
	Waiting  int           // searches that wait for their turn; 0: 1,024
	Wait     time.Duration // how long one waits, and how much work of all cores may wait; 0: 2 s

	Registerer prometheus.Registerer // nil: not exported
}

func (o GateOptions) withDefaults() GateOptions {
	cores := runtime.GOMAXPROCS(0)
	for _, d := range []struct {
		field *int
		value int
	}{{&o.AtOnce, 4 * cores}, {&o.Dear, cores}, {&o.Waiting, 1024}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if o.DearFrom == 0 {
		o.DearFrom = 10 * time.Millisecond
	}
	if o.Wait == 0 {
		o.Wait = 2 * time.Second
	}
	return o
}

// Gate bounds the searches that run and wait, by what they cost: the cheapest goes first, and when too much waits the dearest is refused.
// It is safe for many goroutines.
type Gate struct {
	o       GateOptions
	refused prometheus.Counter

	mu      sync.Mutex
	running int
	dear    int
	work    time.Duration // of those that wait
	waiting []*turn       // the cheapest first; of one cost the first that came
}

// turn is one search that waits.
type turn struct {
	work   time.Duration
	called chan error // nil when its turn has come
}

// NewGate makes a Gate.
func NewGate(o GateOptions) *Gate {
	g := &Gate{o: o.withDefaults(), refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_searches_refused_total",
		Help: "Searches that were refused because too much was asked at once."})}
	if o.Registerer != nil {
		gauge := func(name, help string, of func() int) prometheus.Collector {
			return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
				g.mu.Lock()
				defer g.mu.Unlock()
				return float64(of())
			})
		}
		o.Registerer.MustRegister(g.refused, gauge("rostrum_searches_running", "Searches that run.", func() int { return g.running }),
			gauge("rostrum_searches_waiting", "Searches that wait for their turn.", func() int { return len(g.waiting) }))
	}
	return g
}

// Enter waits for the turn of a search that takes work of one core. It gives a fault.RateLimited, with the time after which to try again, when
// too much is asked at once; the dearest of those that wait are the first to get it.
func (g *Gate) Enter(ctx context.Context, work time.Duration) (leave func(), err error) {
	g.mu.Lock()
	if len(g.waiting) == 0 && g.fits(work) {
		g.begin(work)
		g.mu.Unlock()
		return g.leaver(work), nil
	}
	t := &turn{work: work, called: make(chan error, 1)}
	g.queue(t)
	g.mu.Unlock()
	most := time.NewTimer(g.o.Wait)
	defer most.Stop()
	select {
	case err = <-t.called:
	case <-ctx.Done():
		err = g.giveUp(t, ctx.Err())
	case <-most.C:
		err = g.giveUp(t, nil)
	}
	if err != nil {
		return nil, err
	}
	return g.leaver(work), nil
}

func (g *Gate) fits(work time.Duration) bool {
	return g.running < g.o.AtOnce && (work < g.o.DearFrom || g.dear < g.o.Dear)
}

func (g *Gate) begin(work time.Duration) {
	g.running++
	if work >= g.o.DearFrom {
		g.dear++
	}
}

func (g *Gate) leaver(work time.Duration) func() {
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.running--
		if work >= g.o.DearFrom {
			g.dear--
		}
		g.call()
	})
}

// queue puts a search in its place, lets begin who may, and refuses the dearest while too much waits.
func (g *Gate) queue(t *turn) {
	at, _ := slices.BinarySearchFunc(g.waiting, t.work, func(have *turn, work time.Duration) int {
		if have.work <= work {
			return -1
		}
		return 1
	})
	g.waiting = slices.Insert(g.waiting, at, t)
	g.work += t.work
	g.call()
	bound := g.o.Wait * time.Duration(runtime.GOMAXPROCS(0))
	for len(g.waiting) > g.o.Waiting || g.work > bound && len(g.waiting) > 1 {
		dearest := g.take(len(g.waiting) - 1)
		dearest.called <- g.refuse()
	}
}

// call lets the cheapest begin for as long as they fit. When the cheapest is too dear, all are.
func (g *Gate) call() {
	for len(g.waiting) > 0 && g.fits(g.waiting[0].work) {
		t := g.take(0)
		g.begin(t.work)
		t.called <- nil
	}
}

func (g *Gate) take(i int) *turn {
	t := g.waiting[i]
	g.waiting = slices.Delete(g.waiting, i, i+1)
	g.work -= t.work
	return t
}

// giveUp takes a search out that waits no longer. One that was called meanwhile leaves at once.
func (g *Gate) giveUp(t *turn, ended error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, t); i >= 0 {
		g.take(i)
		if ended != nil {
			return fmt.Errorf("wait to search: %w", ended)
		}
		return g.refuse()
	}
	err := <-t.called
	if err == nil && ended != nil {
		g.running--
		if t.work >= g.o.DearFrom {
			g.dear--
		}
		g.call()
		return fmt.Errorf("wait to search: %w", ended)
	}
	return err
}

func (g *Gate) refuse() error {
	g.refused.Inc()
	err := fault.New(fault.RateLimited, "more is asked at the moment than this server can answer, and this search reads more than the others",
		"try again in some seconds, narrow it by an actor, a topic or a period, or ask for fewer facets")
	err.After = time.Second + g.work/time.Duration(runtime.GOMAXPROCS(0)) // until what waits is done
	return err
}

// Gated asks the store, each question in its turn.
type Gated struct {
	Searcher
	Crosser
	Scanner
	Gate *Gate
}

// Search implements Searcher.
func (g Gated) Search(ctx context.Context, r Request) (Page, error) {
	r.Admit = g.Gate.Enter
	return g.Searcher.Search(ctx, r)
}

// Cross implements Crosser.
func (g Gated) Cross(ctx context.Context, r CrossRequest) (Cross, error) {
	r.Admit = g.Gate.Enter
	return g.Crosser.Cross(ctx, r)
}

// Scan implements Scanner. What it reads is not known before, so that it counts as dear.
func (g Gated) Scan(ctx context.Context, q query.Node, copies bool, visit func(*statement.Statement) error) error {
	leave, err := g.Gate.Enter(ctx, g.Gate.o.DearFrom)
	if err != nil {
		return err
	}
	defer leave()
	return g.Scanner.Scan(ctx, q, copies, visit)
}
