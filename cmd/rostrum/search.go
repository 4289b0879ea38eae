package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/statement"
	"rostrum/search"
)

func newSearch() *cobra.Command {
	var order string
	var limit int
	var asJSON bool
	var batch string
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Find statements",
		Example: `  rostrum search 'topic:safeguards actor:valdoria after:2024-07'
  rostrum search --sort newest --limit 5 '"joint letter" OR signatory:open-tides'
  rostrum search --batch queries.csv --limit 100 > found.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if batch != "" {
				return runBatch(cmd, c, batch, order, limit)
			}
			params := url.Values{"q": {strings.Join(args, " ")}, "sort": {order}, "limit": {strconv.Itoa(limit)}}
			if asJSON {
				body, err := c.get(cmd.Context(), "/api/v1/statements", params)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(body)
				return failed(err)
			}
			var found search.Result
			if err := c.getJSON(cmd.Context(), "/api/v1/statements", params, &found); err != nil {
				return err
			}
			return failed(printResults(cmd.OutOrStdout(), c.server, found))
		},
	}
	cmd.Flags().StringVar(&order, "sort", string(search.Relevance), "relevance, newest or oldest")
	cmd.Flags().IntVar(&limit, "limit", 20, "statements to show, at most 1000")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	cmd.Flags().StringVar(&batch, "batch", "", "CSV with a column query (- is standard input): all of them, as one table in CSV on standard output")
	addServer(cmd)
	return cmd
}

// snippetColumn is where what is said of a result begins, after its date.
const snippetColumn = 13

func printResults(w io.Writer, server string, found search.Result) error {
	var b strings.Builder
	p := paintOf(w)
	noun := "statements"
	if found.Total == 1 {
		noun = "statement"
	}
	fmt.Fprintf(&b, "%d %s for %s\n", found.Total, noun, orAll(found.Query.Parsed))
	for _, note := range found.Notes {
		fmt.Fprintf(&b, "  note: %s\n", note)
	}
	for _, h := range found.Statements {
		fmt.Fprintf(&b, "\n%-12s %s\n", dateOf(&h.Statement), p.strong(oneLine(printable(h.Title))))
		fmt.Fprintf(&b, "%-12s %s\n", "", whoSpeaks(h.Actors))
		for _, s := range h.Snippets {
			fmt.Fprintf(&b, "%-12s %s\n", "", p.snippet(s, snippetColumn))
		}
		fmt.Fprintf(&b, "%-12s %s\n", "", p.faint(fmt.Sprintf("%s, %s%s, %s/statements/%s", h.Kind, h.Language, copiesOf(&h.Statement), server, h.ID)))
	}
	if found.NextCursor != "" {
		fmt.Fprintf(&b, "\nmore with --limit (at most 1000), or through the API with next_cursor\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func orAll(parsed string) string {
	if parsed == "" {
		return "everything"
	}
	return parsed
}

func dateOf(s *statement.Statement) string {
	if s.Published == nil {
		return "no date"
	}
	return s.Published.UTC().Format("2 Jan 2006")
}

// whoSpeaks names issuers, then quoted, then counts signatories.
func whoSpeaks(actors []statement.Actor) string {
	var parts []string
	signed := 0
	for _, a := range actors {
		switch a.Role {
		case statement.Issuer:
			parts = append(parts, a.Name)
		case statement.Quoted:
			parts = append(parts, a.Name+" (quoted)")
		case statement.Signatory:
			signed++
		}
	}
	if signed > 0 {
		parts = append(parts, strconv.Itoa(signed)+" signatories")
	}
	if len(parts) == 0 {
		return "nobody known speaks"
	}
	return strings.Join(parts, " · ")
}

// copiesOf says how many copies there are, and whose translation it is.
func copiesOf(s *statement.Statement) string {
	said := ""
	switch {
	case s.Copies == 1:
		said = ", 1 copy"
	case s.Copies > 1:
		said = fmt.Sprintf(", %d copies", s.Copies)
	}
	if s.TranslationOf != "" {
		said += ", a translation"
	}
	return said
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func when(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}
