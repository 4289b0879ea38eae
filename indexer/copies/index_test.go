package copies

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// shelf is an Index in memory.
type shelf struct {
	statements map[string]*Statement
	keys       map[string][]uint64
	byKey      map[uint64]map[string]bool
	groups     map[string]*Group
	translates map[string]string
}

func newShelf() *shelf {
	return &shelf{map[string]*Statement{}, map[string][]uint64{}, map[uint64]map[string]bool{}, map[string]*Group{}, map[string]string{}}
}

func (s *shelf) Candidates(_ context.Context, of []*Fingerprint, skip []string) ([][]Statement, error) {
	all := make([][]Statement, len(of))
	for i, f := range of {
		shared := map[string]int{}
		for _, k := range slices.Concat(f.keys, f.around) {
			for id := range s.byKey[k] {
				if id != skip[i] {
					shared[id]++
				}
			}
		}
		ids := make([]string, 0, len(shared))
		for id := range shared {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b string) int { return cmp.Or(shared[b]-shared[a], strings.Compare(a, b)) })
		for _, id := range ids[:min(len(ids), MaxCandidates)] {
			all[i] = append(all[i], *s.statements[id])
		}
	}
	return all, nil
}

func (s *shelf) Groups(_ context.Context, ids []string) (map[string]Group, error) {
	found := map[string]Group{}
	for _, id := range ids {
		if g := s.groups[id]; g != nil && len(g.Members) > 0 {
			found[id] = *g
			continue
		}
		for _, g := range s.groups {
			if len(g.Members) > 0 && slices.Contains(g.Merged, id) {
				found[id] = *g
			}
		}
	}
	return found, nil
}

// take stores what a batch of arrivals came to.
func (s *shelf) take(arrivals []Arrival, p *Placement) {
	for i := range arrivals {
		st := arrivals[i].Statement
		s.unkey(st.ID)
		s.statements[st.ID], s.keys[st.ID] = &st, st.Print.keys
		for _, k := range st.Print.keys {
			if s.byKey[k] == nil {
				s.byKey[k] = map[string]bool{}
			}
			s.byKey[k][st.ID] = true
		}
	}
	for id, g := range p.Groups {
		s.groups[id] = g
		for _, m := range g.Members {
			s.statements[m].Group = id
			if g.Said == nil {
				g.Said = map[string]time.Time{}
			}
			g.Said[m] = s.statements[m].Said
		}
	}
	for id, of := range p.Translations {
		s.translates[id] = of
	}
}

func (s *shelf) forget(id string) {
	g := s.groups[s.statements[id].Group]
	g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m string) bool { return m == id })
	delete(s.statements, id)
	s.unkey(id)
}

func (s *shelf) unkey(id string) {
	for _, k := range s.keys[id] {
		delete(s.byKey[k], id)
	}
	delete(s.keys, id)
}
