package blevestore

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
)

// snapshot is one state of the index. Bitmaps and terms read from it lie in mapped files: none may outlive close.
type snapshot struct {
	index *scorch.IndexSnapshot
	cache *columnCache
	keep  *keeper
	parts []*part
}

// part is one segment of a snapshot: documents numbered from 0, of which some are deleted.
type part struct {
	segment.Segment
	deleted *roaring.Bitmap // nil for none
	columns *columns
	id      uint64
	path    string // of its file; empty while it is in memory
}

// snapshot takes the present state; the caller closes it.
func (s *Store) snapshot() (*snapshot, error) {
	snap, news, err := s.snapshotWithNews()
	if news {
		s.wantWarm()
	}
	return snap, err
}

// snapshotWithNews also says whether the state has segments that no snapshot had before.
func (s *Store) snapshotWithNews() (snap *snapshot, news bool, err error) {
	now := s.now.Load()
	reader, err := now.scorch.Reader()
	if err != nil {
		return nil, false, fmt.Errorf("read index %s: %w", now.dir, err)
	}
	index, ok := reader.(*scorch.IndexSnapshot)
	if !ok || index == nil {
		if s.now.Load() != now { // another generation has taken its place meanwhile
			return s.snapshotWithNews()
		}
		return nil, false, closedFault()
	}
	snap = &snapshot{index: index, cache: &now.columns, keep: &s.kept}
	for _, seg := range index.Segments() {
		p := &part{Segment: seg.Segment(), deleted: seg.Deleted(), id: seg.Id()}
		if persisted, ok := p.Segment.(segment.PersistedSegment); ok {
			p.path = persisted.Path()
		}
		made := false
		p.columns, made = now.columns.hold(seg.Id(), func(c *columns) { s.openFiled(now, p, c) })
		news = news || made
		snap.parts = append(snap.parts, p)
	}
	now.columns.keep(index.Segments())
	return snap, news, nil
}

func closedFault() error {
	return fault.New(fault.Transient, "the index is closed", "try again when the server has started")
}

// close gives the state back, once.
func (s *snapshot) close() error {
	for _, p := range s.parts {
		s.cache.release(p.columns)
	}
	s.parts = nil
	return s.index.Close()
}

// each visits the parts, a few at once, until one fails or ctx ends.
func (s *snapshot) each(ctx context.Context, visit func(ctx context.Context, i int, p *part) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range s.parts {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return visit(ctx, i, p)
		})
	}
	return group.Wait()
}

// find gives where the live documents of these ids stand.
func (s *snapshot) find(ctx context.Context, ids []string, visit func(p *part, doc uint32) error) error {
	for _, p := range s.parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		docs, err := p.DocNumbers(ids)
		if err != nil {
			return fmt.Errorf("find documents: %w", err)
		}
		if err := visitDocs(p, p.live(docs), visit); err != nil {
			return err
		}
	}
	return nil
}

// withTerm visits the live documents that carry a term.
func (s *snapshot) withTerm(ctx context.Context, field, term string, visit func(p *part, doc uint32) error) error {
	for _, p := range s.parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		docs, err := p.union(field, []string{term})
		if err != nil {
			return err
		}
		if err := visitDocs(p, docs, visit); err != nil {
			return err
		}
	}
	return nil
}

func visitDocs(p *part, docs *roaring.Bitmap, visit func(p *part, doc uint32) error) error {
	for it := docs.Iterator(); it.HasNext(); {
		if err := visit(p, it.Next()); err != nil {
			return err
		}
	}
	return nil
}

// live takes the deleted documents out of docs, which it may change.
func (p *part) live(docs *roaring.Bitmap) *roaring.Bitmap {
	if p.deleted != nil {
		docs.AndNot(p.deleted)
	}
	return docs
}

// manyTerms is from how many terms on their documents are gathered in a plain bit set.
const manyTerms = 16

// union gives the live documents that carry any of the terms. The caller owns the bitmap.
func (p *part) union(field string, terms []string) (*roaring.Bitmap, error) {
	dict, err := p.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("read dictionary %s: %w", field, err)
	}
	if len(terms) >= manyTerms {
		return p.unionOfMany(dict, terms)
	}
	docs := roaring.New()
	var list segment.PostingsList
	for _, term := range terms {
		if list, err = orTerm(docs, dict, term, list); err != nil {
			return nil, err
		}
	}
	return p.live(docs), nil
}

// unionOfMany gathers documents in a plain bit set: joining bitmaps one by one takes longer the more there are.
func (p *part) unionOfMany(dict segment.TermDictionary, terms []string) (_ *roaring.Bitmap, err error) {
	bits := make([]uint64, (p.Count()+63)/64)
	one := roaring.New()
	var docs []uint32
	var list segment.PostingsList
	for _, term := range terms {
		one.Clear()
		if list, err = orTerm(one, dict, term, list); err != nil {
			return nil, err
		}
		docs = appendDocs(docs[:0], one)
		for _, d := range docs {
			bits[d/64] |= 1 << (d % 64)
		}
	}
	return p.live(roaring.FromDense(bits, false)), nil
}

// orTerm adds the documents of a term, deleted ones too. It gives the list back, to be used again.
func orTerm(docs *roaring.Bitmap, dict segment.TermDictionary, term string, list segment.PostingsList) (segment.PostingsList, error) {
	list, err := dict.PostingsList([]byte(term), nil, list)
	if err != nil {
		return nil, fmt.Errorf("read postings %s: %w", term, err)
	}
	joinable, ok := list.(interface{ OrInto(*roaring.Bitmap) })
	if !ok {
		return nil, fmt.Errorf("read postings %s: no bitmap in %T", term, list)
	}
	joinable.OrInto(docs)
	return list, nil
}

// ended gives the end of a context its kind.
func ended(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &fault.Error{Kind: fault.Transient, What: "the query took longer than it may",
			Remedy: "narrow it by a period, an actor or a topic, or ask for fewer facets", Position: -1, Err: err}
	case errors.Is(err, context.Canceled):
		return fault.As(fault.Canceled, err)
	}
	return err
}
