package blevestore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Positions of common words, packed. Bleve gives positions at some 300 ns a document and word; a phrase of words that stand in most
// statements reads millions of them. So the words that stand in one of commonPart documents of a large segment have their positions
// in its column file as well: document after document, each as the distance to the document before, the length of what follows in bytes,
// and the distances between the positions, all of them varints. They are read at some 2 ns a position.
const (
	commonPart = 16

	sectionPlaces     = "places"
	sectionPlaceIndex = "places.index"
)

// placePacker packs the positions of one term, document after document.
type placePacker struct {
	before       uint32
	record, body []byte
}

// pack gives a record that is good until the next one is packed.
func (p *placePacker) pack(doc uint32, positions []uint32) []byte {
	p.body = p.body[:0]
	last := uint32(0)
	for _, at := range positions {
		p.body = binary.AppendUvarint(p.body, uint64(at-last))
		last = at
	}
	p.record = binary.AppendUvarint(p.record[:0], uint64(doc-p.before))
	p.record = binary.AppendUvarint(p.record, uint64(len(p.body)))
	p.record = append(p.record, p.body...)
	p.before = doc
	return p.record
}

// filePlaces writes the positions of the common words, and of their pairs.
func (p *part) filePlaces(w *columnWriter, stop <-chan struct{}) error {
	terms, err := p.commonTerms(fieldWords)
	if err != nil {
		return err
	}
	index, err := w.lists(sectionPlaces, sectionPlaceIndex, terms, stop, p.packPlaces)
	if err != nil || w.err != nil {
		return err
	}
	return p.filePairs(w, index, stop)
}

var errStopped = errors.New("the store closes")

// commonTerms are the terms of a field that stand in many documents of the part.
func (p *part) commonTerms(field string) ([]string, error) {
	dict, err := p.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("read dictionary %s: %w", field, err)
	}
	it := termIterator(dict, nil, nil) // its counts are wrong after a term that one document carries
	var terms []string
	var list segment.PostingsList
	for entry, err := it.Next(); entry != nil || err != nil; entry, err = it.Next() {
		if err != nil {
			return nil, fmt.Errorf("walk dictionary %s: %w", field, err)
		}
		if list, err = dict.PostingsList([]byte(entry.Term), nil, list); err != nil {
			return nil, fmt.Errorf("read postings %s: %w", entry.Term, err)
		}
		if list.Count()*commonPart >= p.Count() {
			terms = append(terms, entry.Term)
		}
	}
	return terms, nil
}

// packPlaces writes the positions of one term in all documents, deleted ones too.
func (p *part) packPlaces(out io.Writer, term string) (docs int, err error) {
	dict, err := p.Dictionary(fieldWords)
	if err != nil {
		return docs, fmt.Errorf("read dictionary %s: %w", fieldWords, err)
	}
	postings, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return docs, fmt.Errorf("read postings %s: %w", term, err)
	}
	it := postings.Iterator(true, true, true, nil)
	r := placeReader{it: it}
	var pack placePacker
	for {
		posting, err := it.Next()
		if err != nil {
			return docs, fmt.Errorf("read positions: %w", err)
		}
		if posting == nil {
			return docs, nil
		}
		r.take(posting)
		record := pack.pack(uint32(posting.Number()), r.positions)
		if _, err := out.Write(record); err != nil {
			return docs, err
		}
		docs++
	}
}

// packed gives the packed positions of a part; nil where none are filed, or what is filed is damaged: bleve has them all.
func (p *part) packed() filedLists {
	lists, _ := p.columns.places.get(func() (filedLists, error) {
		lists := filedLists{}
		if f := p.columns.file.Load(); f == nil || lists.read(f, sectionPlaces, sectionPlaceIndex) != nil || lists.read(f, sectionPairs, sectionPairIndex) != nil {
			return nil, nil //nolint:nilerr // remembered as none
		}
		return lists, nil
	})
	return lists
}

// packedReader reads packed positions, document after document.
type packedReader struct {
	data  []byte // what comes after body
	doc   uint32 // whose positions body are
	body  []byte
	begun bool
}

