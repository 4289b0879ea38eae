package export

import (
	"time"

	"rostrum/internal/statement"
)

// Kind is what a column's cells are.
type Kind string

// The kinds of cells.
const (
	Text    Kind = "text"
	List    Kind = "list"    // of texts
	Integer Kind = "integer" // a count, or a position in code points
	Moment  Kind = "time"    // UTC
	Flag    Kind = "flag"    // true or false
	Cast    Kind = "actors"  // a list of actors, each with id, name and role
)

// row is one row of a table: a statement and, in shapes of several rows a statement, which of its parts.
type row struct {
	st    *statement.Statement
	at    int                  // into the list that the shape is made of
	other *statement.Statement // the copy, in the shape copies
	topic func(id string) string
	cell  *cell // of a panel
}

// column is one column of a shape. The function of its kind gives a row's cell.
type column struct {
	name, about string
	kind        Kind
	extra       bool // given only when asked for by name
	text        func(r *row) string
	list        func(dst []string, r *row) []string
	integer     func(r *row) int
	moment      func(r *row) *time.Time // nil: none
	flag        func(r *row) bool
	cast        func(r *row) []statement.Actor
}

func text(name, about string, of func(r *row) string) column {
	return column{name: name, about: about, kind: Text, text: of}
}

func list(name, about string, of func(dst []string, r *row) []string) column {
	return column{name: name, about: about, kind: List, list: of}
}

func integer(name, about string, of func(r *row) int) column {
	return column{name: name, about: about, kind: Integer, integer: of}
}

func moment(name, about string, of func(r *row) *time.Time) column {
	return column{name: name, about: about, kind: Moment, moment: of}
}

func flag(name, about string, of func(r *row) bool) column {
	return column{name: name, about: about, kind: Flag, flag: of}
}

func cast(name, about string, of func(r *row) []statement.Actor) column {
	return column{name: name, about: about, kind: Cast, cast: of}
}

// extra makes columns that are given only when asked for.
func extra(columns ...column) []column {
	for i := range columns {
		columns[i].extra = true
	}
	return columns
}

// Column describes a column for a reader.
type Column struct {
	Name    string `json:"name"`
	Kind    Kind   `json:"kind"`
	About   string `json:"about"`
	Default bool   `json:"default"` // given when no columns are asked for
}

// ShapeInfo describes a shape for a reader.
type ShapeInfo struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Columns []Column `json:"columns"`
}

// Shapes describes every shape and its columns.
func Shapes() []ShapeInfo {
	infos := make([]ShapeInfo, 0, len(shapes))
	for _, s := range shapes {
		info := ShapeInfo{Name: s.name, About: s.about}
		for _, c := range s.columns {
			info.Columns = append(info.Columns, Column{Name: c.name, Kind: c.kind, About: c.about, Default: !c.extra})
		}
		infos = append(infos, info)
	}
	return infos
}
