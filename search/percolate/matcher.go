package percolate

import (
	"time"

	"rostrum/search/analysis"
	"rostrum/search/query"
)

const (
	maxMemo = 1 << 16 // terms that a Matcher remembers for one language; past it the memory starts anew

	// The positions of the text begin this far after those of the title, so that no phrase or near spans both.
	titleGap    = 1 << 20
	maxDistance = 1 << 19
)

// Matcher matches statements with a Set, one after another, without allocating once it has seen the words. It serves one goroutine.
type Matcher struct {
	set        *Set
	generation uint32
	memos      map[string]*memo // by language
	present    []uint32         // leaves of this statement
	stamps     []uint32         // by leaf: the generation in which it was last present
	chains     []chain          // by leaf: valid when present
	places     []occurrence
	looked     []uint32 // by query: the generation in which it was last a candidate
	candidates []candidate
	cursors    []uint32
	warmed     uint32
	textStart  uint32 // the positions of the title are below it
	time       time.Time
	timed      bool
}

// chain is the occurrences of a standing leaf in the order of their positions: indexes into places plus one; 0 is none.
type chain struct{ head, tail uint32 }

type occurrence struct{ position, next uint32 }

// memo remembers what a term makes present.
type memo struct {
	terms   map[string]uint32 // into entries
	entries []entry
	stems   stems
}

// entry is what a term makes present. The first one stands for terms that make nothing.
type entry struct {
	generation uint32 // in which anywhere was made present
	inTitle    uint32 // in which title was
	standing   uint32
	anywhere   []uint32
	title      []uint32
}

// Matcher makes a Matcher of the set.
func (s *Set) Matcher() *Matcher {
	return &Matcher{set: s, memos: map[string]*memo{}, stamps: make([]uint32, s.leaves), chains: make([]chain, s.leaves), looked: make([]uint32, len(s.ids))}
}

// Match calls visit once with the id of each query that matches, in no promised order.
func (m *Matcher) Match(st *Statement, visit func(id string)) {
	m.begin()
	m.read(st)
	s := m.set
	for _, id := range m.present {
		for _, p := range s.postings[s.offsets[id]:s.offsets[id+1]] {
			if p.second < proof && m.stamps[p.second] != m.generation || m.looked[p.query] == m.generation {
				continue
			}
			m.looked[p.query] = m.generation
			if p.second == proof {
				visit(s.ids[p.query])
				continue
			}
			m.candidates = append(m.candidates, candidate{p.query, p.pc})
		}
	}
	m.warm()
	for _, c := range m.candidates {
		if m.run(c.pc) {
			visit(s.ids[c.query])
		}
	}
	for _, c := range s.always {
		if m.run(c.pc) {
			visit(s.ids[c.query])
		}
	}
}

// warm touches the programs that are about to be run: these reads wait for memory together, those of run would one after another.
func (m *Matcher) warm() {
	for _, c := range m.candidates {
		m.warmed += m.set.program[c.pc]
	}
}

// begin forgets the statement before. Stamps of an older generation mean nothing, so that nothing need be cleared.
func (m *Matcher) begin() {
	m.generation++
	if m.generation == 0 {
		clear(m.stamps)
		clear(m.looked)
		clear(m.memos)
		m.generation = 1
	}
	m.present, m.places, m.candidates = m.present[:0], m.places[:0], m.candidates[:0]
}

// read makes present what the statement has.
func (m *Matcher) read(st *Statement) {
	m.timed = st.Meta != nil
	if m.timed {
		m.time = st.Meta.Time()
	}
	st.values(m.value)
	memo := m.memo(st.Words.Language)
	m.textStart = titleGap
	if n := len(st.Words.Title); n > 0 {
		m.textStart += st.Words.Title[n-1].Position
	}
	for i := range st.Words.Title {
		t := &st.Words.Title[i]
		if at := memo.find(m.set, t); at > 0 {
			m.entry(&memo.entries[at], t.Position, true)
		}
	}
	for i := range st.Words.Text {
		t := &st.Words.Text[i]
		if at := memo.find(m.set, t); at > 0 {
			m.entry(&memo.entries[at], m.textStart+t.Position, false)
		}
	}
	if m.set.lexicon.url {
		m.url(st.url())
	}
}

func (m *Matcher) value(f query.Field, value string) {
	if id, ok := m.set.lexicon.leaves[leaf{valueLeaf, f, value}]; ok {
		m.hit(id)
	}
}

// entry makes present what a term at a position does.
func (m *Matcher) entry(e *entry, position uint32, title bool) {
	if e.standing != none {
		m.stand(e.standing, position)
	}
	if e.generation != m.generation {
		e.generation = m.generation
		for _, id := range e.anywhere {
			m.hit(id)
		}
	}
	if title && e.inTitle != m.generation {
		e.inTitle = m.generation
		for _, id := range e.title {
			m.hit(id)
		}
	}
}

// url makes present what the words of the address do; few queries look there, so that nothing is remembered.
func (m *Matcher) url(tokens []analysis.Token) {
	for i := range tokens {
		t := &tokens[i]
		m.set.lexicon.present(query.URL, t.Term, nil, m.hit)
		if id := m.set.lexicon.standing(query.URL, t.Term); id != none {
			m.stand(id, t.Position)
		}
	}
}

// hit makes a leaf present.
func (m *Matcher) hit(id uint32) {
	if m.stamps[id] != m.generation {
		m.stamps[id] = m.generation
		m.present = append(m.present, id)
	}
}

// stand makes a standing leaf present at a position, which is later than those before.
func (m *Matcher) stand(id, position uint32) {
	c := &m.chains[id]
	m.places = append(m.places, occurrence{position: position})
	last := uint32(len(m.places))
	if m.stamps[id] != m.generation {
		m.hit(id)
		c.head = last
	} else {
		m.places[c.tail-1].next = last
	}
	c.tail = last
}

func (m *Matcher) memo(language string) *memo {
	if !analysis.Stems(language) {
		language = ""
	}
	known := m.memos[language]
	if known == nil {
		known = &memo{terms: map[string]uint32{}, entries: make([]entry, 1), stems: m.set.stems[language]()}
		m.memos[language] = known
	}
	return known
}

// find gives the index of a token's entry, 0 for one that makes nothing present.
func (k *memo) find(s *Set, t *analysis.Token) uint32 {
	at, known := k.terms[t.Term]
	if known {
		return at
	}
	if len(k.terms) >= maxMemo {
		clear(k.terms)
		k.entries = k.entries[:1]
	}
	e := entry{standing: s.lexicon.standing(query.Any, t.Term)}
	byStem := k.stems[t.Stem]
	s.lexicon.present(query.Any, t.Term, byStem, func(id uint32) { e.anywhere = append(e.anywhere, id) })
	s.lexicon.present(query.Title, t.Term, byStem, func(id uint32) { e.title = append(e.title, id) })
	if e.standing != none || e.anywhere != nil || e.title != nil {
		at = uint32(len(k.entries))
		k.entries = append(k.entries, e)
	}
	k.terms[t.Term] = at
	return at
}
