package blevestore

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// Scan calls visit with each match, whole, from one state of the index, until visit returns an error, which Scan returns. It holds
// one statement at a time, and one bitmap of matches a segment.
func (s *Store) Scan(ctx context.Context, q query.Node, copies bool, visit func(*statement.Statement) error) error {
	sel, err := s.Select(ctx, q, copies)
	if err != nil {
		return err
	}
	defer sel.Close()
	return sel.Each(ctx, func(r search.Stored) error {
		st, err := r.Decode(true)
		if err != nil {
			return err
		}
		return visit(st)
	})
}

// selection is what a query matches in one snapshot: one bitmap a part.
type selection struct {
	snap    *snapshot
	matched []*roaring.Bitmap
	total   int
	view    view
}

// Select takes what matches in the present state of the index. Its memory is one bitmap of matches a segment.
func (s *Store) Select(ctx context.Context, q query.Node, copies bool) (search.Selection, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	sel := &selection{snap: snap, view: view(copies)}
	if err := sel.match(ctx, &s.options, q, copies); err != nil {
		return nil, closed(snap, fmt.Errorf("select: %w", ended(err)))
	}
	return sel, nil
}

func (s *selection) match(ctx context.Context, o *Options, q query.Node, copies bool) error {
	c := compiler{options: o, snap: s.snap}
	plan, err := c.compile(q)
	if err != nil {
		return err
	}
	if _, s.matched, err = s.snap.match(ctx, plan, copies); err != nil {
		return err
	}
	for _, b := range s.matched {
		s.total += int(b.GetCardinality())
	}
	return nil
}

// Total is the number of matches.
func (s *selection) Total() int { return s.total }

// Each visits the matches in the order of the segments and of the documents in them.
func (s *selection) Each(ctx context.Context, visit func(search.Stored) error) error {
	for i, p := range s.snap.parts {
		if err := visitDocs(p, s.matched[i], visitStored(ctx, s.view, visit)); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
	}
	return nil
}

// Members visits the members of a group.
func (s *selection) Members(ctx context.Context, group string, visit func(search.Stored) error) error {
	return s.snap.withTerm(ctx, fieldGroup, group, visitStored(ctx, asItself, visit))
}

// Close gives the snapshot back.
func (s *selection) Close() error { return s.snap.close() }

// closed closes a snapshot that is not needed any more, for err.
func closed(snap *snapshot, err error) error {
	_ = snap.close() // err says what matters
	return err
}
