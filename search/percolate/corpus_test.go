package percolate

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// corpus is documents of about 2.8 KB, cut from real speeches where they are to be had, else from drawn words, with drawn values.
func corpus(t testing.TB, most int) []statement.Statement {
	t.Helper()
	data := os.Getenv("ROSTRUM_SHARED_DATA")
	if data == "" {
		data = "../../../shared/data"
	}
	file, err := os.Open(filepath.Join(data, "ungdc", "statements.jsonl.gz"))
	if err != nil {
		t.Logf("NO REAL TEXT: %v; drawing words instead", err)
		return drawn(most)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(zipped)
	lines.Buffer(nil, 1<<20)
	r := rand.New(rand.NewPCG(1, 1))
	var docs []statement.Statement
	for lines.Scan() && len(docs) < most {
		var speech struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &speech); err != nil {
			t.Fatal(err)
		}
		for text := speech.Text; len(text) > 2800 && len(docs) < most; text = text[2800:] {
			docs = append(docs, dressed(r, strings.ToValidUTF8(text[:2800], "")))
		}
	}
	return docs
}

// dressed gives a text the values that a statement has.
func dressed(r *rand.Rand, text string) statement.Statement {
	published := day("2010-01-01").AddDate(0, 0, r.IntN(5500))
	s := statement.Statement{Title: strings.Join(strings.Fields(text)[:6], " "), Text: text, Language: "en", Published: &published,
		Source: fmt.Sprint("source", r.IntN(100)), Kind: "speech", URL: "https://example.org/x"}
	for i := range 6 {
		role := statement.Mentioned
		if i < 2 {
			role = statement.Issuer
		}
		s.Actors = append(s.Actors, statement.Actor{ID: fmt.Sprint("actor", r.IntN(300)), Role: role})
	}
	for range 3 {
		s.Topics = append(s.Topics, fmt.Sprint("topic", r.IntN(60)))
	}
	return s
}

func drawn(most int) []statement.Statement {
	r := rand.New(rand.NewPCG(2, 2))
	zipf := rand.NewZipf(r, 1.1, 8, 30_000)
	docs := make([]statement.Statement, most)
	for i := range docs {
		var b strings.Builder
		for b.Len() < 2800 {
			n := zipf.Uint64()
			fmt.Fprintf(&b, "%c%c%s ", 'a'+n%26, 'a'+n/26%26, strings.Repeat("en", int(n/676%5)+1))
		}
		docs[i] = dressed(r, b.String())
	}
	return docs
}

// drawer draws queries as people save them, from the words of documents: 60 % boolean, 10 % with a NOT, 20 % phrases, 5 % prefixes, 5 %
// values alone.
type drawer struct {
	r       *rand.Rand
	docs    []statement.Statement
	words   [][]string     // of each document
	holding map[string]int // documents that hold a word with a stem
	stems   map[string]string
	rarer   float64 // how many times rarer than usual the words are that are drawn
	narrow  bool    // with most words and prefixes another word is asked for
}

func newDrawer(docs []statement.Statement) *drawer {
	d := &drawer{r: rand.New(rand.NewPCG(3, 3)), docs: docs, holding: map[string]int{}, stems: map[string]string{}, rarer: 1}
	for i := range docs {
		seen := map[string]bool{}
		d.words = append(d.words, plainWords(docs[i].Text))
		for _, w := range d.words[i] {
			stem, known := d.stems[w]
			if !known {
				stem = analysis.Stem(w, "en")
				d.stems[w] = stem
			}
			if !seen[stem] {
				seen[stem] = true
				d.holding[stem]++
			}
		}
	}
	return d
}

func (d *drawer) held(word string) int { return d.holding[d.stems[word]] }

func plainWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}

func (d *drawer) doc() int { return d.r.IntN(len(d.docs)) }

// word draws a word, the likelier the rarer, that stands in one of fifty documents or fewer; at last the rarest that was met.
func (d *drawer) word(doc int) string {
	words := d.words[doc]
	rarest, least := "sovereignty", len(d.docs)
	for range 60 {
		w := words[d.r.IntN(len(words))]
		n := d.held(w)
		if len(w) < 4 {
			continue
		}
		if n > 3 && n < least {
			rarest, least = w, n
		}
		share := float64(n) / float64(len(d.docs))
		if share < 0.02/d.rarer && d.r.Float64() < 0.02+0.25/(1+share*200) {
			return w
		}
	}
	return rarest
}

// phrase draws two to four words next to each other, one of which is not common.
func (d *drawer) phrase(doc int) query.Node {
	words := d.words[doc]
	for tries := 1.0; ; tries++ {
		n := 2 + d.r.IntN(3)
		at := d.r.IntN(len(words) - n)
		for _, w := range words[at : at+n] {
			if float64(d.held(w)) < float64(len(d.docs))/20/max(1, d.rarer-tries/20)+2 {
				return query.Phrase{Text: strings.Join(words[at:at+n], " ")}
			}
		}
	}
}

func (d *drawer) leaf(doc int) query.Node {
	if d.r.IntN(4) == 0 {
		return d.phrase(doc)
	}
	return d.narrowed(query.Word{Text: d.word(doc)}, doc)
}

// narrowed asks, nearly always, for a second word where queries are to be narrow.
func (d *drawer) narrowed(n query.Node, doc int) query.Node {
	if !d.narrow || d.r.IntN(20) == 0 {
		return n
	}
	return query.Conjoin(n, query.Word{Text: d.word(doc)})
}

func (d *drawer) value(doc int) query.Node {
	s := &d.docs[doc]
	switch d.r.IntN(3) {
	case 0:
		return query.Term{Field: query.Speaker, Value: s.Actors[d.r.IntN(2)].ID}
	case 1:
		return query.Term{Field: query.Mentions, Value: s.Actors[2+d.r.IntN(4)].ID}
	}
	return query.Term{Field: query.Topic, Value: s.Topics[d.r.IntN(3)]}
}

func (d *drawer) boolean() []query.Node {
	s := d.doc()
	var kids []query.Node
	switch d.r.IntN(3) {
	case 0:
		for range 2 + d.r.IntN(4) {
			kids = append(kids, d.leaf(s))
		}
	case 1:
		kids = []query.Node{d.anyOf(2+d.r.IntN(4), d.doc())}
	default:
		kids = []query.Node{d.anyOf(2, s), d.anyOf(2, s)}
	}
	if d.r.IntN(10) < 4 {
		kids = append(kids, d.value(s))
	}
	if d.r.IntN(10) == 0 {
		period, _ := query.On(fmt.Sprint(2010 + d.r.IntN(15)))
		kids = append(kids, period)
	}
	return kids
}

func (d *drawer) anyOf(n, first int) query.Node {
	kids := []query.Node{d.leaf(first)}
	for range n - 1 {
		kids = append(kids, d.leaf(d.doc()))
	}
	return query.Disjoin(kids...)
}

func (d *drawer) query() query.Node {
	switch x := d.r.IntN(100); {
	case x < 60:
		return query.Conjoin(d.boolean()...)
	case x < 70:
		return query.Conjoin(append(d.boolean(), query.Not{Kid: d.leaf(d.doc())})...)
	case x < 90:
		return d.phrase(d.doc())
	case x < 95:
		doc := d.doc()
		w := []rune(d.word(doc))
		return d.narrowed(query.Prefix{Text: string(w[:min(len(w), 5+d.r.IntN(3))])}, doc)
	}
	s := d.doc()
	return query.Conjoin(d.value(s), d.value(s))
}
