package percolate

import (
	"hash/maphash"
	"math/bits"

	"rostrum/search/analysis"
)

const (
	maxMemo = 1 << 16 // words that a Matcher remembers for one language; past it the memory starts anew
	buckets = 1 << 12 // of words by term and by stem
)

// vocabulary remembers what words, as written in one language, make present. A word of up to sixteen bytes is its own key, so that finding
// it looks at one slot.
type vocabulary struct {
	language string
	stems    *stems
	sieve    *sieve // nil: each word is looked up
	salt     uint64
	fixed    uint64 // in the keys of long words, for as long as the vocabulary lives
	seed     maphash.Seed
	slots    []slot // by hash, with open addressing; a power of two
	shift    int
	forms    []form                 // the first one is none
	raw      []byte                 // the words as written, one after another
	lists    []uint32               // the leaves of words; the first one is none
	late     map[string][]wordEntry // by stem: words that are not in the set yet
	byTerm   []uint32               // by the hash of a term: its latest form; the others follow in forms. Only for a Live
	byStem   []uint32
}

// wordKey is a word of up to keyBytes bytes, filled up with zeros, which no word has; of a longer one it is hashes.
type wordKey struct{ first, second uint64 }

const keyBytes = 16

// slot is a word and what it makes present, which is found in the same 32 bytes.
type slot struct {
	key        wordKey
	form       uint32 // 0: empty; with long for a word whose key is hashes
	generation uint32 // in which the leaves were made present last
	standing   uint32 // none for a word whose positions nobody wants; noWord for what has no position
	at         uint32 // into lists, where the word has how many leaves look anywhere, how many at the title, then both; 0: it has none
}

const (
	noWord = none - 1
	long   = 1 << 31
)

// form is how a word is written, and the next forms with the same hashes of term and stem.
type form struct {
	at, length         uint32
	term, stem         uint32
	nextTerm, nextStem uint32
	head               [4]byte // what the term begins with
}

func newVocabulary(language string, s *stems) *vocabulary {
	v := &vocabulary{language: language, stems: s, seed: maphash.MakeSeed(), late: map[string][]wordEntry{}, fixed: maphash.String(maphash.MakeSeed(), "") | 1}
	v.reset(1 << 8)
	return v
}

func (v *vocabulary) reset(slots int) {
	v.salt = maphash.String(maphash.MakeSeed(), "") | 1
	v.slots, v.shift = make([]slot, slots), 64-bits.TrailingZeros(uint(slots))
	v.forms = append(v.forms[:0], form{})
	v.raw, v.lists = v.raw[:0], append(v.lists[:0], 0)
	v.byTerm, v.byStem = nil, nil
}

// key gives the key of the word from start to end.
func (v *vocabulary) key(text string, start, end int) wordKey {
	n := end - start
	if n <= 8 {
		return wordKey{first: head(text, start, n)}
	}
	if n <= keyBytes {
		return wordKey{eight(text, start), head(text, start+8, n-8)}
	}
	key := v.fixed
	for i := start; i < end-8; i += 8 {
		key = mix(key ^ eight(text, i))
	}
	return wordKey{mix(key ^ eight(text, end-8)), uint64(n)}
}

func mix(x uint64) uint64 {
	high, low := bits.Mul64(x, 0x9e3779b97f4a7c15)
	return high ^ low
}

