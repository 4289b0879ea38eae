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
		return p.terms, 1
	}}
}

// places gathers the positions of terms, in slabs: a document has hundreds of them.
type places struct {
	terms     index.TokenFrequencies
	freqs     []index.TokenFreq
	locations []index.TokenLocation
	pointers  []*index.TokenLocation
	last      map[string]int
}

func newPlaces(tokens int) *places {
	return &places{
		terms:     make(index.TokenFrequencies, tokens),
		freqs:     make([]index.TokenFreq, 0, tokens),
		locations: make([]index.TokenLocation, 0, tokens),
		pointers:  make([]*index.TokenLocation, 0, tokens),
		last:      make(map[string]int, tokens/4),
	}
}

func (p *places) add(term string, position int) {
	tf, seen := p.terms[term]
	if !seen {
		p.locations = append(p.locations, index.TokenLocation{Position: position})
		p.pointers = append(p.pointers, &p.locations[len(p.locations)-1])
		n := len(p.pointers)
		p.freqs = append(p.freqs, index.TokenFreq{Term: []byte(term), Locations: p.pointers[n-1 : n : n]})
		tf = &p.freqs[len(p.freqs)-1]
		tf.SetFrequency(1)
		p.terms[term] = tf
		return
	}
	loc := tf.Locations[0]
	last, ok := p.last[term]
	if !ok {
		last = loc.Position
	}
	if position > last {
		loc.ArrayPositions = append(loc.ArrayPositions, uint64(position-last))
		p.last[term] = position
	}
}

// stemsField holds the stems of the title, which weigh titleWeight, and of the text, under their language. Its length is the
// weighted number of words.
func stemsField(name, language string, title, text []analysis.Token) *field {
	return &field{name: name, options: index.IndexField, build: func() (index.TokenFrequencies, int) {
		terms := make(index.TokenFrequencies, (len(title)+len(text))/2)
		freqs := make([]index.TokenFreq, 0, len(title)+len(text))
		key := append([]byte(language), ':')
		prefix := len(key)
		add := func(stem string, weight int) {
			key = append(key[:prefix], stem...)
			tf, seen := terms[string(key)]
			if !seen {
				freqs = append(freqs, index.TokenFreq{Term: bytes.Clone(key)})
				tf = &freqs[len(freqs)-1]
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
