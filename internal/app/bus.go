package app

import (
	"context"
	"path/filepath"

	"rostrum/configs"
	"rostrum/internal/bus"
)

// startBus opens NATS: embedded in the data folder, or the configured one.
func (a *App) startBus(ctx, _ context.Context) (err error) {
	a.bus, err = bus.Open(ctx, busOptions(a.cfg, a))
	if err != nil {
		return err
	}
	a.onStop("bus", a.bus.Close)
	return nil
}

func busOptions(cfg *configs.Config, a *App) bus.Options {
	o := bus.Options{URL: cfg.Bus.URL, Token: cfg.Bus.Token.Reveal(), User: cfg.Bus.User, Password: cfg.Bus.Password.Reveal(),
		CredsFile: cfg.Bus.Credentials, Sync: bus.SyncPolicy(cfg.Bus.Sync), Replicas: cfg.Bus.Replicas, CapturesMaxBytes: int64(cfg.Bus.CapturesMaxBytes),
		StatementsMaxAge: cfg.Bus.StatementsKeep, Log: a.log.With("room", "bus"), Metrics: a.metrics}
	if o.URL == "" {
		o.Dir = filepath.Join(cfg.Data, "bus")
	}
	return o
}
