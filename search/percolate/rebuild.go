package percolate

import (
	"iter"

	"rostrum/search/query"
)

// foundation is what a Live stands on: a set, and what finds its queries.
type foundation struct {
	set     *Set
	top     *Builder
	queries map[string]uint32 // by id
	starts  []uint32
	same    map[uint64]uint32
}

func newFoundation(o Options, b *Builder) *foundation {
	f := &foundation{set: b.Build(), queries: make(map[string]uint32, len(b.named)), starts: b.starts, same: make(map[uint64]uint32, len(b.starts))}
	f.top = newBuilder(o, f.set)
	for _, n := range b.named {
		f.queries[n.id] = n.query
	}
	for q, pc := range f.starts {
		program := f.set.program[pc : pc+size(f.set.program, pc)]
		f.same[f.top.hash(program)] = uint32(q)
	}
	return f
}

// begin stands on a foundation, with nothing beside it. It needs mu, or to be alone.
func (l *Live) begin(f *foundation) {
	l.top, l.queries, l.starts, l.same = f.top, f.queries, f.starts, f.same
	l.ids, l.ways, l.dear, l.edits = map[uint32][]string{}, nil, nil, nil
	l.state.Store(&state{base: f.set, queries: len(f.starts)})
}

// build builds the set anew of what is in force, and of queries. What is edited meanwhile comes later than both. It needs rebuild.
func (l *Live) build(queries iter.Seq2[string, query.Node]) error {
	l.mu.Lock()
	s, starts := l.state.Load(), l.starts
	l.mu.Unlock()
	b := NewBuilder(l.options)
	filled := map[string]bool{}
	err := b.AddAll(func(yield func(string, query.Node) bool) {
		for id, n := range queries {
			filled[id] = true
			if !yield(id, n) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	m := newMove(s, starts)
	m.all(b, filled)
	f := newFoundation(l.options, b)
	for q, to := range m.to {
		if to != none {
			m.to[q] = b.moved[to]
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	m.since(l.top, l.starts)
	since := l.edits[len(s.edits):]
	l.begin(f)
	for _, e := range since {
		l.redo(e, m)
	}
	l.publish()
	return nil
}

// redo makes an edit again that came while the set was built. It needs mu.
func (l *Live) redo(e edit, m *move) {
	if q, ok := l.queries[e.id]; ok {
		l.edit(edit{q, e.id, true})
	}
	if e.gone {
		return
	}
	if m.to[e.query] == none {
		m.to[e.query] = l.number(m.query(l.top, e.query))
	}
	l.edit(edit{m.to[e.query], e.id, false})
}

// move takes queries from where a Live stood to another Builder.
type move struct {
	base   *Set
	edits  []edit
	leaves []leaf   // of base, by number
	late   code     // of the queries that came after base
	more   []leaf   // that came after base
	starts []uint32 // by query
	to     []uint32 // by query: its number there; none
}

func newMove(s *state, starts []uint32) *move {
	m := &move{base: s.base, edits: s.edits, leaves: make([]leaf, s.base.leaves()), late: s.code, more: s.leaves, starts: starts}
	for l, id := range s.base.lexicon.ids {
		m.leaves[id] = l
	}
	m.room(s.queries)
	return m
}

func (m *move) room(queries int) {
	for len(m.to) < queries {
		m.to = append(m.to, none)
	}
}

// since takes in what came later.
func (m *move) since(top *Builder, starts []uint32) {
	m.late, m.more, m.starts = top.code, top.leaves, starts
	m.room(len(starts))
}

// all moves every query with the ids that it has, but for those that are filled.
func (m *move) all(b *Builder, filled map[string]bool) {
	changed := map[uint32][]string{}
	for _, e := range m.edits {
		changed[e.query] = e.apply(m.base, changed)
	}
	for q := range m.to {
		q := uint32(q)
		ids, ok := changed[q]
		if !ok {
			ids = m.base.names[m.base.named[q]:m.base.named[q+1]]
		}
		for _, id := range ids {
			switch {
			case filled[id]:
			case m.to[q] == none:
				m.to[q] = b.add(m.query(b, q), id)
			default:
				b.named = append(b.named, name{id, m.to[q]})
			}
		}
	}
}

// query copies the program of a query, and gives where it begins.
func (m *move) query(b *Builder, q uint32) uint32 {
	from := &m.late
	if int(q) < m.base.Queries() {
		from = &m.base.code
	}
	b.program = append(b.program, none)
	pc := uint32(len(b.program))
	at := m.starts[q]
	for end := at + size(from.program, at); at < end; {
		at = m.instruction(b, from, at)
	}
	return pc
}

// instruction copies one instruction, of a group without its kids, and gives where the next begins.
func (m *move) instruction(b *Builder, from *code, at uint32) uint32 {
	w := from.program[at]
	switch w & opMask {
	case opHas:
		b.program = append(b.program, w, b.intern(m.leaf(from.program[at+1])))
		return at + 2
	case opPeriod:
		b.program = append(b.program, w, b.period(from.periods[from.program[at+1]]))
		return at + 2
	case opPhrase, opNear:
		end := at + size(from.program, at)
		b.program = append(b.program, w)
		if w&opMask == opNear {
			b.program = append(b.program, from.program[at+1])
		}
		for _, id := range termsAt(from.program, at) {
			id = b.intern(m.leaf(id))
			b.use(id, 1)
			b.program = append(b.program, id)
		}
		b.program = append(b.program, from.program[end-1]&titleAlone)
		return end
	}
	b.program = append(b.program, w, from.program[at+1])
	return at + 2
}

func (m *move) leaf(id uint32) leaf {
	if int(id) < len(m.leaves) {
		return m.leaves[id]
	}
	return m.more[int(id)-len(m.leaves)]
}
