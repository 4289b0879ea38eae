package query

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSimplify(t *testing.T) {
	for in, want := range map[string]string{
		"a":                       "a",
		"a a b a":                 "a AND b",
		"a OR a":                  "a",
		"NOT NOT a":               "a",
		"NOT NOT NOT a":           "NOT a",
		"a *":                     "a",
		"a OR *":                  "*",
		"a NOT *":                 "NOT *",
		"a OR NOT *":              "a",
		"a NOT a":                 "NOT *",
		"a OR NOT a":              "*",
		"(a OR a) (b OR b)":       "a AND b",
		"x (a OR (b c) OR (b c))": "x AND (a OR (b AND c))",
		"NOT (a NOT a)":           "*",
		"(a b) OR NOT (a b)":      "*",
	} {
		n, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Simplify(n).String(); got != want {
			t.Errorf("Simplify(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestSimplifyIsIdempotentAndCostsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := trees(4).Draw(t, "tree")
		once := Simplify(n)
		if twice := Simplify(once); !same(once, twice) {
			t.Fatalf("%s, then %s, then %s", n, once, twice)
		}
		before, now := CostOf(n), CostOf(once)
		if now.Leaves > before.Leaves || now.Prefixes > before.Prefixes || now.Depth > before.Depth {
			t.Fatalf("%s costs %v, %s costs %v", n, before, once, now)
		}
	})
}

func TestCheck(t *testing.T) {
	many := make([]Node, MaxLeaves+1)
	for i := range many {
		many[i] = Word{Text: "a"}
	}
	prefixes := make([]Node, MaxPrefixes+1)
	for i := range prefixes {
		prefixes[i] = Prefix{Text: "ab"}
	}
	deep := Node(Word{Text: "a"})
	for range 100 {
		deep = Not{deep}
	}
	for _, n := range []Node{Or{many}, And{prefixes}, deep, Prefix{Text: "a"}, Near{Text: "a b", Distance: 101}} {
		if Check(n) == nil {
			t.Errorf("%.60s is let through", n)
		}
	}
	n, _ := Parse("a b* (c OR actor:members(eu))")
	if err := Check(n); n != nil && err != nil {
		t.Error(err)
	}
	n, _ = Parse("a bb* -(c OR actor:members(eu))")
	if got := CostOf(n); got != (Cost{Leaves: 4, Prefixes: 1, Depth: 3}) {
		t.Errorf("cost %+v", got)
	}
}
