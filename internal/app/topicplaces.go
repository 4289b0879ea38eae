package app

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

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
	roots    map[string]query.Node
	numbers  map[query.Node]int // of leaves of text, into leaves
	leaves   []topicLeaf
	terms    map[string]uint32            // numbers of the words of phrases, from 1
	stems    map[string]map[string]uint32 // by language: numbers of stems, after those of terms
	last     uint32                       // number given
	readings sync.Pool                    // *topicReading
}

// topicLeaf is a leaf of text, read.
type topicLeaf struct {
	titleOnly bool
	stem      map[string]uint32 // by language, of a word
	terms     []uint32          // of a phrase or near; none matches nothing
	prefix    string            // folded
	near      bool
	distance  int
}

func newTopicPlaces(roots map[string]query.Node) *topicPlaces {
	p := &topicPlaces{roots: roots, numbers: make(map[query.Node]int), terms: make(map[string]uint32), stems: make(map[string]map[string]uint32)}
	for _, root := range roots {
		for _, leaf := range query.Leaves(root) {
			if _, known := p.numbers[leaf]; !known && !isValue(leaf) {
				p.numbers[leaf] = len(p.leaves)
				p.leaves = append(p.leaves, p.read(leaf))
			}
		}
	}
	p.readings.New = func() any { return &topicReading{places: p, leaves: make([]leafPlaces, len(p.leaves))} }
	return p
}

func isValue(leaf query.Node) bool {
	_, is := leaf.(query.Term)
	return is
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
		l.stem = make(map[string]uint32)
		for _, language := range append(analysis.Languages(), "") {
			l.stem[language] = p.stemNumber(language, analysis.Stem(terms[0], language))
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
		if p.terms[t] == 0 {
			p.last++
			p.terms[t] = p.last
		}
		numbers[i] = p.terms[t]
	}
	return numbers
}

func (p *topicPlaces) stemNumber(language, stem string) uint32 {
	if p.stems[language] == nil {
		p.stems[language] = make(map[string]uint32)
	}
	if p.stems[language][stem] == 0 {
		p.last++
		p.stems[language][stem] = p.last
	}
	return p.stems[language][stem]
}

// topicReading is one statement as topics read it.
type topicReading struct {
	places      *topicPlaces
	words       *analysis.Document
	title, text topicText
	leaves      []leafPlaces
	marks       []topicMark
}

// topicText is a title or text: the numbers of its words, and where the words that topics have stand.
type topicText struct {
	tokens []analysis.Token
	terms  []uint32   // by token
	at     [][]uint32 // tokens by number
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
	language := words.Language
	if !analysis.Stems(language) {
		language = ""
	}
	stems := p.stems[language]
	r.title.read(words.Title, p, stems)
	r.text.read(words.Text, p, stems)
	return r
}

func (t *topicText) read(tokens []analysis.Token, p *topicPlaces, stems map[string]uint32) {
	t.tokens, t.terms = tokens, t.terms[:0]
	if len(t.at) == 0 {
		t.at = make([][]uint32, p.last+1)
	}
	for i := range tokens {
		term := p.terms[tokens[i].Term]
		t.terms = append(t.terms, term)
		if term != 0 {
			t.at[term] = append(t.at[term], uint32(i))
		}
		if stem := stems[tokens[i].Stem]; stem != 0 {
			t.at[stem] = append(t.at[stem], uint32(i))
		}
	}
}

// done gives the room of a reading back, unless a text has made it large.
func (r *topicReading) done() {
	if len(r.text.tokens) > maxReading || len(r.title.tokens) > maxReading {
		return
	}
	r.words, r.title.tokens, r.text.tokens = nil, nil, nil
	for _, t := range []*topicText{&r.title, &r.text} {
		for n := range t.at {
			t.at[n] = t.at[n][:0]
		}
	}
	for i := range r.leaves {
		r.leaves[i] = leafPlaces{marks: r.leaves[i].marks[:0]}
	}
	r.places.readings.Put(r)
}

// spans gives the places that make a topic match: title before text, in the order of the text. The topic matches.
func (r *topicReading) spans(topic, title, text string) []annotate.Span {
	r.marks = r.marks[:0]
	r.explain(r.places.roots[topic])
	slices.SortStableFunc(r.marks, func(a, b topicMark) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	spans := make([]annotate.Span, len(r.marks))
	in, bytes, runes := title, 0, 0
	for i, m := range r.marks {
		where := percolate.InTitle
		if m.inText {
			where = percolate.InText
			if i == 0 || !r.marks[i-1].inText {
				in, bytes, runes = text, 0, 0
			}
		}
		runes += utf8.RuneCountInString(in[bytes:m.start])
		bytes = m.start
		spans[i] = annotate.Span{In: where, Start: runes, End: runes + utf8.RuneCountInString(in[m.start:m.end])}
	}
	return spans
}

func rankOf(m topicMark) int {
	if m.inText {
		return 1
	}
	return 0
}

func (r *topicReading) matches(n query.Node) bool {
	switch n := n.(type) {
	case query.All:
		return true
	case query.Not:
		return !r.matches(n.Kid)
	case query.And:
		return !slices.ContainsFunc(n.Kids, func(k query.Node) bool { return !r.matches(k) })
	case query.Or:
		return slices.ContainsFunc(n.Kids, r.matches)
	case query.Term:
		return n.Value == r.words.Language
	}
	return len(r.leaf(n).marks) > 0
}

// explain marks what makes a query match, and nothing of what it negates.
func (r *topicReading) explain(n query.Node) {
	switch n := n.(type) {
	case query.All, query.Not, query.Term:
	case query.And:
		for _, k := range n.Kids {
			r.explain(k)
		}
	case query.Or:
		for _, k := range n.Kids {
			if r.matches(k) {
				r.explain(k)
			}
		}
	default:
		l := r.places.leaves[r.places.numbers[n]]
		for _, m := range r.leaf(n).marks {
			if !l.near || !slices.Contains(r.marks, m) {
				r.marks = append(r.marks, m)
			}
		}
	}
}

// leaf gives the first places of a leaf of text.
func (r *topicReading) leaf(n query.Node) *leafPlaces {
	number := r.places.numbers[n]
	found, l := &r.leaves[number], &r.places.leaves[number]
	if found.looked {
		return found
	}
	found.looked = true
	left := maxTopicPlaces
	for _, t := range []*topicText{&r.title, &r.text} {
		inText := t == &r.text
		if inText && l.titleOnly {
			break
		}
		t.find(l, r.words.Language, left, func(tokens ...uint32) {
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
func (t *topicText) find(l *topicLeaf, language string, limit int, visit func(tokens ...uint32)) {
	switch {
	case l.stem != nil:
		number, known := l.stem[language]
		if !known {
			number = l.stem[""]
		}
		for _, i := range t.at[number][:min(limit, len(t.at[number]))] {
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
	for i := 0; i < len(t.tokens) && limit > 0; i++ {
		if t.terms[i] == 0 || !slices.Contains(l.terms, t.terms[i]) {
			continue
		}
		match, seen := []uint32{uint32(i)}, []uint32{t.terms[i]}
		for j := i + 1; j < len(t.tokens) && len(seen) < len(l.terms); j++ {
			if int(t.tokens[j].Position-t.tokens[i].Position) > l.distance+len(l.terms)-1 {
				break
			}
			if term := t.terms[j]; slices.Contains(l.terms, term) && !slices.Contains(seen, term) {
				seen, match = append(seen, term), append(match, uint32(j))
			}
		}
		if len(seen) == len(l.terms) {
			limit--
			visit(match...)
		}
	}
}
