package copies

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Arrival is a statement that came or changed. Group is the one it is stored in; empty for a new one.
type Arrival struct {
	Statement
	Capture string // the state's capture: it names a group that needs a new name
	Since   string // sorts arrivals in their order, those of all batches
}

// Placement is where a batch of arrivals leaves the groups.
type Placement struct {
	Of           []string            // the group of each arrival, when it had been placed
	Groups       map[string]*Group   // every group that was looked at, as it is now; one without members is no more
	Before       map[string][]string // the members of those groups as they are stored
	Into         map[string]string   // the group that each group of this batch became part of
	Translations map[string]string   // the group that a statement translates, for arrivals and others that are to be changed; "" for none
	Why          map[string]string   // what says so, by statement
}

// Place finds the place of arrivals, one after the other: each sees those before it as if they were stored. What comes in one batch or in several
// is placed alike.
//
// A statement joins the group of which it is a copy. One that is a whole copy of members of several makes them one, under the id of
// the group whose first member was stored first. One that is no copy any more leaves; the group keeps its id, and where that is the leaver's own, the
// leaver gets a new one. Members that only the leaver made copies of one another stay together.
func Place(ctx context.Context, index Index, arrivals []Arrival) (*Placement, error) {
	p := &placing{index: index, Placement: Placement{Groups: map[string]*Group{}, Before: map[string][]string{}, Into: map[string]string{},
		Translations: map[string]string{}, Why: map[string]string{}}, now: map[string]*Statement{},
		byKey: map[uint64][]string{}}
	prints, skip := make([]*Fingerprint, len(arrivals)), make([]string, len(arrivals))
	for i := range arrivals {
		prints[i], skip[i] = &arrivals[i].Print, arrivals[i].ID
	}
	candidates, err := index.Candidates(ctx, prints, skip)
	if err != nil {
		return nil, err
	}
	if err := p.load(ctx, arrivals, candidates); err != nil {
		return nil, err
	}
	for i := range arrivals {
		group, err := p.place(ctx, &arrivals[i], p.current(&arrivals[i], candidates[i]))
		if err != nil {
			return nil, err
		}
		p.Of = append(p.Of, group)
	}
	return &p.Placement, nil
}

// placing is the state of one batch.
type placing struct {
	Placement
	index Index
	now   map[string]*Statement // what arrivals made of statements
	byKey map[uint64][]string   // of those
}

// load reads the groups that arrivals are in and those of the statements they are copies of, at once.
func (p *placing) load(ctx context.Context, arrivals []Arrival, candidates [][]Statement) error {
	var ids []string
	for i := range arrivals {
		ids = append(ids, arrivals[i].ID)
		if arrivals[i].Group != "" {
			ids = append(ids, arrivals[i].Group)
		}
		for j := range candidates[i] {
			if kin, _ := Same(&arrivals[i].Statement, &candidates[i][j]); kin != Stranger {
				ids = append(ids, candidates[i][j].Group)
			}
		}
	}
	return p.read(ctx, ids)
}

func (p *placing) read(ctx context.Context, ids []string) error {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return p.Groups[id] != nil || p.Into[id] != "" })
	if len(ids) == 0 {
		return nil
	}
	found, err := p.index.Groups(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		g := found[id]
		if g.ID != "" && g.ID != id {
			p.Into[id] = g.ID
		} else {
			g.ID = id
		}
		if p.Groups[g.ID] == nil {
			p.Groups[g.ID], p.Before[g.ID] = &g, g.Members
		}
	}
	return nil
}

// group gives a group as it is now.
func (p *placing) group(ctx context.Context, id string) (*Group, error) {
	if p.Groups[id] == nil && p.Into[id] == "" {
		if err := p.read(ctx, []string{id}); err != nil {
			return nil, err
		}
	}
	for p.Into[id] != "" {
		id = p.Into[id]
	}
	return p.Groups[id], nil
}

