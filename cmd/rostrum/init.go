package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/fault"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Write a commented process to edit",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			written, err := configs.Init(args[0])
			if fault.KindOf(err) == fault.Conflict {
				return fault.As(fault.Invalid, err) // wrong usage: nothing was written
			}
			if err != nil {
				return failed(err)
			}
			settings := filepath.Join(args[0], configs.DefaultFile)
			_, err = fmt.Fprintf(cmd.OutOrStdout(), `Written:
  %s

Next:
  1. Say who you are to the sites you fetch: fetch.contact in %s.
  2. Say what is watched: sources.yaml. To see what a site offers: rostrum sources check URL
  3. Say who speaks and about what: actors.yaml and topics.yaml. To try them on a page: rostrum inspect --config %s URL
  4. Check it all:  rostrum config check --config %s
  5. Start it:      rostrum up --config %s
`, strings.Join(written, "\n  "), settings, settings, settings, settings)
			return failed(err)
		},
	}
}
