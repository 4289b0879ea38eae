package annotate

import (
	"strings"
	"unicode/utf8"
)

// endings are those that a Russian name of one word takes in its cases, by what the nominative ends in. A name that ends otherwise
// (Мали, Чили, Перу) does not change.
var endings = []struct{ nominative, cases string }{
	{"ия", "ия ии ию ией"},
	{"ья", "ья ьи ье ью ьей"},
	{"а", "а ы и е у ой ою"},
	{"я", "я и е ю ей"},
	{"ь", "ь и я ю ью ем е"},
	{"й", "й я ю ем е"},
	{"ы", "ы ов ам ами ах"},
}

// consonants end names that take the endings of хлеб.
const consonants = "бвгджзклмнпрстфхцчшщ"

// declined gives the cases of a folded Russian name of one word, the name itself among them. Stems would not do: that of Дания is that
// of данные, that of Мали is that of малые.
func declined(word string) []string {
	for _, e := range endings {
		if stem, found := strings.CutSuffix(word, e.nominative); found && utf8.RuneCountInString(stem) > 1 {
			return with(stem, e.cases)
		}
	}
	if last, size := utf8.DecodeLastRuneInString(word); size < len(word) && strings.ContainsRune(consonants, last) {
		return append(with(word, "а у ом е"), word)
	}
	return []string{word}
}

func with(stem, endings string) []string {
	forms := strings.Fields(endings)
	for i, e := range forms {
		forms[i] = stem + e
	}
	return forms
}
