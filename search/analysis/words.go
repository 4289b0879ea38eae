package analysis

import "math/bits"

// Sum makes a number of a term, never 0. Equal terms have equal sums, and few others do. A Token has that of its Term, so that whoever looks
// a text's words up does not read them again.
func Sum(term string) uint32 {
	h := uint64(len(term)) * 0x9e3779b97f4a7c15
	for len(term) > 8 {
		h = mixed(h ^ eight(term))
		term = term[8:]
	}
	last := uint64(0)
	for i := range len(term) {
		last |= uint64(term[i]) << (8 * uint(i))
	}
	h = mixed(h ^ last)
	return max(uint32(h>>32), 1)
}

func mixed(x uint64) uint64 {
	high, low := bits.Mul64(x^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return high ^ low
}

func eight(s string) uint64 {
	b := s[:8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// Words numbers terms from 1. Once no more are added, any number of goroutines may ask. The zero Words has none.
type Words struct {
	terms []string // by number less one
	slots []wordSlot
	shift int
}

// wordSlot is a place of an open table by sums; number 0 is none.
type wordSlot struct{ sum, number uint32 }

// Add gives the number of a term, which it takes in if it is new.
func (w *Words) Add(term string) uint32 {
	if n := w.Number(term); n != 0 {
		return n
	}
	if 2*(len(w.terms)+1) > len(w.slots) {
		w.grow()
	}
	w.terms = append(w.terms, term)
	n := uint32(len(w.terms))
	w.place(wordSlot{Sum(term), n})
	return n
}

// Len is how many there are.
func (w *Words) Len() int { return len(w.terms) }

// Number gives the number of a term, 0 for one that was not added.
func (w *Words) Number(term string) uint32 { return w.find(Sum(term), term) }

// Of gives the number of a token's term, 0 for one that was not added.
func (w *Words) Of(t *Token) uint32 { return w.Find(t.Term, t.Sum) }

// Find gives the number of a term by its sum, 0 for one that was not added. A sum that nobody has counted is 0.
func (w *Words) Find(term string, sum uint32) uint32 {
	if sum == 0 {
		return w.Number(term)
	}
	return w.find(sum, term)
}

func (w *Words) find(sum uint32, term string) uint32 {
	if len(w.slots) == 0 {
		return 0
	}
	for at := sum >> w.shift; ; at = (at + 1) & uint32(len(w.slots)-1) {
		switch s := w.slots[at]; {
		case s.number == 0:
			return 0
		case s.sum == sum && w.terms[s.number-1] == term:
			return s.number
		}
	}
}

func (w *Words) place(s wordSlot) {
	at := s.sum >> w.shift
	for w.slots[at].number != 0 {
		at = (at + 1) & uint32(len(w.slots)-1)
	}
	w.slots[at] = s
}

func (w *Words) grow() {
	old := w.slots
	w.slots = make([]wordSlot, max(64, 2*len(old)))
	w.shift = 32 - bits.TrailingZeros(uint(len(w.slots)))
	for _, s := range old {
		if s.number != 0 {
			w.place(s)
		}
	}
}

const sieveBits = 15

// Sieve holds few words, and tells of most others by their sums that they are none of these. The zero Sieve holds none.
type Sieve struct{ bits [1 << sieveBits / 64]uint64 }

// Add takes in a term or stem.
func (s *Sieve) Add(word string) {
	at := Sum(word) >> (32 - sieveBits)
	s.bits[at/64] |= 1 << (at % 64)
}

// May says whether a word of this sum may be one of them. Where nobody has counted it, which is 0, it may.
func (s *Sieve) May(sum uint32) bool {
	at := sum >> (32 - sieveBits)
	return s.bits[at/64]&(1<<(at%64)) != 0 || sum == 0
}
