package blevestore

import (
	"context"
	"fmt"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Scan calls visit with each match, whole, from one state of the index, until visit returns an error, which Scan returns. It holds
// one statement at a time, and one bitmap of matches a segment.
func (s *Store) Scan(ctx context.Context, q query.Node, copies bool, visit func(*statement.Statement) error) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.close()
	c := compiler{options: &s.options, snap: snap}
	plan, err := c.compile(q)
	if err != nil {
		return err
	}
	for _, p := range snap.parts {
		m := matcher{ctx: ctx, part: p}
		matched, err := m.matched(plan, copies)
		if err != nil {
			return fmt.Errorf("scan: %w", ended(err))
		}
		err = visitDocs(p, matched, func(p *part, doc uint32) error {
			if err := ctx.Err(); err != nil {
				return ended(err)
			}
			st, err := loadStatement(p, doc, true)
			if err != nil {
				return err
			}
			return visit(st)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
