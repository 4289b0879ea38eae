package blevestore

import (
	"bytes"

	index "github.com/blevesearch/bleve_index_api"

	"rostrum/search/analysis"
)

const (
	// textBase is where positions of the text begin in fieldWords; the title's are below. The gap between the longest title and
	// textBase is wider than any near-query.
	textBase      = 4096
	maxTitleWords = 2048
	// titleWeight is how many words of the text a word of the title is worth.
	titleWeight = 3
)

// field is one field of a document, whose terms were made by the caller. The index calls Analyze on a goroutine of its own.
type field struct {
	name    string
	options index.FieldIndexingOptions
	stored  []byte
	build   func() (terms index.TokenFrequencies, length int)
	terms   index.TokenFrequencies
	length  int
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.stored }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Options() index.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return f.length }
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }
func (f *field) NumPlainTextBytes() uint64                        { return uint64(len(f.stored)) }

// Analyze makes the terms. It is idempotent.
func (f *field) Analyze() {
	if f.terms == nil && f.build != nil {
		f.terms, f.length = f.build()
	}
}

func storedField(name string, value []byte) *field {
	return &field{name: name, options: index.StoreField, stored: value}
}

// keywordField holds exact values. A length of 1 makes the index keep a value of one document within its dictionary.
func keywordField(name string, values ...string) *field {
	return &field{name: name, options: index.IndexField, build: func() (index.TokenFrequencies, int) {
		terms := make(index.TokenFrequencies, len(values))
		for _, v := range values {
			if _, ok := terms[v]; !ok && v != "" {
				terms[v] = single(v)
			}
		}
		return terms, 1
	}}
}

func single(term string) *index.TokenFreq {
	tf := &index.TokenFreq{Term: []byte(term)}
	tf.SetFrequency(1)
	return tf
}

// wordsField holds words as written with their positions: of each term one location, with the first position, and the distance
// to each next one as array positions. That is a third of the bytes of a location for each.
func wordsField(name string, title, text []analysis.Token) *field {
	return &field{name: name, options: index.IndexField | index.IncludeTermVectors, build: func() (index.TokenFrequencies, int) {
		p := newPlaces(len(title) + len(text))
		for _, t := range title {
			if t.Position < maxTitleWords {
				p.add(t.Term, int(t.Position))
			}
		}
		for _, t := range text {
			p.add(t.Term, textBase+int(t.Position))
		}
		return p.done(), 1
	}}
}

// places gathers the positions of terms, in slabs: a document has hundreds of them.
type places struct {
	terms     index.TokenFrequencies
	freqs     []index.TokenFreq
	locations []index.TokenLocation
	pointers  []*index.TokenLocation
}

func newPlaces(tokens int) *places {
	return &places{terms: make(index.TokenFrequencies, tokens/2)}
}

// add adds a position. Until done, a location's End is the last position.
func (p *places) add(term string, position int) {
	tf, seen := p.terms[term]
	if !seen {
		loc := slab(&p.locations)
		loc.Position, loc.End = position, position
		*slab(&p.pointers) = loc
		n := len(p.pointers)
		tf = slab(&p.freqs)
		tf.Term, tf.Locations = []byte(term), p.pointers[n-1:n:n]
		tf.SetFrequency(1)
		p.terms[term] = tf
		return
	}
	if loc := tf.Locations[0]; position > loc.End {
		loc.ArrayPositions = append(loc.ArrayPositions, uint64(position-loc.End))
		loc.End = position
	}
}

func (p *places) done() index.TokenFrequencies {
	for _, tf := range p.terms {
		tf.Locations[0].End = 0
	}
	return p.terms
}

// slab gives one more value of a slab, and begins a new one where it is full: values never move.
func slab[T any](s *[]T) *T {
	if len(*s) == cap(*s) {
		*s = make([]T, 0, 128)
	}
	*s = (*s)[:len(*s)+1]
	return &(*s)[len(*s)-1]
}

// stemsField holds the stems of the title, which weigh titleWeight, and of the text, under their language. Its length is the
// weighted number of words.
func stemsField(name, language string, title, text []analysis.Token) *field {
	return &field{name: name, options: index.IndexField, build: func() (index.TokenFrequencies, int) {
		terms := make(index.TokenFrequencies, (len(title)+len(text))/2)
		var freqs []index.TokenFreq
		key := append([]byte(language), ':')
		prefix := len(key)
		add := func(stem string, weight int) {
			key = append(key[:prefix], stem...)
			tf, seen := terms[string(key)]
			if !seen {
				tf = slab(&freqs)
				tf.Term = bytes.Clone(key)
				terms[string(key)] = tf
			}
			tf.SetFrequency(tf.Frequency() + weight)
		}
		for _, t := range title {
			add(t.Stem, titleWeight)
		}
		for _, t := range text {
			add(t.Stem, 1)
		}
		return terms, max(1, titleWeight*len(title)+len(text))
	}}
}
