package blevestore

import (
	"fmt"
	"io"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Frequencies of common stems, one byte for each document that carries one, in the order of the documents. Bleve gives a frequency at some
// 30 ns; a word that stands in most statements is scored in all of them. A stem that stands more than 255 times in a document is left to bleve.
const (
	sectionFreqs     = "freqs"
	sectionFreqIndex = "freqs.index"
	maxPackedFreq    = 255
)

// fileFreqs writes the frequencies of the common stems.
func (p *part) fileFreqs(w *columnWriter, stop <-chan struct{}) error {
	terms, err := p.commonTerms(fieldStems)
	if err != nil {
		return err
	}
	_, err = w.lists(sectionFreqs, sectionFreqIndex, terms, stop, func(out io.Writer, term string) (int, error) {
		freqs, err := p.readFreqs(term)
		if err != nil {
			return 0, err
		}
		return out.Write(freqs)
	})
	return err
}

// readFreqs gives the frequencies of a stem in all documents, deleted ones too; nil where one is too high.
func (p *part) readFreqs(term string) ([]byte, error) {
	dict, err := p.Dictionary(fieldStems)
	if err != nil {
		return nil, fmt.Errorf("read dictionary %s: %w", fieldStems, err)
	}
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("read postings %s: %w", term, err)
	}
	it := list.Iterator(true, false, false, nil)
	var freqs []byte
	for {
		posting, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("read frequencies: %w", err)
		}
		if posting == nil {
			return freqs, nil
		}
		if posting.Frequency() > maxPackedFreq {
			return nil, nil
		}
		freqs = append(freqs, byte(posting.Frequency()))
	}
}

// packedFreqs gives the frequencies of a stem, and nil where none are filed or what is filed is damaged: bleve has them all.
func (p *part) packedFreqs(field, term string) []byte {
	if field != fieldStems {
		return nil
	}
	lists, _ := p.columns.freqs.get(func() (filedLists, error) {
		lists := filedLists{}
		if f := p.columns.file.Load(); f == nil || lists.read(f, sectionFreqs, sectionFreqIndex) != nil {
			return nil, nil //nolint:nilerr // remembered as none
		}
		return lists, nil
	})
	return lists.get(term)
}

// addPacked adds the score of a stem from its packed frequencies; false where bleve is to be asked.
func (m *matcher) addPacked(w weigher, dict segment.TermDictionary, term string, lengths, docs []uint32, scores []float64) (bool, error) {
	freqs := m.part.packedFreqs(fieldStems, term)
	if freqs == nil || len(docs)*64 < len(freqs) { // where few match, bleve skips the others
		return false, nil
	}
	carriers := roaring.New()
	if _, err := orTerm(carriers, dict, term, nil); err != nil {
		return false, err
	}
	if carriers.GetCardinality() != uint64(len(freqs)) {
		return false, nil
	}
	var buffer [1024]uint32
	for it, i := carriers.ManyIterator(), 0; ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return true, m.ctx.Err()
		}
		for j, doc := range buffer[:n] {
			for i < len(docs) && docs[i] < doc {
				i++
			}
			if i == len(docs) {
				return true, nil
			}
			if docs[i] == doc {
				scores[i] += w.score(float64(freqs[j]), lengths[doc])
			}
		}
		freqs = slices.Clip(freqs[n:])
	}
}
