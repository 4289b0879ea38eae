package percolate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

// raw is a statement whose words a matcher reads for itself.
func raw(s *Statement) *Statement { return &Statement{Meta: s.Meta} }

// kept is what a Live should hold.
type kept map[string]query.Node

func (k kept) matches(s *Statement) []string {
	ids := []string{}
	for id, n := range k {
		if Matches(n, s, groups) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestALiveSetDiffersFromPlainReadingNever(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		live, want := NewLive(Options{Members: groups}), kept{}
		early := live.Matcher()
		some := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) query.Node { return someQuery(t, 2) }), 1, 6).Draw(rt, "queries")
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
		match := func(rt *rapid.T) {
			s := someStatement(rt)
			for name, m := range map[string]*Matcher{"early": early, "late": live.Matcher()} {
				for how, s := range map[string]*Statement{"tokens": s, "text": raw(s)} {
					if diff := cmp.Diff(want.matches(&Statement{Words: newStatement(*s.Meta).Words, Meta: s.Meta}), matchesOf(m, s)); diff != "" {
						rt.Fatalf("plain reading (-), the %s matcher with %s (+):\n%s\nqueries %v\ntitle %q text %q", name, how, diff, want, s.Meta.Title, s.Meta.Text)
					}
				}
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put": func(rt *rapid.T) {
				id, n := id.Draw(rt, "id"), rapid.OneOf(rapid.SampledFrom(some), rapid.Custom(func(t *rapid.T) query.Node { return someQuery(t, 2) })).Draw(rt, "query")
				if err := live.Put(id, n); err == nil {
					want[id] = n
				}
			},
			"remove": func(rt *rapid.T) {
				id := id.Draw(rt, "id")
				live.Remove(id)
				delete(want, id)
			},
			"rebuild": func(rt *rapid.T) {
				if err := live.compact(); err != nil {
					rt.Fatal(err)
				}
			},
			"rebuild during edits": func(rt *rapid.T) {
				edited, other := id.Draw(rt, "edited"), id.Draw(rt, "removed")
				n, m := rapid.SampledFrom(some).Draw(rt, "query"), someQuery(rt, 2)
				err := live.Fill(func(func(string, query.Node) bool) {
					live.Remove(other)
					delete(want, other)
					if live.Put(edited, n) == nil {
						want[edited] = n
					}
					if live.Put(edited+"2", m) == nil {
						want[edited+"2"] = m
					}
				})
				if err != nil {
					rt.Fatal(err)
				}
			},
			"fill": func(rt *rapid.T) {
				id, n := id.Draw(rt, "id"), someQuery(rt, 2)
				if live.Fill(func(yield func(string, query.Node) bool) { yield(id, n) }) == nil {
					want[id] = n
				}
			},
			"match": match,
			"": func(*rapid.T) {
				if got := live.Stats().IDs; got != len(want) {
					rt.Fatalf("it holds %d ids, want %d", got, len(want))
				}
			},
		})
		match(rt)
	})
}

func TestQueriesThatAreTheSameAreCompiledOnce(t *testing.T) {
	live := NewLive(Options{})
	for i := range 100 {
		if err := live.Put(fmt.Sprint("person", i), parse(t, []string{"convention human", "Convention  HUMAN", `"human rights" OR xy*`}[i%3])); err != nil {
			t.Fatal(err)
		}
	}
	if s := live.Stats(); s.IDs != 100 || s.Queries != 2 {
		t.Errorf("%+v", s)
	}
	if err := live.compact(); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if err := live.Put(fmt.Sprint("later", i), parse(t, `"human rights" OR xy*`)); err != nil {
			t.Fatal(err)
		}
	}
	if s := live.Stats(); s.IDs != 110 || s.Queries != 2 || s.Late != 10 {
		t.Errorf("after the set was built: %+v", s)
	}
	if got := matchesOf(live.Matcher(), newStatement(statement.Statement{Text: "human rights"})); len(got) != 33+10 {
		t.Errorf("%d match", len(got))
	}
}

func TestDearQueriesAreCounted(t *testing.T) {
	live := NewLive(Options{})
	for q, dear := range map[string]bool{"NOT convention": true, "convention OR NOT rights": true, "after:2024": true, "convention NOT rights": false, "conv*": false, "*": true} {
		n := parse(t, q)
		if IsDear(n, nil) != dear {
			t.Errorf("%s is dear: %v", q, !dear)
		}
		if err := live.Put(q, n); err != nil {
			t.Fatal(err)
		}
	}
	if got := live.Stats().Dear; got != 4 {
		t.Errorf("%d are dear", got)
	}
	if err := live.compact(); err != nil {
		t.Fatal(err)
	}
	if got := live.Stats().Dear; got != 4 {
		t.Errorf("%d are dear in the set", got)
	}
}

// Matchers on several goroutines always find what was there before they began and is not edited, whatever is edited and built meanwhile.
func TestEditsAndMatchesAtTheSameTime(t *testing.T) {
	live := NewLive(Options{})
	for i := range 300 {
		if err := live.Put(fmt.Sprint("stays", i), parse(t, fmt.Sprintf(`human word%d OR "human rights"`, i))); err != nil {
			t.Fatal(err)
		}
	}
	ctx, end := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		if err := live.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	var matchers sync.WaitGroup
	for range 3 {
		matchers.Go(func() {
			m := live.Matcher()
			for range 300 {
				stay := 0
				m.Match(raw(newStatement(statement.Statement{Text: "human rights convention"})), func(id string) {
					if id[0] == 's' {
						stay++
					}
				})
				if stay != 300 {
					t.Errorf("%d found", stay)
					return
				}
			}
		})
	}
	for i := range 4 * minLate {
		id := fmt.Sprint("comes", i%700)
		if i%3 == 0 {
			live.Remove(id)
		} else if err := live.Put(id, parse(t, fmt.Sprintf("convention v%d* OR w%d", i, i%50))); err != nil {
			t.Fatal(err)
		}
	}
	matchers.Wait()
	end()
	all.Wait()
	if late := live.Stats().Late; late > mostLate*minLate {
		t.Errorf("%d edits stand beside the set", late)
	}
}
