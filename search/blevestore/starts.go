package blevestore

import (
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"

	"rostrum/search/analysis"
)

// A short prefix stands for thousands of words, which would be joined one by one for each query. So the beginnings of words of two and
// three letters are terms themselves: such a prefix is one posting list, and stands for all its words.
const (
	shortestStart = 2
	longestStart  = 3
)

// startsField holds the beginnings of the words, without frequencies.
func startsField(name string, title, text []analysis.Token) *field {
	return &field{name: name, options: index.IndexField | index.SkipFreqNorm, build: func() (index.TokenFrequencies, int) {
		terms := make(index.TokenFrequencies, (len(title)+len(text))/2)
		var freqs []index.TokenFreq
		for _, tokens := range [2][]analysis.Token{title, text} {
			for i := range tokens {
				for _, end := range startEnds(tokens[i].Term) {
					start := tokens[i].Term[:end]
					if _, seen := terms[start]; end > 0 && !seen {
						tf := slab(&freqs)
						tf.Term = []byte(start)
						terms[start] = tf
					}
				}
			}
		}
		return terms, 1
	}}
}

// startEnds gives where the beginnings of a word end, in bytes; 0 for one that the word has not.
func startEnds(term string) (ends [longestStart - shortestStart + 1]int) {
	letters := 0
	for i := 0; i < len(term) && letters < longestStart; letters++ {
		_, size := utf8.DecodeRuneInString(term[i:])
		i += size
		if letters+1 >= shortestStart {
			ends[letters+1-shortestStart] = i //nolint:gosec // letters < longestStart
		}
	}
	return ends
}

// isStart says whether a prefix is a term of fieldStarts.
func isStart(prefix string) bool {
	n := utf8.RuneCountInString(prefix)
	return n >= shortestStart && n <= longestStart
}
