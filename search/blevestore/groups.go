package blevestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/internal/statement"
)

// A query matches a group when it matches one of its members: the lead with the actors, topics and sources of all, the others with what
// is their own. The lead then stands for the group, whatever it says itself. All fields that are read here are those of statements in groups of
// several, so that what is looked at grows with the copies and not with the index.

// unionFields have twins behind unionPrefix.
var unionFields = map[string]bool{
	fieldSpeaker: true, fieldIssuer: true, fieldSignatory: true, fieldQuoted: true, fieldMentions: true, fieldRole: true, fieldTopic: true, fieldSource: true,
}

// match gives what matches a plan in each part: leads, or with copies every member. It reads not more than most, negative for no bound.
func (s *snapshot) match(ctx context.Context, p plan, copies bool, most int64) ([]matcher, []*roaring.Bitmap, error) {
	work, err := s.reckon(ctx, p, copies, most)
	if err != nil {
		return nil, nil, err
	}
	return s.matchReckoned(ctx, p, copies, most, work)
}

func (s *snapshot) matchReckoned(ctx context.Context, p plan, copies bool, most int64, work reckoned) ([]matcher, []*roaring.Bitmap, error) {
	matchers, matched := make([]matcher, len(s.parts)), make([]*roaring.Bitmap, len(s.parts))
	behind, name := make([]map[string]bool, len(s.parts)), nameOf(p)
	b := newBudget(most)
	err := s.each(ctx, func(ctx context.Context, i int, part *part) (err error) {
		matchers[i] = matcher{ctx: ctx, part: part, copies: copies, budget: b}
		matched[i], behind[i], err = s.matchPart(&matchers[i], p, name, work.parts[i])
		return err
	})
	if err != nil || copies {
		return matchers, matched, err
	}
	groups := join(behind)
	if len(groups) == 0 {
		return matchers, matched, nil
	}
	err = s.each(ctx, func(_ context.Context, i int, part *part) error { return part.addLeads(matched[i], groups) })
	return matchers, matched, err
}

// matchPart gives what matches in a part by itself, and the groups of which a member matches that does not lead. What took long is kept under the
// name of the plan.
func (s *snapshot) matchPart(m *matcher, p plan, name planName, work int64) (_ *roaring.Bitmap, _ map[string]bool, err error) {
	keeps := s.keep != nil && s.keep.most > 0 && work >= s.keep.above && m.budget != nil // a scan asks once
	var key keptKey
	if keeps {
		if key, err = s.keptKey(m.part, name, m.copies); err != nil {
			return nil, nil, err
		}
		if k := s.keep.get(key, m.part.deletedCount()); k != nil {
			m.tallies = k.tallies
			return k.matched.Clone(), k.behind, nil
		}
	}
	matched, err := m.matched(p)
	if err != nil || m.copies && !keeps {
		return matched, nil, err
	}
	var behind map[string]bool
	if !m.copies {
		if behind, err = m.groupsBehind(p); err != nil {
			return nil, nil, err
		}
	}
	if keeps {
		s.keep.put(&kept{key: key, deleted: m.part.deletedCount(), matched: matched.Clone(), behind: behind, tallies: m.tallies})
	}
	return matched, behind, nil
}

// matched gives what matches in a part among the leads, or all statements with copies.
func (m *matcher) matched(p plan) (*roaring.Bitmap, error) {
	var err error
	if m.scope, err = m.part.scope(m.copies); err != nil {
		return nil, err
	}
	return p.match(m, m.scope)
}

// groupsBehind gives the groups of which a member that does not lead matches.
func (m *matcher) groupsBehind(p plan) (map[string]bool, error) {
	if _, all := p.(everything); all {
		return nil, nil // every lead has matched
	}
	behind, err := m.part.behind()
	if err != nil || len(behind.docs) == 0 {
		return nil, err
	}
	others := matcher{ctx: m.ctx, part: m.part, budget: m.budget}
	docs, err := p.match(&others, m.part.live(roaring.BitmapOf(behind.docs...)))
	if err != nil {
		return nil, err
	}
	groups := map[string]bool{}
	for it := docs.Iterator(); it.HasNext(); {
		i, _ := slices.BinarySearch(behind.docs, it.Next())
		groups[behind.groups[i]] = true
	}
	return groups, nil
}