// current brings the stored candidates of an arrival up to the batch: what changed is replaced, what came is added.
func (p *placing) current(a *Arrival, stored []Statement) []*Statement {
	list := make([]*Statement, 0, len(stored))
	for i := range stored {
		if p.now[stored[i].ID] == nil {
			list = append(list, &stored[i])
		}
	}
	return append(list, p.arrived(a)...)
}

// arrived gives the candidates among what arrived before in the batch, by the same measure as an Index.
func (p *placing) arrived(a *Arrival) []*Statement {
	text, language := map[string]int{}, map[string]int{}
	for _, keys := range [][]uint64{a.Print.keys, a.Print.around} {
		for _, k := range keys {
			for _, id := range p.byKey[k] {
				if id == a.ID {
					continue
				}
				if k&^keyBits == keyLanguage {
					language[id]++
				} else {
					text[id]++
				}
			}
		}
	}
	byText := slices.SortedFunc(maps.Keys(text), func(a, b string) int { return cmp.Or(text[b]-text[a], strings.Compare(a, b)) })
	byLanguage := slices.SortedFunc(maps.Keys(language), func(a, b string) int { return cmp.Or(language[b]-language[a], text[a]-text[b], strings.Compare(a, b)) })
	var list []*Statement
	for _, id := range slices.Concat(byText[:min(len(byText), MaxCandidates*3/4)], byLanguage[:min(len(byLanguage), MaxCandidates/4)]) {
		if st := p.now[id]; !slices.Contains(list, st) {
			list = append(list, st)
		}
	}
	return list
}

// place places one arrival among its candidates and gives its group.
func (p *placing) place(ctx context.Context, a *Arrival, candidates []*Statement) (string, error) {
	present, err := p.present(ctx, a)
	if err != nil {
		return "", err
	}
	kin, err := p.kin(ctx, a, candidates)
	if err != nil {
		return "", err
	}
	group, err := p.choose(ctx, a, present, kin)
	if err != nil {
		return "", err
	}
	st := a.Statement
	st.Group = group.ID
	p.note(&st)
	return group.ID, p.translate(ctx, &st, candidates)
}

// present gives the group that an arrival is in; nil for one that is in none yet.
func (p *placing) present(ctx context.Context, a *Arrival) (*Group, error) {
	id := a.Group
	if was := p.now[a.ID]; was != nil {
		id = was.Group
	}
	if id == "" {
		return nil, nil
	}
	g, err := p.group(ctx, id)
	if err == nil && !slices.Contains(g.Members, a.ID) { // the index does not know yet what it will
		g.Members = insert(g.Members, a.ID)
	}
	return g, err
}

// relation is a group of which an arrival is a copy.
type relation struct {
	group   *Group
	kinship Kinship
	share   float64
	matched map[string]bool // members that it is a copy of
	longer  bool            // it is longer than the best of those
}

// kin gives the groups that an arrival is a copy of, the best first.
func (p *placing) kin(ctx context.Context, a *Arrival, candidates []*Statement) ([]*relation, error) {
	byGroup := map[*Group]*relation{}
	pieces := digested(&a.Statement, candidates)
	for _, c := range candidates {
		kinship, share := Same(&a.Statement, c)
		if kinship == Stranger || slices.Contains(pieces, c) {
			continue
		}
		g, err := p.group(ctx, c.Group)
		if err != nil {
			return nil, err
		}
		r := byGroup[g]
		if r == nil {
			r = &relation{group: g, matched: map[string]bool{}}
			byGroup[g] = r
		}
		r.matched[c.ID] = true
		if kinship > r.kinship || kinship == r.kinship && share > r.share {
			r.kinship, r.share, r.longer = kinship, share, a.Print.Shingles > c.Print.Shingles
		}
	}
	list := slices.Collect(maps.Values(byGroup))
	list = slices.DeleteFunc(list, func(r *relation) bool { return !r.holds(a.ID) })
	slices.SortFunc(list, func(a, b *relation) int {
		return cmp.Or(cmp.Compare(b.kinship, a.kinship), cmp.Compare(b.share, a.share), older(a.group, b.group))
	})
	return list, nil
}

