package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gazetteerFolder is where the sources lie: in a folder that the project does not carry.
func gazetteerFolder() string {
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = "../../../../shared/data"
	}
	return root + "/gazetteer"
}

func TestCommittedListIsGenerated(t *testing.T) {
	if _, err := os.Stat(gazetteerFolder()); err != nil {
		t.Logf("NOT COMPARED: the gazetteer is not at %s; set ROSTRUM_SHARED_DATA", gazetteerFolder())
		return
	}
	want, err := generate(os.DirFS(gazetteerFolder()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../states.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("states.yaml is out of date: go generate ./configs/actors/generate\n%s", diff)
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, language, want string }{
		{"Afghanistan (l')", "fr", "Afghanistan"},
		{"la República de Cuba", "es", "República de Cuba"},
		{"El Salvador", "es", "El Salvador"},
		{"le Saint-Siège *", "fr", "Saint-Siège"},
		{"the Gambia", "en", "Gambia"},
		{"États-Unis d’Amérique (les)", "fr", "États-Unis d'Amérique"},
		{"Республика  Фиджи", "ru", "Республика Фиджи"},
		{"Bolivia (Estado Plurinacional de)", "es", "Bolivia (Estado Plurinacional de)"},
	} {
		if got := clean(c.name, c.language); got != c.want {
			t.Errorf("clean(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestUsable(t *testing.T) {
	for name, want := range map[string]bool{
		"Deutschland": true, "UAE": true, "中国": true, "لبنان": true, "Российская Федерация": true,
		"russian": false, "US": false, "РЕСПУБЛИКА МАЛИ": false, "Հայաստան": false, "Iran, Islamic Republic of": false, "Tuvalu nutome": false, "": false,
	} {
		if usable(name) != want {
			t.Errorf("usable(%q) is not %v", name, want)
		}
	}
}

func TestScalar(t *testing.T) {
	for value, want := range map[string]string{
		"Norway": "Norway", "no": `"no"`, "Côte d'Ivoire": `"Côte d'Ivoire"`, "Atlanta, Georgia": `"Atlanta, Georgia"`, "-x": `"-x"`,
	} {
		if got := scalar(value); got != want {
			t.Errorf("scalar(%q) = %s, want %s", value, got, want)
		}
	}
}
