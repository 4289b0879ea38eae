package annotate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

// TestBodiesThatSpeakTogether holds who is an issuer beside the page's own: bodies whose names and a verb begin the title or the text, the page's
// own among them. States, a list without the page's own, and a verb that is not of several leave the page's own alone.
func TestBodiesThatSpeakTogether(t *testing.T) {
	const rest = " a pause of the talks on the harbour treaty until autumn."
	a := annotator(t, Options{})
	for _, c := range []struct {
		title, text string
		want        []string
	}{
		{"Access Circle and Net Watch International urge" + rest, "The talks go on.", []string{"access", "net-watch"}},
		{"A pause", "Net Watch International, Access Circle and North Wind condemn" + rest, []string{"access", "net-watch", "north-wind"}},
		{"Access Circle et Net Watch International demandent une pause", "Les négociations continuent.", []string{"access", "net-watch"}},
		{"Net Watch International and North Wind urge" + rest, "The talks go on.", []string{"access"}}, // the page's own is not among them
		{"Access Circle and Valdoria urge" + rest, "The talks go on.", []string{"access"}},             // a state
		{"Access Circle and Net Watch International meet", "The talks go on.", []string{"access"}},     // they say nothing
		{"Access Circle writes to Net Watch International", "The talks go on.", []string{"access"}},
		{"A pause", "Access Circle. Net Watch International urge" + rest, []string{"access"}}, // a sentence ends between them
	} {
		in := input(c.title, c.text, "en")
		in.Issuer = "access"
		found := a.Annotate(in)
		if diff := cmp.Diff(c.want, inRole(found, statement.Issuer)); diff != "" {
			t.Errorf("%s / %s: %s", c.title, c.text, diff)
		}
		joined := 0
		for _, e := range found.Evidence {
			if e.Rule == ruleJoined && e.End > e.Start {
				joined++
			}
		}
		if joined != len(c.want)-1 {
			t.Errorf("%s: %d of %d issuers have the place that says so", c.title, joined, len(c.want)-1)
		}
	}
}
