package copies

import (
	"encoding/binary"
	"slices"
	"time"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

const (
	maxSigners = 48
	// signBands is how many keys the signatories of a letter have, each made of the smallest of them in two orders: of two lists of which nine in
	// ten are common, 999 in 1,000 share a key.
	signBands  = 4
	minSigners = 3
	// anchorBands is the same for anchors: of two texts that have six in ten in common, 93 in 100 share a key.
	anchorBands = 6
	minAnchors  = 4 // that are no mere words
	maxOwn      = 4 // symbols and issuers that are kept of a statement
)

// The kinds of keys, in the bits above their hashes: of the text, and of what a version in another language has as well.
const (
	keyText     = uint64(0) << 48
	keyLanguage = uint64(1) << 48
	keyBits     = uint64(1)<<48 - 1
)

// sign notes who signed and issued a statement, and its symbols.
func (f *Fingerprint) sign(st *statement.Statement) {
	var ids []uint64
	for i := range st.Actors {
		switch a := &st.Actors[i]; a.Role {
		case statement.Signatory:
			ids = append(ids, hashOf(a.ID))
			f.Signers = append(f.Signers, short(ids[len(ids)-1]))
		case statement.Issuer:
			f.Issuers = append(f.Issuers, short(hashOf(a.ID)))
		}
	}
	f.Signers = ascending(f.Signers, len(f.Signers))
	f.Signed = len(f.Signers)
	f.Signers = f.Signers[:min(len(f.Signers), maxSigners)]
	f.Issuers = ascending(f.Issuers, maxOwn)
	for _, s := range st.Symbols {
		f.Symbols = append(f.Symbols, short(hashOf(s)))
		f.keys = append(f.keys, mix(hashOf(s))&keyBits|keyLanguage)
	}
	f.Symbols = ascending(f.Symbols, maxOwn)
	if f.Signed < minSigners {
		return
	}
	for band := range uint64(signBands) {
		f.keys = append(f.keys, pairKey(ids, band)|keyLanguage)
	}
}

// pairKey makes a key of a band of the smallest of some hashes in two orders.
func pairKey(hashes []uint64, band uint64) uint64 {
	key := band
	for order := range uint64(2) {
		smallest := ^uint64(0)
		for _, h := range hashes {
			smallest = min(smallest, mix(h+band*2+order+1))
		}
		key = mix(key*0x9e3779b97f4a7c15 + smallest)
	}
	return key & keyBits
}

// anchorKeys adds the keys of the anchors that are the same in all languages, each good for some days: versions in other languages are said at about
// the same time.
func (f *Fingerprint) anchorKeys(said time.Time) {
	var all []uint64
	for _, h := range f.Anchors {
		if h&anchorKind != anchorWord {
			all = append(all, mix(uint64(h)))
		}
	}
	if len(all) < minAnchors {
		return
	}
	days := said.Unix() / int64(nearNamed/time.Second)
	for band := range uint64(anchorBands) {
		pair := pairKey(all, band)
		key := func(days int64) uint64 { return (pair^mix(uint64(days)))&keyBits | keyLanguage }
		f.keys = append(f.keys, key(days))
		f.around = append(f.around, key(days-1), key(days+1))
	}
}

// Keys gives the terms under which the index keeps the fingerprint: 7 bytes each, those of the text first. A fingerprint that was
// decoded has none.
func (f *Fingerprint) Keys() []string { return terms(nil, f.keys) }

// Sought gives the terms by which the index finds what is like it: its own, and those of some days earlier and later.
func (f *Fingerprint) Sought() []string {
	return terms(terms(make([]string, 0, len(f.keys)+len(f.around)), f.keys), f.around)
}

func terms(dst []string, keys []uint64) []string {
	for _, k := range keys {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], k)
		dst = append(dst, string(b[1:]))
	}
	return dst
}

// withoutSignatories gives the tokens of a text that are no signatory's name.
func withoutSignatories(tokens []analysis.Token, st *statement.Statement) []analysis.Token {
	spans := signatorySpans(st)
	if len(spans) == 0 {
		return tokens
	}
	kept := make([]analysis.Token, 0, len(tokens))
	for _, t := range tokens {
		for len(spans) > 0 && spans[0][1] <= t.Start {
			spans = spans[1:]
		}
		if len(spans) == 0 || t.End <= spans[0][0] {
			kept = append(kept, t)
		}
	}
	return kept
}

// signatorySpans gives where the signatories stand in the text, in bytes and in order.
func signatorySpans(st *statement.Statement) [][2]int {
	var spans [][2]int
	for i := range st.Evidence {
		if e := &st.Evidence[i]; e.Finding == "signatory" && e.In == "text" && e.Start < e.End {
			spans = append(spans, [2]int{e.Start, e.End})
		}
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	next, place, runes := 0, 0, 0
	for at := range st.Text { // from code points to bytes
		for next < len(spans) && spans[next][place] <= runes {
			spans[next][place] = at
			if place++; place == 2 {
				next, place = next+1, 0
			}
		}
		runes++
	}
	for ; next < len(spans); next, place = next+1, 0 {
		for ; place < 2; place++ {
			spans[next][place] = len(st.Text)
		}
	}
	return spans
}

// LanguageKey says whether a key is made of what versions in other languages share, rather than of the text.
func LanguageKey(key string) bool { return key != "" && key[0] == byte(keyLanguage>>48) }
