package blevestore

import (
	"fmt"
	"math/bits"
)

const (
	// filterBits are the bits that a key takes in a filter: 10 let 1 in 80 of the keys through that a segment does not have. A million
	// statements have some 17 million keys, which is 21 MB.
	filterBits = 10
	blockWords = 8 // one cache line
	keyBits    = 6 // bits set for a key, all in one block
)

// keyFilter says which keys of copies a segment surely does not have: next to all keys of a statement that is nobody's copy, and those that its
// copy in another segment has. It spares walking a dictionary on disk for each (a blocked Bloom filter).
type keyFilter struct {
	words  []uint64
	blocks uint64
}

func newKeyFilter(keys int) *keyFilter {
	blocks := max(1, (keys*filterBits+blockWords*64-1)/(blockWords*64))
	return &keyFilter{make([]uint64, blocks*blockWords), uint64(blocks)}
}

func (f *keyFilter) add(key string) {
	block, h := f.block(key)
	for range keyBits {
		block[h>>6&(blockWords-1)] |= 1 << (h & 63)
		h >>= 9
	}
}

// may says whether a key may have been added; it never denies one that was. Without a filter every key may have been.
func (f *keyFilter) may(key string) bool {
	if f == nil {
		return true
	}
	block, h := f.block(key)
	for range keyBits {
		if block[h>>6&(blockWords-1)]&(1<<(h&63)) == 0 {
			return false
		}
		h >>= 9
	}
	return true
}

// block gives the block of a key, and 54 bits that choose within it.
func (f *keyFilter) block(key string) ([]uint64, uint64) {
	h := uint64(0xcbf29ce484222325)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 0x100000001b3
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	at, _ := bits.Mul64(h, f.blocks)
	inner := h * 0x9e3779b97f4a7c15
	return f.words[at*blockWords : (at+1)*blockWords : (at+1)*blockWords], inner >> 10
}

// madeAtOnce is how many documents a segment has at most whose filter a look-up makes itself; for larger ones it does without until the
// warmer has made it.
const madeAtOnce = 10_000

// keysNow gives the filter of a segment's keys, or nil where it would have to be waited for.
func (p *part) keysNow() (*keyFilter, error) {
	if f, ok := p.columns.keys.have(); ok {
		return f, nil
	}
	if p.Count() > madeAtOnce {
		return nil, nil
	}
	return p.keys()
}

// keys gives the filter of a segment's keys, made on first use.
func (p *part) keys() (*keyFilter, error) {
	return p.columns.keys.get(func() (*keyFilter, error) {
		dict, err := p.Dictionary(fieldKey)
		if err != nil {
			return nil, fmt.Errorf("read dictionary %s: %w", fieldKey, err)
		}
		f := newKeyFilter(dict.Cardinality())
		it := termIterator(dict, nil, nil)
		for entry, err := it.Next(); entry != nil || err != nil; entry, err = it.Next() {
			if err != nil {
				return nil, fmt.Errorf("walk dictionary %s: %w", fieldKey, err)
			}
			f.add(entry.Term)
		}
		return f, nil
	})
}
