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
	alerts    []Record
}

func (s *Service) newRound() *round { return &round{s: s, histories: map[string]*history{}} }

// match decides on a statement announced at a sequence.
func (r *round) match(ctx context.Context, seq uint64, a *statement.Announcement) error {
	base, delta := r.s.book.claim(seq)
	if r.s.book.idle() {
		return nil
	}
	st := &a.Statement
	read := r.s.read(st)
	var canonicals []string
	base.Match(&read.Statement, func(c string) { canonicals = append(canonicals, c) })
	delta.Match(&read.Statement, func(c string) { canonicals = append(canonicals, c) })
	for _, c := range canonicals {
		node, records := r.s.book.inForce(c, seq)
		if len(records) == 0 {
			continue
		}
		reasons := read.reasons(node, r.s.o.Members)
		for _, rec := range records {
			if err := r.meet(ctx, rec, node, read, reasons, a.New, a.Backfill); err != nil {
				return err
			}
		}
	}
	return nil
}

// read analyses a statement.
func (s *Service) read(st *statement.Statement) *reading {
	words := s.analyzer.Document(st.Title, st.Text, st.Language)
	return newReading(&percolate.Statement{Words: words, Meta: st})
}

// meet decides on a statement that met a saved query.
func (r *round) meet(ctx context.Context, rec *record, node query.Node, read *reading, reasons []Reason, first, backfill bool) error {
	st := read.Meta
	h, known, err := r.known(ctx, rec.Saved.ID, st)
	if err != nil {
		return err
	}
	s := sighting{statement: st, first: first, backfill: backfill, actors: actorsOf(reasons)}
	cause, fires, then := decide(known, s, wishes{backfill: rec.Saved.IncludeBackfill, revisions: rec.Saved.IncludeRevisions})
	if then != nil {
		h.set(rec.Saved.ID, then)
	}
	if !fires {
		return nil
	}
	a := Alert{ID: alertID(rec.Saved.ID, groupOf(st), st.Capture), At: r.s.o.Now().UTC(), Cause: cause,
		Saved:     Ref{ID: rec.Saved.ID, Name: rec.Saved.Name, Query: node.String()},
		Statement: brief(st, reasons), Reasons: reasons, Snippet: read.snippet(reasons)}
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

// known gives the history of a statement's group, and what it says of a saved query. A statement that joined a group after it had been one
// of its own has what is remembered under that.
func (r *round) known(ctx context.Context, saved string, st *statement.Statement) (*history, *met, error) {
	h, err := r.history(ctx, groupOf(st))
	if err != nil {
		return nil, nil, err
	}
	m := h.met(saved)
	if m != nil || groupOf(st) == st.ID {
		return h, m, nil
	}
	alone, err := r.history(ctx, st.ID)
	if err != nil {
		return nil, nil, err
	}
	return h, alone.met(saved), nil
}

func (r *round) history(ctx context.Context, group string) (*history, error) {
	if h := r.histories[group]; h != nil {
		return h, nil
	}
	var h *history
	err := r.s.persist(ctx, "read what fired", func(ctx context.Context) (err error) {
		h, err = readHistory(ctx, r.s.o.Fired, group)
		return err
	})
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
