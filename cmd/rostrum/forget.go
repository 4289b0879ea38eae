package main

import (
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"rostrum/search/httpapi"
)

func newForget() *cobra.Command {
	var reason string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "forget ID|URL",
		Short: "Remove a statement for good",
		Long: `Removes a statement with all its revisions from the index, and lets nothing of its page come back: not when the page is fetched
again, not by an import, not by a rebuild. Its captures are no longer shown or exported. The archive file itself, announcements that wait
on the bus, and files that were exported before keep what they hold: docs/operations.md says how to deal with them.`,
		Example: `  rostrum forget www-example-org-abcdefghijklm --reason 'asked for by its author'
  rostrum forget https://example.org/statements/1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var done httpapi.Forgotten
			if err := c.sendJSON(cmd.Context(), http.MethodPost, "/api/v1/admin/forget", map[string]string{"target": args[0], "reason": reason}, &done); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), done))
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), forgottenLine(done))
			return failed(err)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func forgottenLine(f httpapi.Forgotten) string {
	switch {
	case f.Stored:
		return fmt.Sprintf("forgotten: %s (%s), %d revisions", f.Statement, f.URL, f.Revisions) + exportsLine(f)
	case f.Before:
		return f.Statement + " had been forgotten before" + exportsLine(f)
	}
	return fmt.Sprintf("nothing of %s was stored; it is kept out from now on (statement %s)", f.URL, f.Statement) + exportsLine(f)
}

// exportsLine says what became of kept exports; nothing where none held the statement.
func exportsLine(f httpapi.Forgotten) string {
	line := ""
	if f.Exports > 0 {
		line += fmt.Sprintf("\nkept exports that held it or a copy: %d, withdrawn", f.Exports)
	}
	if f.Renewed > 0 {
		line += fmt.Sprintf("\nkept exports that were being made: %d, begin again without it", f.Renewed)
	}
	return line
}
