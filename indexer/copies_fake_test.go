package indexer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"rostrum/indexer/copies"
)

// Candidates compares with everything, which is what an index spares.
func (m *memory) Candidates(ctx context.Context, of []*copies.Fingerprint, skip []string) ([][]copies.Statement, error) {
	found := make([][]copies.Statement, len(of))
	for i, f := range of {
		keys := f.Keys()
		shared := map[string]int{}
		var ids []string
		for id, c := range m.copies {
			for _, k := range c.Print.Keys() {
				if id != skip[i] && slices.Contains(keys, k) {
					if shared[id]++; shared[id] == 1 {
						ids = append(ids, id)
					}
				}
			}
		}
		slices.SortFunc(ids, func(a, b string) int { return cmp.Or(shared[b]-shared[a], strings.Compare(a, b)) })
		ids = ids[:min(len(ids), copies.MaxCandidates)]
		stored, err := m.Stored(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			st := stored[id]
			found[i] = append(found[i], copies.Statement{ID: id, Group: st.Group, Said: st.Time(), Language: st.Language,
				Print: *m.copies[id].Print})
		}
	}
	return found, nil
}

func (m *memory) Groups(ctx context.Context, ids []string) (map[string]copies.Group, error) {
	found := map[string]copies.Group{}
	stored, err := m.Stored(ctx, m.all())
	if err != nil {
		return nil, err
	}
	for _, id := range m.all() {
		group := stored[id].Group
		g := found[group]
		g.ID, g.Members = group, append(g.Members, id)
		if g.Said == nil {
			g.Said = map[string]time.Time{}
		}
		g.Said[id] = stored[id].Time()
		if c := m.copies[id]; c != nil {
			g.Since = c.Since
			g.Merged = slices.Compact(slices.Sorted(slices.Values(append(g.Merged, c.Merged...))))
		}
		found[group] = g
	}
	asked := map[string]copies.Group{}
	for _, id := range ids {
		for _, g := range found {
			if g.ID == id || len(found[id].Members) == 0 && slices.Contains(g.Merged, id) {
				asked[id] = g
			}
		}
	}
	return asked, nil
}

func (m *memory) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for id := range m.statements {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
