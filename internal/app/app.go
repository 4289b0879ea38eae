// Package app owns the life of everything: it turns a configuration into rooms, hands each its ports, starts them from the bus
// upwards and stops them the other way round.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"rostrum/configs"
	"rostrum/internal/bus"
	"rostrum/internal/registry"
	"rostrum/search/alert"
)

// Version is the version of this program.
const Version = "0.1.0-dev"

// StopTimeout bounds a graceful stop.
const StopTimeout = 10 * time.Second

// Options is what the caller adds to the configuration.
type Options struct {
	Log *slog.Logger // nil is silent
	// CheckIndex says of the index in a folder whether it can be opened, without risk for this process: see ByChild. One that can't is an error that
	// wraps blevestore.ErrRebuild. Nil: it is opened unchecked.
	CheckIndex func(ctx context.Context, dir string) error
}

// App is one instance: New, Start, Wait, Stop. It takes no signals and prints nothing.
type App struct {
	cfg      *configs.Config
	log      *slog.Logger
	registry *registry.Registry
	metrics  *prometheus.Registry

	checkIndex func(ctx context.Context, dir string) error

	bus      *bus.Bus
	node     *node
	alerts   *alert.Service
	observer *observer
	audit    *slog.Logger // of changes
	addr     string

	adding   sync.Mutex
	cleanups []cleanup
	running  sync.WaitGroup
	cancel   context.CancelFunc
	failures chan error // of what runs; the first one ends Wait
	stopping sync.Once
	stopped  error
}

// cleanup undoes one step of Start.
type cleanup struct {
	name string
	undo func(context.Context) error
}

// New checks what can be checked without starting anything.
func New(cfg *configs.Config, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	reg, err := newRegistry(cfg)
	if err != nil {
		return nil, err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &App{cfg: cfg, log: o.Log, registry: reg, metrics: metrics, failures: make(chan error, 8), checkIndex: o.CheckIndex}, nil
}

// Start starts the configured roles. When it fails, what was started is stopped again. ctx bounds the starting alone.
func (a *App) Start(ctx context.Context) error {
	err := a.start(ctx)
	if err == nil {
		return nil
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), StopTimeout)
	defer cancel()
	return errors.Join(err, a.Stop(stop))
}

func (a *App) start(ctx context.Context) error {
	var work context.Context
	work, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for _, step := range a.steps() {
		if err := step(ctx, work); err != nil {
			return err
		}
	}
	return nil
}

// onStop adds a cleanup, to be run before those added earlier.
func (a *App) onStop(name string, undo func(context.Context) error) {
	a.adding.Lock()
	defer a.adding.Unlock()
	a.cleanups = append(a.cleanups, cleanup{name, undo})
}

// goRun runs f until work ends; its failing ends Wait.
func (a *App) goRun(work context.Context, name string, f func(context.Context) error) {
	a.running.Go(func() {
		if err := f(work); err != nil && work.Err() == nil {
			a.log.Error("role failed", "role", name, "error", err)
			select {
			case a.failures <- fmt.Errorf("%s: %w", name, err):
			default: // an earlier failure is being told already
			}
		}
	})
}

// Addr is the address that the server listens on.
func (a *App) Addr() string { return a.addr }

// Wait returns nil when ctx ends, or the error of the first role that failed.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failures:
		return err
	}
}

// Stop stops every role, latest first. It is idempotent, and returns when ctx ends at the latest.
func (a *App) Stop(ctx context.Context) error {
	a.stopping.Do(func() {
		if a.cancel != nil {
			a.cancel()
		}
		var errs []error
		for i := len(a.cleanups) - 1; i >= 0; i-- {
			if err := a.cleanups[i].undo(ctx); err != nil {
				errs = append(errs, fmt.Errorf("stop %s: %w", a.cleanups[i].name, err))
			}
		}
		a.stopped = errors.Join(errs...)
	})
	return a.stopped
}

// waitRunning waits for what goRun started.
func (a *App) waitRunning(ctx context.Context) error {
	done := make(chan struct{})
	go func() { a.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
