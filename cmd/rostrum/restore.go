package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
)

func newRestore() *cobra.Command {
	var flags instance
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a data folder from a backup",
		Long: `Puts a backup into a folder that is empty or not there, and checks every checksum. Then start an instance on that folder, with the configuration
that belongs to it: it builds its index from the archive, and answers from what is ready. Nothing is sent again that was delivered before the backup. Where the
configuration names an outside NATS server (bus.url), what the backup has of the bus goes there; it must hold nothing of Rostrum.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := configs.LoadFile(flags.config, configs.Options{Env: os.Environ(), Checks: app.Checks()})
			if err != nil {
				return err
			}
			flags.override(cfg)
			f, err := os.Open(args[0])
			if err != nil {
				return failed(err)
			}
			defer f.Close()
			shown := newProgress(cmd.ErrOrStderr())
			report, err := app.Restore(cmd.Context(), cfg, f, newLogger(slog.LevelWarn, cfg.Log.Format), func(n int64) {
				shown.show(func(time.Duration) string { return bytesOf(n) + " restored" })
			})
			shown.end()
			if err == nil {
				err = app.AuditOffline(cfg, newLogger(slog.LevelWarn, cfg.Log.Format), "restored a backup", "made", report.Created, "by_version", report.Version)
			}
			if err != nil {
				return failed(err)
			}
			out := cmd.OutOrStdout()
			if _, err := fmt.Fprintf(out, "restored into %s: %s\n", cfg.Data, backupLine(report)); err != nil {
				return failed(err)
			}
			if now := app.ConfigHash(cfg); now != report.Config {
				_, err = fmt.Fprintf(out, "The configuration is not that of the backup (%s, not %s): start it with the one that belongs to it, or run `rostrum reindex` after the start.\n", now, report.Config)
			}
			return failed(err)
		},
	}
	cmd.Flags().StringVar(&flags.config, "config", "", "rostrum.yaml to use (default: ./rostrum.yaml if there is one)")
	cmd.Flags().StringVar(&flags.data, "data", "", "the new data folder (default: as configured)")
	return cmd
}
