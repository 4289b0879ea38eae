package indexer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rostrum/indexer/copies"
	"rostrum/internal/statement"
)

// regrouping finds the copies among what a batch is about to write, and brings into the write what else changes by them.
type regrouping struct {
	b         *batch
	w         *Write
	place     *copies.Placement
	at        map[string]int                  // place of a statement's document in w
	stored    map[string]*statement.Statement // members as they are stored
	atCapture map[string]string               // the group of an arrival when it was placed, by capture
}

// group places the new states of a batch among the groups, in the order of their arrival. At most two documents beyond the batch's own change for
// each group that a member joins or leaves: the one that led it and the one that does now; all of a group that becomes part of another.
func (b *batch) group(ctx context.Context, w *Write, announcements []statement.Announcement) error {
	defer b.x.metrics.time("group")()
	g := &regrouping{b: b, w: w, at: make(map[string]int, len(w.Documents)), atCapture: map[string]string{}}
	for i, d := range w.Documents {
		g.at[d.Statement.ID] = i
	}
	if err := g.settle(ctx); err != nil {
		return notOurs("find copies", err)
	}
	for i := range announcements {
		g.tell(&announcements[i].Statement)
	}
	return canceled(ctx)
}

func (g *regrouping) settle(ctx context.Context) (err error) {
	if g.fingerprint(ctx); ctx.Err() != nil {
		return ctx.Err()
	}
	arrivals := g.arrivals()
	if g.place, err = copies.Place(ctx, g.b.store, arrivals); err != nil {
		return err
	}
	for i := range arrivals {
		g.atCapture[arrivals[i].Capture] = g.place.Of[i]
	}
	if err := g.loadOthers(ctx); err != nil {
		return err
	}
	groups, err := g.changed(ctx)
	if err != nil {
		return err
	}
	for _, group := range groups {
		g.write(group)
	}
	return nil
}

// arrivals lists the states that became the latest of their statements, in the order of arrival.
func (g *regrouping) arrivals() []copies.Arrival {
	lines := make(map[string]*timeline, len(g.b.lines))
	latest := make(map[string]*statement.Capture, len(g.b.lines))
	for _, t := range g.b.lines {
		lines[t.id] = t
		if t.stored != nil {
			latest[t.id] = &statement.Capture{ID: t.stored.Capture, FetchedAt: t.stored.CapturedAt}
		}
	}
	var all []copies.Arrival
	for i := range g.b.items {
		it := &g.b.items[i]
		if it.read == nil || it.outcome != outcomeNew && it.outcome != outcomeRevision && it.outcome != outcomeUnchanged {
			continue
		}
		before := latest[it.read.id]
		if before != nil && (it.outcome == outcomeUnchanged || !later(it.capture, before)) {
			continue // what arrived before says the same, or is newer
		}
		latest[it.read.id] = it.capture
		a := g.arrival(lines[it.read.id], it)
		a.Since = fmt.Sprintf("%s:%012d:%06d", g.w.Position.File, g.w.Position.Offset, i)
		all = append(all, a)
	}
	return all
}

func later(a, b *statement.Capture) bool {
	return cmp.Or(a.FetchedAt.Compare(b.FetchedAt), cmp.Compare(a.ID, b.ID)) > 0
}

// arrival makes the arrival of a capture that was its statement's latest when it came.
func (g *regrouping) arrival(t *timeline, it *item) copies.Arrival {
	state := it.read
	for _, s := range t.states { // an unchanged capture is a later one of the state before it
		if s.read != nil && byTime(s, it.read) <= 0 {
			state = s.read
		}
	}
	d := &g.w.Documents[g.at[t.id]]
	a := copies.Arrival{Capture: it.capture.ID}
	a.ID, a.Said, a.Language = t.id, d.Statement.Time(), state.page.Language
	if t.stored != nil {
		a.Group = cmp.Or(t.stored.Group, t.id)
	}
	if a.Print = *d.Copies.Print; d.Statement.Capture != state.capture.ID { // a state before the one that the document has
		found := &state.findings
		a.Print = *copies.Of(&statement.Statement{Text: state.page.Text, Published: &a.Said, Symbols: state.page.Symbols, Actors: found.Actors,
			Evidence: found.Evidence}, state.words)
	}
	return a
}

// fingerprint makes the fingerprints of all documents that have none, in parallel.
func (g *regrouping) fingerprint(ctx context.Context) {
	g.b.x.parallel(ctx, len(g.w.Documents), func(i int) {
		if d := &g.w.Documents[i]; d.Copies == nil {
			d.Copies = &Copies{Print: copies.Of(d.Statement, d.Words)}
		}
	})
}

