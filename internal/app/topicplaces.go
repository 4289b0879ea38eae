package app

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"rostrum/indexer/annotate"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// maxReading bounds the words of a text whose room is used again.
const maxReading = 1 << 16

// topicPlaces tells where a statement meets a topic that matches it. It gives what percolate.Explain does, with the queries' words read
// beforehand and the statement's once for all topics.
type topicPlaces struct {
	roots    map[string]topicNode
	numbers  map[query.Node]int // of leaves of text, into leaves
	leaves   []topicLeaf
	terms    topicWords     // of phrases
	stems    []topicWords   // by language
	last     uint32         // number given
	sieve    analysis.Sieve // of the words that have a number: most of a text have none
	readings sync.Pool      // *topicReading
}

// topicWords are words with their numbers, from 1; those of all topicWords differ.
type topicWords struct {
	words   analysis.Words
	numbers []uint32 // by what words calls them, less one
}

// number gives the number of a word, a new one if it has none.
func (w *topicWords) number(word string, last *uint32) uint32 {
	n := int(w.words.Add(word))
	if n > len(w.numbers) {
		*last++
		w.numbers = append(w.numbers, *last)
	}
	return w.numbers[n-1]
}

// find gives the number of a word by its sum; 0 for none.
func (w *topicWords) find(word string, sum uint32) uint32 {
	if n := w.words.Find(word, sum); n != 0 {
		return w.numbers[n-1]
	}
	return 0
}

// topicLanguage gives where stems stand that are those of a language.
func topicLanguage(language string) int {
	if !analysis.Stems(language) {
		return 0
	}
	return 1 + slices.Index(analysis.Languages(), language)
}

// topicNode is a query, read.
type topicNode struct {
	op    topicOp
	kids  []topicNode
	leaf  int    // of text
	value string // a language
}

type topicOp uint8

const (
	everyText topicOp = iota
	everyKid
	someKid
	notKid
	inLanguage
	hasWords
)

// topicLeaf is a leaf of text, read.
type topicLeaf struct {
	titleOnly bool
	stem      []uint32 // by language, of a word
	terms     []uint32 // of a phrase or near; none matches nothing
	prefix    string   // folded
	near      bool
	distance  int
}

func newTopicPlaces(queries map[string]query.Node) *topicPlaces {
	p := &topicPlaces{roots: make(map[string]topicNode), numbers: make(map[query.Node]int), stems: make([]topicWords, 1+len(analysis.Languages()))}
	for id, q := range queries {
		p.roots[id] = p.node(q)
	}
	p.readings.New = func() any { return &topicReading{places: p, leaves: make([]leafPlaces, len(p.leaves))} }
	return p
}

func (p *topicPlaces) node(n query.Node) topicNode {
	switch n := n.(type) {
	case query.All:
		return topicNode{op: everyText}
	case query.Not:
		return topicNode{op: notKid, kids: p.nodes([]query.Node{n.Kid})}
	case query.And:
		return topicNode{op: everyKid, kids: p.nodes(n.Kids)}
	case query.Or:
		return topicNode{op: someKid, kids: p.nodes(n.Kids)}
	case query.Term:
		return topicNode{op: inLanguage, value: n.Value}
	}
	number, known := p.numbers[n]
	if !known {
		number = len(p.leaves)
		p.numbers[n], p.leaves = number, append(p.leaves, p.read(n))
	}
	return topicNode{op: hasWords, leaf: number}
}

func (p *topicPlaces) nodes(queries []query.Node) []topicNode {
	nodes := make([]topicNode, len(queries))
	for i, q := range queries {
		nodes[i] = p.node(q)
	}
	return nodes
}

func (p *topicPlaces) read(leaf query.Node) topicLeaf {
	switch leaf := leaf.(type) {
	case query.Word:
		l := topicLeaf{titleOnly: leaf.Field == query.Title}
		terms := analysis.Terms(leaf.Text)
		if len(terms) != 1 {
			l.terms = p.numbersOf(terms)
			return l
		}
		for i, language := range append([]string{""}, analysis.Languages()...) {
			stem := analysis.Stem(terms[0], language)
			p.sieve.Add(stem)
			l.stem = append(l.stem, p.stems[i].number(stem, &p.last))
		}
		return l
	case query.Phrase:
		return topicLeaf{titleOnly: leaf.Field == query.Title, terms: p.numbersOf(analysis.Terms(leaf.Text))}
	case query.Near:
		terms := p.numbersOf(analysis.Terms(leaf.Text))
		slices.Sort(terms)
		return topicLeaf{titleOnly: leaf.Field == query.Title, terms: slices.Compact(terms), near: true, distance: leaf.Distance}
	case query.Prefix:
		return topicLeaf{titleOnly: leaf.Field == query.Title, prefix: analysis.PrefixTerm(leaf.Text)}
	}
	return topicLeaf{}
}

