package blevestore

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

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
	skip    int  // matches that Each passes over
	pinned  bool // its segments are its own
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
	if _, s.matched, err = s.snap.match(ctx, plan, copies, -1); err != nil {
		return err
	}
	for _, b := range s.matched {
		s.total += int(b.GetCardinality())
	}
	return nil
}

// Total is the number of matches.
func (s *selection) Total() int { return s.total }

// Skip lets Each pass over the first n matches, without reading them.
func (s *selection) Skip(n int) { s.skip = n }

// Each visits the matches in the order of the segments and of the documents in them.
func (s *selection) Each(ctx context.Context, visit func(search.Stored) error) error {
	if s.view == asItself {
		visit = s.counted(visit)
	}
	skip := s.skip
	for i, p := range s.snap.parts {
		docs := s.matched[i]
		n := int(docs.GetCardinality())
		if skip >= n {
			skip -= n
			continue
		}
		if skip > 0 {
			first, err := docs.Select(uint32(skip))
			if err != nil {
				return fmt.Errorf("scan: %w", err)
			}
			docs = docs.Clone()
			docs.RemoveRange(0, uint64(first))
			skip = 0
		}
		if err := visitDocs(p, docs, visitStored(ctx, s.view, visit)); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
	}
	return nil
}

// maxCounted bounds the groups whose size is remembered.
const maxCounted = 10_000

// noCopies is how the head of a statement that stands for itself alone is stored: its group may have others all the same, which change
// without it.
var noCopies, groupKey = []byte(`,"copies":0,`), []byte(`,"group":"`)

// counted puts the number of other members into the heads of statements that are shown as themselves. Neither key can stand within a
// string of the head: a quotation mark has a backslash before it there.
func (s *selection) counted(visit func(search.Stored) error) func(search.Stored) error {
	sizes := map[string]int{}
	var head []byte
	return func(stored search.Stored) error {
		from, at := bytes.Index(stored.Head, groupKey), bytes.LastIndex(stored.Head, noCopies)
		if from < 0 || at < 0 {
			return visit(stored)
		}
		group, _, _ := bytes.Cut(stored.Head[from+len(groupKey):], []byte{'"'})
		n, known := sizes[string(group)]
		if !known {
			var err error
			if n, err = s.snap.groupMembers(string(group)); err != nil {
				return err
			}
			if len(sizes) >= maxCounted {
				clear(sizes)
			}
			sizes[string(group)] = n
		}
		if n > 1 {
			head = strconv.AppendInt(append(head[:0], stored.Head[:at+len(noCopies)-2]...), int64(n-1), 10)
			stored.Head = append(head, stored.Head[at+len(noCopies)-1:]...)
			head = stored.Head
		}
		return visit(stored)
	}
}

// Members visits the members of a group.
func (s *selection) Members(ctx context.Context, group string, visit func(search.Stored) error) error {
	return s.snap.withTerm(ctx, fieldGroup, group, visitStored(ctx, asItself, visit))
}

// Close gives the snapshot back.
func (s *selection) Close() error {
	if s.pinned {
		return s.snap.closeParts()
	}
	return s.snap.close()
}

// closed closes a snapshot that is not needed any more, for err.
func closed(snap *snapshot, err error) error {
	_ = snap.close() // err says what matters
	return err
}
