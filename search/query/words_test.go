package query

import "testing"

func TestInWords(t *testing.T) {
	names := func(f Field, value string) string {
		return map[string]string{"arlund": "Arlund", "besmar": "Besmar", "friends": "the Friends", "fr": "fr"}[value]
	}
	for in, want := range map[string]string{
		"":  "All statements.",
		"x": "Statements about “x”.",
		"x y actor:(arlund OR besmar) after:2024 before:2025-03": "Statements about “x” and “y”, said by Arlund or Besmar, dated 1 January 2024 or later, dated before 1 March 2025.",
		`"a b" OR cyb* OR title:z`:                               "Statements with the words “a b”, with words that begin with “cyb” or about “z” in the title.",
		"-actor:arlund":                                          "Statements, except those said by Arlund.",
		"x -(y actor:arlund)":                                    "Statements about “x”, not (about “y”, said by Arlund).",
		"x OR (y lang:fr)":                                       "Statements about “x” or (about “y”, in French).",
		`"a b"~5 signatory:members(friends)`:                     "Statements with the words “a b” in any order, at most 5 others between them, signed by any member of the Friends.",
		"on:2024-08-08 OR on:2023-02":                            "Statements dated 8 August 2024 or from 1 February 2023 to 28 February 2023.",
		"on:2024-Q3 url:x":                                       "Statements dated from 1 July 2024 to 30 September 2024, about “x” in the address.",
	} {
		n, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := InWords(n, names); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	if n, _ := Parse("lang:ru kind:speech"); InWords(n, nil) != "Statements in Russian, of the kind speech." {
		t.Error(InWords(n, nil))
	}
}