func (p *topicPlaces) numbersOf(terms []string) []uint32 {
	numbers := make([]uint32, len(terms))
	for i, t := range terms {
		p.sieve.Add(t)
		numbers[i] = p.terms.number(t, &p.last)
	}
	return numbers
}

// topicReading is one statement as topics read it.
type topicReading struct {
	places      *topicPlaces
	words       *analysis.Document
	language    int
	title, text topicText
	leaves      []leafPlaces
	looked      []int // leaves that were looked for
	marks       []topicMark
}

// topicText is a title or text: the numbers of its words, and where the words that topics have stand.
type topicText struct {
	tokens []analysis.Token
	terms  []uint32   // by token
	at     [][]uint32 // tokens by number
	met    []uint32   // numbers that have some
	begins []uint32   // where a near may begin
}

// leafPlaces are the places of a leaf, once it was looked for.
type leafPlaces struct {
	looked bool
	marks  []topicMark
}

// topicMark is a place: bytes of the title or text.
type topicMark struct {
	leaf       int
	inText     bool
	start, end int
}

// reading begins with a statement. Its room is used again after done.
func (p *topicPlaces) reading(words *analysis.Document) *topicReading {
	r := p.readings.Get().(*topicReading)
	r.words = words
	r.language = topicLanguage(words.Language)
	stems := &p.stems[r.language]
	r.title.read(words.Title, p, stems)
	r.text.read(words.Text, p, stems)
	return r
}

func (t *topicText) read(tokens []analysis.Token, p *topicPlaces, stems *topicWords) {
	t.tokens, t.terms = tokens, t.terms[:0]
	if len(t.at) == 0 {
		t.at = make([][]uint32, p.last+1)
	}
	for i := range tokens {
		token, term := &tokens[i], uint32(0)
		if p.sieve.May(token.Sum) {
			if term = p.terms.find(token.Term, token.Sum); term != 0 {
				t.put(term, i)
			}
		}
		t.terms = append(t.terms, term)
		if p.sieve.May(token.StemSum) {
			if stem := stems.find(token.Stem, token.StemSum); stem != 0 {
				t.put(stem, i)
			}
		}
	}
}

func (t *topicText) put(number uint32, token int) {
	if len(t.at[number]) == 0 {
		t.met = append(t.met, number)
	}
	t.at[number] = append(t.at[number], uint32(token))
}

// done gives the room of a reading back, unless a text has made it large.
func (r *topicReading) done() {
	if len(r.text.tokens) > maxReading || len(r.title.tokens) > maxReading {
		return
	}
	r.words, r.title.tokens, r.text.tokens = nil, nil, nil
	for _, t := range []*topicText{&r.title, &r.text} {
		for _, n := range t.met {
			t.at[n] = t.at[n][:0]
		}
		t.met = t.met[:0]
	}
	for _, i := range r.looked {
		r.leaves[i] = leafPlaces{marks: r.leaves[i].marks[:0]}
	}
	r.looked = r.looked[:0]
	r.places.readings.Put(r)
}

