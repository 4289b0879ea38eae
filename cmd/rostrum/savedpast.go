package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search/alert"
)

// printEdits prints what a saved query was, the latest edit first.
func printEdits(w io.Writer, edits []alert.Edit) error {
	var b strings.Builder
	if len(edits) > 0 {
		b.WriteString("\nedits\n")
	}
	for _, e := range slices.Backward(edits) {
		fmt.Fprintf(&b, "%s  %s\n", e.At.UTC().Format("2006-01-02 15:04:05"), editLine(&e))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// editLine names what changed, with what it was from then on.
func editLine(e *alert.Edit) string {
	s := &e.Saved
	now := map[string]string{"created": orAll(s.Query), "name": s.Name, "query": orAll(s.Query), "rate": s.Rate, "zone": s.Zone, "digest_at": s.DigestAt,
		"paused": fmt.Sprint(s.Paused), "include_backfill": fmt.Sprint(s.IncludeBackfill), "include_revisions": fmt.Sprint(s.IncludeRevisions),
		"min_change": fmt.Sprint(s.MinChange)}
	if len(e.Changed) == 0 {
		return "as early as is kept: " + orAll(s.Query)
	}
	parts := make([]string, 0, len(e.Changed))
	for _, c := range e.Changed {
		if value, ok := now[c]; ok {
			c += ": " + oneLine(value)
		}
		parts = append(parts, c)
	}
	return strings.Join(parts, "; ")
}

func newSavedBounced() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bounced [ADDRESS]",
		Short: "Switch off a mail address whose mail came back; for admins and mail systems",
		Long: `Switches off a mail address wherever it stands in saved queries, since mail to it came back. Without an address it reads the report of
the mail system (RFC 3464) from its input, so that the sender's address can be an alias that leads here; a report is believed only on a mail that
was sent from here. Reports of delays, and of refusals for the sender's sake (5.7.x), change nothing.`,
		Example: `  rostrum saved bounced ada@newsroom.example
  rostrum saved bounced < report.eml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			bounces := []alert.Bounce{}
			if len(args) == 1 {
				bounces = append(bounces, alert.Bounce{To: args[0]})
			} else if bounces, err = reported(cmd.InOrStdin()); err != nil {
				return err
			}
			for _, b := range bounces {
				var done struct {
					SwitchedOff int `json:"switched_off"`
				}
				if err := c.sendJSON(cmd.Context(), http.MethodPost, "/api/v1/admin/bounces", map[string]string{"to": b.To, "message": b.Message, "reason": b.Reason}, &done); err != nil {
					return err
				}
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %d channels switched off\n", b.To, done.SwitchedOff); err != nil {
					return failed(err)
				}
			}
			if len(bounces) == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "the report gives no address up for good: nothing changes")
			}
			return failed(err)
		},
	}
	addAdmin(cmd)
	return cmd
}

// reported reads a report that says of which mail it is.
func reported(r io.Reader) ([]alert.Bounce, error) {
	bounces, err := alert.ReadBounces(r)
	if err != nil {
		return nil, err
	}
	for _, b := range bounces {
		if b.Message == "" {
			err = errors.Join(err, fault.New(fault.Invalid, "the report does not say which mail to "+b.To+" came back", "name the address, if you trust the report"))
		}
	}
	return bounces, err
}
