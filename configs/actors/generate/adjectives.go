package main

import (
	_ "embed"
	"strings"
)

//go:embed adjectives.yaml
var adjectivesFile []byte

// adjectives is what adjectives.yaml says of a state.
type adjectives struct {
	Es       string   `yaml:"es"`
	Fr       string   `yaml:"fr"`
	Ru       string   `yaml:"ru"`
	Ar       string   `yaml:"ar"`
	Capitals []string `yaml:"capitals"`
}

// all gives every weak name: the adjectives in their forms, and the capitals. Russian and Arabic forms are made where texts are read.
func (a adjectives) all() []string {
	forms := append(inflect(a.Es, spanish), inflect(a.Fr, french)...)
	for _, one := range []string{a.Ru, a.Ar} {
		if one != "" {
			forms = append(forms, one)
		}
	}
	return append(forms, a.Capitals...)
}

// ending is how words that end so make their other forms.
type ending struct{ of, forms string }

var spanish = []ending{
	{"o", "o a os as"}, {"és", "és esa eses esas"}, {"án", "án ana anes anas"}, {"ón", "ón ona ones onas"}, {"ol", "ol ola oles olas"}, {"ís", "ís isa ises isas"}, {"í", "í íes"}, {"", " s"},
}

var french = []ending{
	{"ien", "ien ienne iens iennes"}, {"éen", "éen éenne éens éennes"}, {"yen", "yen yenne yens yennes"}, {"s", "s se ses"}, {"e", "e es"}, {"è", "è ès"}, {"", " e s es"},
}

// inflect gives the forms of the first word and the further ones as they are.
func inflect(words string, endings []ending) []string {
	first, further, _ := strings.Cut(words, " ")
	if first == "" {
		return nil
	}
	if further != "" && first[len(first)-1] != 's' {
		return append([]string{first, first + "s"}, with(further)...)
	}
	for _, e := range endings {
		stem, found := strings.CutSuffix(first, e.of)
		if !found {
			continue
		}
		var forms []string
		for f := range strings.SplitSeq(e.forms, " ") {
			forms = append(forms, stem+f)
		}
		return append(forms, with(further)...)
	}
	return nil
}

// with gives each word and its plural.
func with(words string) []string {
	var forms []string
	for w := range strings.FieldsSeq(words) {
		forms = append(forms, w, w+"s")
	}
	return forms
}
