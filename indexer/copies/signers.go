package copies

import (
	"encoding/binary"
	"slices"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

const (
	maxSigners = 48
	// signBands is how many keys the signatories of a letter have, each made of the smallest of them in two orders: of two lists of which nine in
	// ten are common, 999 in 1,000 share a key.
	signBands  = 4
	minSigners = 3
)

// The kinds of keys, in the bits above their hashes.
const (
	keyText = uint64(0) << 48
	keySign = uint64(1) << 48
)

// sign notes the signatories.
func (f *Fingerprint) sign(actors []statement.Actor) {
	var ids []uint64
	for i := range actors {
		if actors[i].Role == statement.Signatory {
			ids = append(ids, hashOf(actors[i].ID))
			f.Signers = append(f.Signers, short(ids[len(ids)-1]))
		}
	}
	f.Signers = ascending(f.Signers, len(f.Signers))
	f.Signed = len(f.Signers)
	f.Signers = f.Signers[:min(len(f.Signers), maxSigners)]
	if f.Signed < minSigners {
		return
	}
	for band := range uint64(signBands) {
		key := band
		for order := range uint64(2) {
			smallest := ^uint64(0)
			for _, id := range ids {
				smallest = min(smallest, mix(id+band*2+order+1))
			}
			key = mix(key*0x9e3779b97f4a7c15 + smallest)
		}
		f.keys = append(f.keys, key&(1<<48-1)|keySign)
	}
}

// Keys gives the terms under which the index keeps the fingerprint: 7 bytes each, those of the text first. A fingerprint that was
// decoded has none.
func (f *Fingerprint) Keys() []string {
	keys := make([]string, 0, len(f.keys))
	for _, k := range f.keys {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], k)
		keys = append(keys, string(b[1:]))
	}
	return keys
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

// SignatoriesKey says whether a key is made of signatories rather than of the text.
func SignatoriesKey(key string) bool { return key != "" && key[0] == byte(keySign>>48) }
