package export

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// maxCells bounds the rows of a panel: all are held until the last statement is counted.
const maxCells = 1_000_000

// Phase is a named period of a process. From is inclusive, To exclusive; a zero bound is open.
type Phase struct {
	ID       string
	From, To time.Time
}

// span is a period that a moment falls into; its beginning is zero for a phase that has none.
type span struct {
	name string
	from time.Time
}

// Periods lists by what a panel can count.
func Periods() []string { return []string{"month", "quarter", "year", "phase"} }

// periodsOf gives what says in which periods a moment is.
func periodsOf(period string, phases []Phase) (func(t time.Time) []span, error) {
	switch period {
	case "", "month":
		return func(t time.Time) []span {
			return []span{{t.Format("2006-01"), time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)}}
		}, nil
	case "quarter":
		return func(t time.Time) []span {
			quarter := (t.Month() - 1) / 3
			return []span{{fmt.Sprintf("%04d-Q%d", t.Year(), quarter+1), time.Date(t.Year(), quarter*3+1, 1, 0, 0, 0, 0, time.UTC)}}
		}, nil
	case "year":
		return func(t time.Time) []span {
			return []span{{t.Format("2006"), time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)}}
		}, nil
	case "phase":
		return func(t time.Time) []span { return inPhases(t, phases) }, nil
	}
	return nil, unknown("period", "period", period, Periods())
}

func inPhases(t time.Time, phases []Phase) []span {
	var in []span
	for _, p := range phases {
		if !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To)) && !slices.ContainsFunc(in, func(s span) bool { return s.name == p.ID }) {
			in = append(in, span{p.ID, p.From})
		}
	}
	if len(in) == 0 {
		return []span{{}}
	}
	return in
}

// cell is a row of a panel: what an actor did on a topic in a period.
type cell struct {
	actor, actorName, topic                       string
	period                                        span
	statements, issued, signed, quoted, mentioned int
}

// counts are a cell's, while there may be many.
type counts struct{ statements, issued, signed, quoted, mentioned uint32 }

// panel counts statements by actor, topic and period. A name is held once, and a cell is a few numbers.
type panel struct {
	periods                func(t time.Time) []span
	actors, topics, places numbered
	actorNames             []string
	spans                  []span
	cells                  map[[3]uint32]counts
	seen                   map[uint32]counts // of the present statement, by actor
}

// numbered gives each name a number.
type numbered struct {
	numbers map[string]uint32
	all     []string
}

func (n *numbered) number(name string) (uint32, bool) {
	if i, ok := n.numbers[name]; ok {
		return i, false
	}
	if n.numbers == nil {
		n.numbers = map[string]uint32{}
	}
	name = strings.Clone(name)
	i := uint32(len(n.all))
	n.numbers[name] = i
	n.all = append(n.all, name)
	return i, true
}

func newPanel(periods func(t time.Time) []span) *panel {
	return &panel{periods: periods, cells: map[[3]uint32]counts{}, seen: map[uint32]counts{}}
}

// count adds a statement. One without topics counts under the empty topic.
func (p *panel) count(st *statement.Statement) error {
	p.take(st.Actors)
	topics := st.Topics
	if len(topics) == 0 {
		topics = []string{""}
	}
	for _, in := range p.periods(st.Time().UTC()) {
		place, fresh := p.places.number(in.name)
		if fresh {
			p.spans = append(p.spans, in)
		}
		for _, topic := range topics {
			t, _ := p.topics.number(topic)
			for actor, more := range p.seen {
				key := [3]uint32{actor, t, place}
				have, ok := p.cells[key]
				if !ok && len(p.cells) == maxCells {
					return fault.New(fault.TooLarge, fmt.Sprintf("the panel would have more than %d rows", maxCells), "ask for longer periods, or for fewer actors, topics or years in the query")
				}
				p.cells[key] = counts{have.statements + more.statements, have.issued + more.issued, have.signed + more.signed, have.quoted + more.quoted, have.mentioned + more.mentioned}
			}
		}
	}
	return nil
}

// take sorts a statement's actors: each counts once in each role, and once where it speaks at all.
func (p *panel) take(actors []statement.Actor) {
	clear(p.seen)
	for i := range actors {
		a := &actors[i]
		id, fresh := p.actors.number(a.ID)
		if fresh {
			p.actorNames = append(p.actorNames, strings.Clone(a.Name))
		}
		c := p.seen[id]
		switch a.Role {
		case statement.Issuer:
			c.issued = 1
		case statement.Signatory:
			c.signed = 1
		case statement.Quoted:
			c.quoted = 1
		case statement.Mentioned:
			c.mentioned = 1
		}
		if a.Role.Speaks() {
			c.statements = 1
		}
		p.seen[id] = c
	}
}

// sorted gives the rows by actor, topic and period; a row is good until the next.
func (p *panel) sorted() iter.Seq[*cell] {
	return func(yield func(*cell) bool) {
		keys := make([][3]uint32, 0, len(p.cells))
		for k := range p.cells {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b [3]uint32) int {
			return cmp.Or(strings.Compare(p.actors.all[a[0]], p.actors.all[b[0]]), strings.Compare(p.topics.all[a[1]], p.topics.all[b[1]]),
				p.spans[a[2]].from.Compare(p.spans[b[2]].from), strings.Compare(p.spans[a[2]].name, p.spans[b[2]].name))
		})
		for _, k := range keys {
			n := p.cells[k]
			if !yield(&cell{p.actors.all[k[0]], p.actorNames[k[0]], p.topics.all[k[1]], p.spans[k[2]],
				int(n.statements), int(n.issued), int(n.signed), int(n.quoted), int(n.mentioned)}) {
				return
			}
		}
	}
}

// panelColumns are the columns of a panel.
var panelColumns = []column{
	text("actor", "the actor's id", func(r *row) string { return r.cell.actor }),
	text("actor_name", "the actor's name", func(r *row) string { return r.cell.actorName }),
	text("topic", "the topic's id; empty for statements without one", func(r *row) string { return r.cell.topic }),
	text("topic_name", "the topic's name", func(r *row) string { return cmp.Or(r.topic(r.cell.topic), r.cell.topic) }),
	text("period", "such as 2024-03, 2024-Q1 or 2024, or the id of a phase; empty outside all phases", func(r *row) string { return r.cell.period.name }),
	moment("period_start", "when the period begins; empty where it has no beginning", func(r *row) *time.Time {
		if r.cell.period.from.IsZero() {
			return nil
		}
		return &r.cell.period.from
	}),
	integer("statements", "number of statements in which the actor speaks: issues, signs or is quoted", func(r *row) int { return r.cell.statements }),
	integer("issued", "number of its own statements", func(r *row) int { return r.cell.issued }),
	integer("signed", "number of statements that it signed", func(r *row) int { return r.cell.signed }),
	integer("quoted", "number of statements that quote it", func(r *row) int { return r.cell.quoted }),
	integer("mentioned", "number of statements that talk about it", func(r *row) int { return r.cell.mentioned }),
}
