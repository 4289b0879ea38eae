package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
)

func newDemo() *cobra.Command {
	var flags instance
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Everything on a bundled sample site, offline",
		Long: `Crawls about forty statements on a fictional convention from sites that this command serves itself on
loopback, and answers questions about them. Nothing leaves the machine. Without --data it keeps everything
in a temporary folder and removes it at the end.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if flags.data == "" {
				if flags.data, err = os.MkdirTemp("", "rostrum-demo-"); err != nil {
					return failed(err)
				}
				defer func() { err = errors.Join(err, failed(os.RemoveAll(flags.data))) }()
			}
			options := configs.Options{Env: os.Environ(), Checks: app.Checks()}
			var cfg *configs.Config
			if flags.config != "" {
				cfg, err = configs.LoadFile(flags.config, options)
			} else {
				cfg, err = configs.LoadBuiltin("demo", options)
			}
			if err != nil {
				return err
			}
			flags.override(cfg)
			sites, err := app.ServeDemoSites(cfg)
			if err != nil {
				return failed(err)
			}
			defer func() { err = errors.Join(err, failed(sites.Close())) }()
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), demoGreeting); err != nil {
				return failed(err)
			}
			return serve(cmd, cfg)
		},
	}
	flags.add(cmd)
	return cmd
}

const demoGreeting = `Crawling the sample sites of a fictional convention. All states, bodies and companies in it are invented.`
