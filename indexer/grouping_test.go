package indexer

import (
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
)

// letterText is long enough to be told from others.
func letterText(word string) string {
	words := make([]string, 120)
	for i := range words {
		words[i] = word + strings.Repeat("a", i%11) + strings.Repeat("b", i/11)
	}
	return "<p>" + opening + strings.Join(words, " ") + ".</p>"
}

// letterAt makes the capture of a page with a letter, so many minutes after epoch.
func letterAt(host string, minute int, word string) *statement.Capture {
	return page("https://"+host+".example/letter", minute, `<!doctype html><html lang="en"><head><title>The letter</title></head><body><article><h1>The letter</h1>`+
		letterText(word)+`</article></body></html>`)
}

// A copy announces with the group that it joined, in the batch of the other as in a later one; a state announces with the group that it came to,
// and says so again when it is delivered again.
func TestAnnouncementsNameTheGroup(t *testing.T) {
	at := func(host string) string { return statement.ID("https://" + host + ".example/letter") }
	b := newBench(t, nil)
	said := func() (groups []string) {
		for _, a := range b.told.all {
			groups = append(groups, a.Statement.Group)
		}
		b.told.all = nil
		return groups
	}
	third := letterAt("c", 2, "same")
	for _, step := range []struct {
		captures []*statement.Capture
		want     []string
	}{
		{[]*statement.Capture{letterAt("a", 0, "same"), letterAt("b", 1, "same")}, []string{at("a"), at("a")}},
		{[]*statement.Capture{third}, []string{at("a")}},
		{[]*statement.Capture{third}, []string{at("a")}},
		{[]*statement.Capture{letterAt("b", 3, "other")}, []string{at("b")}},
		{[]*statement.Capture{letterAt("d", 4, "other"), letterAt("d", 5, "third")}, []string{at("b"), at("d")}},
	} {
		b.handle(t, step.captures...)
		if got := said(); !slices.Equal(got, step.want) {
			t.Fatalf("announced with the groups %v, want %v", got, step.want)
		}
	}
	if c := b.store.copies[at("a")]; c.Other || c.Union == nil || c.Union.Copies != 1 {
		t.Errorf("the lead has %+v", c)
	}
	if c := b.store.copies[at("c")]; !c.Other || c.Union != nil {
		t.Errorf("the copy has %+v", c)
	}
}
