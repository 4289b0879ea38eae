package alert

import (
	"fmt"
	"maps"
	"slices"

	"rostrum/search/percolate"
	"rostrum/search/query"
)

// admit brings queries into the sets that are not there yet. What stands in a set and is not held does no harm, so that the sets can be
// built while the matcher goes on.
func (b *book) admit(queries compiled) error {
	missing := map[string]query.Node{}
	for _, node := range queries {
		if canonical := node.String(); !b.inSets[canonical] {
			missing[canonical] = node
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(b.fresh)+len(missing) > maxDelta {
		return b.rebuild(missing)
	}
	return b.extend(missing)
}

// extend builds the small set anew, without what is in force no more.
func (b *book) extend(missing map[string]query.Node) error {
	queries, gone := maps.Clone(missing), []string{}
	for _, canonical := range b.fresh {
		if h := b.held[canonical]; h != nil {
			queries[canonical] = h.node
		} else if missing[canonical] == nil {
			gone = append(gone, canonical)
		}
	}
	delta, err := b.build(queries)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.delta, b.fresh = delta, slices.Collect(maps.Keys(queries))
	for _, canonical := range gone {
		delete(b.inSets, canonical)
	}
	for canonical := range missing {
		b.inSets[canonical] = true
	}
	return nil
}

// rebuild makes one large set of everything.
func (b *book) rebuild(missing map[string]query.Node) error {
	queries := maps.Clone(missing)
	for canonical, h := range b.held {
		queries[canonical] = h.node
	}
	base, err := b.build(queries)
	if err != nil {
		return err
	}
	empty := percolate.NewBuilder(percolate.Options{}).Build()
	in := make(map[string]bool, len(queries))
	for canonical := range queries {
		in[canonical] = true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.base, b.delta, b.fresh, b.inSets = base, empty, nil, in
	return nil
}

func (b *book) build(queries map[string]query.Node) (*percolate.Set, error) {
	builder := percolate.NewBuilder(percolate.Options{Members: b.members})
	for canonical, node := range queries {
		if err := builder.Add(canonical, node); err != nil {
			return nil, fmt.Errorf("build set of saved queries: %w", err)
		}
	}
	return builder.Build(), nil
}
