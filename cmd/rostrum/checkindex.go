package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"rostrum/internal/app"
)

// checkIndexName is the hidden command by which a start has another process open the index first.
const checkIndexName = "check-index"

// indexCheck is this program, run once more; nil where it can't be found.
func indexCheck() func(context.Context, string) error {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	return app.ByChild(program, checkIndexName)
}

func newCheckIndex() *cobra.Command {
	return &cobra.Command{
		Use:    checkIndexName + " DIR",
		Short:  "Open an index as a start does, and say whether that works",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			go func() { // whoever began this ends it by going away
				_, _ = io.Copy(io.Discard, cmd.InOrStdin())
				os.Exit(app.ExitUnchecked)
			}()
			exit, err := app.CheckIndex(cmd.Context(), args[0])
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			os.Exit(exit)
			return nil
		},
	}
}
