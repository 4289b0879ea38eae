package main

import (
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

const about = `Rostrum watches a policy process through the public statements made about it, and answers
who said what, on which topic, since when, and whether it changed.

Start with the demo:   rostrum demo
Then your own process: rostrum init my-process && rostrum up --config my-process/rostrum.yaml`

func newRoot() *cobra.Command {
	root := &cobra.Command{Use: "rostrum", Short: "Who said what, on which topic, since when", Long: about, SilenceUsage: true, SilenceErrors: true}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newDemo(), newUp(), newCrawl(), newServe(), newHealth(), newSearch(), newExport(), newExports(), newShow(), newInspect(), newSources(), newImport(), newReindex(), newQuarantine(), newForget(), newCorrect(), newTopics(), newToken(), newStatus(), newInit(), newSaved(), newWatch(), newConfig(), newVersion(), newActors(), newCheckIndex(), newBackup(), newRestore(), newVerify())
	return root
}

// newLogger writes to standard error: text by default, JSON where a collector reads it.
func newLogger(level slog.Level, format string) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
