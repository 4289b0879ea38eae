package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rostrum/configs"
	"rostrum/crawler/transport"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/alert"
)

// SavedQueriesFile holds, in the data folder, a second copy of the saved queries, which the bus keeps.
const SavedQueriesFile = "saved-queries.jsonl"

// startAlerts reads the saved queries.
func (a *App) startAlerts(ctx, _ context.Context) error {
	guard, err := transport.NewGuard(a.cfg.Alerts.AllowPrivate, nil)
	if err != nil {
		return err
	}
	dial := guard.Dialer(10 * time.Second)
	service, err := alert.New(ctx, alert.Options{
		Compiler: a.node.service, Searcher: a.node.gated, Scanner: a.node.store, Statements: a.bus, Groups: groupsOfCopies{a.node}, Alerts: alertLog{a.bus.Alerts()},
		Saved: a.bus.Bucket(bus.SavedQueries), Fired: a.bus.Bucket(bus.Fired), Deliveries: a.bus.Bucket(bus.Deliveries), Settings: a.bus.Bucket(bus.Settings),
		Sources: sourceStates{app: a, now: time.Now}, LastStatement: a.lastStatement, Revisions: a.node.store.Reader().Revisions, Names: a.nameOf, Mail: mailServer(&a.cfg.Alerts.SMTP),
		Members: a.registry.Members, Public: a.public, UserAgent: "Rostrum/" + Version, Timeout: a.cfg.Alerts.Timeout,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return conn, inside(err)
		},
		Permit: func(host string) error {
			if guard.PermitsHost(host) {
				return nil
			}
			return inside(fault.Newf(fault.Forbidden, "%s is a private or reserved address", host))
		},
		Mirror: filepath.Join(a.cfg.Data, SavedQueriesFile), History: a.savedHistory, Frequency: a.node.store.Share, KeepDeliveries: a.cfg.Alerts.DeliveriesKeep,
		Log: a.log.With("room", "alert"), Metrics: a.metrics,
	})
	if err != nil {
		return fmt.Errorf("start alerts: %w", err)
	}
	a.alerts = service
	a.onStop("saved queries", func(context.Context) error { return service.Close() })
	return nil
}

// runAlerts matches and delivers. It begins when the server's address, which links lead to, is known.
func (a *App) runAlerts(_, work context.Context) error {
	a.goRun(work, "alerts", a.alerts.Run)
	return nil
}

// savedHistory gives the states of a saved query that the bus keeps, oldest first.
func (a *App) savedHistory(ctx context.Context, id string) ([]alert.State, error) {
	entries, err := a.bus.Bucket(bus.SavedQueries).History(ctx, id)
	states := make([]alert.State, len(entries))
	for i, e := range entries {
		states[i] = alert.State{At: e.At, Value: e.Value}
	}
	return states, err
}

// inside tells the remedy of an address that is refused.
func inside(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Forbidden {
		return err
	}
	return fault.New(fault.Forbidden, f.What, "add it to alerts.allow_private if the receiver is really meant to be inside")
}

// lastStatement says when the latest statement came in.
func (a *App) lastStatement(ctx context.Context) (time.Time, error) {
	status, err := a.node.store.Status(ctx)
	return status.Newest, err
}

// nameOf names topics and sources for people.
func (a *App) nameOf(kind, id string) string {
	switch kind {
	case "topic":
		if t, ok := a.registry.Topic(id); ok {
			return t.Name
		}
	case "source":
		return sourceNames(a.cfg)[id]
	}
	return ""
}

// mailServer is where mail leaves; nil where none is configured.
func mailServer(c *configs.SMTP) *alert.MailServer {
	if c.Host == "" {
		return nil
	}
	return &alert.MailServer{Host: c.Host, Port: c.Port, User: c.User, Password: c.Password.Reveal(), From: c.From, Plain: c.TLS == "none"}
}

// eraseTold takes a statement out of the log of announcements and that of alerts.
func (a *App) eraseTold(ctx context.Context, id string) error {
	if _, err := a.bus.EraseStatement(ctx, id); err != nil {
		return err
	}
	_, err := a.alerts.Forget(ctx, id)
	return err
}

// public is the address that links begin with.
func (a *App) public() string {
	if a.cfg.PublicURL != "" {
		return strings.TrimRight(a.cfg.PublicURL, "/")
	}
	return "http://" + a.addr
}

// groupsOfCopies are the store's groups.
type groupsOfCopies struct{ *node }

// Group gives the lead of a group, as it is shown, and the groups that became part of it.
func (g groupsOfCopies) Group(ctx context.Context, id string) (statement.Statement, []string, error) {
	found, err := g.store.Groups(ctx, []string{id})
	if err != nil {
		return statement.Statement{}, nil, err
	}
	group := found[id]
	if len(group.Members) == 0 {
		if mending, _ := g.mending.state(); mending { // it is, when the index holds the archive again
			return statement.Statement{}, nil, fault.Newf(fault.Transient, "no group %q is stored yet", id)
		}
		return statement.Statement{}, nil, fault.Newf(fault.NotFound, "no group %q is stored", id)
	}
	lead := slices.MinFunc(group.Members, func(x, y string) int { return cmp.Or(group.Said[x].Compare(group.Said[y]), cmp.Compare(x, y)) })
	st, err := g.store.Reader().Statement(ctx, lead)
	return st, group.Merged, err
}

// alertLog is the bus's log of alerts.
type alertLog struct{ *bus.Log }

// Append appends alerts.
func (l alertLog) Append(ctx context.Context, records []alert.Record) error {
	out := make([]bus.Record, len(records))
	for i, r := range records {
		out[i] = bus.Record(r)
	}
	return l.Log.Append(ctx, out)
}
