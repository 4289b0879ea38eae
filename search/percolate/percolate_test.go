package percolate

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

func parse(t testing.TB, q string) query.Node {
	t.Helper()
	n, err := query.Parse(q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return n
}

// matchesOf gives the ids of the queries of a set that match, sorted.
func matchesOf(m interface {
	Match(*Statement, func(string))
}, s *Statement) []string {
	ids := []string{}
	m.Match(s, func(id string) { ids = append(ids, id) })
	slices.Sort(ids)
	return ids
}

func TestWhatMatches(t *testing.T) {
	published := day("2024-08-08")
	s := newStatement(statement.Statement{
		Title: "Joint letter on the draft convention", Language: "en", URL: "https://www.example.org/news/joint-letter", Published: &published,
		Text:   "We urge the States Parties to the U.N. process to reject A/AC.291/22. Its cyber-enabled offences, d’une part, threaten human rights; rights of 网络 users too.",
		Source: "example-news", Kind: "joint-letter", Process: []string{"charter"}, Topics: []string{"safeguards"},
		Actors: []statement.Actor{{ID: "arlund", Role: statement.Mentioned}, {ID: "besmar", Role: statement.Signatory}, {ID: "corvo", Role: statement.Issuer}},
		Cues:   []statement.Cue{{Polarity: "opposes"}},
	})
	for q, want := range map[string]bool{
		"conventions": true, "urging": true, `"urging"`: false, "state": true, "UN": true, "un party": true,
		"A/AC.291/22": true, "a/ac.291/22": true, "A/AC.291": false, "A/AC.291/*": true, `"reject A/AC.291/22"`: true, `"AC 291"`: true,
		"cyber-enabled": true, "cyber-enable": false, `"cyber enabled offences"`: true, "cyber*": true, "enabl*": true, "xyz*": false,
		`"human rights"`: true, `"rights human"`: false, `"rights rights"`: true, `"rights rights of"`: true,
		`"human offences"~3`: false, `"human offences"~4`: true, `"offences human"~4`: true, `"offences human enabled"~4`: true, `"human human"~0`: true,
		"网络": true, "络网": false, "网*": true, `"convention we"`: false, `"convention we"~100`: false,
		"title:convention": true, "title:urge": false, `title:"draft convention"`: true, `title:"human rights"`: false, "title:conv*": true, `title:"letter draft"~2`: true,
		`title:"we urge"`: false, "url:letter": true, `url:"joint letter"`: true, "url:letters": false, "url:exam*": true, "url:human": false,
		"https://www.example.org/news/joint-letter": true, "https://www.example.org/other": false,
		"actor:besmar": true, "actor:corvo": true, "actor:arlund": false, "mentions:arlund": true, "issuer:corvo": true, "issuer:besmar": false, "quoted:corvo": false,
		"actor:members(islands)": true, "issuer:members(islands)": false, "mentions:members(islands)": true, "actor:members(nobody)": false,
		"topic:safeguards": true, "process:charter": true, "source:example-news": true, "lang:en": true, "lang:fr": false, "kind:joint-letter": true, "cue:opposes": true,
		"after:2024-08-08": true, "after:2024-08-09": false, "before:2024-08-08": false, "before:2024-08-09": true, "on:2024-Q3": true, "on:2023": false,
		"*": true, "NOT *": false, "NOT convention": false, "NOT xyz": true, "-actor:arlund": true, "(xyz OR after:2024) human": true, "(human OR xyz) NOT (offence xyz)": true,
		"d'une part": true, "part d'une": true, "l'une": false, `"d’une part"`: true,
	} {
		n := parse(t, q)
		if got := Matches(n, s, groups); got != want {
			t.Errorf("Matches(%s) = %v", q, got)
		}
		if got := len(matchesOf(setOf(t, n), s)) == 1; got != want {
			t.Errorf("a set of %s matches: %v", q, got)
		}
		if marks := Explain(n, s, groups, 10); !want && marks != nil {
			t.Errorf("%s does not match, and is explained by %v", q, marks)
		}
	}
}

func setOf(t testing.TB, queries ...query.Node) *Set {
	t.Helper()
	b := NewBuilder(Options{Members: groups})
	for i, n := range queries {
		if err := b.Add(fmt.Sprint(i), n); err != nil {
			t.Fatal(err)
		}
	}
	return b.Build()
}

func TestASetDiffersFromPlainReadingNever(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := NewBuilder(Options{Members: groups, Frequency: func(term string) float64 { return float64(len(term)%4)/4 - 0.25 }})
		var queries []query.Node
		for i := range rapid.IntRange(1, 30).Draw(rt, "queries") {
			n := someQuery(rt, 3)
			queries = append(queries, n)
			if err := b.Add(fmt.Sprint(i), n); err != nil {
				rt.Skip(err)
			}
		}
		set := b.Build()
		m := set.Matcher()
		for range rapid.IntRange(1, 5).Draw(rt, "statements") {
			s := someStatement(rt)
			want := []string{}
			for i, n := range queries {
				if Matches(n, s, groups) {
					want = append(want, fmt.Sprint(i))
				}
				if Matches(query.Simplify(n), s, groups) != Matches(n, s, groups) {
					rt.Fatalf("simplified, %s matches something else", n)
				}
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, matchesOf(m, s)); diff != "" {
				rt.Fatalf("plain reading (-), set (+):\n%s\nqueries %v\ntitle %q text %q", diff, queries, s.Meta.Title, s.Meta.Text)
			}
		}
	})
}

