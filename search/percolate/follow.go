package percolate

import (
	"math/bits"
	"slices"
)

// state is what a Live is at one moment: a set, and what came later. Nobody changes one. Each is longer than the one before in the same
// arrays, so that a matcher which is behind goes on where it was.
type state struct {
	base   *Set
	code          // of the queries that came later
	leaves []leaf // that came later; their numbers follow those of base
	ways   []way  // of the queries that came later
	dear   []uint32
	edits  []edit
	// queries is how many numbers are given to queries, those of base first.
	queries int
}

// edit gives an id to a query, or takes it.
type edit struct {
	query uint32
	id    string
	gone  bool
}

// follower is how far a matcher has followed a Live, and what it keeps of what came later.
type follower struct {
	state  *state
	late   lexicon
	leaves int
	ways   []uint32            // the next way of the same leaf plus one; 0 for none
	first  map[uint32]uint32   // by leaf: its latest way plus one
	asked  bitset              // leaves with a way
	ids    map[uint32][]string // of the queries whose ids are not those that base says
}

func newFollower() follower {
	return follower{late: newLexicon(), first: map[uint32]uint32{}, ids: map[uint32][]string{}}
}

// follow takes in what a Live has become.
func (m *Matcher) follow() {
	s := m.live.state.Load()
	if s == m.state {
		return
	}
	if m.state == nil || m.state.base != s.base {
		m.turnTo(s.base)
		m.state = &state{base: s.base}
	}
	done := m.state
	m.state = s
	all := s.base.leaves() + len(s.leaves)
	m.bits, m.asked, m.seen = m.bits.room(all), m.asked.room(all), m.seen.room(s.queries)
	m.last = append(m.last, make([]uint32, all-len(m.last))...)
	m.followLeaves()
	for _, w := range s.ways[len(done.ways):] {
		m.ways = append(m.ways, m.first[w.leaf])
		m.first[w.leaf] = uint32(len(m.ways))
		m.asked.add(w.leaf)
	}
	for _, e := range s.edits[len(done.edits):] {
		if m.ids[e.query] = e.apply(s.base, m.ids); len(m.ids[e.query]) == 0 {
			m.seen.add(e.query)
		} else {
			m.seen.remove(e.query)
		}
	}
}

func (m *Matcher) followLeaves() {
	for i, l := range m.state.leaves[m.leaves:] {
		id := uint32(m.set.leaves() + m.leaves + i)
		m.late.add(l, id)
		for _, v := range m.vocabularies {
			v.admit(l, id)
		}
	}
	m.leaves = len(m.state.leaves)
}

// apply gives the ids of the query after the edit. changed has those before where they are not what base says.
func (e *edit) apply(base *Set, changed map[uint32][]string) []string {
	ids, ok := changed[e.query]
	if !ok && int(e.query) < base.Queries() {
		ids = slices.Clone(base.names[base.named[e.query]:base.named[e.query+1]])
	}
	if !e.gone {
		return append(ids, e.id)
	}
	if at := slices.Index(ids, e.id); at >= 0 {
		ids[at] = ids[len(ids)-1]
		ids = ids[:len(ids)-1]
	}
	return ids
}

// runLate tells of the queries that match of those that came later.
func (m *Matcher) runLate(visit func(id string)) {
	m.candidates = m.candidates[:0]
	for i, word := range m.asked {
		for both := word & m.bits[i]; both != 0; both &= both - 1 {
			leaf := uint32(i*64 + bits.TrailingZeros64(both))
			for at := m.first[leaf]; at != 0; at = m.ways[at-1] {
				p := &m.state.ways[at-1].posting
				switch {
				case p.second == proof:
					m.matched(p.at, visit)
				case p.second == none || m.bits.has(p.second):
					m.candidates = append(m.candidates, p.at)
				}
			}
		}
	}
	m.run(&m.state.code, m.candidates, visit)
	m.run(&m.state.code, m.state.dear, visit)
}
