package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newHealth() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Whether a running process is ready, for health checks",
		Long: `Asks a running process (rostrum up, serve or crawl) whether all it needs works. Exit code 0: it is ready; 1: it is not, and
says what is amiss; 3: it can't be reached.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if err := c.ready(cmd.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "ready")
			return failed(err)
		},
	}
	addServer(cmd)
	return cmd
}
