package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/fault"
)

// instance are the flags that up and demo share.
type instance struct {
	config, data, listen string
}

func (f *instance) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.config, "config", "", "rostrum.yaml to use (default: ./rostrum.yaml if there is one)")
	cmd.Flags().StringVar(&f.data, "data", "", "folder of everything that is kept")
	cmd.Flags().StringVar(&f.listen, "listen", "", "address of the pages and the API, such as 127.0.0.1:8700")
}

// override lets flags win over file and environment.
func (f *instance) override(cfg *configs.Config) {
	if f.data != "" {
		cfg.Data = f.data
	}
	if f.listen != "" {
		cfg.Listen = f.listen
	}
}

func newUp() *cobra.Command {
	var flags instance
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Watch the configured process: everything in one process",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := configs.LoadFile(flags.config, configs.Options{Env: os.Environ(), Checks: app.Checks()})
			if err != nil {
				return err
			}
			flags.override(cfg)
			return serve(cmd, cfg)
		},
	}
	flags.add(cmd)
	return cmd
}

// serve runs an instance until the context ends, and says where it listens.
func serve(cmd *cobra.Command, cfg *configs.Config) error {
	if _, err := net.ResolveTCPAddr("tcp", cfg.Listen); err != nil { // before anything is written
		return fault.New(fault.Invalid, fmt.Sprintf("can't listen on %s: %v", cfg.Listen, err), "give --listen HOST:PORT, such as 127.0.0.1:8700")
	}
	level, err := logLevel(cfg.Log.Level)
	if err != nil {
		return err
	}
	a, err := app.New(cfg, app.Options{Log: newLogger(level, cfg.Log.Format), CheckIndex: indexCheck()})
	if err != nil {
		return failed(err)
	}
	if err := a.Start(cmd.Context()); err != nil {
		return failed(err)
	}
	doing := "its data in " + cfg.Data
	if !slices.Contains(cfg.Roles, configs.SearchRole) && len(cfg.Roles) > 0 {
		doing = "a crawler for " + cfg.Bus.URL
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "Rostrum is at http://%s, %s. Ctrl-C stops it.\n", a.Addr(), doing); err != nil {
		return failed(err)
	}
	wait := a.Wait(cmd.Context())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), app.StopTimeout)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		return failed(err)
	}
	return failed(wait)
}

func logLevel(name string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(name)); err != nil {
		return 0, fault.Newf(fault.Invalid, "log.level: %w", err)
	}
	return level, nil
}
