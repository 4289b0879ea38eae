package app

import (
	"slices"
	"strings"

	"rostrum/indexer/annotate"
	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// maxTopicPlaces bounds the places that are evidence of one leaf of a topic's query in one statement.
const maxTopicPlaces = 3

// topicMatcher evaluates topics as what they are: standing queries over title and text.
type topicMatcher struct {
	set    *percolate.Set
	nodes  map[string]query.Node
	places *topicPlaces
}

func newTopicMatcher(reg *registry.Registry) (*topicMatcher, error) {
	b := percolate.NewBuilder(percolate.Options{})
	m := &topicMatcher{nodes: map[string]query.Node{}}
	for _, t := range reg.Topics() {
		n, err := topicQuery(t.Query)
		if err != nil {
			return nil, err
		}
		if err := b.Add(t.ID, n); err != nil {
			return nil, err
		}
		m.nodes[t.ID] = n
	}
	m.set, m.places = b.Build(), newTopicPlaces(m.nodes)
	return m, nil
}

// Match gives the topics that a statement is about, by id, with the places that say so.
func (m *topicMatcher) Match(words *analysis.Document, title, text string) []annotate.TopicHit {
	st := &percolate.Statement{Words: words, Meta: &statement.Statement{Title: title, Text: text, Language: words.Language}}
	var hits []annotate.TopicHit
	m.set.Match(st, func(id string) { hits = append(hits, annotate.TopicHit{ID: id}) })
	if len(hits) == 0 {
		return nil
	}
	r := m.places.reading(words)
	defer r.done()
	for i := range hits {
		hits[i].Spans = r.spans(hits[i].ID)
	}
	slices.SortFunc(hits, func(a, b annotate.TopicHit) int { return strings.Compare(a.ID, b.ID) })
	return hits
}

// topicQuery parses a topic's query and holds it to what a topic may use: words, phrases, prefixes, title: and lang:.
func topicQuery(text string) (query.Node, error) {
	n, err := query.Parse(text)
	if err != nil {
		return nil, err
	}
	for _, leaf := range query.Leaves(n) {
		if !topical(leaf) {
			return nil, fault.New(fault.Query, "a topic cannot use "+leaf.String(), "use words, phrases, prefixes, title: and lang: only")
		}
	}
	if n, err = query.Resolve(n, noNames{}); err != nil {
		return nil, err
	}
	n = query.Simplify(n)
	return n, query.Check(n)
}

// noNames is the vocabulary of a topic: languages are known without one, and nothing else may be named.
type noNames struct{}

func (noNames) IDs(query.Field, string) ([]string, error) { return nil, nil }
func (noNames) Nearest(query.Field, string) []string      { return nil }
func (noNames) Phases(string) []query.Period              { return nil }

func topical(leaf query.Node) bool {
	switch leaf := leaf.(type) {
	case query.Word:
		return leaf.Field != query.URL
	case query.Phrase:
		return leaf.Field != query.URL
	case query.Near:
		return leaf.Field != query.URL
	case query.Prefix:
		return leaf.Field != query.URL
	case query.Term:
		return leaf.Field == query.Lang
	}
	return false
}
