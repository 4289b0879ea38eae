package main

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"rostrum/search"
)

func TestSnippetsFitATerminal(t *testing.T) {
	for name, s := range map[string]search.Snippet{
		"Latin":    {Text: strings.Repeat("tide  gauges\nmeasure water ", 12), Marks: [][2]int{{6, 12}}},
		"Han":      {Text: strings.Repeat("潮声学会上个月走访了东部沿海的九个渔港。", 8), Marks: [][2]int{{2, 4}}},
		"Arabic":   {Text: strings.Repeat("ونرى أن الأولوية يجب أن تكون للإنذار المبكر. ", 6), Marks: [][2]int{{5, 7}}},
		"one word": {Text: strings.Repeat("x", 200)},
	} {
		for _, line := range strings.Split(paint{width: 60}.snippet(s, 13), "\n") {
			if got := uniseg.StringWidth(strings.TrimSpace(line)); got > 60-13 && name != "one word" {
				t.Errorf("%s: a line has %d cells: %q", name, got, line)
			}
		}
		if got := (paint{}).snippet(s, 13); strings.ContainsAny(got, "\n\x1b") || strings.Contains(got, "  ") {
			t.Errorf("%s: where no terminal is: %q", name, got)
		}
	}
	if got := (paint{on: true}).snippet(search.Snippet{Text: "a\ttide  gauge here", Marks: [][2]int{{2, 13}}}, 0); got != "a \x1b[1mtide gauge\x1b[0m here" {
		t.Errorf("marks: %q", got)
	}
	if got := (paint{on: true}).snippet(search.Snippet{Text: "\x1b[31mtide", Marks: [][2]int{}}, 0); strings.Contains(got, "\x1b") {
		t.Errorf("a source's control characters reach the terminal: %q", got)
	}
}

func TestTablesAlignNumbersAndLetters(t *testing.T) {
	var b strings.Builder
	table := newTable("NAME", "PAGES", "WHY")
	table.row("潮声", "5", "")
	table.row("amwaj", "1200", "no\x1b[2J answer")
	if err := table.print(&b); err != nil {
		t.Fatal(err)
	}
	if want := "NAME   PAGES  WHY\n潮声       5\namwaj   1200  no�[2J answer\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
