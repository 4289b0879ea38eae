package percolate

import (
	"sync"

	"rostrum/search/analysis"
	"rostrum/search/query"
)

// Set is many queries, ready to be matched. It does not change and serves many goroutines.
//
// A query is registered under the rarest leaf (or leaves, one for each alternative) that it cannot match without. What a statement has
// makes leaves present; only queries registered under those, whose second needed leaf is present as well, are looked at, and only those
// not proved by that are run.
type Set struct {
	ids      []string
	program  []uint32
	periods  []query.Period
	always   []candidate // queries that can match without any leaf
	leaves   int
	offsets  []uint32 // by leaf, into postings
	postings []posting
	lexicon  lexicon
	stems    map[string]func() stems // by language with a stemmer, and "" for all others
	matchers sync.Pool
}

type candidate struct{ query, pc uint32 }

// Len is the number of queries.
func (s *Set) Len() int { return len(s.ids) }

// Match calls visit once with the id of each query that matches, in no promised order.
func (s *Set) Match(st *Statement, visit func(id string)) {
	m := s.matchers.Get().(*Matcher)
	defer s.matchers.Put(m)
	m.Match(st, visit)
}

// stemmed lists the keys of Set.stems.
func stemmed() []string { return append(analysis.Languages(), "") }
