package main

import (
	"cmp"
	"fmt"
	"strings"

	"rostrum/internal/app"
	"rostrum/internal/statement"
)

// findings lists what was found besides actors and topics, and the evidence of everything: where it stands, the words with a little around
// them, the rule, and how sure it is.
func findings(found *app.Inspection) string {
	var b strings.Builder
	st := &statement.Statement{Title: found.Title, Text: found.Text}
	place := func(in string, start, end int) string {
		return inContext(app.PlaceOf(st, statement.Evidence{In: in, Start: start, End: end}))
	}
	if len(found.Symbols) > 0 {
		fmt.Fprintf(&b, "symbols    %s\n", strings.Join(found.Symbols, ", "))
	}
	for _, q := range found.Quotes {
		how := "indirect"
		if q.Direct {
			how = "direct"
		}
		fmt.Fprintf(&b, "quote      %s, %s, cue %q, text[%d:%d] %s\n", cmp.Or(q.Speaker, q.Name, "speaker unknown"), how, q.Cue, q.Start, q.End, shorten(oneLineOf(q.Text), 160))
	}
	for _, c := range found.Cues {
		fmt.Fprintf(&b, "cue        %s %s %s, text[%d:%d] %s\n", cmp.Or(c.Actor, "somebody"), c.Polarity, c.Target, c.Start, c.End, place("text", c.Start, c.End))
	}
	for _, e := range found.Evidence {
		what := strings.TrimSpace(e.ID + " " + string(e.Role))
		if e.Rule == statement.RuleCorrection {
			fmt.Fprintf(&b, "corrected  %s\n", correctedLine(e))
			continue
		}
		where := "in the " + e.In
		if e.End > e.Start {
			where = fmt.Sprintf("%s[%d:%d] %s", e.In, e.Start, e.End, place(e.In, e.Start, e.End))
		}
		fmt.Fprintf(&b, "evidence   %s %s, by %s, %.2f, %s\n", e.Finding, what, e.Rule, e.Confidence, where)
	}
	return b.String()
}

func oneLineOf(text string) string { return strings.Join(strings.Fields(text), " ") }

// correctedLine says what a correction says of an actor.
func correctedLine(e statement.Evidence) string {
	what := "is not named here"
	switch {
	case e.Role != "" && e.Confidence == 0:
		what = "is not " + string(e.Role)
	case e.Role != "":
		what = "is " + string(e.Role)
	}
	if e.Reason != "" {
		what += ": " + e.Reason
	}
	return e.ID + " " + what
}
