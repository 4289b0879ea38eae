package annotate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rostrum/indexer/annotate"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

func signers(t *testing.T, text, language string) ([]string, annotate.Findings) {
	t.Helper()
	f := without(t).Annotate(annotate.Input{Text: text, Words: analysis.NewAnalyzer().Document("", text, language)})
	var names []string
	for _, a := range f.Actors {
		if a.Role == statement.Signatory {
			names = append(names, a.Name)
		}
	}
	return names, f
}

func TestListsWithoutHeading(t *testing.T) {
	const names = "Harbour Watch\nInland Waters Trust\nLamp Keepers Society\nNorthern Coast Alliance\nQuiet Sea Foundation\n"
	for name, c := range map[string]struct {
		text, language string
		want           int
	}{
		"after the undersigned of the text":    {"We, the undersigned, ask the port to keep its lamps lit at night.\nIt is a small thing to ask.\n" + names, "en", 5},
		"in Spanish":                           {"Las organizaciones abajo firmantes rechazamos el cierre del faro.\n" + names, "es", 5},
		"in French":                            {"Les organisations soussignées refusent la fermeture du phare.\n" + names, "fr", 5},
		"in Russian":                           {"Мы, нижеподписавшиеся организации, просим сохранить маяк.\n" + names, "ru", 5},
		"with prose after it":                  {"We, the undersigned, ask the port to keep its lamps lit.\n" + names + "The lamps were first lit in 1801 and have been lit ever since.\n", "en", 5},
		"too few":                              {"We, the undersigned, ask the port to keep its lamps lit.\nHarbour Watch\nInland Waters Trust\nLamp Keepers Society\n", "en", 0},
		"names that nobody says are signing":   {"The port keeps its lamps lit at night. These are its friends.\n" + names, "en", 0},
		"sections of a paper have small words": {"We, the undersigned, ask for this.\nKeep the lamps lit\nMend the old wall\nPay the keepers well\nOpen the stairs again\nPaint the tower white\n", "en", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := signers(t, c.text, c.language); len(got) != c.want {
				t.Errorf("signatories %q, want %d", got, c.want)
			}
		})
	}
}

func TestIndividualsOfAList(t *testing.T) {
	text := `Thank you,
COMPANIES AND ORGANISATIONS Harbour Watch
Inland Waters Trust
Lamp Keepers Society
INDIVIDUALS Affiliations for identification only
Dr. Maya Norling
Senior Lecturer, Faculty of Tides, Example University
Example University
Jonas Verdel
UNX
Anna Petit-Loup
Example Centre for Waves
Tomas Rand
Founder, Lamps Ltd
`
	got, _ := signers(t, text, "en")
	want := []string{"Harbour Watch", "Inland Waters Trust", "Lamp Keepers Society", "Dr. Maya Norling", "Jonas Verdel", "Anna Petit-Loup", "Tomas Rand"}
	if !slices.Equal(got, want) {
		t.Errorf("signatories\n%q, want\n%q", got, want)
	}
}

func TestClaimedSignatories(t *testing.T) {
	list := "\nSigned by:\nHarbour Watch\nInland Waters Trust\nLamp Keepers Society\n"
	for _, c := range []struct {
		text, language, claim string
		noted                 bool
	}{
		{"Over 125 organizations have signed this letter.", "en", "125", true},
		{"We, the undersigned 3 organisations, ask for light.", "en", "3", false},
		{"Esta carta ha sido firmada por más de 40 organizaciones.", "es", "40", true},
		{"Lettre signée par plus de 12 organisations.", "fr", "12", true},
		{"Письмо подписали более 50 организаций.", "ru", "50", true},
		{"Founded in 1990, 200 organisations use the port.", "en", "", false},
		{"The port signed 12 treaties.", "en", "", false},
	} {
		_, f := signers(t, c.text+list, c.language)
		claim := ""
		for _, e := range f.Evidence {
			if e.Finding == "claim" {
				claim = e.ID
				if got := string([]rune(c.text)[e.Start:e.End]); !strings.HasPrefix(got, c.claim) {
					t.Errorf("%q: the claim stands at %q", c.text, got)
				}
			}
		}
		if noted := len(f.Notes) > 0; claim != c.claim || noted != c.noted {
			t.Errorf("%q: claim %q, want %q; notes %q", c.text, claim, c.claim, fmt.Sprint(f.Notes))
		}
	}
}
