package percolate

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

var sixLanguages = []string{"ar", "en", "es", "fr", "ru", "zh"}

// speech gives a text in each of the six languages: a real one where it is to be had, else drawn letters.
func speech(t testing.TB, r *rand.Rand) map[string][]rune {
	data := os.Getenv("ROSTRUM_SHARED_DATA")
	if data == "" {
		data = "../../../shared/data"
	}
	texts := map[string][]rune{}
	tags := regexp.MustCompile(`<[^>]*>`)
	for i, language := range sixLanguages {
		page, err := os.ReadFile(filepath.Join(data, "udhr", language+".html"))
		if err != nil {
			t.Logf("NO REAL TEXT: %v; drawing letters instead", err)
			first := []rune{'ا', 'a', 'e', 'm', 'в', '中'}[i]
			for range 8000 {
				letter := first + rune(r.IntN(8))
				if r.IntN(5) == 0 {
					letter = ' '
				}
				texts[language] = append(texts[language], letter)
			}
			continue
		}
		texts[language] = []rune(strings.Join(strings.Fields(tags.ReplaceAllString(string(page), " ")), " "))
	}
	return texts
}

// bruter draws statements and queries in six languages. A query is drawn with how it follows from which of its leaves hold.
type bruter struct {
	r      *rand.Rand
	texts  map[string][]rune
	leaves []query.Node
}

type truth func(leaves []bool) bool

// piece cuts words of about n letters from a text; letters that were drawn may be spaces alone, which are no words.
func (b *bruter) piece(language string, n int) string {
	for range 100 {
		if piece := b.cut(language, n); strings.TrimSpace(piece) != "" {
			return piece
		}
	}
	panic("a text of " + language + " is nothing but spaces")
}

func (b *bruter) cut(language string, n int) string {
	text := b.texts[language]
	at := b.r.IntN(len(text) - n)
	for at > 0 && language != "zh" && text[at-1] != ' ' {
		at--
	}
	end := at + n
	for end < len(text) && language != "zh" && text[end] != ' ' {
		end++
	}
	return string(text[at:end])
}

func (b *bruter) one(from ...string) string { return from[b.r.IntN(len(from))] }

func (b *bruter) statement() statement.Statement {
	language := b.one(sixLanguages...)
	published := day("2024-01-01").AddDate(0, b.r.IntN(12), 0)
	m := statement.Statement{Title: b.piece(language, 20), Text: b.piece(language, 160), Language: language, Published: &published, Kind: b.one("speech", "letter"),
		URL: "https://example.org/" + b.one("human/rights", "a/res/74/247", "art%C3%ADculo"), Source: b.one("north", "south"), Process: []string{"p"},
		Topics: []string{b.one("safeguards", "e-evidence")}, Cues: []statement.Cue{{Polarity: b.one("supports", "opposes")}}}
	for range b.r.IntN(5) {
		m.Actors = append(m.Actors, statement.Actor{ID: b.one("arlund", "besmar", "corvo", "desta"), Role: statement.Roles[b.r.IntN(len(statement.Roles))]})
	}
	return m
}

func (b *bruter) leaf() query.Node {
	language := b.one(sixLanguages...)
	short := map[bool]int{true: 2, false: 9}[language == "zh"]
	field := []query.Field{query.Any, query.Any, query.Any, query.Any, query.Title, query.URL}[b.r.IntN(6)]
	actor := []query.Field{query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions}[b.r.IntN(5)]
	switch b.r.IntN(12) {
	case 0, 1, 2, 3:
		words := strings.Fields(b.piece(language, short))
		return query.Word{Field: field, Text: words[b.r.IntN(len(words))]}
	case 4, 5:
		return query.Phrase{Field: field, Text: b.piece(language, short)}
	case 6:
		return query.Near{Field: field, Text: b.piece(language, short*3), Distance: b.r.IntN(9)}
	case 7:
		word := []rune(strings.Fields(b.piece(language, 2))[0])
		return query.Prefix{Field: field, Text: string(word[:min(len(word), 2+b.r.IntN(3))]) + map[bool]string{true: "权"}[len(word) < 2]}
	case 8:
		return query.Term{Field: actor, Value: b.one("arlund", "besmar", "corvo", "desta")}
	case 9:
		return query.Members{Field: actor, Group: b.one("islands", "all", "nobody")}
	case 10:
		p, _ := query.On(fmt.Sprintf("2024-%02d", 1+b.r.IntN(12)))
		return p
	}
	return []query.Node{query.Term{Field: query.Lang, Value: language}, query.Term{Field: query.Topic, Value: "safeguards"}, query.Term{Field: query.Cue, Value: "opposes"},
		query.Term{Field: query.Source, Value: "north"}, query.Term{Field: query.Kind, Value: "letter"}, query.All{}}[b.r.IntN(6)]
}

