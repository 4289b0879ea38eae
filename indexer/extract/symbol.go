package extract

import (
	"regexp"
	"slices"
	"strings"
)

// symbolForm is the mark of an official document: a body, then parts joined by slashes.
var symbolForm = regexp.MustCompile(`(?:^|[^\pL\pN/.:])([A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.\-]*){1,8}(?:\s?\([IVX0-9]{1,6}\))?)`)

// maxSymbols is how many symbols of a document are kept.
const maxSymbols = 4

// symbolsOf gives the symbols that lines consist of: a symbol within a sentence is another document's.
func symbolsOf(lines []string) []string {
	var out []string
	for _, l := range lines {
		l = strings.Trim(l, " *†‡")
		if len(out) < maxSymbols && isSymbol(l) && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// isSymbol says whether a text is one symbol: it has a digit, since AND/OR and N/A are none, and a part before it that is a body's.
func isSymbol(s string) bool {
	m := symbolForm.FindStringSubmatch(s)
	return m != nil && m[1] == s && strings.ContainsAny(s, "0123456789") && len(s) >= 5 && strings.Count(s, "/") >= 2
}