func TestTheSameSetServesManyGoroutines(t *testing.T) {
	set := setOf(t, parse(t, "convention"), parse(t, "NOT convention"), parse(t, `"human rights"`))
	done := make(chan []string)
	for i := range 8 {
		s := newStatement(statement.Statement{Text: "human rights", Language: []string{"en", "fr", "ru", "zh"}[i%4]})
		go func() {
			var got []string
			for range 50 {
				got = matchesOf(set, s)
			}
			done <- got
		}()
	}
	for range 8 {
		if diff := cmp.Diff([]string{"1", "2"}, <-done); diff != "" {
			t.Error(diff)
		}
	}
}

func TestGenerationsWrapAround(t *testing.T) {
	m := setOf(t, parse(t, "human"), parse(t, `"human rights"`)).Matcher()
	with, without := newStatement(statement.Statement{Text: "human rights"}), newStatement(statement.Statement{Text: "rights"})
	matchesOf(m, with)
	m.generation = ^uint32(0)
	if got := matchesOf(m, without); len(got) != 0 {
		t.Errorf("what was present in an old generation is found: %v", got)
	}
	if got := matchesOf(m, with); len(got) != 2 {
		t.Errorf("after the wrap it finds %v", got)
	}
}

func TestAMatcherForgetsWhatIsTooMuch(t *testing.T) {
	m := setOf(t, parse(t, "human"), parse(t, "x1*")).Matcher()
	words := &analysis.Document{Language: "en"}
	for i := range maxMemo + 100 {
		term := fmt.Sprintf("x%d", i)
		words.Text = append(words.Text, analysis.Token{Term: term, Stem: term, Position: uint32(i + 1)})
	}
	words.Text = append(words.Text, analysis.Token{Term: "human", Stem: "human", Position: uint32(len(words.Text) + 1)})
	if got := matchesOf(m, &Statement{Words: words}); len(got) != 2 {
		t.Errorf("found %v", got)
	}
	if n := len(m.vocabularies["en"].forms); n > maxMemo+1 {
		t.Errorf("it remembers %d terms", n)
	}
}

func TestAddRefusesWhatIsOverTheBound(t *testing.T) {
	kids := make([]query.Node, query.MaxLeaves+1)
	for i := range kids {
		kids[i] = query.Word{Text: fmt.Sprint("w", i)}
	}
	if err := NewBuilder(Options{}).Add("big", query.Or{Kids: kids}); err == nil {
		t.Error("it was added")
	}
}
