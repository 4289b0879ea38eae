package percolate

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"rostrum/search/analysis"
)

// lexicon finds the leaves that a token makes present.
type lexicon struct {
	ids      map[leaf]uint32
	values   [fields]map[string]uint32 // of ids those of values, which are looked up by every statement
	words    []wordEntry               // each word that some query looks for, as typed and folded
	prefixes bool
	shortest int // bytes of the shortest prefix
	longest  int
	url      bool // some leaf looks at the URL
}

type wordEntry struct {
	text  string
	field field
	id    uint32
}

func newLexicon() lexicon { return lexicon{ids: map[leaf]uint32{}, shortest: math.MaxInt} }

// add takes in a leaf that is not there yet.
func (l *lexicon) add(of leaf, id uint32) {
	l.ids[of] = id
	l.url = l.url || of.field == urlField
	switch of.kind {
	case valueLeaf:
		if of.field < fields {
			if l.values[of.field] == nil {
				l.values[of.field] = map[string]uint32{}
			}
			l.values[of.field][of.text] = id
		}
	case wordLeaf:
		l.words = append(l.words, wordEntry{of.text, of.field, id})
	case prefixLeaf:
		l.prefixes = true
		l.shortest = min(l.shortest, len(of.text))
		l.longest = max(l.longest, len(of.text))
	}
}

// present visits the leaves of a field that the term of a token makes present, but for words and standing leaves.
func (l *lexicon) present(f field, term string, visit func(uint32)) {
	if id, ok := l.ids[leaf{termLeaf, f, term}]; ok {
		visit(id)
	}
	if !l.prefixes {
		return
	}
	for i := l.shortest; i <= len(term) && i <= l.longest; i++ {
		if i < len(term) && !utf8.RuneStart(term[i]) {
			continue
		}
		if id, ok := l.ids[leaf{prefixLeaf, f, term[:i]}]; ok {
			visit(id)
		}
	}
}

// value gives the leaf of a value; false if no query asks for it.
func (l *lexicon) value(f field, value string) (uint32, bool) {
	if f >= fields {
		return none, false
	}
	id, ok := l.values[f][value]
	return id, ok
}

// standing gives the leaf that keeps the positions of a term; none if no query wants them.
func (l *lexicon) standing(f field, term string) uint32 {
	if id, ok := l.ids[leaf{standingLeaf, f, term}]; ok {
		return id
	}
	return none
}

// stems finds the words of a lexicon by their stem in one language. It keeps hashes, and asks again for the stem of what it finds.
type stems struct {
	language string
	words    []wordEntry
	seed     maphash.Seed
	byHash   []hashed // sorted
}

type hashed struct{ hash, word uint32 }

func newStems(words []wordEntry, language string) *stems {
	s := &stems{language: language, words: words, seed: maphash.MakeSeed(), byHash: make([]hashed, len(words))}
	for i, w := range words {
		s.byHash[i] = hashed{s.hash(analysis.Stem(w.text, language)), uint32(i)}
	}
	slices.SortFunc(s.byHash, func(a, b hashed) int { return cmp.Compare(a.hash, b.hash) })
	return s
}

func (s *stems) hash(stem string) uint32 { return uint32(maphash.String(s.seed, stem)) }

// find visits the words with a stem.
func (s *stems) find(stem string, visit func(wordEntry)) {
	h := s.hash(stem)
	at, _ := slices.BinarySearchFunc(s.byHash, h, func(x hashed, h uint32) int { return cmp.Compare(x.hash, h) })
	for ; at < len(s.byHash) && s.byHash[at].hash == h; at++ {
		if w := s.words[s.byHash[at].word]; analysis.Stem(w.text, s.language) == stem {
			visit(w)
		}
	}
}

// stemmed makes the stems of each language when they are first asked for.
func stemmed(words []wordEntry) map[string]func() *stems {
	byLanguage := map[string]func() *stems{}
	for _, language := range append(analysis.Languages(), "") {
		byLanguage[language] = sync.OnceValue(func() *stems { return newStems(words, language) })
	}
	return byLanguage
}
