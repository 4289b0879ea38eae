package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"rostrum/search/httpapi"
)

const reindexPath = "/api/v1/admin/reindex"

// reindexPoll is how often the state of a rebuild is asked for.
const reindexPoll = 300 * time.Millisecond

func newReindex() *cobra.Command {
	var status, cancel, detach, asJSON bool
	cmd := &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the index from the archive",
		Long: `Builds a new index from everything that was ever captured, by the actors, topics and sources that the instance was started with,
while the old one answers, and puts it in the old one's place when it is ready. It fires no alert and fetches no page. Ctrl-C
leaves it running.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			method := http.MethodPost
			switch {
			case cancel:
				method = http.MethodDelete
			case status:
				method = http.MethodGet
			}
			var state httpapi.RebuildState
			if err := c.sendJSON(cmd.Context(), method, reindexPath, nil, &state); err != nil {
				return err
			}
			if method == http.MethodPost && !detach {
				if state, err = followRebuild(cmd, c, state); err != nil {
					return err
				}
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), state)
			} else {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), rebuildLine(state))
			}
			if err == nil && state.State == "failed" && !status {
				err = errors.New("the index was not rebuilt: " + state.Error)
			}
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&status, "status", false, "say how far a rebuild is, and begin none")
	cmd.Flags().BoolVar(&cancel, "cancel", false, "end a rebuild that is under way; the old index stays")
	cmd.Flags().BoolVar(&detach, "detach", false, "begin, and don't wait for the end")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	cmd.MarkFlagsMutuallyExclusive("status", "cancel", "detach")
	addAdmin(cmd)
	return cmd
}

// followRebuild waits for the end of a rebuild and shows how it goes.
func followRebuild(cmd *cobra.Command, c *client, state httpapi.RebuildState) (httpapi.RebuildState, error) {
	shown := newProgress(cmd.ErrOrStderr())
	defer shown.end()
	tick := time.NewTicker(reindexPoll)
	defer tick.Stop()
	for state.State == "running" {
		select {
		case <-cmd.Context().Done():
			return state, failed(errors.New("the rebuild goes on; follow it with: rostrum reindex --status"))
		case <-tick.C:
		}
		if err := c.getJSON(cmd.Context(), reindexPath, nil, &state); err != nil {
			return state, err
		}
		shown.show(func(time.Duration) string { return rebuildLine(state) })
	}
	return state, nil
}

// rebuildLine is the state of a rebuild in one line.
func rebuildLine(s httpapi.RebuildState) string {
	done := fmt.Sprintf("%s captures, %s a second", grouped(s.Captures), grouped(int(s.PerSecond)))
	if s.Refused > 0 {
		done += fmt.Sprintf(", %s of them not readable (the log names them)", grouped(s.Refused))
	}
	switch s.State {
	case "none":
		return "no rebuild since the start; index generation " + s.Generation
	case "running":
		line := fmt.Sprintf("rebuilding (%s): %s of %s of archive, %s", s.Phase, bytesOf(s.BytesDone), bytesOf(s.BytesTotal), done)
		if s.SecondsLeft != nil {
			line += fmt.Sprintf(", about %s left", time.Duration(*s.SecondsLeft*float64(time.Second)).Round(time.Second))
		}
		return line
	case "done":
		return fmt.Sprintf("rebuilt: %s; index generation %s answers", done, s.Generation)
	case "failed":
		return fmt.Sprintf("failed after %s: %s; index generation %s stays", done, s.Error, s.Generation)
	}
	return fmt.Sprintf("%s after %s; index generation %s stays", s.State, done, s.Generation)
}
