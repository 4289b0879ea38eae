package export

import (
	"cmp"
	"fmt"
	"slices"

	"rostrum/internal/statement"
)

// shape is a table that statements can be laid out as. Every shape but the panel has the statement's id as its column id, to join on.
type shape struct {
	name, about string
	columns     []column
	whole       bool // needs quotes, cues or evidence
	members     bool // needs the other members of the group
	panel       bool // its rows are counts over all statements
	// parts says how many rows a statement makes; nil: one.
	parts func(s *statement.Statement) int
	// skip says that a part makes no row; nil: none does.
	skip func(r *row) bool
}

// shapes are in the order in which they are named to a reader; the first is the default.
var shapes = []*shape{
	{
		name: "statements", about: "a row for each statement",
		columns: statementColumns,
	},
	{
		name: "actors", about: "a row for each actor of a statement in each of its roles",
		columns: join([]column{
			text("actor", "the actor's id", func(r *row) string { return r.st.Actors[r.at].ID }),
			text("actor_name", "the actor's name", func(r *row) string { return r.st.Actors[r.at].Name }),
			text("role", "issuer, signatory, quoted or mentioned", func(r *row) string { return string(r.st.Actors[r.at].Role) }),
			flag("speaks", "whether an actor in this role says something", func(r *row) bool { return r.st.Actors[r.at].Role.Speaks() }),
		}),
		parts: func(s *statement.Statement) int { return len(s.Actors) },
	},
	{
		name: "topics", about: "a row for each topic of a statement",
		columns: join([]column{
			text("topic", "the topic's id", func(r *row) string { return r.st.Topics[r.at] }),
			text("topic_name", "the topic's name", func(r *row) string { return cmp.Or(r.topic(r.st.Topics[r.at]), r.st.Topics[r.at]) }),
		}),
		parts: func(s *statement.Statement) int { return len(s.Topics) },
	},
	{
		name: "signatories", about: "a row for each signatory of a statement",
		columns: join([]column{
			text("signatory", "the signatory's id", func(r *row) string { return r.st.Actors[r.at].ID }),
			text("signatory_name", "the signatory's name", func(r *row) string { return r.st.Actors[r.at].Name }),
		}),
		parts: func(s *statement.Statement) int { return len(s.Actors) },
		skip:  func(r *row) bool { return r.st.Actors[r.at].Role != statement.Signatory },
	},
	{
		name: "quotes", about: "a row for each stretch of a text that is somebody's own words",
		columns: join([]column{
			text("speaker", "the speaker's actor id, empty when it could not be told", func(r *row) string { return quote(r).Speaker }),
			text("speaker_name", "the speaker as the text names them", func(r *row) string { return quote(r).Name }),
			text("quote", "the words", func(r *row) string { return quote(r).Text }),
			integer("start", "where they begin in the text, in code points", func(r *row) int { return quote(r).Start }),
			integer("end", "where they end, exclusive, in code points", func(r *row) int { return quote(r).End }),
			flag("direct", "whether they stand in quotation marks", func(r *row) bool { return quote(r).Direct }),
			text("cue", "the verb or formula that introduces them", func(r *row) string { return quote(r).Cue }),
		}),
		whole: true,
		parts: func(s *statement.Statement) int { return len(s.Quotes) },
	},
	{
		name: "cues", about: "a row for each wording by which an actor supports, opposes or sets conditions",
		columns: join([]column{
			text("polarity", "supports, opposes or conditions: of the wording, never a verdict", func(r *row) string { return cue(r).Polarity }),
			text("actor", "whose wording it is, as an actor id; empty when it could not be told", func(r *row) string { return cue(r).Actor }),
			text("target", "what it is about", func(r *row) string { return cue(r).Target }),
			text("wording", "the words", func(r *row) string { return cue(r).Text }),
			integer("start", "where they begin in the text, in code points", func(r *row) int { return cue(r).Start }),
			integer("end", "where they end, exclusive, in code points", func(r *row) int { return cue(r).End }),
		}),
		whole: true,
		parts: func(s *statement.Statement) int { return len(s.Cues) },
	},
	{
		name: "copies", about: "a row for each other URL at which a statement stands",
		columns: slices.Concat(join([]column{
			text("copy", "the copy's id", func(r *row) string { return r.other.ID }),
			text("copy_url", "where it stands", func(r *row) string { return r.other.URL }),
			text("copy_title", "its title there", func(r *row) string { return r.other.Title }),
			text("copy_source", "the source that it came from", func(r *row) string { return r.other.Source }),
		}), datesOf("copy_", "the copy", func(r *row) *statement.Statement { return r.other })),
		members: true,
	},
	{
		name: "panel", about: "a row for each actor, topic and period, with counts: what is not there is 0",
		columns: panelColumns,
		panel:   true,
	},
}

func quote(r *row) *statement.Quote { return &r.st.Quotes[r.at] }
func cue(r *row) *statement.Cue     { return &r.st.Cues[r.at] }

// alongside are the columns of a statement that every row of another shape carries; the others can be asked for.
var alongside = []string{"published", "first_seen", "language", "kind", "source"}

// join makes the columns of a shape of several rows a statement: the statement's id, what is the row's own, and the statement's
// columns that no column of the row's own hides.
func join(own []column) []column {
	columns := append([]column{statementColumns[0]}, own...)
	for _, c := range statementColumns[1:] {
		if slices.ContainsFunc(own, func(o column) bool { return o.name == c.name }) {
			continue
		}
		c.extra = !slices.Contains(alongside, c.name)
		columns = append(columns, c)
	}
	return columns
}

func shapeNamed(name string) (*shape, error) {
	names := make([]string, 0, len(shapes))
	for _, s := range shapes {
		if name == s.name || name == "" {
			return s, nil
		}
		names = append(names, s.name)
	}
	return nil, unknown("shape", "shape", name, names)
}

// choose gives the named columns, in the order asked for; the shape's own when none is named.
func (s *shape) choose(names []string) ([]column, error) {
	if len(names) > maxColumns {
		return nil, invalid("columns", fmt.Sprintf("%d columns are more than the %d that an export may have", len(names), maxColumns), "name each once")
	}
	var chosen []column
	known := make([]string, 0, len(s.columns))
	for _, c := range s.columns {
		known = append(known, c.name)
		if len(names) == 0 && !c.extra {
			chosen = append(chosen, c)
		}
	}
	for i, name := range names {
		at := slices.Index(known, name)
		if at < 0 {
			return nil, unknown("columns", "column of the shape "+s.name, name, known)
		}
		if slices.Contains(names[:i], name) {
			return nil, invalid("columns", fmt.Sprintf("the column %q is asked for twice", name), "name it once")
		}
		chosen = append(chosen, s.columns[at])
	}
	return chosen, nil
}
