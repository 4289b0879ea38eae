package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/internal/statement"
)

func newShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one statement: text, actors, revisions, copies",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			path := "/api/v1/statements/" + url.PathEscape(args[0])
			if asJSON {
				body, err := c.get(cmd.Context(), path, nil)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(body)
				return failed(err)
			}
			var s statement.Statement
			if err := c.getJSON(cmd.Context(), path, nil, &s); err != nil {
				return err
			}
			var history struct{ Revisions []statement.Revision }
			if err := c.getJSON(cmd.Context(), path+"/revisions", nil, &history); err != nil {
				return err
			}
			var others struct{ Copies []statement.Statement }
			if err := c.getJSON(cmd.Context(), path+"/copies", nil, &others); err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), describe(&s, history.Revisions, others.Copies))
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

func describe(s *statement.Statement, history []statement.Revision, others []statement.Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s (%s), %s, %s\n%s\n\n", s.Title, dateOf(s), s.PublishedFrom, s.Kind, s.Language, s.URL)
	for _, role := range statement.Roles {
		var names []string
		for _, a := range s.Actors {
			if a.Role == role {
				names = append(names, a.Name)
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(&b, "%-10s %s\n", role, strings.Join(names, ", "))
		}
	}
	if len(s.Topics) > 0 {
		fmt.Fprintf(&b, "%-10s %s\n", "topics", strings.Join(s.Topics, ", "))
	}
	if s.TranslationOf != "" {
		fmt.Fprintf(&b, "%-10s %s\n", "translates", s.TranslationOf)
	}
	fmt.Fprintf(&b, "\n%s\n", s.Text)
	if len(others) > 0 {
		b.WriteString("\nCopies\n")
		for _, o := range others {
			fmt.Fprintf(&b, "  %-12s %s\n", dateOf(&o), o.URL)
		}
	}
	if len(history) > 1 {
		b.WriteString("\nRevisions\n")
		for _, r := range history {
			fmt.Fprintf(&b, "  %4d  %s  %s\n", r.Number, r.CapturedAt.UTC().Format("2006-01-02 15:04:05"), r.Title)
		}
	}
	return b.String()
}
