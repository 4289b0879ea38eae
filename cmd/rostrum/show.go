package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/statement"
)

func newShow() *cobra.Command {
	var asJSON bool
	var diff string
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one statement: text, actors, revisions, copies",
		Long: `Shows a statement with its text and who speaks, what was corrected by hand, its copies, and its revisions with what each changed:
[-words that went-] and {+words that came+}. --diff shows one change in full.`,
		Example: `  rostrum show www-example-org-abcdefghijklm
  rostrum show www-example-org-abcdefghijklm --diff 3
  rostrum show www-example-org-abcdefghijklm --diff 1..3`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			path := "/api/v1/statements/" + url.PathEscape(args[0])
			if cmd.Flags().Changed("diff") {
				return showDiff(cmd, c, path, diff, asJSON)
			}
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
			var history struct {
				Revisions []changedRevision
				LastSeen  time.Time `json:"last_seen"`
			}
			if err := c.getJSON(cmd.Context(), path+"/revisions", nil, &history); err != nil {
				return err
			}
			var others struct{ Copies []statement.Statement }
			if err := c.getJSON(cmd.Context(), path+"/copies", nil, &others); err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), describe(paintOf(cmd.OutOrStdout()), &s, history.Revisions, history.LastSeen, others.Copies))
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	cmd.Flags().StringVar(&diff, "diff", "", "N or N..M: what revision N changed, or what changed from N to M")
	addServer(cmd)
	return cmd
}

func describe(p paint, s *statement.Statement, history []changedRevision, seen time.Time, others []statement.Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s (%s), %s, %s\n%s\n\n", p.strong(oneLine(printable(s.Title))), dateOf(s), s.PublishedFrom, s.Kind, s.Language, s.URL)
	if s.Author != "" {
		fmt.Fprintf(&b, "%-10s %s (%s)\n", "author", s.Author, s.AuthorFrom)
	}
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
	if len(s.Symbols) > 0 {
		fmt.Fprintf(&b, "%-10s %s\n", "symbols", strings.Join(s.Symbols, ", "))
	}
	if len(s.Topics) > 0 {
		fmt.Fprintf(&b, "%-10s %s\n", "topics", strings.Join(s.Topics, ", "))
	}
	if s.TranslationOf != "" {
		fmt.Fprintf(&b, "%-10s %s%s\n", "translates", s.TranslationOf, translationReason(s))
	}
	if seen.After(s.CapturedAt) {
		fmt.Fprintf(&b, "%-10s %s, as fetched on %s\n", "unchanged", seen.UTC().Format("2006-01-02 15:04:05"), s.CapturedAt.UTC().Format("2006-01-02 15:04:05"))
	}
	b.WriteString(correctionLines(s))
	fmt.Fprintf(&b, "\n%s\n", printable(s.Text))
	if len(others) > 0 {
		b.WriteString("\n" + p.strong("Copies") + "\n")
		for _, o := range others {
			fmt.Fprintf(&b, "  %-12s %s\n", dateOf(&o), o.URL)
		}
	}
	if len(history) > 1 {
		b.WriteString("\n" + p.strong("Revisions") + "\n")
		for i := range history {
			b.WriteString(history[i].line())
		}
	}
	return b.String()
}

// translationReason says in brackets by what a translation is known.
func translationReason(s *statement.Statement) string {
	for _, e := range s.Evidence {
		if e.Finding == statement.FindingTranslation {
			return " (" + e.Rule + ")"
		}
	}
	return ""
}

// correctionLines say what was corrected by hand.
func correctionLines(s *statement.Statement) string {
	var b strings.Builder
	for _, e := range s.Evidence {
		if e.Rule != statement.RuleCorrection {
			continue
		}
		fmt.Fprintf(&b, "%-10s %s", "corrected", correctedLine(e))
		b.WriteByte('\n')
	}
	return b.String()
}
