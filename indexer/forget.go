package indexer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"rostrum/indexer/copies"
	"rostrum/internal/statement"
)

// Forget removes statements with all their revisions from a store; ids that are not stored are passed over. What a group loses by it,
// its lead too, the group's other members make good. Nobody else may write to the store meanwhile. It is idempotent, and keeps nothing from
// coming back: Tombstones do.
func (x *Indexer) Forget(ctx context.Context, store Store, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	gone, err := store.Stored(ctx, ids)
	if err != nil {
		return fmt.Errorf("forget %d statements: %w", len(ids), err)
	}
	w := Write{Forget: slices.Sorted(maps.Keys(gone))}
	if w.Position, err = store.Position(ctx); err != nil {
		return fmt.Errorf("forget %d statements: %w", len(ids), err)
	}
	g := &regrouping{b: &batch{x: x, store: store}, w: &w, at: map[string]int{},
		place: &copies.Placement{Groups: map[string]*copies.Group{}, Before: map[string][]string{}}}
	if err := g.without(ctx, w.Forget, gone); err != nil {
		return fmt.Errorf("forget %d statements: %w", len(ids), err)
	}
	if err := store.Write(ctx, w); err != nil {
		return fmt.Errorf("forget %d statements: %w", len(ids), err)
	}
	return nil
}

// without writes the groups of statements that go as they are when these are gone.
func (g *regrouping) without(ctx context.Context, ids []string, gone map[string]*statement.Statement) error {
	var groups, others []string
	for _, st := range gone {
		groups = append(groups, cmp.Or(st.Group, st.ID))
	}
	found, err := g.b.store.Groups(ctx, groups)
	if err != nil {
		return err
	}
	for id, group := range found {
		group.Members = slices.DeleteFunc(slices.Clone(group.Members), func(m string) bool { return slices.Contains(ids, m) })
		g.place.Groups[id], g.place.Before[id] = &group, group.Members
		others = append(others, group.Members...)
	}
	if g.stored, err = g.b.store.Stored(ctx, others); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(g.place.Groups)) {
		g.write(g.place.Groups[id])
	}
	return nil
}
