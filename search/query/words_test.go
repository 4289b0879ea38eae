package query

import "testing"

func TestInWords(t *testing.T) {
	name := func(f Field, value string) string {
		if f == Speaker && value == "no" {
			return "Norhaven"
		}
		return value
	}
	for input, want := range map[string]string{
		"":                     "All statements.",
		"treaty":               "Statements with the word “treaty” in any form.",
		`title:"cut off"`:      "Statements with “cut off” in the title.",
		"actor:no topic:data":  "Statements issued by, signed by or quoting Norhaven and on data.",
		"data (a1 OR -b1)":     "Statements with the word “data” in any form and (with the word “a1” in any form or not with the word “b1” in any form).",
		"after:2024-07":        "Statements published from 1 July 2024.",
		"on:2024-08-08":        "Statements published on 8 August 2024.",
		"on:2024":              "Statements published from 1 January 2024 to 31 December 2024.",
		"before:2024":          "Statements published before 1 January 2024.",
		`"a1 b1"~5 tid*`:       "Statements with the words “a1 b1” and at most 5 others between them and with a word that begins with “tid”.",
		"signatory:members(g)": "Statements signed by any member of g.",
	} {
		n, err := Parse(input)
		if err != nil {
			t.Fatalf("%q: %v", input, err)
		}
		if got := InWords(n, name); got != want {
			t.Errorf("%q\n got %s\nwant %s", input, got, want)
		}
	}
}
