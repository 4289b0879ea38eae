package blevestore

import (
	"context"
	"fmt"

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
	tallies map[plan]tally // of positional leaves
}

// docs lists the documents of a bitmap, good until the next call.
func (m *matcher) docs(b *roaring.Bitmap) []uint32 {
	m.scratch = appendDocs(m.scratch[:0], b)
	return m.scratch
}

// placeReader reads the positions of one term, document after document.
type placeReader struct {
	it        segment.PostingsIterator
	positions []uint32
}

// places opens a term's positions for the documents of only, in which it must occur.
func (m *matcher) places(dict segment.TermDictionary, term string, only *roaring.Bitmap) (*placeReader, error) {
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

// at gives the ascending positions in a document, good until the next call. Documents are asked for in ascending order.
func (r *placeReader) at(doc uint32) ([]uint32, error) {
	r.positions = r.positions[:0]
	posting, err := r.it.Advance(uint64(doc))
	if err != nil {
		return nil, fmt.Errorf("read positions: %w", err)
	}
	if posting == nil || posting.Number() != uint64(doc) {
		return nil, nil
	}
	for _, l := range posting.Locations() {
		at := uint32(l.Pos())
		r.positions = append(r.positions, at)
		for _, distance := range l.ArrayPositions() {
			at += uint32(distance)
			r.positions = append(r.positions, at)
		}
	}
	return r.positions, nil
}
