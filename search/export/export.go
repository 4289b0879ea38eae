// Package export writes everything that matches a query, in one format and one shape, streamed from one state of the index. A
// shape is a table (statements, actors, quotes …) with columns by name; a format is how rows or statements are spelled.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/query"
)

// maxColumns bounds the columns of one export.
const maxColumns = 200

// Compiler makes a query as typed ready. Its faults are fault.Query.
type Compiler interface {
	Compile(ctx context.Context, input string) (search.Compiled, error)
}

// Options wire an Exporter.
type Options struct {
	Compiler Compiler
	Selector search.Selector
	// TopicName is what a topic is called; nil, or an empty answer, leaves it at its id.
	TopicName func(id string) string
}

// Exporter turns what is asked for into plans. It is safe for many goroutines.
type Exporter struct {
	options Options
}

// New makes an Exporter. Compiler and Selector must be given.
func New(o Options) (*Exporter, error) {
	if o.Compiler == nil || o.Selector == nil {
		return nil, errors.New("make exporter: compiler and selector must be given")
	}
	if o.TopicName == nil {
		o.TopicName = func(string) string { return "" }
	}
	return &Exporter{options: o}, nil
}

// Ask is an export as it is asked for from outside.
type Ask struct {
	Query      string   // as typed; empty for all
	Format     string   // empty: jsonl
	Shape      string   // empty: statements
	Columns    []string // empty: the shape's own
	Copies     bool     // every member of a group instead of its lead
	BOM        bool     // csv: begin with a byte order mark, for spreadsheets
	Neutralize bool     // csv: keep spreadsheets from running a cell as a formula
}

// Plan is an export that can be carried out: everything asked for has been checked.
type Plan struct {
	Parsed  string   // the query's canonical form
	Format  string   // by name
	Shape   string   // by name
	Columns []string // by name, in their order; none for a format that carries whole statements

	exporter *Exporter
	format   *format
	node     query.Node
	copies   bool
	layout   layout
}

// Plan checks what is asked for. A query's faults are fault.Query; an unknown format, shape or column is a fault.Invalid that
// names its field and what there is.
func (e *Exporter) Plan(ctx context.Context, a Ask) (*Plan, error) {
	f, err := formatNamed(a.Format)
	if err != nil {
		return nil, err
	}
	sh, err := shapeNamed(a.Shape)
	if err != nil {
		return nil, err
	}
	if f.statementsOnly && sh.name != shapes[0].name {
		return nil, invalid("shape", fmt.Sprintf("%s cannot carry the shape %s", f.name, sh.name), "use csv or jsonl for it")
	}
	if sh.members && a.Copies {
		return nil, invalid("copies", "the shape "+sh.name+" names the copies of each lead already", "leave out the request for every member")
	}
	columns, err := f.columnsOf(sh, a.Columns)
	if err != nil {
		return nil, err
	}
	if (a.BOM || a.Neutralize) && f.name != csvFormat {
		return nil, invalid("format", "a byte order mark and neutral formulas are for csv alone", "ask for the format csv, or leave them out")
	}
	compiled, err := e.options.Compiler.Compile(ctx, a.Query)
	if err != nil {
		return nil, err
	}
	p := &Plan{Parsed: compiled.Parsed, Format: f.name, Shape: sh.name, exporter: e, format: f, node: compiled.Node, copies: a.Copies,
		layout: layout{shape: sh, columns: columns, bom: a.BOM, neutral: a.Neutralize, topicName: e.options.TopicName}}
	for _, c := range columns {
		p.Columns = append(p.Columns, c.name)
	}
	return p, nil
}

// MediaType is the content type of what Write writes.
func (p *Plan) MediaType() string { return p.format.mediaType }

// Suffix ends the name of a file that holds it, dot included.
func (p *Plan) Suffix() string { return p.format.suffix }

// Open takes the state of the index that the export is about. The caller closes the run.
func (p *Plan) Open(ctx context.Context) (*Run, error) {
	sel, err := p.exporter.options.Selector.Select(ctx, p.node, p.copies)
	if err != nil {
		return nil, fmt.Errorf("open export: %w", err)
	}
	return &Run{plan: p, selection: sel, encoder: p.format.encoder(p.layout)}, nil
}

// Outcome is how far a run came.
type Outcome struct {
	Statements int   `json:"statements"`
	Rows       int   `json:"rows"`
	Bytes      int64 `json:"bytes"` // made, before any compression
}

// Run is one export under way, from one state of the index. It is for one goroutine.
type Run struct {
	plan      *Plan
	selection search.Selection
	encoder   encoder
	outcome   Outcome
}

// Total is the number of statements that the run will read.
func (r *Run) Total() int { return r.selection.Total() }

// Close gives the state of the index back.
func (r *Run) Close() error { return r.selection.Close() }

// chunk is how many bytes are gathered before they are written.
const chunk = 64 << 10

// Write writes the whole export to w in pieces of about 64 KB, and says how much that was, also when it fails half-way. It holds
// a few hundred kilobytes of statements at a time. It ends with ctx, or with the first error of w.
func (r *Run) Write(ctx context.Context, w io.Writer) (Outcome, error) {
	r.outcome = Outcome{}
	buf := r.encoder.begin(make([]byte, 0, chunk+chunk/4))
	err := ahead(ctx, r.selection, func(s search.Stored) (err error) {
		rows := 0
		if buf, rows, err = r.encoder.statement(ctx, r.selection, buf, s); err != nil {
			return err
		}
		r.outcome.Statements++
		r.outcome.Rows += rows
		if len(buf) >= chunk {
			buf, err = r.flush(w, buf)
		}
		return err
	})
	if err == nil {
		buf, err = r.flush(w, r.encoder.end(buf))
	}
	if err != nil {
		r.outcome.Bytes += int64(len(buf))
		return r.outcome, fmt.Errorf("write export: %w", err)
	}
	return r.outcome, nil
}

func (r *Run) flush(w io.Writer, buf []byte) ([]byte, error) {
	n, err := w.Write(buf)
	r.outcome.Bytes += int64(n)
	return buf[:0], err
}

func invalid(field, what, remedy string) error {
	return &fault.Error{Kind: fault.Invalid, What: what, Remedy: remedy, Field: field, Position: -1}
}

// unknown is the fault of a name that is not known; it names the nearest, else all.
func unknown(field, what, name string, known []string) error {
	remedy := "there are " + strings.Join(known, ", ")
	if near := query.Nearest(name, known); near != "" {
		remedy = "the nearest is " + near + "; " + remedy
	}
	return invalid(field, fmt.Sprintf("there is no %s %q", what, name), remedy)
}
