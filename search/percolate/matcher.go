package percolate

import (
	"time"

	"rostrum/search/analysis"
	"rostrum/search/query"
)

const (
	placeGap    = 1       // places between title, text and URL, so that no phrase spans two
	maxDistance = 1 << 19 // of a near
)

// Matcher matches statements with a Set or a Live, one after another, without allocating once it has seen the words. It serves one
// goroutine.
type Matcher struct {
	live *Live // nil: the set is all there is
	set  *Set
	follower

	vocabularies map[string]*vocabulary // by language
	generation   uint32

	present    []uint32 // leaves of this statement
	bits       bitset   // the same
	last       []uint32 // by leaf: the last place of a standing leaf; valid when present
	words      []uint32 // by place: the standing leaf of the word there; none
	before     []uint32 // by place: the place before it with the same leaf; 0 for none
	seen       bitset   // queries that need not be looked at any more; those that are gone never need to
	met        []uint32 // queries of this statement that were seen
	candidates []uint32 // where their programs begin
	cursors    []uint32
	warmed     uint32
	block      [32]scanned
	textStart  uint32 // the places of the title are below it
	time       time.Time
	timed      bool
}

// bitset is a set of numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, n/64+1) }

func (b bitset) has(i uint32) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bitset) add(i uint32)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) remove(i uint32)   { b[i/64] &^= 1 << (i % 64) }

// room gives the set with room for n numbers.
func (b bitset) room(n int) bitset {
	for len(b) <= n/64 {
		b = append(b, 0)
	}
	return b
}

// Matcher makes a Matcher of the set.
func (s *Set) Matcher() *Matcher {
	m := &Matcher{}
	m.turnTo(s)
	return m
}

// turnTo begins with a set.
func (m *Matcher) turnTo(s *Set) {
	m.set, m.vocabularies = s, map[string]*vocabulary{}
	m.follower = newFollower()
	m.bits, m.last, m.seen = newBitset(s.leaves()), make([]uint32, s.leaves()), newBitset(s.Queries())
}

// Match calls visit once for each id of each query that matches, in no promised order.
func (m *Matcher) Match(st *Statement, visit func(id string)) {
	m.begin()
	m.read(st)
	s := m.set
	for _, id := range m.present {
		if id >= uint32(len(s.rarity)) {
			continue // only what came later asks for it
		}
		for _, p := range s.postings[s.offsets[id]:s.offsets[id+1]] {
			switch {
			case p.second == proof:
				m.matched(p.at, visit)
			case p.second == none || m.bits.has(p.second):
				m.candidates = append(m.candidates, p.at)
			}
		}
	}
	m.run(&s.code, m.candidates, visit)
	m.run(&s.code, s.dear, visit)
	if m.live != nil {
		m.runLate(visit)
	}
}

// matched tells of a query, unless it was seen.
func (m *Matcher) matched(q uint32, visit func(id string)) {
	if !m.meet(q) {
		return
	}
	if m.live != nil {
		if ids, ok := m.ids[q]; ok {
			for _, id := range ids {
				visit(id)
			}
			return
		}
	}
	for _, id := range m.set.names[m.set.named[q]:m.set.named[q+1]] {
		visit(id)
	}
}

// meet marks a query as seen; false when it was already.
func (m *Matcher) meet(q uint32) bool {
	if m.seen.has(q) {
		return false
	}
	m.seen.add(q)
	m.met = append(m.met, q)
	return true
}

// run tells of the queries that match, by where their programs begin. First it touches the programs: these reads wait for memory
// together, those of running them would one after another.
func (m *Matcher) run(c *code, programs []uint32, visit func(id string)) {
	for _, pc := range programs {
		m.warmed += c.program[pc]
	}
	for _, pc := range programs {
		if q := c.program[pc-1]; !m.seen.has(q) && m.holds(c, pc) {
			m.matched(q, visit)
		}
	}
}

// begin forgets the statement before.
func (m *Matcher) begin() {
	for _, id := range m.present {
		m.bits.remove(id)
	}
	for _, q := range m.met {
		m.seen.remove(q)
	}
	m.present, m.met, m.candidates = m.present[:0], m.met[:0], m.candidates[:0]
	m.words, m.before = append(m.words[:0], none), append(m.before[:0], 0)
	if m.live != nil {
		m.follow()
	}
	m.generation++
	if m.generation == 0 {
		clear(m.vocabularies)
		m.generation = 1
	}
}

// read makes present what the statement has.
func (m *Matcher) read(st *Statement) {
	m.timed = st.Meta != nil
	if m.timed {
		m.time = st.Meta.Time()
	}
	st.values(m.value)
	v := m.vocabulary(st.language())
	if st.Words != nil {
		m.tokens(v, st.Words.Title, true)
		m.gap()
		m.textStart = uint32(len(m.words))
		m.tokens(v, st.Words.Text, false)
	} else {
		m.text(v, st.Meta.Title, true)
		m.gap()
		m.textStart = uint32(len(m.words))
		m.text(v, st.Meta.Text, false)
	}
	if m.set.lexicon.url || m.late.url {
		m.gap()
		m.url(st.url())
	}
}

