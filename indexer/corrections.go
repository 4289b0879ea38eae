package indexer

import (
	"context"
	"fmt"
	"slices"

	"rostrum/indexer/annotate"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// RuleCorrection is the rule of evidence that an operator's correction leaves.
const RuleCorrection = statement.RuleCorrection

// Correction overrides what was found of one actor in one statement.
type Correction struct {
	Statement string         // id
	Actor     string         // id
	Name      string         // of the actor, as shown
	Role      statement.Role // the role that the actor has, or with Remove has not; empty: it has none
	Remove    bool
	Reason    string
}

// without says whether the correction takes a role from its actor.
func (c *Correction) without(role statement.Role) bool {
	switch {
	case c.Role == "":
		return true
	case c.Remove:
		return role == c.Role
	}
	return role == c.Role || role == statement.Mentioned // who speaks is not merely mentioned
}

// evidence is what the correction leaves: a confidence of 0 says that the actor does not have the role.
func (c *Correction) evidence() statement.Evidence {
	e := statement.Evidence{Finding: "actor", ID: c.Actor, Role: c.Role, In: "source", Rule: RuleCorrection, Reason: c.Reason}
	if c.Role != "" && !c.Remove {
		e.Confidence = 1
	}
	return e
}

func byStatement(all []Correction) map[string][]Correction {
	by := make(map[string][]Correction)
	for _, c := range all {
		by[c.Statement] = append(by[c.Statement], c)
	}
	return by
}

// correct applies corrections in their order.
func correct(f *annotate.Findings, corrections []Correction) {
	if len(corrections) == 0 {
		return
	}
	f.Actors, f.Evidence = slices.Clone(f.Actors), slices.Clone(f.Evidence)
	f.Quotes, f.Cues = slices.Clone(f.Quotes), slices.Clone(f.Cues)
	for i := range corrections {
		c := &corrections[i]
		before := signs(f, c.Actor)
		f.Actors = slices.DeleteFunc(f.Actors, func(a statement.Actor) bool { return a.ID == c.Actor && c.without(a.Role) })
		f.Evidence = slices.DeleteFunc(f.Evidence, func(e statement.Evidence) bool {
			return e.ID == c.Actor && e.Finding != "topic" && c.without(e.Role)
		})
		f.Evidence = append(f.Evidence, c.evidence())
		if c.Role != "" && !c.Remove {
			f.Actors = append(f.Actors, statement.Actor{ID: c.Actor, Name: c.Name, Role: c.Role})
		}
		if c.Role == "" || c.Remove {
			c.silence(f)
		}
		f.Signatories += signs(f, c.Actor) - before
	}
}

// signs counts an actor among the signatories.
func signs(f *annotate.Findings, actor string) int {
	if slices.ContainsFunc(f.Actors, func(a statement.Actor) bool { return a.ID == actor && a.Role == statement.Signatory }) {
		return 1
	}
	return 0
}

// silence takes words that were given to the actor from it: what stands there was said, by somebody.
func (c *Correction) silence(f *annotate.Findings) {
	for i := range f.Quotes {
		if f.Quotes[i].Speaker == c.Actor && c.without(statement.Quoted) {
			f.Quotes[i].Speaker, f.Quotes[i].Name = "", ""
		}
	}
	speaks := slices.ContainsFunc(f.Actors, func(a statement.Actor) bool { return a.ID == c.Actor && a.Role.Speaks() })
	for i := range f.Cues {
		if f.Cues[i].Actor == c.Actor && !speaks {
			f.Cues[i].Actor = ""
		}
	}
}

// SetCorrections puts corrections in the place of those before. They count for every capture from now on; Correct applies them to what is
// stored. It is safe for concurrent use.
func (r *Reader) SetCorrections(all []Correction) {
	by := byStatement(all)
	r.corrections.Store(&by)
}

// Uncorrected tells which of a store's statements do not show the corrections in force, in the order of ids.
func (x *Indexer) Uncorrected(ctx context.Context, store Store) ([]string, error) {
	by := *x.o.Reader.corrections.Load()
	ids := make([]string, 0, len(by))
	for id := range by {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	stored, err := store.Stored(ctx, ids)
	if err != nil {
		return nil, notOurs("read statements", err)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return stored[id] == nil || shows(stored[id], by[id]) }), nil
}

// shows says whether a statement's evidence has these corrections and no others.
func shows(st *statement.Statement, corrections []Correction) bool {
	var want, got []statement.Evidence
	for i := range corrections {
		c := &corrections[i]
		want = slices.DeleteFunc(want, func(e statement.Evidence) bool { return e.ID == c.Actor && c.without(e.Role) })
		want = append(want, c.evidence())
	}
	for _, e := range st.Evidence {
		if e.Rule == RuleCorrection {
			got = append(got, e)
		}
	}
	return slices.Equal(want, got)
}

// Correct reads statements that are stored once more, from the archive, with the corrections in force: who speaks is found anew, and
// text, revisions and dates stay. Ids that are not stored are passed over. Nobody else may write to the store meanwhile. It is
// idempotent, and announces nothing.
func (x *Indexer) Correct(ctx context.Context, store Store, ids []string) error {
	stored, err := store.Stored(ctx, ids)
	if err != nil {
		return fmt.Errorf("correct %d statements: %w", len(ids), err)
	}
	if len(stored) == 0 {
		return nil
	}
	w := Write{}
	if w.Position, err = store.Position(ctx); err != nil {
		return fmt.Errorf("correct %d statements: %w", len(ids), err)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if stored[id] == nil {
			continue
		}
		d, err := x.reread(ctx, stored[id])
		if err != nil {
			return fmt.Errorf("correct %s: %w", id, err)
		}
		w.Documents = append(w.Documents, d)
	}
	b := &batch{x: x, store: store}
	if err := b.group(ctx, &w, nil); err != nil {
		return err
	}
	return b.write(ctx, w)
}

// reread makes the document of a statement anew from its latest revision's capture.
func (x *Indexer) reread(ctx context.Context, st *statement.Statement) (Document, error) {
	r := x.o.Reader
	c, err := x.o.Archive.Capture(ctx, st.Capture)
	if err != nil {
		return Document{}, err
	}
	read, err := r.extract(ctx, c)
	if err != nil {
		return Document{}, err
	}
	if read.id != st.ID {
		return Document{}, fault.New(fault.Conflict, "its page is read differently by now: it is now "+read.id, "rebuild the index first: rostrum reindex")
	}
	read.page.Title, read.page.Text, read.page.Language = st.Title, st.Text, st.Language
	if err := r.annotate(read); err != nil {
		return Document{}, err
	}
	f := facts{firstSeen: st.FirstSeen, published: st.Published, publishedFrom: st.PublishedFrom, publishedSeen: st.PublishedSeen, backfill: st.Backfill}
	doc := build(read, st, f, st.Revision, r.source)
	doc.NoArchive, doc.CapturedAt = st.NoArchive, st.CapturedAt
	return Document{Statement: doc, Words: read.words}, nil
}
