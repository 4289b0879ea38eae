package main

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"rostrum/search/alert"
)

func newSavedEdit() *cobra.Command {
	var name, query, rate, zone, at string
	var webhooks, mails []string
	var least int
	var backfill, revisions, asJSON bool
	cmd := &cobra.Command{
		Use:   "edit ID",
		Short: "Change a saved query; what is not named stays",
		Example: `  rostrum saved edit sq-abcdefghij --rate weekly --zone Europe/Paris
  rostrum saved edit sq-abcdefghij --email desk@newsroom.example`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			change, given := map[string]any{}, cmd.Flags().Changed
			for flag, field := range map[string]struct {
				name  string
				value any
			}{"name": {"name", name}, "query": {"query", query}, "rate": {"rate", rate}, "zone": {"zone", zone}, "at": {"digest_at", at}, "min-change": {"min_change", least},
				"include-backfill": {"include_backfill", backfill}, "include-revisions": {"include_revisions", revisions}} {
				if given(flag) {
					change[field.name] = field.value
				}
			}
			if given("webhook") || given("email") {
				channels := []map[string]string{}
				for _, address := range webhooks {
					channels = append(channels, map[string]string{"type": alert.Webhook, "url": address})
				}
				for _, address := range mails {
					channels = append(channels, map[string]string{"type": alert.Email, "to": address})
				}
				change["channels"] = channels
			}
			var saved alert.Saved
			if err := c.sendJSON(cmd.Context(), http.MethodPatch, savedURL(args[0]), change, &saved); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), saved))
			}
			return failed(printSaved(cmd.OutOrStdout(), &saved))
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what to call it")
	f.StringVar(&query, "query", "", "the query")
	f.StringVar(&rate, "rate", "", "immediate, hourly, daily or weekly")
	f.StringVar(&zone, "zone", "", "time zone of its digests, as in Europe/Paris")
	f.StringVar(&at, "at", "", "when its daily and weekly digests are made, as in 18:30")
	f.StringArrayVar(&webhooks, "webhook", nil, "address to which alerts are posted; with --email these are all of its channels")
	f.StringArrayVar(&mails, "email", nil, "mail address that is told; with --webhook these are all of its channels")
	f.IntVar(&least, "min-change", 0, "least number of words that must have come or gone since it fired last; 0: any")
	f.BoolVar(&backfill, "include-backfill", false, "fire for what is stored already, and for what comes with archives")
	f.BoolVar(&revisions, "include-revisions", false, "fire again for later revisions of what fired")
	f.BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

func newSavedRotate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate ID CHANNEL",
		Short: "Give a webhook another secret; for a day messages are signed with the former one as well",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			channel, err := strconv.Atoi(args[1])
			if err != nil {
				return fmt.Errorf("%q is no channel: `rostrum saved show %s` numbers them", args[1], args[0])
			}
			var changed alert.Channel
			if err := c.sendJSON(cmd.Context(), http.MethodPost, fmt.Sprintf("%s/channels/%d/rotate", savedURL(args[0]), channel), nil, &changed); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "webhook    %s (channel %d)\nsecret     %s (shown this once; the former one holds for a day more)\n", changed.URL, changed.ID, changed.Secret)
			return failed(err)
		},
	}
	addServer(cmd)
	return cmd
}
