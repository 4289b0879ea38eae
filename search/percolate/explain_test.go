package percolate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
)

// shown writes a mark as what it marks.
func shown(s *Statement, m Mark) string {
	if m.In == "" {
		return fmt.Sprintf("%s %s%s", m.Leaf, m.Value, map[bool]string{true: " " + string(m.Role)}[m.Role != ""])
	}
	return fmt.Sprintf("%s[%s]", m.In, string([]rune(s.text(m.In))[m.Start:m.End]))
}

func TestExplain(t *testing.T) {
	published := day("2024-08-08")
	s := newStatement(statement.Statement{
		Title: "Déclaration: human rights first", Text: "«Human Rights» — été. The conventions, a convention; rights near any human.", URL: "https://example.org/é/rights",
		Topics: []string{"safeguards"}, Published: &published,
		Actors: []statement.Actor{{ID: "arlund", Role: statement.Issuer}, {ID: "arlund", Role: statement.Quoted}, {ID: "besmar", Role: statement.Mentioned}},
	})
	for q, want := range map[string]string{
		`"human rights"`:                    "title[human rights] text[Human Rights]",
		"convention":                        "text[conventions] text[convention]",
		"convention missing":                "",
		"convention OR missing":             "text[conventions] text[convention]",
		"NOT missing":                       "",
		"actor:arlund topic:safeguards":     "actor:arlund arlund issuer|actor:arlund arlund quoted|topic:safeguards safeguards",
		"mentions:members(islands)":         "mentions:members(islands) arlund quoted|mentions:members(islands) besmar mentioned",
		`"rights human"~2`:                  "title[human] title[rights] text[Human] text[Rights] text[rights] text[human]",
		"url:rights on:2024":                "url[rights] on:2024 ",
		"été* lang:en":                      "text[été] lang:en en",
		"(convention -besmar) OR title:des": "text[conventions] text[convention]",
	} {
		var got []string
		for _, m := range Explain(parse(t, q), s, groups, 10) {
			got = append(got, shown(s, m))
		}
		by := " "
		if strings.Contains(want, "|") {
			by = "|"
		}
		if diff := cmp.Diff(want, strings.Join(got, by)); diff != "" {
			t.Errorf("%s: %s", q, diff)
		}
	}
	if marks := Explain(parse(t, "convention"), s, nil, 1); len(marks) != 1 {
		t.Errorf("one mark was asked for, %d came", len(marks))
	}
}

func TestMarksLieWithinTheirText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, n := someStatement(rt), someQuery(rt, 3)
		for _, m := range Explain(n, s, groups, 5) {
			if m.In == "" {
				continue
			}
			if length := len([]rune(s.text(m.In))); m.Start < 0 || m.Start >= m.End || m.End > length {
				rt.Fatalf("%s marks %d to %d in %s of %d", n, m.Start, m.End, m.In, length)
			}
		}
	})
}
