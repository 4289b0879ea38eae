package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"rostrum/internal/demosite"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search"
)

// The demo's joint letter stands on four sites: one statement with three copies and 25 signatories, found by what any of the sites says, and
// linked with its Spanish version.
func TestTheDemosLetterIsOneStatement(t *testing.T) {
	p := harness.Start(t, "demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	facts := map[string]demosite.Fact{}
	all, err := demosite.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		facts[f.Statement] = f
	}
	id := func(name string) string { return statement.ID(facts[name].URL) }
	lead, spanish := id("letter-opentides"), id("letter-mareasabiertas")
	p.WaitIndexed(60 * time.Second)

	found := p.Search(`"make a reading taken in one harbour useful"`)
	if len(found) != 1 || found[0].ID != lead || found[0].Copies != 3 || found[0].Signatories != 25 {
		t.Fatalf("the letter is %+v", found)
	}
	issuers := []string{}
	for _, a := range found[0].Actors {
		if a.Role == statement.Issuer {
			issuers = append(issuers, a.ID)
		}
	}
	slices.Sort(issuers)
	if want := []string{"fishers-voice", "harbour-liberties", "open-tides", "quiet-seas"}; !slices.Equal(issuers, want) {
		t.Errorf("issuers of all copies are %v, want %v", issuers, want)
	}
	if found := p.Search(`"joined two dozen other organisations"`); len(found) != 1 || found[0].ID != lead {
		t.Errorf("words that one copy has find %+v", found)
	}
	var page search.Result
	if p.Get("/api/v1/statements?copies=all&q=%22make+a+reading+taken%22", &page); page.Total != 4 {
		t.Errorf("with copies=all there are %d", page.Total)
	}
	for _, h := range page.Statements {
		if h.Copies != 3 || h.Group != found[0].Group {
			t.Errorf("member %s has %d copies and group %s", h.ID, h.Copies, h.Group)
		}
	}
	var others struct{ Copies []statement.Statement }
	if p.Get("/api/v1/statements/"+lead+"/copies", &others); len(others.Copies) != 3 {
		t.Errorf("copies: %+v", others.Copies)
	}
	var translated statement.Statement
	if status := p.Get("/api/v1/statements/"+spanish, &translated); status != http.StatusOK || translated.TranslationOf != found[0].Group || translated.Copies != 0 {
		t.Errorf("status %d, translation of %q in group %q", status, translated.TranslationOf, translated.Group)
	}
	grouped := 0
	for _, h := range p.Search("") {
		if h.Copies > 0 {
			grouped++
		}
	}
	if grouped != 1 {
		t.Errorf("%d statements have copies, want the letter alone", grouped)
	}
}
