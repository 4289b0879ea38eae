package configs

import (
	"slices"
	"strings"
	"testing"
)

// shared loads the lists of actors that come with Rostrum, by id.
func shared(t testing.TB) (map[string]Actor, []Group) {
	t.Helper()
	cfg, err := LoadBuiltin("", Options{})
	if err != nil {
		t.Fatal(err)
	}
	actors := make(map[string]Actor, len(cfg.Actors))
	for _, a := range cfg.Actors {
		actors[a.ID] = a
	}
	return actors, cfg.Groups
}

var sixLanguages = []string{"ar", "en", "es", "fr", "ru", "zh"}

func members(actors map[string]Actor, group string) []string {
	var found []string
	for id, a := range actors {
		if slices.Contains(a.MemberOf, group) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	return found
}

func TestEveryStateHasSixNames(t *testing.T) {
	actors, _ := shared(t)
	world := append(members(actors, "un"), members(actors, "un-observer-states")...)
	if len(world) != 195 {
		t.Errorf("%d member and observer states, not 195", len(world))
	}
	for _, id := range append(world, "eu", "un", "unga", "unsc", "unodc", "ohchr", "itu", "coe", "african-union", "arab-league", "oas", "asean", "interpol") {
		a := actors[id]
		for _, language := range sixLanguages {
			if a.Names[language] == "" {
				t.Errorf("%s has no name in %s", id, language)
			}
		}
		if want := map[bool]string{true: "state", false: "igo"}[slices.Contains(world, id)]; a.Kind != want {
			t.Errorf("%s is of kind %q, not %q", id, a.Kind, want)
		}
		if slices.Contains(world, id) && (len(id) != 2 || a.Wikidata == "") {
			t.Errorf("%s: an id of two letters and a Wikidata item are wanted, it has %q", id, a.Wikidata)
		}
	}
	for _, observer := range []string{"va", "ps"} {
		if slices.Contains(actors[observer].MemberOf, "un") {
			t.Errorf("%s is no member of the United Nations", observer)
		}
	}
}

// TestGroupsAreWhole counts members; those of an organisation that are no states of the list are left out: Western Sahara of the African
// Union, Montserrat of CARICOM, four territories of the Pacific Islands Forum.
func TestGroupsAreWhole(t *testing.T) {
	actors, groups := shared(t)
	counts := map[string]int{
		"un": 193, "un-observer-states": 2, "un-african-group": 54, "un-asia-pacific-group": 54, "un-eastern-european-group": 23, "un-grulac": 33,
		"un-weog": 29, "p5": 5, "eu": 27, "coe": 46, "osce": 57, "nato": 32, "african-union": 54, "arab-league": 22, "gcc": 6, "oic": 57, "sco": 10,
		"cis": 9, "csto": 6, "eaeu": 5, "asean": 11, "saarc": 8, "pif": 14, "oas": 34, "celac": 33, "caricom": 14, "mercosur": 6, "sica": 8,
		"ecowas": 12, "aes": 3, "sadc": 16, "eac": 8, "commonwealth": 56, "oif": 50, "cplp": 9, "brics": 10, "oecd": 38, "g7": 7, "g20": 19,
		"g77": 134, "five-eyes": 5, "ldc": 44, "lldc": 32, "sids": 37, "aosis": 37,
	}
	for _, g := range groups {
		if got := len(members(actors, g.ID)); got != counts[g.ID] {
			t.Errorf("%s has %d members, not %d", g.ID, got, counts[g.ID])
		}
		delete(counts, g.ID)
	}
	for id := range counts {
		t.Errorf("there is no group %s", id)
	}
}

// TestNamesAreFitForTexts holds the lists to what makes a name safe to look for.
func TestNamesAreFitForTexts(t *testing.T) {
	actors, _ := shared(t)
	short := []string{"US", "UK", "UN", "EU", "UE", "ЕС", "РФ", "G7"}
	ambiguous := map[string][]string{
		"cg": {"Congo", "Конго", "الكونغو"}, "mu": {"Maurice", "Mauricio"}, "dm": {"Dominique"}, "ml": {"مالي"}, "om": {"عمان"}, "tg": {"Того"}, "gd": {"Granada", "Grenade"},
		"kr": {"Korea"}, "kp": {"Korea"}, "us": {"America"}, "icj": {"ICJ"}, "icc": {"ICC"}, "unga": {"General Assembly"}, "pg": {"PNG"},
	}
	for id, names := range ambiguous {
		for _, name := range names {
			if !slices.Contains(actors[id].Weak, name) {
				t.Errorf("%s: %q is not weak", id, name)
			}
		}
	}
	for id, a := range actors {
		if a.Kind != "state" && a.Kind != "igo" {
			continue
		}
		for _, name := range a.Aliases {
			if letters := []rune(strings.ReplaceAll(name, ".", "")); len(letters) < 3 && letters[0] < 0x600 && !slices.Contains(short, string(letters)) {
				t.Errorf("%s: the alias %q is too short", id, name)
			}
		}
	}
}