func eight(text string, i int) uint64 {
	b := text[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// head gives n bytes, eight at most, as a number.
func head(text string, start, n int) uint64 {
	if start+8 <= len(text) {
		return eight(text, start) & (1<<(8*uint(n)) - 1)
	}
	key := uint64(0)
	for i := range n {
		key |= uint64(text[start+i]) << (8 * uint(i))
	}
	return key
}

// first gives the first slot of a key.
func (v *vocabulary) first(key wordKey) uint64 {
	return (key.first ^ bits.RotateLeft64(key.second*v.salt, 29)) * v.salt >> v.shift
}

// find gives the slot of a word, which is good until the next one is learned; nil for one that it does not know.
func (v *vocabulary) find(text string, start, end int) *slot {
	return v.keyed(v.key(text, start, end), text, start, end)
}

// keyed is find with the word's key.
func (v *vocabulary) keyed(key wordKey, text string, start, end int) *slot {
	short, mask := end-start <= keyBytes, uint64(len(v.slots)-1)
	for at := v.first(key); ; at = (at + 1) & mask {
		s := &v.slots[at&mask]
		if s.form == 0 {
			return nil
		}
		if s.key == key && (s.form < long) == short && (short || v.is(s.form&^long, text[start:end])) {
			return s
		}
	}
}

// touch reads where the words of a block are looked for: these reads wait for memory together.
func (v *vocabulary) touch(words []scanned) (sum uint32) {
	for i := range words {
		sum += v.slots[v.first(words[i].key)].form
	}
	return sum
}

func (v *vocabulary) is(id uint32, word string) bool {
	f := &v.forms[id]
	return string(v.raw[f.at:f.at+f.length]) == word
}

// place puts what it does not have where find looks for it.
func (v *vocabulary) place(s slot) *slot {
	at, mask := v.first(s.key), uint64(len(v.slots)-1)
	for v.slots[at].form != 0 {
		at = (at + 1) & mask
	}
	v.slots[at] = s
	return &v.slots[at]
}

func (v *vocabulary) grow() {
	old := v.slots
	v.slots, v.shift = make([]slot, 2*len(old)), v.shift-1
	for _, s := range old {
		if s.form != 0 {
			v.place(s)
		}
	}
}

// read takes in a word of a text that it does not know, and gives its slot.
func (v *vocabulary) read(m *Matcher, word string) *slot {
	term, stem := analysis.Word(word, v.language)
	return v.learn(m, word, term, stem)
}

// learn takes in a word that it does not know and what it becomes, and gives its slot.
func (v *vocabulary) learn(m *Matcher, word, term, stem string) *slot {
	if len(v.forms) > maxMemo {
		v.reset(len(v.slots))
	}
	if len(v.forms)*3 > len(v.slots)*2 {
		v.grow()
	}
	f := form{at: uint32(len(v.raw)), length: uint32(len(word))}
	s := slot{key: v.key(word, 0, len(word)), form: uint32(len(v.forms)), standing: noWord}
	if len(word) > keyBytes {
		s.form |= long
	}
	v.raw = append(v.raw, word...)
	if term != "" {
		s.standing = m.standing(anyField, term)
		s.at = v.list(m, term, stem)
		if m.live != nil {
			v.chain(&f, uint32(len(v.forms)), term, stem)
		}
	}
	v.forms = append(v.forms, f)
	return v.place(s)
}

// list appends the leaves that a term makes present, and says where they are; 0 for none.
func (v *vocabulary) list(m *Matcher, term, stem string) uint32 {
	at := len(v.lists)
	v.lists = append(v.lists, 0, 0)
	for i, f := range []field{anyField, titleField} {
		before := len(v.lists)
		hit := func(id uint32) { v.lists = append(v.lists, id) }
		word := func(w wordEntry) {
			if w.field == f {
				hit(w.id)
			}
		}
		v.stems.find(stem, word)
		for _, w := range v.late[stem] {
			word(w)
		}
		m.set.lexicon.present(f, term, hit)
		m.late.present(f, term, hit)
		v.lists[at+i] = uint32(len(v.lists) - before)
	}
	if len(v.lists) == at+2 {
		v.lists = v.lists[:at]
		return 0
	}
	return uint32(at)
}

// leaves gives the leaves of a word: those that look anywhere, and those that look at the title.
func (v *vocabulary) leaves(s *slot) (anywhere, title []uint32) {
	if s.at == 0 {
		return nil, nil
	}
	first := s.at + 2
	second := first + v.lists[s.at]
	return v.lists[first:second], v.lists[second : second+v.lists[s.at+1]]
}
