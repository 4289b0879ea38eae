package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
)

func newConfig() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The configuration"}
	var path string
	check := &cobra.Command{
		Use:   "check",
		Short: "Every problem in one go, each with file, line, field and remedy",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := configs.LoadFile(path, configs.Options{Env: os.Environ(), Checks: app.Checks()})
			if err != nil {
				return err
			}
			sources, topics := 0, 0
			for _, p := range cfg.Processes {
				sources += len(p.Sources)
				topics += len(p.Topics)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "no problems: %d processes, %d sources, %d topics, %d actors\n", len(cfg.Processes), sources, topics, len(cfg.Actors))
			return failed(err)
		},
	}
	check.Flags().StringVar(&path, "config", "", "rostrum.yaml to check (default: ./rostrum.yaml if there is one)")
	cmd.AddCommand(check)
	return cmd
}
