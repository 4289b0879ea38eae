package app

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
	"rostrum/search/web"
)

// startServer serves pages and API.
func (a *App) startServer(ctx, work context.Context) error {
	mux := http.NewServeMux()
	current := func() *registry.Registry { return a.registry }
	sources := sourceStates{app: a, now: time.Now}
	captures := publicCaptures{a.node}
	httpapi.Register(mux, httpapi.Options{Version: Version, Search: a.node.service, Registry: current, Sources: sources, Captures: captures, Export: a.node.exporter, Kept: a.node.keeper, Schedules: a.node.schedules, Alerts: a.alerts, Admin: a.node.admin,
		Ready: map[string]httpapi.Check{"bus": a.bus.Check, "store": a.checkStore}, Metrics: promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}),
		Log: a.log.With("room", "api")})
	err := web.Register(mux, web.Options{Version: Version, Search: a.node.service, Registry: current,
		Sources: &recently{of: sources, age: time.Second}, Captures: captures, Alerts: a.alerts, Export: a.node.exporter, Kept: a.node.keeper, Schedules: a.node.schedules, Owner: httpapi.OwnerOf, Asker: httpapi.AskerOf,
		Archived: a.mapped, Log: a.log.With("room", "web")})
	if err != nil {
		return err
	}
	return a.listen(ctx, work, httpapi.Guard(a.authorized(mux), a.names(), a.log))
}

// names are those by which readers may address this server: the configured hosts, and that of the address that readers are told.
func (a *App) names() []string {
	u, err := url.Parse(a.cfg.PublicURL)
	if err != nil || u.Hostname() == "" {
		return a.cfg.Hosts
	}
	if a.cfg.Auth.Require == "auto" && loopback(a.cfg.Listen) && !loopback(net.JoinHostPort(u.Hostname(), "0")) {
		a.log.Warn("public_url says that a proxy stands in front: whom it passes on without X-Forwarded-For, and as a loopback host, would need no token; set auth.require: always")
	}
	return append(slices.Clone(a.cfg.Hosts), strings.ToLower(u.Hostname()))
}

func (a *App) checkStore(ctx context.Context) error {
	_, err := a.node.store.Status(ctx)
	return err
}

// mapped says whether a host exists by fetch.hosts alone, so that a browser could not open it.
func (a *App) mapped(host string) bool {
	_, ok := a.cfg.Fetch.Hosts[strings.ToLower(host)]
	return ok
}

// publicCaptures gives the archived captures that may be shown.
type publicCaptures struct{ node *node }

// Capture gives a capture; fault.NotFound for one that is not kept, fault.Forbidden where the publisher asks for no archive.
func (p publicCaptures) Capture(ctx context.Context, id string) (*statement.Capture, error) {
	c, err := p.node.archive.Capture(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.node.tombstones.Covers(c) {
		return nil, fault.New(fault.NotFound, "this page was removed for good", "")
	}
	if c.NoArchive {
		return nil, fault.New(fault.Forbidden, "the publisher asks that this page be not shown from an archive", "open the original at "+c.PageURL())
	}
	return c, nil
}
