package percolate

import "rostrum/search/analysis"

const (
	maxSieved = 1 << 12 // leaves of a set that most words of a text pass by
	beginning = 2       // bytes of a prefix that are looked at
)

// sieve holds what the words must be that make something present in a set of few leaves: most words of a text are none of them, and need no
// more than a look at their sums.
type sieve struct {
	words    analysis.Sieve
	prefixes bool
	begins   bitset // by the first two bytes of prefixes
}

// newSieve reads the leaves of a lexicon for one language; nil where they are too many, or a prefix is too short to look for.
func newSieve(l *lexicon, language string) *sieve {
	if len(l.ids) > maxSieved || l.shortest < beginning {
		return nil
	}
	s := &sieve{prefixes: l.prefixes, begins: newBitset(1 << (8 * beginning))}
	for of := range l.ids {
		switch of.kind {
		case wordLeaf:
			s.words.Add(analysis.Stem(of.text, language))
		case prefixLeaf:
			s.begins.add(begin(of.text))
		default:
			s.words.Add(of.text)
		}
	}
	return s
}

func begin(word string) uint32 { return uint32(word[0]) | uint32(word[1])<<8 }

// passes says whether a token may make something present.
func (s *sieve) passes(t *analysis.Token) bool {
	return s.words.May(t.Sum) || s.words.May(t.StemSum) || s.prefixes && len(t.Term) >= beginning && s.begins.has(begin(t.Term))
}
