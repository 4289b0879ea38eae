package copies

import "slices"

const (
	// leastPiece is the share of a digest that each statement in it has at least: less is an introduction, or words about who publishes.
	leastPiece = 0.22
	// mostShared is how much of a piece may be in another one: they are two statements, not two versions of one.
	mostShared = 0.25
	// mostPieces bounds how many candidates are taken for pieces.
	mostPieces = MaxCandidates
)

// digested gives the candidates that stand whole in a longer text, each in another place, when there are several such: the text is a digest of them
// and a copy of none. Versions of one statement stand in one place and count once.
func digested(st *Statement, candidates []*Statement) []*Statement {
	var pieces []*Statement
	var places [][]bool
	apart := false
	for _, c := range candidates {
		if len(pieces) == mostPieces {
			break
		}
		at, ok := pieceOf(&st.Print, &c.Print)
		if !ok {
			continue
		}
		apart = apart || slices.ContainsFunc(places, func(other []bool) bool { return !overlapping(at, other) })
		pieces, places = append(pieces, c), append(places, at)
	}
	if !apart {
		return nil
	}
	return pieces
}

// pieceOf says whether a text stands whole in a longer one, as a part of it that is no trifle, and which of the longer one's sample it has.
func pieceOf(long, short *Fingerprint) (has []bool, ok bool) {
	if short.Shingles < minShingles || short.Shingles >= long.Shingles {
		return nil, false
	}
	o := compare(short, long)
	if float64(o.common) < wholeOfShorter*float64(o.short) || float64(o.common) < leastPiece*float64(o.long) || float64(o.common) > (1-leastPiece)*float64(o.long) {
		return nil, false
	}
	in := make(map[uint32]bool, len(short.Sample))
	for _, h := range short.Sample {
		in[h] = true
	}
	has = make([]bool, len(long.Sample))
	for i, h := range long.Sample {
		has[i] = in[h]
	}
	return has, true
}

// overlapping says whether two pieces have much of the smaller one in common.
func overlapping(a, b []bool) bool {
	x, y, both := 0, 0, 0
	for i := range a {
		x, y = x+one(a[i]), y+one(b[i])
		both += one(a[i] && b[i])
	}
	return float64(both) > mostShared*float64(min(x, y))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
