package web

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
)

func TestParagraphsMarkActorsWhereTheyStand(t *testing.T) {
	s := &statement.Statement{Text: "Ñandú Society said so.\nNobody else did, said Tide Watch.", Evidence: []statement.Evidence{
		{Finding: "actor", ID: "tide", Role: statement.Mentioned, In: "text", Start: 45, End: 55, Rule: "name"},
		{Finding: "actor", ID: "nandu", Role: statement.Issuer, In: "text", Start: 0, End: 13, Rule: "name"},
		{Finding: "topic", ID: "tides", In: "text", Start: 0, End: 5, Rule: "query"},
		{Finding: "actor", ID: "out-of-range", In: "text", Start: 50, End: 500, Rule: "name"},
		{Finding: "actor", ID: "over-two-lines", In: "text", Start: 18, End: 30, Rule: "name"},
	}}
	var got []string
	for _, spans := range paragraphs(s) {
		var b strings.Builder
		for _, sp := range spans {
			if sp.Path != "" {
				b.WriteString("[" + sp.Text + "→" + sp.Path + "]")
			} else {
				b.WriteString(sp.Text)
			}
		}
		got = append(got, b.String())
	}
	want := []string{"[Ñandú Society→/?q=actor%3Anandu] said so.", "Nobody else did, said [Tide Watch→/?q=actor%3Atide]."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSnippetMarks(t *testing.T) {
	got := marked(search.Snippet{Text: "la marée monte", Marks: [][2]int{{3, 8}, {5, 6}, {9, 40}}})
	want := []piece{{Text: "la "}, {Text: "marée", Mark: true}, {Text: " monte"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFaultUnderlinesItsPlace(t *testing.T) {
	f := fault.New(fault.Query, "no topic is known as \"vesel\"", "did you mean vessel-tracks")
	f.Position, f.Expected = 6, "a known topic"
	m := describe("topic:vesel tides", f)
	if m.Before != "topic:" || m.At != "vesel" || m.After != " tides" || !strings.HasSuffix(m.What, ".") {
		t.Errorf("%+v", m)
	}
	if end := describe("tides AND", &fault.Error{Kind: fault.Query, What: "something is missing", Position: 9}); end.At == "" || end.Before != "tides AND" {
		t.Errorf("a fault at the end has no place to show: %+v", end)
	}
}

func TestNarrowing(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"", "lang:fr"}:              "lang:fr",
		{"tides", "lang:fr"}:         "tides lang:fr",
		{"a1 OR b1", "lang:fr"}:      "(a1 OR b1) lang:fr",
		{"tides lang:fr", "lang:fr"}: "tides lang:fr",
	} {
		if got := narrowed(in[0], in[1]); got != want {
			t.Errorf("narrowed(%q, %q) = %q, want %q", in[0], in[1], got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 9999: "9999", 10000: "10\u2009000", 1234567: "1\u2009234\u2009567", 2000003: "2\u2009000\u2009003"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %q, want %q", n, got, want)
		}
	}
	if plural(1, "copy", "copies") != "1 copy" || plural(2, "copy", "copies") != "2 copies" {
		t.Error("one and many are confused")
	}
}
