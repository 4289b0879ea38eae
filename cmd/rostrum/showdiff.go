package main

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/worddiff"
)

// diffContext is how many unchanged words are shown around a change.
const diffContext = 12

// changedRevision is a revision as the API lists it.
type changedRevision struct {
	statement.Revision
	Changes *struct {
		Added, Removed int
		Title, Text    []worddiff.Span
	}
}

// line is the revision in the list of revisions, with its first changes.
func (r *changedRevision) line() string {
	line := fmt.Sprintf("  %4d  %s  %s\n", r.Number, r.CapturedAt.UTC().Format("2006-01-02 15:04:05"), r.Title)
	if r.Changes == nil {
		return line
	}
	var changed strings.Builder
	for _, spans := range [][]worddiff.Span{r.Changes.Title, r.Changes.Text} {
		for i, s := range spans {
			if i > 0 && (spans[i-1].OldEnd != s.OldStart || spans[i-1].NewEnd != s.NewStart) {
				changed.WriteString(" … ")
			}
			changed.WriteString(worddiff.Mark(spans[i : i+1]))
		}
		changed.WriteByte(' ')
	}
	return line + fmt.Sprintf("        %s\n", shorten(strings.Join(strings.Fields(changed.String()), " "), 160))
}

// shorten cuts a line at so many characters.
func shorten(line string, limit int) string {
	if runes := []rune(line); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return line
}

// revisionRange reads N or N..M: the revisions to compare, 0 for the one before M.
func revisionRange(text string) (from, to int, err error) {
	first, second, two := strings.Cut(text, "..")
	if from, err = strconv.Atoi(strings.TrimSpace(first)); err == nil && two {
		to, err = strconv.Atoi(strings.TrimSpace(second))
	}
	if !two {
		from, to = 0, from
	}
	if err != nil || to < 1 || two && from < 1 {
		return 0, 0, fault.New(fault.Invalid, fmt.Sprintf("--diff %q names no revisions", text), "give a revision's number, such as 3, or two, such as 1..3")
	}
	return from, to, nil
}

// showDiff prints what changed between two revisions.
func showDiff(cmd *cobra.Command, c *client, path, text string, asJSON bool) error {
	from, to, err := revisionRange(text)
	if err != nil {
		return err
	}
	query := url.Values{"to": {strconv.Itoa(to)}}
	if from > 0 {
		query.Set("from", strconv.Itoa(from))
	}
	if asJSON {
		body, err := c.get(cmd.Context(), path+"/revisions/diff", query)
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(body)
		return failed(err)
	}
	var d struct {
		From, To    statement.Revision
		Title, Text worddiff.Diff
	}
	if err := c.getJSON(cmd.Context(), path+"/revisions/diff", query, &d); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "revision %d of %s\nrevision %d of %s\n%d words removed, %d added\n\n%s\n\n%s\n",
		d.From.Number, d.From.CapturedAt.UTC().Format("2006-01-02 15:04:05"), d.To.Number, d.To.CapturedAt.UTC().Format("2006-01-02 15:04:05"),
		d.Title.Removed+d.Text.Removed, d.Title.Added+d.Text.Added, worddiff.Mark(d.Title.Spans), worddiff.Mark(d.Text.Condense(diffContext)))
	return failed(err)
}
