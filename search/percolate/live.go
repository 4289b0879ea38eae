package percolate

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"rostrum/search/query"
)

// Edits that may stand beside the set before it is built anew: a part of its queries, but at least some. Where nobody builds it in the
// background, the edit that makes them mostLate times as many does.
const (
	minLate  = 1024
	latePart = 8
	mostLate = 4
)

// Live is many queries that are edited while they are matched: a Set that does not change, what came since beside it, and marks on what is
// gone. Run builds the set anew in the background; meanwhile edits and matchers go on. Its methods may be called by many goroutines at
// once. An edit holds for every match that begins after it.
type Live struct {
	options Options
	state   atomic.Pointer[state]
	wake    chan struct{}
	rebuild sync.Mutex // one at a time

	mu      sync.Mutex
	top     *Builder // compiles what comes later
	queries map[string]uint32
	ids     map[uint32][]string // of the queries whose ids are not those that the set says
	starts  []uint32            // by query: where its program begins, in the set's code or in top's
	same    map[uint64]uint32   // a query by the hash of its program
	ways    []way
	dear    []uint32
	edits   []edit
}

// Stats says what a Live holds.
type Stats struct {
	IDs     int // ids
	Queries int // that differ, with those that are gone and not yet forgotten
	Dear    int // of these, run on every statement
	Late    int // edits since the set was built
}

// NewLive makes a Live without queries.
func NewLive(o Options) *Live {
	l := &Live{options: o, wake: make(chan struct{}, 1)}
	l.begin(newFoundation(o, NewBuilder(o)))
	l.publish()
	return l
}

// Matcher makes a Matcher that follows every edit.
func (l *Live) Matcher() *Matcher {
	m := &Matcher{live: l}
	m.follow()
	return m
}

// Stats gives what it holds.
func (l *Live) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.state.Load()
	return Stats{IDs: len(l.queries), Queries: s.queries, Dear: s.base.Dear() + len(s.dear), Late: len(s.edits)}
}

// Put makes n the query of an id, in place of the one that it had. It refuses, with a fault.Query, what is over the cost bound.
func (l *Live) Put(id string, n query.Node) error {
	if err := query.Check(n); err != nil {
		return fmt.Errorf("put query %s: %w", id, err)
	}
	n = query.Simplify(n)
	l.mu.Lock()
	q := l.number(l.top.compile(n))
	if before, ok := l.queries[id]; !ok || before != q {
		if ok {
			l.edit(edit{before, id, true})
		}
		l.edit(edit{q, id, false})
	}
	late := l.publish()
	l.mu.Unlock()
	l.tidy(late)
	return nil
}

// Remove removes an id; nothing when it is not there.
func (l *Live) Remove(id string) {
	l.mu.Lock()
	late := 0
	if q, ok := l.queries[id]; ok {
		l.edit(edit{q, id, true})
		late = l.publish()
	}
	l.mu.Unlock()
	l.tidy(late)
}

// Fill is Put for many at once: it builds the set anew with them, and refuses all when it refuses one.
func (l *Live) Fill(queries iter.Seq2[string, query.Node]) error {
	l.rebuild.Lock()
	defer l.rebuild.Unlock()
	return l.build(queries)
}

// Run builds the set anew whenever enough came since, until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	for {
		select {
		case <-l.wake:
			if err := l.compact(); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// compact builds the set anew of what is in force.
func (l *Live) compact() error { return l.Fill(func(func(string, query.Node) bool) {}) }

// tidy sees to it that the set is built anew when too much stands beside it.
func (l *Live) tidy(late int) {
	bound := max(minLate, l.state.Load().base.Queries()/latePart)
	if late < bound {
		return
	}
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
	if late >= mostLate*bound {
		_ = l.compact() // nothing is added that could be refused
	}
}

// number makes the program that top has just compiled a query, unless there is one like it. It needs mu.
func (l *Live) number(pc uint32) uint32 {
	base, top := l.state.Load().base, l.top
	top.weigh()
	q := uint32(len(l.starts))
	own := len(l.ways)
	ways, ok := top.ways(q, pc, l.ways)
	h := top.hash(top.program[pc:])
	if twin, found := l.same[h]; found {
		code := &base.code
		if int(twin) >= base.Queries() {
			code = &top.code
		}
		if alike(code, l.starts[twin], &top.code, pc) {
			top.program, l.ways = top.program[:pc-1], ways[:own]
			return twin
		}
	}
	top.program[pc-1] = q
	l.starts, l.same[h], l.ways = append(l.starts, pc), q, ways
	if !ok {
		l.dear = append(l.dear, pc)
	}
	return q
}

// edit needs mu.
func (l *Live) edit(e edit) {
	l.edits = append(l.edits, e)
	l.ids[e.query] = e.apply(l.state.Load().base, l.ids)
	if e.gone {
		delete(l.queries, e.id)
	} else {
		l.queries[e.id] = e.query
	}
}

// publish shows matchers what was edited, and says how many edits stand beside the set. It needs mu.
func (l *Live) publish() int {
	l.state.Store(&state{base: l.state.Load().base, code: l.top.code, leaves: l.top.leaves, ways: l.ways, dear: l.dear, edits: l.edits,
		queries: len(l.starts)})
	return len(l.edits)
}
