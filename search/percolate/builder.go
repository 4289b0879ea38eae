package percolate

import (
	"fmt"
	"math"
	"sync"

	"rostrum/search/query"
)

// Options of a Builder. The zero Options work.
type Options struct {
	// Members resolves members(); nil: every group is empty. It is asked while queries are added.
	Members Members
	// Frequency estimates the share of statements, 0 to 1, that hold a folded term; below 0 where it does not know. nil: a guess by the
	// term and by how often the phrases of the queries name it. It decides speed, never what matches.
	Frequency func(term string) float64
}

// Builder collects queries. It serves one goroutine.
type Builder struct {
	options  Options
	set      *Set
	ids      map[leaf]uint32
	starts   []uint32    // by query: where its program begins
	uses     []uint32    // by leaf: how often phrases and nears name it
	spoken   uint32      // the sum of uses
	rarity   []float64   // by leaf: the share of statements expected to have it
	postings [][]posting // by leaf
}

// posting registers a query under a leaf that one way of matching it needs.
type posting struct {
	query  uint32
	second uint32 // another leaf that this way needs; none; or proof: the leaf alone is enough
	pc     uint32
}

const proof = none - 1

// NewBuilder makes a Builder without queries.
func NewBuilder(o Options) *Builder {
	return &Builder{options: o, set: &Set{lexicon: lexicon{shortest: math.MaxInt}}, ids: map[leaf]uint32{}}
}

// Add adds a resolved query. Ids need not differ. It refuses, with a fault.Query, what is over the cost bound.
func (b *Builder) Add(id string, n query.Node) error {
	if err := query.Check(n); err != nil {
		return fmt.Errorf("add query %s: %w", id, err)
	}
	b.set.ids = append(b.set.ids, id)
	b.starts = append(b.starts, uint32(len(b.set.program)))
	b.compile(query.Simplify(n))
	return nil
}

// register puts the query under the leaf of each way in which it can match.
func (b *Builder) register(q, pc uint32, ways []need) {
	for _, w := range ways {
		p := posting{query: q, second: w.second, pc: pc}
		if b.proves(pc, w.leaf) {
			p.second = proof
		}
		if list := b.postings[w.leaf]; len(list) == 0 || list[len(list)-1] != p {
			b.postings[w.leaf] = append(list, p)
		}
	}
}

// rarest gives the rarest of leaves but one; none when there is no other.
func (b *Builder) rarest(leaves []uint32, but uint32) uint32 {
	best := none
	for _, id := range leaves {
		if id != but && id != none && (best == none || b.rarity[id] < b.rarity[best]) {
			best = id
		}
	}
	return best
}

// intern gives the number of a leaf.
func (b *Builder) intern(l leaf) uint32 {
	if id, ok := b.ids[l]; ok {
		return id
	}
	id := uint32(len(b.uses))
	b.ids[l] = id
	b.uses = append(b.uses, 0)
	return id
}

// Build gives the set of what was added. The Builder must not be used after it.
func (b *Builder) Build() *Set {
	s := b.set
	s.leaves = len(b.uses)
	b.rarity = make([]float64, s.leaves)
	for l, id := range b.ids {
		b.rarity[id] = b.rarityOf(l)
	}
	b.postings = make([][]posting, s.leaves)
	for q, pc := range b.starts {
		if needs, ok := b.required(pc); ok {
			b.register(uint32(q), pc, needs.ways)
		} else {
			s.always = append(s.always, candidate{uint32(q), pc})
		}
	}
	b.layOut()
	b.fillLexicon()
	s.stems = make(map[string]func() stems)
	for _, language := range stemmed() {
		s.stems[language] = sync.OnceValue(func() stems { return s.lexicon.stems(language) })
	}
	s.matchers.New = func() any { return s.Matcher() }
	return s
}

// layOut puts all postings in one array.
func (b *Builder) layOut() {
	s := b.set
	s.offsets = make([]uint32, s.leaves+1)
	total := 0
	for i, list := range b.postings {
		total += len(list)
		s.offsets[i+1] = uint32(total)
	}
	s.postings = make([]posting, 0, total)
	for _, list := range b.postings {
		s.postings = append(s.postings, list...)
	}
}

func (b *Builder) fillLexicon() {
	l := &b.set.lexicon
	l.leaves = b.ids
	for leaf, id := range b.ids {
		l.url = l.url || leaf.field == query.URL
		switch leaf.kind {
		case wordLeaf:
			l.words = append(l.words, wordEntry{leaf.text, leaf.field, id})
			delete(l.leaves, leaf)
		case prefixLeaf:
			l.prefixes = true
			l.shortest = min(l.shortest, len(leaf.text))
			l.longest = max(l.longest, len(leaf.text))
		}
	}
}
