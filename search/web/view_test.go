package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
)

func TestParagraphsMarkFindingsWhereTheyStand(t *testing.T) {
	s := &statement.Statement{Text: "Ñandú Society said so.\nNobody else did, said Tide Watch.", Actors: []statement.Actor{{ID: "tide", Name: "Tide Watch", Role: statement.Mentioned}},
		Evidence: []statement.Evidence{
			{Finding: "actor", ID: "tide", Role: statement.Mentioned, In: "text", Start: 45, End: 55, Rule: "name"},
			{Finding: "actor", ID: "nandu", Role: statement.Issuer, In: "text", Start: 0, End: 13, Rule: "name"},
			{Finding: "topic", ID: "tides", In: "text", Start: 6, End: 18, Rule: "query"},
			{Finding: "actor", ID: "out-of-range", In: "text", Start: 50, End: 500, Rule: "name"},
		},
		Quotes: []statement.Quote{{Speaker: "tide", Text: "did, said", Start: 35, End: 44, Direct: true}},
		Cues:   []statement.Cue{{Polarity: "opposes", Actor: "tide", Text: "Nobody", Start: 23, End: 29}},
	}
	reg, err := registry.New(nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := []rune(s.Text)
	marks, counts := marksOf(s, reg, len(text))
	if counts.Actors != 2 || counts.Quotes != 1 || counts.Topics != 1 || len(counts.Cues) != 1 {
		t.Errorf("%+v", counts)
	}
	var got []string
	for _, p := range paragraphsOf(text, 0, len(text), marks) {
		var b strings.Builder
		for _, sp := range p.Spans {
			b.WriteString("[" + sp.Text + "|" + sp.Class + "|" + sp.Glyph + "|" + fmt.Sprint(sp.Notes) + "]")
		}
		got = append(got, b.String())
	}
	want := []string{"[Ñandú |actor||[]][Society|actor topic||[1]][ said|topic||[2]][ so.|||[]]",
		"[Nobody|said opposes|opposes|[3]][ else |||[]][did, said|quote||[4]][ |||[]][Tide Watch|actor||[5]][.|||[]]"}
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
	m := func() *mistake { m, _, _ := placed("topic:vesel tides", f); return m }()
	if m.Before != "topic:" || m.At != "vesel" || m.After != " tides" || !strings.HasSuffix(m.What, ".") {
		t.Errorf("%+v", m)
	}
	if end, _, _ := placed("tides AND", &fault.Error{Kind: fault.Query, What: "something is missing", Position: 9}); end.At == "" || end.Before != "tides AND" {
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
