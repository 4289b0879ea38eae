package main

import (
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/fold"
)

// articles stand before a formal name, and in brackets after a short one. Those of Arabic belong to the name.
var articles = map[string][]string{
	"en": {"the "},
	"fr": {"la ", "le ", "les ", "l'"},
	"es": {"la ", "el ", "los ", "las "},
}

// clean takes off a name what is no part of it: the mark of an observer, an article before or after it, doubled spaces, typographic
// apostrophes.
func clean(name, language string) string {
	name = strings.NewReplacer("’", "'", "*", "", "\u00a0", " ").Replace(name)
	name = strings.Join(strings.Fields(name), " ")
	for _, article := range articles[language] {
		name = strings.TrimSuffix(name, "("+strings.TrimSpace(article)+")")
		name = strings.TrimPrefix(name, article)
	}
	return strings.TrimSpace(name)
}

// key is a name as the registry compares names: folded, punctuation as one space.
func key(name string) string {
	return strings.Join(strings.FieldsFunc(fold.String(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ")
}

// scripts are those of the six languages.
var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Arabic, unicode.Han}

// longestAbbreviation is how many letters a name in capitals has at most to be taken for an abbreviation.
const longestAbbreviation = 6

// usable says whether one of rigour's names can be looked for in a text: in a script of the six languages, with a capital where the script
// has them, neither shouted nor a code of two letters, and no remark.
func usable(name string) bool {
	upper, lower, letters := 0, 0, 0
	for _, r := range name {
		switch {
		case unicode.IsLetter(r) && !unicode.In(r, scripts...), unicode.IsDigit(r):
			return false
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	switch first := []rune(name); {
	case letters < 2, strings.ContainsAny(name, "(),") || strings.HasSuffix(name, " nutome"):
		return false
	case upper+lower == 0:
		return true
	case lower == 0:
		return letters > 2 && letters <= longestAbbreviation
	default:
		return unicode.IsUpper(first[0])
	}
}

// names collects names of one state, each once. Points part names here, since "EE. UU." and "EE.UU." are other words in a text.
type names struct {
	list []string
	seen []string
}

func (n *names) add(name string) {
	folded := fold.String(name)
	if key(name) == "" || slices.Contains(n.seen, folded) {
		return
	}
	n.seen = append(n.seen, folded)
	n.list = append(n.list, name)
}

func (n *names) has(name string) bool {
	return slices.ContainsFunc(n.list, func(listed string) bool { return key(listed) == key(name) })
}
