package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"rostrum/search/httpapi"
)

func newCorrect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "correct",
		Short: "Override who speaks in a statement, with a reason",
		Long: `Overrides what was found of an actor in a statement. A correction counts at once, and at every rebuild; readers see it with its
reason. Corrections of a process can stand in its corrections.yaml as well.`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(newCorrectAdd(), newCorrectList(), newCorrectWithdraw())
	return cmd
}

func newCorrectAdd() *cobra.Command {
	var c httpapi.NewCorrection
	var remove, asJSON bool
	cmd := &cobra.Command{
		Use:   "add ID|URL --actor ACTOR",
		Short: "Correct one statement: an actor has a role, or has it not",
		Example: `  rostrum correct add www-example-org-abcdefghijklm --actor freedonia --remove --reason 'the site only reprints it'
  rostrum correct add www-example-org-abcdefghijklm --actor harbour-institute --role issuer --reason 'its letterhead'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := clientOf(cmd)
			if err != nil {
				return err
			}
			c.Statement, c.Action = args[0], "add"
			if remove {
				c.Action = "remove"
			}
			var made httpapi.Correction
			if err := client.sendJSON(cmd.Context(), http.MethodPost, "/api/v1/admin/corrections", c, &made); err != nil {
				return err
			}
			return printCorrection(cmd, "corrected", made, asJSON)
		},
	}
	cmd.Flags().StringVar(&c.Actor, "actor", "", "id of an actor of the registry, or of one that the statement names")
	cmd.Flags().StringVar(&c.Role, "role", "", "issuer, signatory, quoted or mentioned; without one, --remove is from every role")
	cmd.Flags().BoolVar(&remove, "remove", false, "the actor does not have the role")
	cmd.Flags().StringVar(&c.Reason, "reason", "", "why: a sentence that readers see")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	_ = cmd.MarkFlagRequired("actor")  // it fails only for a flag that is not there
	_ = cmd.MarkFlagRequired("reason") // likewise
	addAdmin(cmd)
	return cmd
}

func newCorrectList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the corrections, those of the configuration first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var all struct {
				Corrections []httpapi.Correction `json:"corrections"`
			}
			if err := client.getJSON(cmd.Context(), "/api/v1/admin/corrections", nil, &all); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), all))
			}
			for _, c := range all.Corrections {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", c.ID, correctionLine(c)); err != nil {
					return failed(err)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func newCorrectWithdraw() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "withdraw CORRECTION",
		Short: "Take a correction back: what was found counts again",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var gone httpapi.Correction
			if err := client.sendJSON(cmd.Context(), http.MethodDelete, "/api/v1/admin/corrections/"+url.PathEscape(args[0]), nil, &gone); err != nil {
				return err
			}
			return printCorrection(cmd, "withdrawn", gone, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func printCorrection(cmd *cobra.Command, what string, c httpapi.Correction, asJSON bool) error {
	if asJSON {
		return failed(printJSON(cmd.OutOrStdout(), c))
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %s (correction %s)\n", what, correctionLine(c), c.ID)
	return failed(err)
}

// correctionLine says what a correction says.
func correctionLine(c httpapi.Correction) string {
	what := "is " + c.Role
	if c.Action == "remove" {
		what = "is not " + cmp.Or(c.Role, "named")
	}
	return fmt.Sprintf("%s: %s %s: %s [%s]", c.Statement, c.Actor, what, c.Reason, cmp.Or(c.By, c.From))
}
