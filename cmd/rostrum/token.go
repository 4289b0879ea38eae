package main

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"rostrum/search/httpapi"
)

const tokensPath = "/api/v1/admin/tokens" //nolint:gosec // a path, no credential

func newToken() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Who may ask: tokens with a scope",
		Long: `A token lets a person or a program in: read asks, write also keeps saved queries and exports, admin does everything. Each has a name,
and is kept as a hash alone. The first admin token is written to admin.token in the data folder.`,
	}
	cmd.AddCommand(newTokenCreate(), newTokenList(), newTokenRevoke())
	return cmd
}

func newTokenCreate() *cobra.Command {
	var scope string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Make a token; it is shown this once",
		Example: `  rostrum token create newsroom --scope read`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var made httpapi.NewToken
			if err := c.sendJSON(cmd.Context(), http.MethodPost, tokensPath, map[string]string{"name": args[0], "scope": scope}, &made); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), made))
			}
			if _, err := fmt.Fprintf(cmd.ErrOrStderr(), "Token %s (%s, scope %s). It is not shown again:\n", made.ID, made.Name, made.Scope); err != nil {
				return failed(err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), made.Secret)
			return failed(err)
		},
	}
	cmd.Flags().StringVar(&scope, "scope", string(httpapi.ScopeRead), "read, write or admin")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func newTokenList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The tokens, and when each was last used",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var found struct {
				Tokens []httpapi.Token `json:"tokens"`
			}
			if err := c.getJSON(cmd.Context(), tokensPath, nil, &found); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), found))
			}
			t := newTable("TOKEN", "NAME", "SCOPE", "CREATED", "LAST USED")
			for _, k := range found.Tokens {
				t.row(k.ID, k.Name, string(k.Scope), when(&k.Created), when(k.LastUsed))
			}
			return failed(t.print(cmd.OutOrStdout()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func newTokenRevoke() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke ID|NAME",
		Short: "End a token, and every session that was begun with it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var gone httpapi.Token
			if err := c.sendJSON(cmd.Context(), http.MethodDelete, tokensPath+"/"+url.PathEscape(args[0]), nil, &gone); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "revoked: %s (%s, scope %s)\n", gone.ID, gone.Name, gone.Scope)
			return failed(err)
		},
	}
	addAdmin(cmd)
	return cmd
}
