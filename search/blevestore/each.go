package blevestore

import (
	"context"
	"encoding/json"
	"fmt"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// EachStatement visits every statement that is stored, copies too, without its text, in one state of the index. It ends with visit's error.
func (s *Store) EachStatement(ctx context.Context, visit func(*statement.Statement) error) (err error) {
	all, err := s.Select(ctx, query.All{}, true)
	if err != nil {
		return err
	}
	defer func() {
		if failed := all.Close(); err == nil {
			err = failed
		}
	}()
	return all.Each(ctx, func(stored search.Stored) error {
		st := new(statement.Statement)
		if err := json.Unmarshal(stored.Head, st); err != nil {
			return fmt.Errorf("read stored statement: %w", err)
		}
		return visit(st)
	})
}
