package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"rostrum/configs"
	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

// step is one part of a start. ctx bounds the starting, work lasts until Stop.
type step func(ctx, work context.Context) error

// steps are what this process starts, in order, by its roles.
func (a *App) steps() []step {
	steps := []step{a.startBus, a.awaitRoles, a.startHealth}
	if a.has(configs.SearchRole) {
		steps = []step{a.makeData, together(a.startBus, a.openStore), a.startStore, a.awaitRoles, a.startAlerts, a.saveStarters, a.startExports, a.startAudit, a.startServer, a.runAlerts, a.startIndexer}
	}
	if a.has(configs.CrawlerRole) {
		steps = append(steps, a.startCrawler)
	}
	return append(steps, a.startProfile, a.startGivingBack)
}

// together runs steps at the same time. The first one that fails ends the others.
func together(steps ...step) step {
	return func(ctx, work context.Context) error {
		running, ctx := errgroup.WithContext(ctx)
		for _, s := range steps {
			running.Go(func() error { return s(ctx, work) })
		}
		return running.Wait()
	}
}

// awaitRoles has a stop wait for what runs, before what it uses is closed.
func (a *App) awaitRoles(context.Context, context.Context) error {
	a.onStop("roles", a.waitRunning)
	return nil
}

func (a *App) startGivingBack(_, work context.Context) error {
	a.goRun(work, "memory", giveBack)
	return nil
}

// has says whether this process plays a role; without any named it plays all.
func (a *App) has(role string) bool {
	return len(a.cfg.Roles) == 0 || slices.Contains(a.cfg.Roles, role)
}

func (a *App) makeData(context.Context, context.Context) error {
	if err := os.MkdirAll(a.cfg.Data, 0o750); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	if _, err := os.Stat(filepath.Join(a.cfg.Data, unfinishedFile)); err == nil {
		return fault.New(fault.Conflict, "a backup was not restored to its end in "+a.cfg.Data, "remove the folder and run `rostrum restore` again")
	}
	return nil
}

// startHealth serves what an operator asks of a process that answers no queries: whether it lives, whether it is ready, its metrics.
func (a *App) startHealth(ctx, work context.Context) error {
	mux := http.NewServeMux()
	httpapi.RegisterHealth(mux, map[string]httpapi.Check{"bus": a.bus.Check}, promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	return a.listen(ctx, work, mux)
}

// listen serves handler on the configured address.
func (a *App) listen(ctx, work context.Context, handler http.Handler) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.Listen)
	if err != nil {
		return fault.New(fault.Conflict, fmt.Sprintf("can't listen on %s: %v", a.cfg.Listen, err), "choose another address with --listen")
	}
	a.addr = listener.Addr().String()
	// A query of 10,000 letters of any script is up to 120 KB in an address, which a browser may send as the referring one as well.
	server := &http.Server{Handler: newHTTPMetrics(a.metrics).measured(handler), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 256 << 10, BaseContext: func(net.Listener) context.Context { return work }}
	a.onStop("server", server.Shutdown)
	a.goRun(work, "server", func(context.Context) error {
		if err := server.Serve(droppingListener{listener, answerStall}); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return nil
}
