package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/statement"
	"rostrum/search/alert"
)

const savedPath = "/api/v1/saved-queries"

func savedURL(id string) string { return savedPath + "/" + url.PathEscape(id) }

func newSaved() *cobra.Command {
	cmd := &cobra.Command{Use: "saved", Short: "Saved queries: be told of what is new"}
	cmd.AddCommand(newSavedAdd(), newSavedEdit(), newSavedRotate(), newSavedList(), newSavedShow(), newSavedTest(), newSavedBounced(), newSavedSwitch("pause", "Fire no more until it is resumed", true),
		newSavedSwitch("resume", "Fire again, for what comes from now on", false), newSavedRemove())
	return cmd
}

func newSavedAdd() *cobra.Command {
	var name, rate, zone, at string
	var webhooks, mails []string
	var least int
	var backfill, revisions, dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "add QUERY",
		Short: "Save a query; says what it means and how often it would have fired",
		Example: `  rostrum saved add 'topic:safeguards actor:valdoria' --name 'Valdoria on safeguards' --webhook https://hooks.example.org/rostrum
  rostrum saved add 'cue:opposes' --rate daily --zone Europe/Paris --email desk@newsroom.example
  rostrum saved add '"joint letter"' --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			query := strings.Join(args, " ")
			var preview alert.Preview
			if err := c.sendJSON(cmd.Context(), http.MethodPost, savedPath+"/preview", map[string]any{"query": query}, &preview); err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if dry {
				if asJSON {
					return failed(printJSON(w, preview))
				}
				return failed(printPreview(w, &preview))
			}
			channels := make([]map[string]string, 0, len(webhooks))
			for _, address := range webhooks {
				channels = append(channels, map[string]string{"type": alert.Webhook, "url": address})
			}
			for _, address := range mails {
				channels = append(channels, map[string]string{"type": alert.Email, "to": address})
			}
			draft := map[string]any{"name": name, "query": query, "channels": channels, "include_backfill": backfill, "include_revisions": revisions, "min_change": least}
			if rate != "" {
				draft["rate"] = rate
			}
			if zone != "" {
				draft["zone"] = zone
			}
			if at != "" {
				draft["digest_at"] = at
			}
			var saved alert.Saved
			if err := c.sendJSON(cmd.Context(), http.MethodPost, savedPath, draft, &saved); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(w, saved))
			}
			return failed(errors.Join(printPreview(w, &preview), printSaved(w, &saved)))
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what to call it (default: the query)")
	f.StringVar(&rate, "rate", "", "when to tell: immediate, hourly, daily or weekly (on Monday)")
	f.StringVar(&zone, "zone", "", "time zone of its digests, as in Europe/Paris (default: that of your latest saved query, else UTC)")
	f.StringVar(&at, "at", "", "when its daily and weekly digests are made, as in 18:30 (default 07:00)")
	f.StringArrayVar(&webhooks, "webhook", nil, "address to which alerts are posted; may be given up to five times")
	f.StringArrayVar(&mails, "email", nil, "mail address that is told; may be given up to five times, webhooks included")
	f.IntVar(&least, "min-change", 0, "with --include-revisions: least number of words that must have come or gone since it fired last")
	f.BoolVar(&backfill, "include-backfill", false, "fire for what is stored already, and for what comes with archives")
	f.BoolVar(&revisions, "include-revisions", false, "fire again for later revisions of what fired")
	f.BoolVar(&dry, "dry-run", false, "only say what it means and how often it would have fired")
	f.BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

// dearLine says what a dear query is, and what to do about it.
const dearLine = "dear       no word or value must be there for it to match: every statement is looked at for it. A word that must be there makes it cheap\n"

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

func printPreview(w io.Writer, p *alert.Preview) error {
	var b strings.Builder
	fmt.Fprintf(&b, "query      %s\nit means   %s\n", orAll(p.Parsed), p.InWords)
	if p.Dear {
		b.WriteString(dearLine)
	}
	fmt.Fprintf(&b, "it found   %d in the last 7 days, %d in 30, %d in 365\n", p.Matches["7d"], p.Matches["30d"], p.Matches["365d"])
	if p.Stored > 0 {
		fmt.Fprintf(&b, "of all     %d of %d statements\n", p.Found, p.Stored)
	}
	if p.Broad() {
		b.WriteString("careful    it finds nearly everything: narrow it, or take a digest\n")
	}
	for _, h := range p.Samples {
		fmt.Fprintf(&b, "  %-12s %s\n", dateOf(&h.Statement), h.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printSaved(w io.Writer, s *alert.Saved) error {
	var b strings.Builder
	fmt.Fprintf(&b, "id         %s\nname       %s\nquery      %s\nstate      %s\nfeed       %s\n", s.ID, s.Name, orAll(s.Parsed), stateOf(s), s.Feed)
	if s.Dear {
		b.WriteString(dearLine)
	}
	var also []string
	if s.IncludeBackfill {
		also = append(also, "what was there before")
	}
	if s.IncludeRevisions {
		also = append(also, "later revisions")
		if s.MinChange > 0 {
			also[len(also)-1] += fmt.Sprintf(" of at least %d words", s.MinChange)
		}
	}
	if len(also) > 0 {
		fmt.Fprintf(&b, "also       %s\n", strings.Join(also, ", "))
	}
	for _, c := range s.Channels {
		fmt.Fprintf(&b, "%-10s %s (channel %d)\n", c.Type, cmp.Or(c.URL, c.To), c.ID)
		if c.Disabled != "" {
			fmt.Fprintf(&b, "%-10s disabled: %s\n", "", c.Disabled)
		}
		if c.Secret != "" {
			fmt.Fprintf(&b, "%-10s %s (shown this once: with it the receiver checks the signatures)\n", "secret", c.Secret)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func stateOf(s *alert.Saved) string {
	switch {
	case s.Problem != "":
		return "needs an edit: " + s.Problem
	case s.Paused:
		return "paused"
	}
	state := "on, " + s.Rate
	switch s.Rate {
	case alert.Immediate:
	case alert.Hourly:
		state += ", " + s.Zone
	default:
		state += " at " + s.DigestAt + ", " + s.Zone
	}
	return state
}

func newSavedList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The saved queries",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if asJSON {
				return c.copyTo(cmd, savedPath)
			}
			var found struct {
				Saved []alert.Saved `json:"saved_queries"`
				Feed  string        `json:"feed"`
			}
			if err := c.getJSON(cmd.Context(), savedPath, nil, &found); err != nil {
				return err
			}
			t := newTable("ID", "NAME", "STATE", "CHANNELS", "QUERY")
			for i := range found.Saved {
				s := &found.Saved[i]
				kinds := make([]string, 0, len(s.Channels)+1)
				for _, ch := range s.Channels {
					kinds = append(kinds, ch.Type)
				}
				state := stateOf(s)
				if s.Dear {
					state += ", dear"
				}
				t.row(s.ID, s.Name, state, strings.Join(append(kinds, "feed"), ", "), orAll(s.Parsed))
			}
			if err := t.print(cmd.OutOrStdout()); err != nil {
				return failed(err)
			}
			if found.Feed != "" {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "\nfeed of all  %s\n", found.Feed)
			}
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

// copyTo prints the answer to a GET as it is.
func (c *client) copyTo(cmd *cobra.Command, path string) error {
	body, err := c.get(cmd.Context(), path, nil)
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(body)
	return failed(err)
}

func newSavedShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "One saved query, its latest alerts, why they fired and what became of them",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if asJSON {
				return c.copyTo(cmd, savedURL(args[0]))
			}
			var saved alert.Saved
			if err := c.getJSON(cmd.Context(), savedURL(args[0]), nil, &saved); err != nil {
				return err
			}
			var page alert.Page
			if err := c.getJSON(cmd.Context(), savedURL(args[0])+"/alerts", nil, &page); err != nil {
				return err
			}
			var past struct{ Edits []alert.Edit }
			if err := c.getJSON(cmd.Context(), savedURL(args[0])+"/history", nil, &past); err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			return failed(errors.Join(printSaved(w, &saved), printEdits(w, past.Edits), printAlerts(w, &page)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

func printAlerts(w io.Writer, page *alert.Page) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d alerts\n", page.Total)
	for i := range page.Alerts {
		a := &page.Alerts[i]
		fmt.Fprintf(&b, "\n%s  %s\n", a.At.UTC().Format("2006-01-02 15:04:05"), a.Statement.Title)
		fmt.Fprintf(&b, "  %s, revision %d: %s\n  %s\n  fired on %s\n", a.Cause, a.Statement.Revision, speakersOf(&a.Statement), a.Statement.Link, reasonsOf(a.Reasons))
		for _, d := range a.Deliveries {
			fmt.Fprintf(&b, "  delivery %d to %s: %s%s\n", d.N, cmp.Or(d.To, d.URL), d.Status, lastAttempt(&d))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// speakersOf names who speaks; of the signatories an alert names those alone that made it fire.
func speakersOf(b *alert.Brief) string {
	var named []statement.Actor
	for _, a := range b.Actors {
		if a.Role != statement.Signatory {
			named = append(named, a)
		}
	}
	if b.Signatories == 0 {
		return whoSpeaks(named)
	}
	signed := fmt.Sprintf("%d signatories", b.Signatories)
	if len(named) == 0 {
		return signed
	}
	return whoSpeaks(named) + " · " + signed
}

func reasonsOf(reasons []alert.Reason) string {
	var parts []string
	seen := map[string]bool{}
	for _, r := range reasons {
		part := cmp.Or(oneLine(r.Text), r.Name, r.Value, r.Query)
		if r.Value != "" {
			part += " (" + r.Query + ")"
		}
		if !seen[part] {
			seen[part] = true
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", ")
}

func lastAttempt(d *alert.Delivery) string {
	if len(d.Attempts) == 0 {
		if d.Next != nil {
			return ", comes with others at " + d.Next.UTC().Format(time.DateTime)
		}
		return ""
	}
	last := d.Attempts[len(d.Attempts)-1]
	text := fmt.Sprintf(" at %s after %d ms", last.At.UTC().Format("15:04:05"), last.TookMS)
	if last.Error != "" {
		text = fmt.Sprintf(" after %d tries: %s", d.Tries, last.Error)
	}
	if d.Next != nil {
		text += ", next try " + d.Next.UTC().Format(time.DateTime)
	}
	return text
}

func newSavedTest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test ID",
		Short: "Send a test message to every channel",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var found struct{ Results []alert.TestResult }
			if err := c.sendJSON(cmd.Context(), http.MethodPost, savedURL(args[0])+"/test", nil, &found); err != nil {
				return err
			}
			var refused []error
			if len(found.Results) == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "no channels: its feed alone tells of it")
			}
			for _, r := range found.Results {
				if !r.Taken {
					refused = append(refused, fmt.Errorf("%s: %s", cmp.Or(r.To, r.URL), r.Error))
					continue
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s took it after %d ms\n", cmp.Or(r.To, r.URL), r.TookMS)
			}
			return failed(errors.Join(append(refused, err)...))
		},
	}
	addServer(cmd)
	return cmd
}

func newSavedSwitch(use, short string, paused bool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use + " ID",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var saved alert.Saved
			if err := c.sendJSON(cmd.Context(), http.MethodPatch, savedURL(args[0]), map[string]any{"paused": paused}, &saved); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", saved.Name, stateOf(&saved))
			return failed(err)
		},
	}
	addServer(cmd)
	return cmd
}

func newSavedRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Remove a saved query",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if _, err := c.send(cmd.Context(), http.MethodDelete, savedURL(args[0]), nil); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "removed")
			return failed(err)
		},
	}
	addServer(cmd)
	return cmd
}