// gap keeps what follows apart from what was read.
func (m *Matcher) gap() {
	for range placeGap {
		m.words, m.before = append(m.words, none), append(m.before, 0)
	}
}

func (m *Matcher) value(f query.Field, value string) {
	n := numberOf(f)
	if id, ok := m.set.lexicon.value(n, value); ok {
		m.hit(id)
	} else if id, ok := m.late.value(n, value); ok {
		m.hit(id)
	}
}

// standing gives the leaf that keeps the positions of a term; none if no query wants them.
func (m *Matcher) standing(f field, term string) uint32 {
	if id := m.set.lexicon.standing(f, term); id != none {
		return id
	}
	return m.late.standing(f, term)
}

// scanned is a word that stands from start to end of a text, and where the document symbol ends that begins with it; 0 where none does.
type scanned struct {
	key                wordKey
	start, end, symbol int
}

// text reads the words of a text, a block at a time.
func (m *Matcher) text(v *vocabulary, text string, title bool) {
	scanner := analysis.NewScanner(text)
	for {
		n := 0
		for ; n < len(m.block); n++ {
			start, end, symbol, ok := scanner.Next()
			if !ok {
				break
			}
			m.block[n] = scanned{v.key(text, start, end), start, end, symbol}
		}
		if n == 0 {
			return
		}
		m.warmed += v.touch(m.block[:n])
		for i := range m.block[:n] {
			m.scanned(v, text, &m.block[i], title)
		}
	}
}

func (m *Matcher) scanned(v *vocabulary, text string, s *scanned, title bool) {
	w := v.keyed(s.key, text, s.start, s.end)
	if w == nil {
		w = v.read(m, text[s.start:s.end])
	}
	if w.standing == noWord {
		return
	}
	m.stand(w.standing)
	m.word(v, w, title)
	if s.symbol > 0 {
		m.symbol(v, text[s.start:s.symbol], title)
	}
}

// symbol reads a document symbol, whose words are read by themselves.
func (m *Matcher) symbol(v *vocabulary, symbol string, title bool) {
	w := v.find(symbol, 0, len(symbol))
	if w == nil {
		w = v.read(m, symbol)
	}
	m.word(v, w, title)
}

// tokens reads what was analysed before.
func (m *Matcher) tokens(v *vocabulary, tokens []analysis.Token, title bool) {
	for i := range tokens {
		t := &tokens[i]
		if i+1 < len(tokens) && tokens[i+1].Position == t.Position { // over the words it is made of
			m.symbol(v, t.Term, title)
			continue
		}
		if v.sieve != nil && !v.sieve.passes(t) {
			m.stand(none)
			continue
		}
		w := v.find(t.Term, 0, len(t.Term))
		if w == nil {
			w = v.learn(m, t.Term, t.Term, t.Stem)
		}
		if w.standing == noWord {
			continue
		}
		m.stand(w.standing)
		m.word(v, w, title)
	}
}

// word makes present what a word does.
func (m *Matcher) word(v *vocabulary, w *slot, title bool) {
	if w.at == 0 || w.generation == m.generation && !title {
		return
	}
	w.generation = m.generation
	anywhere, there := v.leaves(w)
	for _, id := range anywhere {
		m.hit(id)
	}
	if title {
		for _, id := range there {
			m.hit(id)
		}
	}
}

// url makes present what the words of the address do; few queries look there, so that nothing is remembered.
func (m *Matcher) url(tokens []analysis.Token) {
	for i := range tokens {
		t := &tokens[i]
		m.set.lexicon.present(urlField, t.Term, m.hit)
		m.late.present(urlField, t.Term, m.hit)
		m.stand(m.standing(urlField, t.Term))
	}
}

// hit makes a leaf present.
func (m *Matcher) hit(id uint32) {
	word, bit := &m.bits[id/64], uint64(1)<<(id%64)
	if *word&bit == 0 {
		*word |= bit
		m.present = append(m.present, id)
	}
}

// stand puts the next word at the next place, which makes its standing leaf present; none has no leaf.
func (m *Matcher) stand(id uint32) {
	before := uint32(0)
	if id != none {
		if m.bits.has(id) {
			before = m.last[id]
		} else {
			m.hit(id)
		}
		m.last[id] = uint32(len(m.words))
	}
	m.words, m.before = append(m.words, id), append(m.before, before)
}

func (m *Matcher) vocabulary(language string) *vocabulary {
	if !analysis.Stems(language) {
		language = ""
	}
	v := m.vocabularies[language]
	if v == nil {
		v = newVocabulary(language, m.set.stems[language]())
		if m.live == nil {
			v.sieve = newSieve(&m.set.lexicon, language)
		} else {
			for i, l := range m.state.leaves[:m.leaves] {
				v.admit(l, uint32(m.set.leaves()+i))
			}
		}
		m.vocabularies[language] = v
	}
	return v
}
