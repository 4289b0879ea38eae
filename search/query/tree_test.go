package query

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func same(a, b Node) bool { return reflect.DeepEqual(a, b) }

var texts = rapid.OneOf(
	rapid.SampledFrom([]string{"convention", "AND", "-x", "a:b", "http://x", "members", "l'État", "a b", `q"\`, "x*", "网络", "12:30", "(x)", "OR", "A/RES/1", "x：y", "title：y", "«x»"}),
	rapid.StringMatching(`[a-zé中 ":*()\\-]{0,6}[a-z]`),
)

func leaves() *rapid.Generator[Node] {
	textField := rapid.SampledFrom([]Field{Any, Title, URL})
	actorField := rapid.SampledFrom([]Field{Speaker, Issuer, Signatory, Quoted, Mentions})
	valueField := rapid.SampledFrom([]Field{Speaker, Topic, Process, Phase, Source, Lang, Kind, Cue})
	return rapid.Custom(func(t *rapid.T) Node {
		text := texts.Draw(t, "text")
		switch rapid.IntRange(0, 7).Draw(t, "leaf") {
		case 0:
			return Word{textField.Draw(t, "field"), text}
		case 1:
			return Phrase{textField.Draw(t, "field"), text}
		case 2:
			return Near{textField.Draw(t, "field"), text, rapid.IntRange(0, MaxDistance).Draw(t, "distance")}
		case 3:
			return Prefix{textField.Draw(t, "field"), rapid.SampledFrom([]string{"cyber", "AND", "A/RES/7", "ét"}).Draw(t, "prefix")}
		case 4:
			return Term{valueField.Draw(t, "field"), text}
		case 5:
			return Members{actorField.Draw(t, "field"), text}
		case 6:
			p, _ := newPeriod(rapid.SampledFrom([]Field{after, before, on}).Draw(t, "which"),
				rapid.SampledFrom([]string{"2024", "2024-07", "2024-07-29", "2023-Q4"}).Draw(t, "period"))
			return p
		}
		return All{}
	})
}

// trees draws queries in the form that Parse gives: And and Or flat.
func trees(depth int) *rapid.Generator[Node] {
	if depth == 0 {
		return leaves()
	}
	return rapid.Custom(func(t *rapid.T) Node {
		kids := rapid.SliceOfN(trees(depth-1), 2, 3)
		switch rapid.IntRange(0, 3).Draw(t, "node") {
		case 0:
			return Conjoin(kids.Draw(t, "kids")...)
		case 1:
			return Disjoin(kids.Draw(t, "kids")...)
		case 2:
			return Not{trees(depth-1).Draw(t, "kid")}
		}
		return leaves().Draw(t, "leaf")
	})
}

func TestTheCanonicalFormReadsBackAsTheSameTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := trees(3).Draw(t, "tree")
		if len(Leaves(n)) <= MaxLeaves && CostOf(n).Prefixes <= MaxPrefixes {
			checkRoundTrip(t, n)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`actor:(a OR "b c") -x* "y z"~5 after:2024`, `\AND a\:b «x» NOT (a OR b)`, "actor:members(eu) https://x.org/a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			return
		}
		checkRoundTrip(t, n)
		if err := Check(n); err != nil {
			t.Fatalf("%q was read, and is refused: %v", s, err)
		}
		Simplify(n)
	})
}