// holds says whether a relation is one to the group and not to a beginning alone: many a text begins as another does. A text that goes on where
// members end must be a copy of them all.
func (r *relation) holds(id string) bool {
	if r.kinship == Whole || !r.longer {
		return true
	}
	for _, m := range r.group.Members {
		if m != id && !r.matched[m] {
			return false
		}
	}
	return true
}

func older(a, b *Group) int {
	return cmp.Or(strings.Compare(a.Since, b.Since), strings.Compare(a.ID, b.ID))
}

// choose moves an arrival to where it belongs, and gives that group.
func (p *placing) choose(ctx context.Context, a *Arrival, present *Group, kin []*relation) (*Group, error) {
	stays := slices.ContainsFunc(kin, func(r *relation) bool { return r.group == present })
	alone := present != nil && len(present.Members) == 1
	var target *Group
	switch {
	case present == nil && len(kin) == 0:
		return p.found(ctx, a)
	case present == nil:
		target = kin[0].group
		target.Members = insert(target.Members, a.ID)
	case stays || len(kin) == 0 && alone:
		target = present
	case len(kin) == 0:
		p.leave(present, a.ID)
		return p.found(ctx, a)
	case alone:
		target = p.merge(present, kin[0].group)
	default:
		p.leave(present, a.ID)
		target = kin[0].group
		target.Members = insert(target.Members, a.ID)
	}
	for _, r := range kin {
		if r.kinship == Whole && r.group != target && len(r.group.Members) > 0 {
			target = p.merge(target, r.group)
		}
	}
	return target, nil
}

// found founds a group of one. It has the statement's id, unless that is the name of another group for ever.
func (p *placing) found(ctx context.Context, a *Arrival) (*Group, error) {
	id := a.ID
	g, err := p.group(ctx, id)
	if err != nil {
		return nil, err
	}
	if g.ID != id || len(g.Members) > 0 {
		id = a.ID + "-" + a.Capture[:min(8, len(a.Capture))]
		g = &Group{ID: id}
		p.Groups[id] = g
	}
	g.Since, g.Members, g.Merged = a.Since, []string{a.ID}, nil
	return g, nil
}

func (p *placing) leave(g *Group, id string) {
	g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m string) bool { return m == id })
}

// merge makes two groups one.
func (p *placing) merge(a, b *Group) *Group {
	if a == b {
		return a
	}
	if older(b, a) < 0 {
		a, b = b, a
	}
	a.Said = maps.Clone(a.Said)
	for _, m := range b.Members {
		a.Members = insert(a.Members, m)
		if said, ok := b.Said[m]; ok {
			if a.Said == nil {
				a.Said = map[string]time.Time{}
			}
			a.Said[m] = said
		}
		if st := p.now[m]; st != nil {
			st.Group = a.ID
		}
	}
	a.Merged = insert(a.Merged, b.ID)
	for _, id := range b.Merged {
		a.Merged = insert(a.Merged, id)
	}
	b.Members = nil
	p.Into[b.ID] = a.ID
	return a
}

// note lets later arrivals find a statement as it is now.
func (p *placing) note(st *Statement) {
	if was := p.now[st.ID]; was != nil {
		for _, k := range was.Print.keys {
			p.byKey[k] = slices.DeleteFunc(p.byKey[k], func(id string) bool { return id == st.ID })
		}
	}
	p.now[st.ID] = st
	for _, k := range st.Print.keys {
		p.byKey[k] = append(p.byKey[k], st.ID)
	}
}

// insert adds an id to an ascending list, in memory of its own.
func insert(list []string, id string) []string {
	at, found := slices.BinarySearch(list, id)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), at, id)
}
