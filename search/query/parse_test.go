package query

import (
	"errors"
	"strings"
	"testing"

	"rostrum/internal/fault"
)

// The one table of what is typed and what is read, in the canonical form.
func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"":                "*",
		"  *  ":           "*",
		"convention":      "convention",
		"a b AND c":       "a AND b AND c",
		"a OR b c":        "a OR (b AND c)",
		"(a OR b) c":      "(a OR b) AND c",
		"(a b) c":         "a AND b AND c",
		"a -b NOT c":      "a AND NOT b AND NOT c",
		"-a":              "NOT a",
		"--a":             "NOT NOT a",
		"NOT (a b)":       "NOT (a AND b)",
		"NOT a OR b":      "NOT a OR b",
		"and or not":      "and AND or AND not",
		"ANDROID NOTE":    "ANDROID AND NOTE",
		`"human  rights"`: `"human  rights"`,
		"“human rights” «droits» „Rechte“": `"human rights" AND "droits" AND "Rechte"`,
		"「网络」":                               `"网络"`,
		`"a \"b\" \\"`:                       `"a \"b\" \\"`,
		`"near words"~5`:                     `"near words"~5`,
		"cyber*":                             "cyber*",
		"网络*":                                `"网络"`,
		"A/AC.291/*":                         "A/AC.291/*",
		"A/AC.291/22":                        "A/AC.291/22",
		"cyber-enabled l'État":               "cyber-enabled AND l'État",
		`\AND \-a a\ b \\` + `x`:             `\AND AND \-a AND a\ b AND \\x`,
		"actor:fr":                           "actor:fr",
		"Actor:FR":                           "actor:FR",
		`actor:"États-Unis"`:                 "actor:États-Unis",
		`actor:"Example Institute"`:          `actor:"Example Institute"`,
		"actor:(fr OR mx) topic:e-evidence":  "(actor:fr OR actor:mx) AND topic:e-evidence",
		"title:(a bc*)":                      "title:a AND title:bc*",
		"-title:x":                           "NOT title:x",
		"actor:members(eu)":                  "actor:members(eu)",
		`issuer:members( "Friends of X" )`:   `issuer:members("Friends of X")`,
		`actor:\members(x)`:                  "actor:members AND x",
		"after:2024-07 before:2024-09":       "after:2024-07 AND before:2024-09",
		"on:2024-q3":                         "on:2024-Q3",
		"after:2024-07-01T12:00:00Z":         "after:2024-07-01T12:00:00Z",
		"https://example.org/a?b":            `url:"example.org/a?b"`,
		"12:30":                              "12:30",
		"（a OR b）主题":                         "(a OR b) AND 主题",
		"会议：声明":                              "会议：声明",
		"actor：fr":                           "actor:fr",
		"cue:supports phase:negotiation":     "cue:supports AND phase:negotiation",
		"source:x lang:fr kind:joint-letter": "source:x AND lang:fr AND kind:joint-letter",
		`title:"a b" url:news`:               `title:"a b" AND url:news`,
		`a"b c"d`:                            `a AND "b c" AND d`,
		"\u200factor:fr\u200e \u202eb\u202c": "actor:fr AND b",
		"\ufeffa OR\u2066b\u2069":            "a OR b",
	} {
		n, err := Parse(in)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if got := n.String(); got != want {
			t.Errorf("Parse(%q) = %s, want %s", in, got, want)
		}
		checkRoundTrip(t, n)
	}
}

func TestParseFaults(t *testing.T) {
	for in, want := range map[string]struct {
		at   int
		says string
	}{
		"(a":                        {0, "never closed"},
		"a)":                        {1, "closes nothing"},
		"é (b OR":                   {7, "ends where"},
		"()":                        {1, "missing before"},
		`"open`:                     {0, "never closed"},
		`""`:                        {0, "no word between"},
		"a AND":                     {5, "ends where"},
		"AND a":                     {0, "nothing before"},
		"a OR AND b":                {5, "nothing before"},
		"NOT":                       {3, "ends where"},
		"a - b":                     {2, "no letter or digit"},
		"a && b":                    {2, "write AND"},
		"cy*er":                     {2, "within a word"},
		"*foo":                      {0, "within a word"},
		"c*":                        {1, "at least 2"},
		"cyber-en*":                 {0, "part of one word"},
		"auther:x":                  {0, "no field auther"},
		"tpoic:x":                   {0, "did you mean topic:"},
		"a Note: b":                 {2, "quotation marks"},
		"actor:":                    {6, "has no value"},
		"(actor:)":                  {7, "has no value"},
		"actor:fr*":                 {8, "whole values"},
		"actor:(a topic:b)":         {9, "within actor:"},
		"actor:members()":           {14, "no group"},
		"actor:members(a b)":        {16, "one group"},
		"actor:members(a":           {13, "never closed"},
		"after:yesterday":           {6, "no period"},
		"on:2024-07-01T12:00:00Z":   {3, "no period"},
		"after:(2024)":              {6, "has no value"},
		`"a b"~`:                    {6, "number of other words"},
		`"a b"~101`:                 {9, "number of other words"},
		"—":                         {0, "no letter or digit"},
		strings.Repeat("(", 100):    {MaxDepth, "deep"},
		strings.Repeat("-", 100):    {MaxDepth, "deep"},
		strings.Repeat("a ", 257):   {512, "more than 256 terms"},
		strings.Repeat("aa* ", 9):   {32, "more than 8 prefixes"},
		strings.Repeat("a", 10_001): {MaxLength, "longer than"},
	} {
		n, err := Parse(in)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Query {
			t.Errorf("Parse(%.40q) = %v, %v, want a query fault", in, n, err)
			continue
		}
		if f.Position != want.at || !strings.Contains(f.Error(), want.says) || f.Expected == "" || f.Remedy == "" {
			t.Errorf("Parse(%.40q): at %d: %v (expected %s); want at %d: … %s …", in, f.Position, f, f.Expected, want.at, want.says)
		}
	}
}

func checkRoundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, n Node) {
	t.Helper()
	again, err := Parse(n.String())
	if err != nil {
		t.Fatalf("%s is not read again: %v", n, err)
	}
	if !same(n, again) {
		t.Fatalf("%s is read as %s:\n%#v\n%#v", n, again, n, again)
	}
}