func (b *bruter) query(depth int) (query.Node, truth) {
	if depth == 0 || b.r.IntN(4) == 0 {
		at := b.r.IntN(len(b.leaves))
		return b.leaves[at], func(leaves []bool) bool { return leaves[at] }
	}
	var nodes []query.Node
	var truths []truth
	for range 1 + b.r.IntN(3) {
		n, holds := b.query(depth - 1)
		nodes, truths = append(nodes, n), append(truths, holds)
	}
	switch b.r.IntN(5) {
	case 0, 1:
		return query.Conjoin(nodes...), func(leaves []bool) bool {
			return !slices.ContainsFunc(truths, func(t truth) bool { return !t(leaves) })
		}
	case 2, 3:
		return query.Disjoin(nodes...), func(leaves []bool) bool {
			return slices.ContainsFunc(truths, func(t truth) bool { return t(leaves) })
		}
	}
	return query.Not{Kid: nodes[0]}, func(leaves []bool) bool { return !truths[0](leaves) }
}

// TestBruteForce holds 20,000 random queries against 2,000 statements in six languages. What a leaf means is read plainly, what a query
// means follows from its leaves. One set was built at once; the other grew and shrank by edits, and was built anew between.
func TestBruteForce(t *testing.T) {
	const manyQueries, manyStatements, manyLeaves = 20_000, 2000 / slower, 900
	r := rand.New(rand.NewPCG(7, 7))
	b := &bruter{r: r, texts: speech(t, r)}
	for range manyLeaves {
		b.leaves = append(b.leaves, b.leaf())
	}
	builder, live := NewBuilder(Options{Members: groups}), NewLive(Options{Members: groups})
	var truths []truth
	var ids []string
	for len(truths) < manyQueries {
		n, holds := b.query(3)
		id := fmt.Sprint(len(truths))
		if builder.Add(id, n) != nil {
			continue // over the cost bound
		}
		truths, ids = append(truths, holds), append(ids, id)
		if r.IntN(8) == 0 { // it gets this query by an edit, or another one first, or goes and comes again
			if err := live.Put(id, b.leaves[r.IntN(manyLeaves)]); err != nil {
				t.Fatal(err)
			}
			if r.IntN(2) == 0 {
				live.Remove(id)
			}
		}
		if err := live.Put(id, n); err != nil {
			t.Fatal(err)
		}
	}
	m, follower := builder.Build().Matcher(), live.Matcher()
	pairs, numbers := 0, make(map[string]int, manyQueries)
	for i, id := range ids {
		numbers[id] = i
	}
	leaves, want := make([]bool, manyLeaves), make([]bool, manyQueries)
	for i := range manyStatements {
		s := newStatement(b.statement())
		for at, leaf := range b.leaves {
			leaves[at] = Matches(leaf, s, groups)
		}
		for q, holds := range truths {
			want[q] = holds(leaves)
		}
		if i%2 == 0 {
			s.Words = nil
		}
		for name, m := range map[string]*Matcher{"set": m, "live set": follower} {
			got := make([]int, manyQueries)
			m.Match(s, func(id string) { got[numbers[id]]++; pairs++ })
			for q, times := range got {
				if times > 1 || (times == 1) != want[q] {
					t.Fatalf("query %d is found %d times by the %s, and matches: %v; title %q text %q", q, times, name, want[q], s.Meta.Title, s.Meta.Text)
				}
			}
		}
	}
	t.Logf("%d pairs compared, %d of which match", 2*manyQueries*manyStatements, pairs)
}