// followers are the members that do not lead, and their groups beside them.
type followers struct {
	docs   []uint32 // ascending
	groups []string
}

// behind gives the members that do not lead, deleted ones too.
func (p *part) behind() (*followers, error) {
	return p.columns.behind.get(func() (*followers, error) {
		f, groups := &followers{}, map[uint32]string{}
		err := p.terms(fieldBehind, func(group string, docs []uint32) {
			f.docs = append(f.docs, docs...)
			for _, d := range docs {
				groups[d] = group
			}
		})
		slices.Sort(f.docs)
		for _, d := range f.docs {
			f.groups = append(f.groups, groups[d])
		}
		return f, err
	})
}

func join(sets []map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, set := range sets {
		for v := range set {
			all[v] = true
		}
	}
	return all
}

// addLeads adds the leads of groups.
func (p *part) addLeads(matched *roaring.Bitmap, groups map[string]bool) error {
	heads, err := p.heads()
	if err != nil {
		return err
	}
	for group, docs := range heads {
		if !groups[group] {
			continue
		}
		for _, doc := range docs {
			if p.deleted == nil || !p.deleted.Contains(doc) {
				matched.Add(doc)
			}
		}
	}
	return nil
}

// heads gives the leads of several by their groups, deleted ones too.
func (p *part) heads() (map[string][]uint32, error) {
	return p.columns.heads.get(func() (map[string][]uint32, error) {
		heads := map[string][]uint32{}
		err := p.terms(fieldAhead, func(term string, docs []uint32) { heads[term] = slices.Clone(docs) })
		return heads, err
	})
}

// union gives the live documents that carry any of the terms, leads with what their groups add.
func (m *matcher) union(field string, terms []string) (*roaring.Bitmap, error) {
	docs, err := m.join(field, terms)
	if err != nil || m.copies || !unionFields[field] {
		return docs, err
	}
	heads, err := m.part.heads()
	if err != nil || len(heads) == 0 {
		return docs, err
	}
	more, err := m.part.union(unionPrefix+field, terms)
	if err != nil {
		return nil, err
	}
	docs.Or(more)
	return docs, nil
}

// join is part.union, which keeps what took long: a leaf is matched again for its score.
func (m *matcher) join(field string, terms []string) (*roaring.Bitmap, error) {
	if len(terms) < manyTerms {
		return m.part.union(field, terms)
	}
	key := field + "\x00" + strings.Join(terms, "\x00")
	if docs := m.joined[key]; docs != nil {
		return docs.Clone(), nil
	}
	docs, err := m.part.union(field, terms)
	if err != nil {
		return nil, err
	}
	if m.joined == nil {
		m.joined = map[string]*roaring.Bitmap{}
	}
	m.joined[key] = docs
	return docs.Clone(), nil
}

// groupMembers counts the members of a group.
func (s *snapshot) groupMembers(group string) (int, error) {
	n := 0
	for _, p := range s.parts {
		docs, err := p.union(fieldGroup, []string{group})
		if err != nil {
			return 0, err
		}
		n += int(docs.GetCardinality())
	}
	return n, nil
}

// countCopies fills the number of other members in for a statement that is shown as itself: it changes without the statement.
func (s *snapshot) countCopies(st *statement.Statement) error {
	n, err := s.groupMembers(st.Group)
	if err != nil {
		return fmt.Errorf("count copies of %s: %w", st.ID, err)
	}
	st.Copies = max(0, n-1)
	return nil
}

// leadOf finds the lead of a group by the group's id or one that became part of it; empty when there is none.
func (s *snapshot) leadOf(ctx context.Context, group string) (id string, err error) {
	for _, field := range []string{fieldGroup, fieldMerged} {
		err = s.withTerm(ctx, field, group, func(p *part, doc uint32) error {
			leads, err := p.scope(false)
			if err != nil || !leads.Contains(doc) {
				return err
			}
			found, err := p.DocID(uint64(doc))
			id = string(found)
			return err
		})
		if err != nil || id != "" {
			return id, err
		}
	}
	return "", nil
}
