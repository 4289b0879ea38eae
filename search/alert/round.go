package alert

import (
	"context"
	"encoding/json"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// round is what one go decides upon: the alerts that it fires, and what is remembered of groups. Rounds come one at a time.
type round struct {
	s         *Service
	histories map[string]*history
	groups    map[string]*group
	alerts    []Record
}

// group is a group of copies as it is stored.
type group struct {
	whole  *reading // its lead, with what all members have; nil for a statement that is alone
	merged []string // groups that became part of it
}

func (s *Service) newRound() *round {
	return &round{s: s, histories: map[string]*history{}, groups: map[string]*group{}}
}

// match decides on announcements in the order of their sequences: each by itself, and where it has copies together with them.
func (r *round) match(ctx context.Context, list []announced) error {
	r.s.book.claim(list[len(list)-1].seq)
	if r.s.book.idle() {
		return nil
	}
	sights := make([]*sight, len(list))
	for i, n := range list {
		g, err := r.group(ctx, &n.a.Statement)
		if err != nil {
			return err
		}
		sights[i] = &sight{announced: n, read: r.s.read(&n.a.Statement), whole: g.whole}
	}
	r.s.look(sights)
	for _, st := range sights {
		if err := r.decide(ctx, st); err != nil {
			return err
		}
	}
	return nil
}

// decide decides for those who are told of the queries that an announcement met.
func (r *round) decide(ctx context.Context, st *sight) error {
	said := &st.a.Statement
	for _, h := range st.hits {
		s := sighting{statement: said.ID, capture: said.Capture, first: st.a.New, backfill: st.a.Backfill, together: h.read == st.whole}
		for _, rec := range h.records {
			if err := r.meet(ctx, rec, h.node, h.read, h.reasons, groupOf(said), s); err != nil {
				return err
			}
		}
	}
	return nil
}

// read makes a reading of a statement.
func (s *Service) read(st *statement.Statement) *reading {
	return &reading{Statement: percolate.Statement{Meta: st}, analyzer: s.analyzer}
}

// group looks up the group of a statement that has copies.
func (r *round) group(ctx context.Context, st *statement.Statement) (*group, error) {
	id := groupOf(st)
	if g := r.groups[id]; g != nil {
		return g, nil
	}
	if r.s.o.Groups == nil || st.Copies == 0 && id == st.ID {
		return &group{}, nil
	}
	g := &group{}
	err := r.s.persist(ctx, "read a group", func(ctx context.Context) error {
		lead, merged, err := r.s.o.Groups.Group(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return nil // it was forgotten meanwhile
		}
		if err == nil {
			g.whole, g.merged = r.s.read(&lead), merged
		}
		return err
	})
	if err == nil {
		r.groups[id] = g
	}
	return g, err
}

// meet decides on a statement, read by itself or with its copies, that met a saved query.
func (r *round) meet(ctx context.Context, rec *record, node query.Node, read *reading, reasons []Reason, group string, s sighting) error {
	h, known, err := r.known(ctx, rec.Saved.ID, group, s.statement)
	if err != nil {
		return err
	}
	s.actors = actorsOf(reasons)
	cause, fires, then := decide(known, s, wishes{backfill: rec.Saved.IncludeBackfill, revisions: rec.Saved.IncludeRevisions})
	if fires && cause == CauseRevision && known != nil {
		if slight, err := r.slight(ctx, rec, read, known); err != nil || slight {
			return err // it stays unmet, so that small changes add up
		}
	}
	if then != nil {
		h.set(rec.Saved.ID, then)
	}
	if !fires {
		return nil
	}
	a := Alert{ID: alertID(rec.Saved.ID, group, s.capture), At: r.s.o.Now().UTC(), Cause: cause,
		Saved:     Ref{ID: rec.Saved.ID, Name: rec.Saved.Name, Query: node.String()},
		Statement: brief(read.Meta, reasons), Reasons: reasons, Snippet: read.snippet(reasons), Sentence: read.sentence(reasons)}
	data, err := json.Marshal(&a)
	if err != nil {
		return fault.Newf(fault.Internal, "encode alert %s: %w", a.ID, err)
	}
	r.alerts = append(r.alerts, Record{ID: a.ID, Key: rec.Saved.ID, Data: data})
	return nil
}

// groupOf is the statement's group; a statement alone is its own.
func groupOf(st *statement.Statement) string {
	if st.Group == "" {
		return st.ID
	}
	return st.Group
}

// known gives the history of a group, and what it says of a saved query. A statement that joined a group after it had been one of its own
// has what is remembered under that, and a group that took others in what is remembered under theirs.
func (r *round) known(ctx context.Context, saved, id, st string) (*history, *met, error) {
	h, err := r.history(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if m := h.met(saved); m != nil {
		return h, m, nil
	}
	earlier := []string{st}
	if g := r.groups[id]; g != nil {
		earlier = append(earlier, g.merged...)
	}
	for _, before := range earlier {
		if before == id {
			continue
		}
		past, err := r.history(ctx, before)
		if err != nil {
			return nil, nil, err
		}
		if m := past.met(saved); m != nil {
			return h, m, nil
		}
	}
	return h, nil, nil
}

func (r *round) history(ctx context.Context, group string) (*history, error) {
	if h := r.histories[group]; h != nil {
		return h, nil
	}
	var h *history
	var damaged error
	err := r.s.persist(ctx, "read what fired", func(ctx context.Context) (err error) {
		h, damaged, err = readHistory(ctx, r.s.o.Fired, group)
		return err
	})
	if damaged != nil {
		r.s.log.Error("what a group was told can't be read: it may be told again", "group", group, "error", damaged)
	}
	if err == nil {
		r.histories[group] = h
	}
	return h, err
}

// commit appends the alerts, then remembers what fired. Where it is cut off in between, the same alerts come again with the same ids.
func (r *round) commit(ctx context.Context) error {
	if len(r.alerts) > 0 {
		if err := r.s.o.Alerts.Append(ctx, r.alerts); err != nil {
			return err
		}
		r.s.metrics.fired.Add(float64(len(r.alerts)))
	}
	for _, h := range r.histories {
		err := r.s.persist(ctx, "remember what fired", func(ctx context.Context) error { return h.write(ctx, r.s.o.Fired) })
		if err != nil {
			return err
		}
	}
	r.alerts = nil
	return nil
}
