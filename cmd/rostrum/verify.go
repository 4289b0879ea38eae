package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

const verifyPath = "/api/v1/admin/verify"

func newVerify() *cobra.Command {
	var config string
	var offline, status, asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check archive, index and streams against each other",
		Long: `Reads the whole archive and index of the running instance and says what is not as it should be, each with what to do about it: records that are damaged, pages
that are neither statements nor in quarantine, refused or forgotten, statements whose page is not in the archive, index files that are not what their checksums
say, announcements without a page. It changes nothing. With --offline it checks a data folder that no instance uses. Exit code 0: nothing is wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var state httpapi.VerifyState
			var err error
			switch {
			case offline:
				state, err = verifyOffline(cmd, config)
			default:
				state, err = verifyOnline(cmd, status)
			}
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), state)
			} else {
				_, err = io.WriteString(cmd.OutOrStdout(), verifyText(state))
			}
			switch {
			case err != nil:
			case state.State == "failed" || state.State == "canceled":
				err = errors.New("the check did not come to its end: " + state.State + " " + state.Error)
			case state.Problems > 0:
				err = fmt.Errorf("%s problems were found", grouped(state.Problems))
			}
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&offline, "offline", false, "check the data folder itself; no instance may use it")
	cmd.Flags().BoolVar(&status, "status", false, "say how far a check is, or what the last one found, and begin none")
	cmd.Flags().StringVar(&config, "config", "", "with --offline: rostrum.yaml to use (default: ./rostrum.yaml if there is one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	cmd.MarkFlagsMutuallyExclusive("offline", "status")
	addAdmin(cmd)
	return cmd
}

func verifyOffline(cmd *cobra.Command, config string) (state httpapi.VerifyState, err error) {
	cfg, err := configs.LoadFile(config, configs.Options{Env: os.Environ(), Checks: app.Checks()})
	if err != nil {
		return state, err
	}
	if dir, _ := cmd.Flags().GetString("data"); dir != "" {
		cfg.Data = dir
	}
	if _, err := os.Stat(cfg.Data); err != nil {
		return state, fault.New(fault.Invalid, "there is no data folder "+cfg.Data, "name it with --data")
	}
	shown := newProgress(cmd.ErrOrStderr())
	defer shown.end()
	state, err = app.Verify(cmd.Context(), cfg, app.Options{Log: newLogger(slog.LevelError+1, cfg.Log.Format), CheckIndex: indexCheck()}, func(s httpapi.VerifyState) {
		shown.show(func(time.Duration) string { return verifyLine(s) })
	})
	return state, failed(err)
}

func verifyOnline(cmd *cobra.Command, statusOnly bool) (state httpapi.VerifyState, err error) {
	c, err := clientOf(cmd)
	if err != nil {
		return state, err
	}
	method := http.MethodPost
	if statusOnly {
		method = http.MethodGet
	}
	if err := c.sendJSON(cmd.Context(), method, verifyPath, nil, &state); err != nil {
		return state, err
	}
	shown := newProgress(cmd.ErrOrStderr())
	defer shown.end()
	tick := time.NewTicker(reindexPoll)
	defer tick.Stop()
	for state.State == "running" && !statusOnly {
		select {
		case <-cmd.Context().Done():
			return state, failed(errors.New("the check goes on; follow it with: rostrum verify --status"))
		case <-tick.C:
		}
		if err := c.getJSON(cmd.Context(), verifyPath, nil, &state); err != nil {
			return state, err
		}
		shown.show(func(time.Duration) string { return verifyLine(state) })
	}
	return state, nil
}

func verifyLine(s httpapi.VerifyState) string {
	line := "checking " + s.Phase
	if s.Total > 0 {
		line += fmt.Sprintf(": %d %%", 100*s.Done/s.Total)
	}
	if s.Problems > 0 {
		line += fmt.Sprintf(", %s problems so far", grouped(s.Problems))
	}
	return line
}

// verifyText is what a check found, for people.
func verifyText(s httpapi.VerifyState) string {
	var b strings.Builder
	for _, f := range s.List {
		fmt.Fprintf(&b, "%s: %s: %s\n    %s\n", f.Check, f.Where, f.What, f.Remedy)
	}
	if more := s.Problems - len(s.List); more > 0 {
		fmt.Fprintf(&b, "and %s more\n", grouped(more))
	}
	for _, note := range s.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	switch s.State {
	case "none":
		return "no check since the start\n"
	case "running":
		fmt.Fprintln(&b, verifyLine(s))
		return b.String()
	}
	var checked []string
	for _, what := range slices.Sorted(maps.Keys(s.Checked)) {
		checked = append(checked, grouped(s.Checked[what])+" "+what)
	}
	found := "nothing is wrong"
	if s.Problems > 0 {
		found = grouped(s.Problems) + " problems"
	}
	fmt.Fprintf(&b, "checked %s: %s\n", strings.Join(checked, ", "), found)
	return b.String()
}
