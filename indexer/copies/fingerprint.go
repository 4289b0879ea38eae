// Package copies tells which statements are the same text at different addresses, and which are one letter in two languages.
//
// Of each text it keeps a Fingerprint: a sample of its shingles (runs of a few words) in their order, taken by the smallest hashes, so that
// two texts that share a passage share the sample of it, whichever of them is longer. The few smallest hashes are its keys in the index:
// a look-up by them gives candidates, and Same decides on the samples. Place follows what arrives and keeps the groups.
package copies

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

const (
	width     = 4 // words in a shingle
	hanWidth  = 6 // characters in one that begins with a word of one character
	maxSample = 128
	maxKeys   = 16
	// maxNumbers and maxTitle bound what is kept beside the sample.
	maxNumbers = 128
	maxTitle   = 32
	// maxTokens bounds the words that are looked at, from the beginning.
	maxTokens = 500_000
)

// Fingerprint is what is kept of a text to tell whether another one says the same. It depends on the words, the findings in them and the day alone.
// Its hashes have 24 bits: that two shingles share one by chance is too rare to change a share of the sample.
type Fingerprint struct {
	Shingles int      // how many the text has
	Under    uint32   // the sample holds the shingles with hashes up to here: all of a short text
	Sample   []uint32 // different hashes in the order of the text
	Numbers  []uint32 // hashes of the different numbers in title and text, ascending
	Title    []uint32 // hashes of the title's different words, ascending
	Signed   int      // how many signatories
	Signers  []uint32 // the smallest hashes of their ids, ascending
	Symbols  []uint32 // hashes of the document's own symbols, ascending
	Issuers  []uint32 // hashes of the issuers' ids, ascending
	Anchors  []uint32 // what stands in versions of all languages alike, in the order of the text

	keys   []uint64 // the index's terms; made anew from the text, never stored
	around []uint64 // those of versions that were said somewhat earlier or later
}

// Of makes the fingerprint of a statement. The list of its signatories is left out of the shingles: it changes from copy to copy, and is
// the same under two letters of one coalition.
func Of(st *statement.Statement, words *analysis.Document) *Fingerprint {
	f := &Fingerprint{}
	f.sign(st)
	text := words.Text[:min(len(words.Text), maxTokens)]
	unsigned := withoutSignatories(text, st)
	f.anchor(st, unsigned)
	hashes := hashesOf(unsigned)
	if len(hashes) < minShingles {
		hashes = hashesOf(text)
	}
	f.Shingles = max(0, len(hashes)-width+1)
	smallest, all := smallestShingles(hashes, maxSample)
	for _, s := range smallest[:min(len(smallest), maxKeys)] {
		f.keys = append(f.keys, s.hash&keyBits|keyText)
	}
	f.Under = short(^uint64(0))
	if !all {
		f.Under = short(smallest[len(smallest)-1].hash)
	}
	kept := slices.Clone(smallest)
	slices.SortFunc(kept, func(a, b shingle) int { return cmp.Compare(a.at, b.at) })
	f.Sample = make([]uint32, 0, len(kept))
	for _, s := range kept {
		f.Sample = append(f.Sample, short(s.hash))
	}
	for i := range words.Title {
		f.Title = append(f.Title, short(hashOf(words.Title[i].Term)))
	}
	f.Title = ascending(f.Title, maxTitle)
	f.Numbers = ascending(numbers(numbers(nil, words.Title), text), maxNumbers)
	f.anchorKeys(st.Time())
	return f
}

// shingle is a run of words: its hash and where it first stands.
type shingle struct {
	hash uint64
	at   int
}

// word is a word's hash, and how many words a shingle has that begins with it.
type word struct {
	hash  uint64
	width int
}

func hashesOf(tokens []analysis.Token) []word {
	words := make([]word, len(tokens))
	for i := range tokens {
		words[i] = word{hashOf(tokens[i].Term), width}
		if first, size := utf8.DecodeRuneInString(tokens[i].Term); size > 1 && size == len(tokens[i].Term) && fold.Ideographic(first) {
			words[i].width = hanWidth
		}
	}
	return words
}

// smallestShingles gives the different shingles with the smallest hashes, by hash, and whether those are all there are.
func smallestShingles(words []word, most int) (smallest []shingle, all bool) {
	under := ^uint64(0)
	if len(words) > 2*most { // most of them need not be sorted
		under = under / uint64(len(words)) * uint64(most*3/2)
	}
	smallest = shinglesUnder(words, under)
	if under != ^uint64(0) && len(smallest) <= most {
		smallest = shinglesUnder(words, ^uint64(0)) // the text says the same over and over
	}
	if len(smallest) <= most {
		return smallest, true
	}
	return smallest[:most], false
}

func shinglesUnder(words []word, under uint64) []shingle {
	some := make([]shingle, 0, min(len(words), 4*maxSample))
	for i := range words {
		n := words[i].width
		if i+n > len(words) {
			break
		}
		h := uint64(n)
		for _, w := range words[i : i+n] {
			h = mix(h*0x9e3779b97f4a7c15 + w.hash)
		}
		if h <= under {
			some = append(some, shingle{h, i})
		}
	}
	slices.SortFunc(some, func(a, b shingle) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return a.at - b.at
	})
	return slices.CompactFunc(some, func(a, b shingle) bool { return a.hash == b.hash })
}

// hashOf is FNV-1a, mixed: it must be the same in every process for ever.
func hashOf(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return mix(h)
}

// short keeps the upper bits, which sort as the whole does.
func short(h uint64) uint32 { return uint32(h >> 40) }

// mix spreads every bit over all others.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// numbers appends the hashes of words that begin with a digit.
func numbers(dst []uint32, tokens []analysis.Token) []uint32 {
	for i := range tokens {
		if c := tokens[i].Term[0]; c >= '0' && c <= '9' {
			dst = append(dst, short(hashOf(tokens[i].Term)))
		}
	}
	return dst
}

// ascending sorts hashes, drops repetitions and keeps the smallest.
func ascending(hashes []uint32, limit int) []uint32 {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return hashes[:min(len(hashes), limit)]
}
