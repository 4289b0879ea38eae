package debates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/blevestore"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

const oracleStatements, oracleQueries = 200, 150

// TestPercolatorAgreesWithStore matches 30,000 pairs of a random query and a statement of real text both ways: the saved queries fire for
// exactly what a search would find.
func TestPercolatorAgreesWithStore(t *testing.T) {
	dir, ok := golden.SharedData(t, "ungdc")
	if !ok {
		return
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 1))
	statements := drawStatements(draw, readSpeeches(t, dir))
	queries := map[string]query.Node{}
	for len(queries) < oracleQueries {
		n := query.Simplify(drawNode(draw, statements, 3))
		queries[n.String()] = n
	}
	store, err := blevestore.Open(blevestore.Options{Dir: t.TempDir(), Members: bloc})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	analyzer, builder := analysis.NewAnalyzer(), percolate.NewBuilder(percolate.Options{Members: bloc})
	for name, n := range queries {
		if err := builder.Add(name, n); err != nil {
			t.Fatal(err)
		}
	}
	set, fired, w := builder.Build(), map[string][]string{}, indexer.Write{}
	for i := range statements {
		st := &statements[i]
		words := analyzer.Document(st.Title, st.Text, st.Language)
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: words})
		set.Match(&percolate.Statement{Words: words, Meta: st}, func(name string) { fired[name] = append(fired[name], st.ID) })
	}
	if err := store.Write(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for name, n := range queries {
		var found []string
		err := store.Scan(t.Context(), n, true, func(st *statement.Statement) error { found = append(found, st.ID); return nil })
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		slices.Sort(fired[name])
		pairs += len(found)
		if diff := gocmp.Diff(found, fired[name]); diff != "" {
			t.Errorf("%s: store (-), percolator (+):\n%s", name, diff)
		}
	}
	if pairs < oracleStatements {
		t.Errorf("only %d matches: the test proves little", pairs)
	}
	t.Logf("%d pairs, %d of them matches", len(queries)*len(statements), pairs)
}

func bloc(group string) []string {
	if group == "bloc" {
		return []string{"a", "b"}
	}
	return nil
}

// drawStatements makes statements of the first words of speeches, with some of everything that a query may ask for.
func drawStatements(draw *rand.Rand, speeches []speech) []statement.Statement {
	out := make([]statement.Statement, 0, oracleStatements)
	for n := range oracleStatements {
		words := strings.Fields(speeches[draw.IntN(len(speeches))].Text)
		at := draw.IntN(max(1, len(words)-160))
		words = words[at:min(len(words), at+160)]
		id := fmt.Sprintf("s%03d", n)
		published := time.Date(2020+draw.IntN(4), 1, 1, 0, 0, 0, 0, time.UTC)
		st := statement.Statement{ID: id, Group: id, URL: "https://debate.example/" + id, Title: strings.Join(words[:min(8, len(words))], " "), Text: strings.Join(words, " "),
			Language: "en", Kind: "speech", Source: "debate", Published: &published, FirstSeen: published, Revision: 1, Capture: id, CapturedAt: published}
		for _, actor := range []string{"a", "b", "c"} {
			if draw.IntN(3) == 0 {
				st.Actors = append(st.Actors, statement.Actor{ID: actor, Name: actor, Role: statement.Roles[draw.IntN(len(statement.Roles))]})
			}
		}
		if draw.IntN(2) == 0 {
			st.Topics = []string{"topic"}
		}
		out = append(out, st)
	}
	return out
}

// drawNode makes a query of words that stand in the statements.
func drawNode(draw *rand.Rand, statements []statement.Statement, depth int) query.Node {
	if depth > 0 && draw.IntN(3) > 0 {
		kids := make([]query.Node, 2+draw.IntN(2))
		for i := range kids {
			kids[i] = drawNode(draw, statements, depth-1)
		}
		switch draw.IntN(5) {
		case 0, 1:
			return query.Conjoin(kids...)
		case 2, 3:
			return query.Disjoin(kids...)
		}
		return query.Not{Kid: query.Disjoin(kids...)}
	}
	words := strings.FieldsFunc(statements[draw.IntN(len(statements))].Text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
	at := draw.IntN(max(1, len(words)-4))
	some := strings.Join(words[at:min(len(words), at+1+draw.IntN(3))], " ")
	field := []query.Field{query.Any, query.Any, query.Title}[draw.IntN(3)]
	switch draw.IntN(9) {
	case 0, 1, 2:
		return query.Word{Field: field, Text: words[at]}
	case 3:
		return query.Phrase{Field: field, Text: some}
	case 4:
		return query.Near{Field: field, Text: some, Distance: draw.IntN(6)}
	case 5:
		if len(words[at]) > 2 {
			return query.Prefix{Field: field, Text: words[at][:3]}
		}
		return query.Term{Field: query.Topic, Value: "topic"}
	case 6:
		return query.Term{Field: []query.Field{query.Speaker, query.Issuer, query.Signatory, query.Mentions}[draw.IntN(4)], Value: []string{"a", "b", "c"}[draw.IntN(3)]}
	case 7:
		return query.Members{Field: query.Speaker, Group: "bloc"}
	}
	p, _ := query.After(fmt.Sprint(2020 + draw.IntN(5)))
	return p
}
