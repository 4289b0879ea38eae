package percolate

import (
	"encoding/binary"
	"hash/maphash"
	"slices"

	"rostrum/search/query"
)

// Options of a Builder or a Live. The zero Options work.
type Options struct {
	// Members resolves members(); nil: every group is empty. It is asked while queries are added.
	Members Members
	// Frequency estimates the share of statements, 0 to 1, that hold a folded term; below 0 where it does not know. nil: a guess by the
	// term and by how often the phrases of the queries name it. It decides speed, never what matches.
	Frequency func(term string) float64
}

// Builder collects queries. It serves one goroutine.
type Builder struct {
	options Options
	code
	below  *Set            // what it builds upon: its leaves have the first numbers; nil: nothing
	ids    map[leaf]uint32 // leaves that are not below
	leaves []leaf          // the same in the order of their numbers
	rarity []float32       // of the same: the share of statements expected to have it
	uses   []uint32        // of the same: how often phrases and nears name it
	spoken uint32          // the sum of uses

	named   []name   // every id
	starts  []uint32 // by query: where its program begins
	same    same
	seed    maphash.Seed
	scratch []byte
	moved   []uint32 // by query, once it is built: the number that it got
}

// name is an id and its query.
type name struct {
	id    string
	query uint32
}

// posting registers a query under a leaf that one way of matching it needs.
type posting struct {
	second uint32 // another leaf that this way needs; none; or proof: the leaf alone is enough
	at     uint32 // where its program begins; with proof the query itself
}

const proof = none - 1

// way is a posting and its leaf.
type way struct {
	leaf uint32
	posting
}

// NewBuilder makes a Builder without queries.
func NewBuilder(o Options) *Builder { return newBuilder(o, nil) }

// newBuilder makes a Builder whose leaves and periods are numbered behind those of below.
func newBuilder(o Options, below *Set) *Builder {
	b := &Builder{options: o, below: below, ids: map[leaf]uint32{}, seed: maphash.MakeSeed(),
		same: same{programs: map[uint64]uint32{}, periods: map[query.Period]uint32{}}}
	if below != nil {
		for _, p := range below.periods {
			b.period(p)
		}
	}
	return b
}

// same finds what was compiled before.
type same struct {
	programs map[uint64]uint32 // a query by the hash of its program
	periods  map[query.Period]uint32
}

// Add adds a resolved query. Ids need not differ. It refuses, with a fault.Query, what is over the cost bound.
func (b *Builder) Add(id string, n query.Node) error {
	if err := query.Check(n); err != nil {
		return refused(id, err)
	}
	b.add(b.compile(query.Simplify(n)), id)
	return nil
}

// add makes the program that was just compiled, from pc on, a query of ids, unless there is one like it, which takes the ids.
func (b *Builder) add(pc uint32, ids ...string) uint32 {
	q := uint32(len(b.starts))
	h := b.hash(b.program[pc:])
	if twin, ok := b.same.programs[h]; ok && alike(&b.code, b.starts[twin], &b.code, pc) {
		b.program = b.program[:pc-1]
		q = twin
	} else {
		b.program[pc-1] = q
		b.starts = append(b.starts, pc)
		b.same.programs[h] = q
	}
	for _, id := range ids {
		b.named = append(b.named, name{id, q})
	}
	return q
}

func (b *Builder) hash(words []uint32) uint64 {
	b.scratch = b.scratch[:0]
	for _, w := range words {
		b.scratch = binary.LittleEndian.AppendUint32(b.scratch, w)
	}
	return maphash.Bytes(b.seed, b.scratch)
}

// intern gives the number of a leaf.
func (b *Builder) intern(l leaf) uint32 {
	first := uint32(0)
	if b.below != nil {
		if id, ok := b.below.lexicon.ids[l]; ok {
			return id
		}
		first = uint32(b.below.leaves())
	}
	if id, ok := b.ids[l]; ok {
		return id
	}
	id := first + uint32(len(b.leaves))
	b.ids[l] = id
	b.leaves = append(b.leaves, l)
	b.uses = append(b.uses, 0)
	return id
}

// use counts that phrases and nears name a leaf so many times.
func (b *Builder) use(id, times uint32) {
	if own := len(b.uses) - (b.all() - int(id)); own >= 0 {
		b.uses[own] += times
		b.spoken += times
	}
}

// all is the number of leaves, with those below.
func (b *Builder) all() int {
	if b.below != nil {
		return b.below.leaves() + len(b.leaves)
	}
	return len(b.leaves)
}

// Build gives the set of what was added. The Builder must not be used after it.
func (b *Builder) Build() *Set {
	b.weigh()
	s := &Set{lexicon: newLexicon()}
	ways, dear := b.arrange()
	s.dear = dear
	s.code = code{b.program, slices.Clip(b.periods)}
	s.rarity = b.rarity
	s.layOut(ways)
	s.name(b.named, len(b.starts))
	s.lexicon.ids = make(map[leaf]uint32, len(b.leaves))
	for id, l := range b.leaves {
		s.lexicon.add(l, uint32(id))
	}
	s.lexicon.words = slices.Clip(s.lexicon.words)
	s.stems = stemmed(s.lexicon.words)
	s.matchers.New = func() any { return s.Matcher() }
	return s
}

// ways appends the ways of matching a query; ok is false when it can match without any leaf.
func (b *Builder) ways(q, pc uint32, ways []way) ([]way, bool) {
	n, ok := b.required(pc)
	if !ok {
		return ways, false
	}
	own := len(ways)
	for _, w := range n.ways {
		p := posting{w.second, pc}
		if b.proves(pc, w.leaf) {
			p = posting{proof, q}
		}
		if x := (way{w.leaf, p}); !slices.Contains(ways[own:], x) {
			ways = append(ways, x)
		}
	}
	return ways, true
}

// layOut puts all postings in one array, by leaf, and of each leaf by what else they need.
func (s *Set) layOut(ways []way) {
	s.offsets = make([]uint32, s.leaves()+1)
	for _, w := range ways {
		s.offsets[w.leaf+1]++
	}
	for i := range s.leaves() {
		s.offsets[i+1] += s.offsets[i]
	}
	next := slices.Clone(s.offsets)
	s.postings = make([]posting, len(ways))
	for _, w := range ways {
		s.postings[next[w.leaf]] = w.posting
		next[w.leaf]++
	}
}

// name puts the ids of each query together.
func (s *Set) name(named []name, queries int) {
	s.named = make([]uint32, queries+1)
	for _, n := range named {
		s.named[n.query+1]++
	}
	for q := range queries {
		s.named[q+1] += s.named[q]
	}
	next := slices.Clone(s.named)
	s.names = make([]string, len(named))
	for _, n := range named {
		s.names[next[n.query]] = n.id
		next[n.query]++
	}
}
