package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/search/alert"
)

// startersKey says, in the bus's settings, when the starters were saved.
const startersKey = "alerts.starters"

// saveStarters saves the queries that a new instance begins with, once. One that can't be read is logged: the others are saved.
func (a *App) saveStarters(ctx, _ context.Context) error {
	if len(a.cfg.Alerts.Starters) == 0 {
		return nil
	}
	settings := a.bus.Bucket(bus.Settings)
	if _, _, err := settings.Get(ctx, startersKey); fault.KindOf(err) != fault.NotFound {
		return err
	}
	names := slices.Sorted(maps.Keys(a.cfg.Alerts.Starters))
	if len(a.alerts.List("")) > 0 {
		names = nil // it is not new: the bus lost its settings
	}
	for _, name := range names {
		_, err := a.alerts.Create(ctx, alert.Draft{Name: name, Owner: "local", Query: a.cfg.Alerts.Starters[name], IncludeBackfill: true})
		if err != nil {
			a.log.Warn("a saved query to begin with could not be saved", "name", name, "error", err)
		}
	}
	_, err := settings.Put(ctx, startersKey, []byte(time.Now().UTC().Format(time.RFC3339)))
	return err
}