// loadOthers adds the groups of documents that are written for other reasons than a new state.
func (g *regrouping) loadOthers(ctx context.Context) error {
	var ids []string
	for _, d := range g.w.Documents {
		if id := cmp.Or(d.Statement.Group, d.Statement.ID); g.place.Groups[id] == nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := g.b.store.Groups(ctx, ids)
	if err != nil {
		return err
	}
	for id, group := range found {
		g.place.Groups[id], g.place.Before[id] = &group, group.Members
	}
	return nil
}

// changed lists the groups of which something is to be written, and loads the members that are stored.
func (g *regrouping) changed(ctx context.Context) ([]*copies.Group, error) {
	var groups []*copies.Group
	var load []string
	for id, group := range g.place.Groups {
		before := g.place.Before[id]
		written := func(m string) bool {
			_, document := g.at[m]
			_, translation := g.place.Translations[m]
			return document || translation
		}
		if len(group.Members) == 0 || slices.Equal(before, group.Members) && !slices.ContainsFunc(group.Members, written) {
			continue
		}
		groups = append(groups, group)
		if _, document := g.at[group.Members[0]]; !document || len(group.Members) > 1 || len(before) > 1 {
			load = append(append(load, before...), group.Members...)
		}
	}
	slices.SortFunc(groups, func(a, b *copies.Group) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(load)
	var err error
	g.stored, err = g.b.store.Stored(ctx, slices.Compact(load))
	return groups, err
}

// now gives a member as it will be.
func (g *regrouping) now(id string) *statement.Statement {
	if i, ok := g.at[id]; ok {
		return g.w.Documents[i].Statement
	}
	return g.stored[id]
}

// write brings what changes of a group into the write.
func (g *regrouping) write(group *copies.Group) {
	members := g.statements(group.Members, g.now)
	if len(members) == 0 {
		return
	}
	for _, st := range members {
		moved := cmp.Or(st.Group, st.ID) != group.ID
		if of, ok := g.place.Translations[st.ID]; ok {
			moved = translates(st, of, g.place.Why[st.ID]) || moved
		}
		st.Group = group.ID
		if moved {
			g.document(st)
		}
	}
	lead := members[0]
	g.document(lead)
	if before := g.statements(g.place.Before[group.ID], func(id string) *statement.Statement { return g.stored[id] }); len(before) > 0 &&
		slices.Contains(group.Members, before[0].ID) {
		g.document(g.now(before[0].ID))
	}
	for _, st := range members {
		i, ok := g.at[st.ID]
		if !ok {
			continue
		}
		st.Copies = 0 // how many there are is told by the lead, and counted for others
		c := g.w.Documents[i].Copies
		c.Since, c.Merged, c.Other, c.Union = group.Since, group.Merged, st != lead, nil
		if st == lead && len(members) > 1 {
			c.Union = union(members)
		}
	}
}

// translates links a statement with its original, or with none, with the evidence, and says whether that changed.
func translates(st *statement.Statement, original, why string) bool {
	before := translationEvidence(st)
	if st.TranslationOf == original && (original == "") == (len(before) == 0) {
		return false
	}
	st.TranslationOf = original
	st.Evidence = slices.DeleteFunc(slices.Clone(st.Evidence), func(e statement.Evidence) bool { return e.Finding == statement.FindingTranslation })
	if original != "" {
		st.Evidence = append(st.Evidence, statement.Evidence{Finding: statement.FindingTranslation, ID: original, In: "source", Rule: why, Confidence: 0.9})
	}
	return true
}

// translationEvidence gives what says that a statement is a translation.
func translationEvidence(st *statement.Statement) (found []statement.Evidence) {
	for _, e := range st.Evidence {
		if e.Finding == statement.FindingTranslation {
			found = append(found, e)
		}
	}
	return found
}

// statements gives members in the order in which they would lead.
func (g *regrouping) statements(ids []string, of func(string) *statement.Statement) []*statement.Statement {
	all := make([]*statement.Statement, 0, len(ids))
	for _, id := range ids {
		if st := of(id); st != nil {
			all = append(all, st)
		}
	}
	slices.SortFunc(all, func(a, b *statement.Statement) int {
		return cmp.Or(a.Time().Compare(b.Time()), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// document makes sure that a statement is written.
func (g *regrouping) document(st *statement.Statement) {
	if _, ok := g.at[st.ID]; ok {
		return
	}
	words := g.b.x.o.Reader.analyze(st.Title, st.Text, st.Language)
	g.at[st.ID] = len(g.w.Documents)
	g.w.Documents = append(g.w.Documents, Document{Statement: st, Words: words, Copies: &Copies{Print: copies.Of(st, words)}})
}

// tell gives an announcement its group: the one that its state came to when it arrived.
func (g *regrouping) tell(st *statement.Statement) {
	if now := g.now(st.ID); now != nil {
		st.Group, st.TranslationOf = now.Group, now.TranslationOf
	}
	if group := g.atCapture[st.Capture]; group != "" {
		for g.place.Into[group] != "" {
			group = g.place.Into[group]
		}
		st.Group = group
	}
	st.Copies = 0
	if group := g.place.Groups[st.Group]; group != nil {
		st.Copies = len(group.Members) - 1
	}
}

// union is the lead, the first of the members, with what all of them have.
func union(members []*statement.Statement) *statement.Statement {
	u := *members[0]
	u.Actors, u.Topics, u.Sources = nil, nil, nil
	actors, signed := map[statement.Actor]bool{}, 0
	for _, st := range members {
		for _, a := range st.Actors {
			who := statement.Actor{ID: a.ID, Role: a.Role}
			if actors[who] {
				continue
			}
			actors[who] = true
			u.Actors = append(u.Actors, a)
			if a.Role == statement.Signatory {
				signed++
			}
		}
		u.Topics = appendNew(u.Topics, st.Topics...)
		u.Sources = appendNew(u.Sources, st.Source)
		u.TranslationOf = cmp.Or(u.TranslationOf, st.TranslationOf)
		u.Signatories = max(u.Signatories, st.Signatories)
	}
	u.Copies = len(members) - 1
	u.Actors, u.Topics, u.Signatories = notNil(u.Actors), notNil(u.Topics), max(u.Signatories, signed)
	return &u
}

func appendNew(list []string, values ...string) []string {
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
