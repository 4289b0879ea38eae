package percolate

import (
	"sync"

	"rostrum/search/query"
)

// Set is many queries, ready to be matched. It does not change and serves many goroutines.
//
// A query is registered under the rarest leaf (or leaves, one for each alternative) that it cannot match without. What a statement has
// makes leaves present; only queries registered under those, whose second needed leaf is present as well, are looked at, and only those
// not proved by that are run. Queries that mean the same word for word are one.
type Set struct {
	code
	names    []string  // ids, those of each query together
	named    []uint32  // by query, into names; and its end
	rarity   []float32 // by leaf: the share of statements expected to have it
	dear     []uint32  // where the programs of the queries begin that can match without any leaf
	offsets  []uint32  // by leaf, into postings; and their end
	postings []posting
	lexicon  lexicon
	stems    map[string]func() *stems // by language with a stemmer, and "" for all others
	matchers sync.Pool
}

// code is compiled queries: their programs in one arena.
type code struct {
	program []uint32
	periods []query.Period
}

// Len is the number of ids.
func (s *Set) Len() int { return len(s.names) }

// Queries is the number of queries that differ.
func (s *Set) Queries() int { return len(s.named) - 1 }

// Dear is the number of queries that are run on every statement, since nothing must be present for them to match.
func (s *Set) Dear() int { return len(s.dear) }

// Match calls visit once for each id of each query that matches, in no promised order.
func (s *Set) Match(st *Statement, visit func(id string)) {
	m := s.matchers.Get().(*Matcher)
	defer s.matchers.Put(m)
	m.Match(st, visit)
}

func (s *Set) leaves() int { return len(s.rarity) }

// IsDear says whether a resolved query can match a statement that has none of its words and values, so that it must be run on every one.
func IsDear(n query.Node, members Members) bool {
	b := NewBuilder(Options{Members: members})
	pc := b.compile(query.Simplify(n))
	b.weigh()
	_, ok := b.required(pc)
	return !ok
}