// next goes on to the next document, if there is one.
func (r *packedReader) next() bool {
	r.begun = true
	distance, n := uvarint(r.data)
	if n <= 0 {
		return false
	}
	length, m := uvarint(r.data[n:])
	if m <= 0 || int(length) > len(r.data)-n-m {
		return false
	}
	r.doc += distance
	r.body = r.data[n+m : n+m+int(length)]
	r.data = r.data[n+m+int(length):]
	return true
}

// at gives the packed positions in a document; none where the term does not stand. Documents are asked for in ascending order.
func (r *packedReader) at(doc uint32) []byte {
	for !r.begun || r.doc < doc {
		if !r.next() {
			return nil
		}
	}
	if r.doc != doc {
		return nil
	}
	return r.body
}

// run reads the positions of one term in one document, ascending: packed, or a list.
type run struct {
	at   uint32 // the position that next came to
	read int    // how much of body or list was read
	body []byte
	list []uint32
}

// size orders runs by how much there is to read.
func (r *run) size() int { return len(r.body) + len(r.list) }

// next goes on to the next position, if there is one.
func (r *run) next() bool { return r.seek(r.at + 1) }

// seek goes on to the first position at or after want, if there is one. This is where most of the time of a phrase goes.
func (r *run) seek(want uint32) bool {
	at, i, body := r.at, r.read, r.body
	for at < want && i < len(body) {
		if b := body[i]; b < 0x80 {
			at += uint32(b)
			i++
			continue
		}
		distance, n := binary.Uvarint(body[i:])
		if n <= 0 {
			break
		}
		at += uint32(distance)
		i += n
	}
	for at < want && i < len(r.list) {
		at = r.list[i]
		i++
	}
	r.at, r.read = at, i
	return at >= want
}

// keep keeps those of the ascending starts that have a position at an offset from them.
func (r *run) keep(starts []uint32, offset uint32) []uint32 {
	kept := starts[:0]
	for _, start := range starts {
		if !r.seek(start + offset) {
			return kept
		}
		if r.at == start+offset {
			kept = append(kept, start)
		}
	}
	return kept
}

// uvarint reads a number of 32 bits, mostly of one byte.
func uvarint(b []byte) (uint32, int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint32(b[0]), 1
	}
	v, n := binary.Uvarint(b)
	return uint32(v), n
}

// What reading costs, roughly, in nanoseconds of one core; a budget is spent in it.
const (
	costPairByte  = 13  // of a phrase that is one pair, with the document it is for
	leastRecord   = 3   // bytes of a document in a packed list
	costRecord    = 16  // a document whose packed positions are looked up
	costCandidate = 30  // a document whose positions are compared
	costPosting   = 300 // a document and word whose positions bleve gives
)

// readCost reckons what it takes to read the positions of a term in so many candidates.
func (p *part) readCost(field, term string, candidates int64) int64 {
	if data := p.packedTerm(field, term, candidates); data != nil {
		return p.packedCost(data, candidates)
	}
	return candidates * costPosting
}

// packedCost reckons what it takes to read packed positions: half a nanosecond for a byte that is skipped, two for one of a candidate.
func (p *part) packedCost(data []byte, candidates int64) int64 {
	bytes := int64(len(data))
	return candidates*costRecord + bytes/2 + bytes*3/2*candidates/max(candidates, int64(p.Count()))
}

// placesCost reckons what it takes to compare the positions of units in so many candidates.
func (p *part) placesCost(field string, units []unit, candidates int64) int64 {
	cost := candidates * costCandidate
	for _, u := range units {
		cost += p.readCost(field, u.term, candidates)
	}
	return cost
}

// packedTerm gives the packed positions of a term where reading them all is worth it for so many candidates.
func (p *part) packedTerm(field, term string, candidates int64) []byte {
	if field != fieldWords {
		return nil
	}
	data := p.packed().get(term)
	if int64(len(data)) > candidates*costPosting { // which is read at a byte a nanosecond where few of them are wanted
		return nil
	}
	return data
}
