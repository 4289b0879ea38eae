package export

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// memory is a store of statements in memory: it compiles every query to everything.
type memory []*statement.Statement

func (m memory) Compile(_ context.Context, input string) (search.Compiled, error) {
	return search.Compiled{Parsed: input, Node: query.All{}}, nil
}

func (m memory) Select(_ context.Context, _ query.Node, copies bool) (search.Selection, error) {
	var chosen memory
	for _, s := range m {
		if copies || s.Group == s.ID {
			chosen = append(chosen, s)
		}
	}
	return &held{all: m, chosen: chosen}, nil
}

// held is a selection of a memory.
type held struct{ all, chosen memory }

func (h *held) Total() int   { return len(h.chosen) }
func (h *held) Close() error { return nil }

func (h *held) Each(ctx context.Context, visit func(search.Stored) error) error {
	for _, s := range h.chosen {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(stored(s)); err != nil {
			return err
		}
	}
	return nil
}

func (h *held) Members(ctx context.Context, group string, visit func(search.Stored) error) error {
	var members memory
	for _, s := range h.all {
		if s.Group == group {
			members = append(members, s)
		}
	}
	return (&held{chosen: members}).Each(ctx, visit)
}

// stored makes the parts that a store keeps.
func stored(s *statement.Statement) search.Stored {
	head := *s
	head.Text, head.Quotes, head.Cues, head.Evidence = "", nil, nil, nil
	rest := struct {
		Quotes   []statement.Quote    `json:"quotes,omitempty"`
		Cues     []statement.Cue      `json:"cues,omitempty"`
		Evidence []statement.Evidence `json:"evidence,omitempty"`
	}{s.Quotes, s.Cues, s.Evidence}
	h, err := json.Marshal(&head)
	if err != nil {
		panic(err)
	}
	r, err := json.Marshal(rest)
	if err != nil {
		panic(err)
	}
	return search.Stored{Head: h, Text: []byte(s.Text), Rest: r}
}

var day = time.Date(2024, 3, 1, 9, 30, 0, 0, time.UTC)

// said makes a statement by number.
func said(n int, change ...func(*statement.Statement)) *statement.Statement {
	published := day.AddDate(0, 0, n)
	id := fmt.Sprintf("s%03d", n)
	s := &statement.Statement{
		ID: id, URL: fmt.Sprintf("https://freedonia.example/%d", n), Title: "Title, with \"quotes\"\nand a line", Text: "First.\nSecond\u2028 – 声明\r\nthird\t\"x\" \\ \x01.",
		Published: &published, PublishedFrom: statement.FromFeed, FirstSeen: published.Add(90 * time.Minute), Language: "en", Kind: "statement", Source: "freedonia",
		Group: id, Topics: []string{"safeguards", "scope"}, Revision: 2, Capture: "c" + id, CapturedAt: published.Add(2 * time.Hour), Process: []string{"draft"},
		Actors: []statement.Actor{{ID: "freedonia", Name: "Freedonia", Role: statement.Issuer}, {ID: "x-ngo", Name: "Rights | Justice", Role: statement.Signatory},
			{ID: "x-two", Name: "Two", Role: statement.Signatory}, {ID: "sylvania", Name: "Sylvania", Role: statement.Mentioned}},
		Signatories: 2,
		Quotes:      []statement.Quote{{Speaker: "sylvania", Name: "its envoy", Text: "never", Start: 3, End: 8, Direct: true, Cue: "said"}},
		Cues:        []statement.Cue{{Polarity: "opposes", Actor: "freedonia", Target: "scope", Text: "rejects", Start: 1, End: 8}},
		Evidence:    []statement.Evidence{{Finding: "actor", ID: "freedonia", Role: statement.Issuer, In: "source", Rule: "source", Confidence: 1}},
	}
	for _, c := range change {
		c(s)
	}
	return s
}

func exporter(t testing.TB, m memory) *Exporter {
	t.Helper()
	e, err := New(Options{Compiler: m, Selector: m, TopicName: func(id string) string { return strings.ToUpper(id) }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// written is the whole export as bytes, and how far it came.
func written(t testing.TB, e *Exporter, a Ask) (string, Outcome) {
	t.Helper()
	plan, err := e.Plan(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	run, err := plan.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	var b strings.Builder
	outcome, err := run.Write(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Bytes != int64(b.Len()) {
		t.Errorf("%d bytes are told, %d were written", outcome.Bytes, b.Len())
	}
	return b.String(), outcome
}
