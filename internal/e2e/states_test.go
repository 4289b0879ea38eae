package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/configs"
	"rostrum/internal/e2e/harness"
)

// nothing makes a page of words that mean nothing and that no other page has.
func nothing(seed int) string {
	rnd := rand.New(rand.NewPCG(uint64(seed), 7))
	var b strings.Builder
	for range 60 {
		for range 3 {
			b.WriteByte("bdfgklmnprstvz"[rnd.IntN(14)])
			b.WriteByte("aeiou"[rnd.IntN(5)])
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// TestMembersOfGroups watches one page a state of the shared list, each with that state as its issuer, and asks for groups of states by their
// members and for states by their names.
func TestMembersOfGroups(t *testing.T) {
	builtin, err := configs.LoadBuiltin("", configs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	members := make(map[string]int)
	var sources strings.Builder
	sources.WriteString("sources:\n")
	pages := http.NewServeMux()
	states := 0
	for i, a := range builtin.Actors {
		if a.Kind != "state" {
			continue
		}
		states++
		for _, g := range a.MemberOf {
			members[g]++
		}
		fmt.Fprintf(&sources, "  - {id: page-%s, name: %q, type: page, url: \"http://world.example/%s\", issuer: %q, every: 1h}\n", a.ID, a.Name, a.ID, a.ID)
		pages.HandleFunc("/"+a.ID, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<html lang=en><title>Page %d</title><article><h1>Page %d</h1><p>%s</p></article></html>", i, i, nothing(i))
		})
	}
	world := harness.ServeSite(t, "world.example", pages)
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: world\nname: World\nshared_actors: [states, bodies]\n",
		"sources.yaml": sources.String(),
		"actors.yaml":  "actors: []\n",
		"topics.yaml":  "topics: []\n",
	}, world)
	i := harness.Up(t, config, t.TempDir())
	i.WaitIndexed(60 * time.Second)
	if got := len(i.Search("")); got != states {
		t.Fatalf("%d statements of %d states", got, states)
	}
	for _, g := range []string{"eu", "coe", "un", "african-union", "arab-league", "sco", "g77", "caricom", "nato", "five-eyes", "un-weog", "ldc"} {
		got := i.Search("actor:members(" + g + ")")
		if len(got) != members[g] || members[g] == 0 {
			t.Errorf("actor:members(%s) finds %d of %d", g, len(got), members[g])
		}
		for _, hit := range got {
			issuer := hit.Actors[0].ID
			if a := builtin.Actors[slices.IndexFunc(builtin.Actors, func(a configs.Actor) bool { return a.ID == issuer })]; !slices.Contains(a.MemberOf, g) {
				t.Errorf("actor:members(%s) finds a statement by %s", g, issuer)
			}
		}
	}
	if got := len(i.Search("actor:members(eu)")); got != 27 {
		t.Errorf("actor:members(eu) finds %d states, not 27", got)
	}
	if got := len(i.Search(`actor:members("Union européenne") AND -actor:members(coe)`)); got != 0 {
		t.Errorf("%d members of the EU are not of the Council of Europe", got)
	}
	for name, want := range map[string]string{
		"United States": "us", "États-Unis": "us", "США": "us", "美国": "us", "الولايات المتحدة": "us", "EE. UU.": "us",
		"Turkey": "tr", "Türkiye": "tr", "Congo": "cg", "DR Congo": "cd", "Ivory Coast": "ci", "Bolivia (Plurinational State of)": "bo", "عمان": "om", "gb": "gb",
	} {
		var page struct {
			Statements []struct{ Actors []struct{ ID string } }
		}
		i.Get("/api/v1/statements?q="+url.QueryEscape(fmt.Sprintf("issuer:%q", name)), &page)
		if len(page.Statements) != 1 || page.Statements[0].Actors[0].ID != want {
			t.Errorf("issuer:%q finds %+v, not %s", name, page.Statements, want)
		}
	}
}
