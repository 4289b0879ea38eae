package blevestore

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// checkEvery is how many documents are read one by one between two looks at the context.
const checkEvery = 4096

// matcher matches plans against one part.
type matcher struct {
	ctx     context.Context
	part    *part
	copies  bool // every member counts by itself
	scratch []uint32
	tallies map[string]tally // of positional leaves, by their keys
	joined  map[string]*roaring.Bitmap
	budget  *budget // nil is without a bound

	scope   *roaring.Bitmap   // what matching began with
	carried map[string]uint64 // documents of the scope that carry a word, where matching has counted them
}

// budget is what one search may still read, over all parts.
type budget struct{ left atomic.Int64 }

func newBudget(most int64) *budget {
	if most < 0 {
		return nil
	}
	b := &budget{}
	b.left.Store(most)
	return b
}

// spend is called before the reading; it fails where that would be too much. All parts together spend the same whatever their order.
func (b *budget) spend(cost int64) error {
	if b != nil && b.left.Add(-cost) < 0 {
		return errDear()
	}
	return nil
}

// docs lists the documents of a bitmap, good until the next call.
func (m *matcher) docs(b *roaring.Bitmap) []uint32 {
	m.scratch = appendDocs(m.scratch[:0], b)
	return m.scratch
}

// placeReader reads the positions of one term, document after document.
type placeReader struct {
	it        segment.PostingsIterator
	packed    *packedReader // instead of it
	positions []uint32
}

// places opens a term's positions for the documents of only, in which it must occur.
func (m *matcher) places(dict segment.TermDictionary, field, term string, only *roaring.Bitmap) (*placeReader, error) {
	if data := m.part.packedTerm(field, term, int64(only.GetCardinality())); data != nil {
		return &placeReader{packed: &packedReader{data: data}}, nil
	}
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("read postings %s: %w", term, err)
	}
	it := list.Iterator(true, true, true, nil)
	if direct, ok := it.(segment.OptimizablePostingsIterator); ok && direct.ActualBitmap() != nil {
		direct.ReplaceActual(only)
	}
	return &placeReader{it: it}, nil
}

// at gives the positions in a document, good until the next call. Documents are asked for in ascending order.
func (r *placeReader) at(doc uint32) (run, error) {
	if r.packed != nil {
		return run{body: r.packed.at(doc)}, nil
	}
	posting, err := r.it.Advance(uint64(doc))
	if err != nil {
		return run{}, fmt.Errorf("read positions: %w", err)
	}
	if posting == nil || posting.Number() != uint64(doc) {
		return run{}, nil
	}
	r.take(posting)
	return run{list: r.positions}, nil
}

// take reads the positions of a posting.
func (r *placeReader) take(posting segment.Posting) {
	r.positions = r.positions[:0]
	for _, l := range posting.Locations() {
		at := uint32(l.Pos())
		r.positions = append(r.positions, at)
		for _, distance := range l.ArrayPositions() {
			at += uint32(distance)
			r.positions = append(r.positions, at)
		}
	}
}
