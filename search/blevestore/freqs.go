package blevestore

import (
	"encoding/json"
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

// freqList says where the frequencies of a stem are within their section: a byte for each document.
type freqList struct {
	At   int `json:"at"`
	Docs int `json:"docs"`
}

type freqLists struct {
	of   map[string]freqList
	data []byte
}

// fileFreqs writes the frequencies of the common stems.
func (p *part) fileFreqs(w *columnWriter, stop <-chan struct{}) error {
	terms, err := p.commonTerms(fieldStems)
	if err != nil {
		return err
	}
	index := make(map[string]freqList, len(terms))
	w.section(sectionFreqs, func(out io.Writer) error {
		at := 0
		for _, term := range terms {
			select {
			case <-stop:
				return errStopped
			default:
			}
			freqs, err := p.readFreqs(term)
			if err != nil {
				return err
			}
			if freqs == nil {
				continue
			}
			if _, err := out.Write(freqs); err != nil {
				return err
			}
			index[term] = freqList{at, len(freqs)}
			at += len(freqs)
		}
		return nil
	})
	body, err := json.Marshal(index)
	w.bytes(sectionFreqIndex, body)
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
	lists, _ := p.columns.freqs.get(func() (*freqLists, error) {
		f := p.columns.file.Load()
		if f == nil {
			return nil, nil
		}
		lists, err := readFreqLists(f)
		if err != nil {
			return nil, nil //nolint:nilerr // remembered as none
		}
		return lists, nil
	})
	if lists == nil {
		return nil
	}
	list, ok := lists.of[term]
	if !ok {
		return nil
	}
	return lists.data[list.At : list.At+list.Docs]
}

func readFreqLists(f *columnFile) (*freqLists, error) {
	index, err := f.section(sectionFreqIndex)
	if err != nil {
		return nil, err
	}
	lists := &freqLists{}
	if lists.data, err = f.section(sectionFreqs); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(index, &lists.of); err != nil {
		return nil, fmt.Errorf("read %s: %w", sectionFreqIndex, err)
	}
	for _, l := range lists.of {
		if l.At < 0 || l.Docs < 0 || l.At > len(lists.data) || l.Docs > len(lists.data)-l.At {
			return nil, errColumnFile
		}
	}
	return lists, nil
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
