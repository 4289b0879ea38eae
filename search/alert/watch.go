package alert

import (
	"context"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
)

// maxWatchers bounds those who watch at the same time: each reads every statement for itself.
const maxWatchers = 64

// Seen is a statement or revision as a watcher is told of it.
type Seen struct {
	Seq uint64 `json:"-"`
	Brief
	New     bool           `json:"new" doc:"its first revision"`
	Reasons []Reason       `json:"reasons"`
	Snippet search.Snippet `json:"snippet"`
}

// Watch is what somebody watches for.
type Watch struct {
	Query    string
	After    uint64 // go on after this sequence; 0: with what is announced from now on
	Backfill bool   // what comes with archives and first passes as well
}

// Watch tells of every statement and revision that a query finds, as they are announced, until ctx ends, which gives nil, or tell returns
// an error, which is returned. ready is called once, when the query is read and nothing will be missed any more. Its faults are those of
// search, and fault.RateLimited when too many watch already.
func (s *Service) Watch(ctx context.Context, w Watch, ready func(), tell func(Seen) error) error {
	select {
	case s.watchers <- struct{}{}:
		defer func() { <-s.watchers }()
	default:
		return fault.Newf(fault.RateLimited, "%d watch already, which is as many as this server bears; save the query instead", maxWatchers)
	}
	c, err := s.o.Compiler.Compile(ctx, w.Query)
	if err != nil {
		return err
	}
	if w.After == 0 {
		if w.After, err = s.o.Statements.LastStatementSeq(ctx); err != nil {
			return err
		}
	}
	ready()
	analyzer := analysis.NewAnalyzer()
	return s.o.Statements.Statements(ctx, w.After+1, func(_ context.Context, seq uint64, a *statement.Announcement) error {
		if a.Backfill && !w.Backfill {
			return nil
		}
		st := &a.Statement
		read := &reading{Statement: percolate.Statement{Meta: st}, analyzer: analyzer}
		read.open()
		if !percolate.Matches(c.Node, &read.Statement, s.o.Members) {
			return nil
		}
		reasons := read.reasons(c.Node, s.o.Members)
		seen := Seen{Seq: seq, Brief: brief(st, reasons), New: a.New, Reasons: reasons, Snippet: read.snippet(reasons)}
		seen.Link = s.o.Public() + "/statements/" + st.ID
		return tell(seen)
	})
}
