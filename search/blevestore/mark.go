package blevestore

import (
	"cmp"
	"slices"
	"strings"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// marker finds where the leaves of a query match in the text of a hit. What is excluded, and what is about title or URL alone,
// marks nothing.
type marker struct {
	analyzer *analysis.Analyzer
	leaves   []marking
}

// marking is a leaf as the marker looks for it.
type marking struct {
	terms    []string
	stemmed  bool // one term, in all its forms
	prefix   bool // one term, by its beginning
	near     bool
	distance int
}

// span is a place that a leaf matches: bytes of the text.
type span struct {
	start, end int
	leaf       int
}

func newMarker(n query.Node) *marker {
	m := &marker{analyzer: analysis.NewAnalyzer()}
	m.gather(n)
	return m
}

func (m *marker) gather(n query.Node) {
	switch n := n.(type) {
	case query.And:
		for _, k := range n.Kids {
			m.gather(k)
		}
	case query.Or:
		for _, k := range n.Kids {
			m.gather(k)
		}
	case query.Word:
		terms := analysis.Terms(n.Text)
		m.add(n.Field, marking{terms: terms, stemmed: len(terms) == 1})
	case query.Phrase:
		m.add(n.Field, marking{terms: analysis.Terms(n.Text)})
	case query.Near:
		m.add(n.Field, marking{terms: distinct(analysis.Terms(n.Text)), near: true, distance: n.Distance})
	case query.Prefix:
		m.add(n.Field, marking{terms: []string{analysis.PrefixTerm(n.Text)}, prefix: true})
	}
}

func (m *marker) add(f query.Field, leaf marking) {
	if f == query.Any && len(leaf.terms) > 0 {
		m.leaves = append(m.leaves, leaf)
	}
}

func distinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// snippets gives the best places of a hit's text.
func (m *marker) snippets(s *statement.Statement) []search.Snippet {
	text := s.Text
	if len(text) > maxSnippetText {
		text = strings.ToValidUTF8(text[:maxSnippetText], "")
	}
	var spans []span
	if len(m.leaves) > 0 {
		tokens := m.analyzer.Append(nil, text, s.Language)
		for i, leaf := range m.leaves {
			spans = append(spans, leaf.find(tokens, s.Language, i)...)
		}
		slices.SortFunc(spans, func(a, b span) int { return cmp.Or(a.start-b.start, b.end-a.end, a.leaf-b.leaf) })
	}
	return cutSnippets(text, spans)
}

func (l marking) find(tokens []analysis.Token, language string, leaf int) []span {
	switch {
	case l.near && len(l.terms) > 1:
		return l.findNear(tokens, leaf)
	case l.prefix:
		return findTokens(tokens, leaf, func(t *analysis.Token) bool { return strings.HasPrefix(t.Term, l.terms[0]) })
	case l.stemmed:
		stem := analysis.Stem(l.terms[0], stemLanguage(language))
		return findTokens(tokens, leaf, func(t *analysis.Token) bool { return t.Stem == stem })
	}
	return l.findPhrase(tokens, leaf)
}

func findTokens(tokens []analysis.Token, leaf int, wanted func(*analysis.Token) bool) []span {
	var spans []span
	for i := range tokens {
		if t := &tokens[i]; wanted(t) {
			spans = append(spans, span{t.Start, t.End, leaf})
		}
	}
	return spans
}

// findPhrase marks each run of the terms from the first to the last as one.
func (l marking) findPhrase(tokens []analysis.Token, leaf int) []span {
	var spans []span
	for i := range tokens {
		if tokens[i].Term != l.terms[0] {
			continue
		}
		if end, ok := l.runs(tokens[i:]); ok {
			spans = append(spans, span{tokens[i].Start, end, leaf})
		}
	}
	return spans
}

// runs says whether the terms follow each other from the first token on, and where the last ends. A position has two tokens at
// most: a symbol and its first part.
func (l marking) runs(tokens []analysis.Token) (end int, ok bool) {
	first, k := tokens[0].Position, 0
	for _, t := range tokens {
		want := first + uint32(k)
		if t.Position > want {
			return 0, false
		}
		if t.Position == want && t.Term == l.terms[k] {
			if k++; k == len(l.terms) {
				return t.End, true
			}
		}
	}
	return 0, false
}

// findNear marks every token of the terms that stands in a stretch with all of them.
func (l marking) findNear(tokens []analysis.Token, leaf int) []span {
	var at []int // indexes of tokens of the terms
	for i := range tokens {
		if slices.Contains(l.terms, tokens[i].Term) {
			at = append(at, i)
		}
	}
	within := uint32(l.distance + len(l.terms) - 1)
	marked := make([]bool, len(at))
	for i := range at {
		seen := map[string]bool{}
		for j := i; j < len(at) && tokens[at[j]].Position-tokens[at[i]].Position <= within; j++ {
			seen[tokens[at[j]].Term] = true
			if len(seen) == len(l.terms) {
				for k := i; k <= j; k++ {
					marked[k] = true
				}
				break
			}
		}
	}
	var spans []span
	for i, on := range marked {
		if t := tokens[at[i]]; on {
			spans = append(spans, span{t.Start, t.End, leaf})
		}
	}
	return spans
}
