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

// symbolsOf gives the symbols that lines consist of, or that stand in the box of an official document; a symbol within a sentence is
// another document's.
func symbolsOf(lines []string) []string {
	var out []string
	add := func(s string) {
		if len(out) < maxSymbols && isSymbol(s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, l := range lines {
		add(strings.Trim(l, " *†‡"))
		if distribution.MatchString(l) && len(l) <= maxBox {
			for _, m := range symbolForm.FindAllStringSubmatch(l, maxSymbols) {
				add(m[1])
			}
		}
	}
	return out
}

// maxBox is how long a line of such a box is, in bytes.
const maxBox = 300

// isSymbol says whether a text is one symbol: it has a digit, since AND/OR and N/A are none, and two slashes, since 1/2 has one.
func isSymbol(s string) bool {
	m := symbolForm.FindStringSubmatch(s)
	return m != nil && m[1] == s && strings.ContainsAny(s, "0123456789") && strings.Count(s, "/") >= 2
}