// spans gives the places that make a topic match: title before text, in the order of the text. The topic matches.
func (r *topicReading) spans(topic string) []annotate.Span {
	r.marks = r.marks[:0]
	root := r.places.roots[topic]
	r.explain(&root)
	slices.SortStableFunc(r.marks, func(a, b topicMark) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	spans := make([]annotate.Span, len(r.marks))
	for i, m := range r.marks {
		spans[i] = annotate.Span{In: percolate.InTitle, Start: m.start, End: m.end}
		if m.inText {
			spans[i].In = percolate.InText
		}
	}
	return spans
}

func rankOf(m topicMark) int {
	if m.inText {
		return 1
	}
	return 0
}

func (r *topicReading) matches(n *topicNode) bool {
	switch n.op {
	case everyText:
		return true
	case inLanguage:
		return n.value == r.words.Language
	case hasWords:
		return len(r.leaf(n.leaf).marks) > 0
	case notKid:
		return !r.matches(&n.kids[0])
	}
	for i := range n.kids {
		if r.matches(&n.kids[i]) == (n.op == someKid) {
			return n.op == someKid
		}
	}
	return n.op == everyKid
}

// explain marks what makes a query match, and nothing of what it negates.
func (r *topicReading) explain(n *topicNode) {
	switch n.op {
	case everyKid, someKid:
		for i := range n.kids {
			if n.op == everyKid || r.matches(&n.kids[i]) {
				r.explain(&n.kids[i])
			}
		}
	case hasWords:
		near := r.places.leaves[n.leaf].near
		for _, m := range r.leaf(n.leaf).marks {
			if !near || !slices.Contains(r.marks, m) {
				r.marks = append(r.marks, m)
			}
		}
	}
}

// leaf gives the first places of a leaf of text.
func (r *topicReading) leaf(number int) *leafPlaces {
	found, l := &r.leaves[number], &r.places.leaves[number]
	if found.looked {
		return found
	}
	found.looked, r.looked = true, append(r.looked, number)
	left := maxTopicPlaces
	for _, t := range []*topicText{&r.title, &r.text} {
		inText := t == &r.text
		if inText && l.titleOnly {
			break
		}
		t.find(l, r.language, left, func(tokens ...uint32) {
			left--
			first, last := &t.tokens[tokens[0]], &t.tokens[tokens[len(tokens)-1]]
			if !l.near {
				found.marks = append(found.marks, topicMark{number, inText, first.Start, last.End})
				return
			}
			for _, i := range tokens {
				found.marks = append(found.marks, topicMark{number, inText, t.tokens[i].Start, t.tokens[i].End})
			}
		})
	}
	return found
}

// find visits the first matches of a leaf, each as its tokens in order.
func (t *topicText) find(l *topicLeaf, language int, limit int, visit func(tokens ...uint32)) {
	switch {
	case l.stem != nil:
		at := t.at[l.stem[language]]
		for _, i := range at[:min(limit, len(at))] {
			visit(i)
		}
	case l.prefix != "":
		for i := 0; i < len(t.tokens) && limit > 0; i++ {
			if strings.HasPrefix(t.tokens[i].Term, l.prefix) {
				limit--
				visit(uint32(i))
			}
		}
	case len(l.terms) == 0:
	case l.near:
		t.findNear(l, limit, visit)
	default:
		for _, i := range t.at[l.terms[0]] {
			if limit == 0 {
				return
			}
			if last, found := t.follow(l.terms, int(i)); found {
				limit--
				visit(i, last)
			}
		}
	}
}

// follow gives the last of the tokens that are the terms of a phrase, from the one at first on, symbols between them passed over.
func (t *topicText) follow(terms []uint32, first int) (last uint32, found bool) {
	if len(terms) == 1 {
		return uint32(first), true
	}
	n := 0
	for i := first; i < len(t.tokens) && n < len(terms); i++ {
		switch {
		case t.tokens[i].Symbol():
			if i == first {
				return 0, false
			}
		case t.terms[i] != terms[n]:
			return 0, false
		default:
			n++
			last = uint32(i)
		}
	}
	return last, n == len(terms)
}

// findNear visits the matches that begin at each token: the nearest token of every other term after it.
func (t *topicText) findNear(l *topicLeaf, limit int, visit func(tokens ...uint32)) {
	t.begins = t.begins[:0]
	for _, term := range l.terms {
		if len(t.at[term]) == 0 {
			return
		}
		t.begins = append(t.begins, t.at[term]...)
	}
	slices.Sort(t.begins)
	var match, seen []uint32
	for _, i := range t.begins {
		if limit <= 0 {
			return
		}
		match, seen = append(match[:0], i), append(seen[:0], t.terms[i])
		for j := int(i) + 1; j < len(t.tokens) && len(seen) < len(l.terms); j++ {
			if int(t.tokens[j].Position-t.tokens[i].Position) > l.distance+len(l.terms)-1 {
				break
			}
			if term := t.terms[j]; term != 0 && slices.Contains(l.terms, term) && !slices.Contains(seen, term) {
				seen, match = append(seen, term), append(match, uint32(j))
			}
		}
		if len(seen) == len(l.terms) {
			limit--
			visit(match...)
		}
	}
}
