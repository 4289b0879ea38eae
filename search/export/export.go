// Package export writes everything that matches a query, in one format and one shape, streamed from one state of the index. A
// shape is a table (statements, actors, quotes …) with columns by name; a format is how rows or statements are spelled.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

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
	// Captures gives the pages behind the statements; nil: no WARC.
	Captures Captures
	// Phases are the periods of the processes, for panels.
	Phases []Phase
	// Origin says what an export is made from, for its manifest; nil says nothing.
	Origin func(ctx context.Context) Origin
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
	Neutralize bool     // csv: keep spreadsheets from running a cell as a formula; nothing to do for other formats
	Period     string   // of the shape panel: month (also when empty), quarter, year or phase
}

// Plan is an export that can be carried out: everything asked for has been checked.
type Plan struct {
	Parsed  string   // the query's canonical form
	Format  string   // by name
	Shape   string   // by name
	Columns []string // by name, in their order; none for a format that carries whole statements

	ask      Ask
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
		return nil, invalid("shape", fmt.Sprintf("%s cannot carry the shape %s", f.name, sh.name), "use csv, jsonl or parquet for it")
	}
	if sh.members && a.Copies {
		return nil, invalid("copies", "the shape "+sh.name+" names the copies of each lead already", "leave out the request for every member")
	}
	if a.Period != "" && !sh.panel {
		return nil, invalid("period", "the shape "+sh.name+" has no periods", "ask for the shape panel, or leave the period out")
	}
	if f.name == warcFormat && e.options.Captures == nil {
		return nil, invalid("format", "there is no archive here to take captures from", "ask the search node")
	}
	if f.name == warcFormat && a.Copies && sh.members {
		return nil, invalid("copies", "a WARC holds captures", "leave it out")
	}
	periods, err := periodsOf(a.Period, e.options.Phases)
	if err != nil {
		return nil, err
	}
	columns, err := f.columnsOf(sh, a.Columns)
	if err != nil {
		return nil, err
	}
	if a.BOM && f.name != csvFormat {
		return nil, invalid("format", "a byte order mark is for csv alone", "ask for the format csv, or leave it out")
	}
	compiled, err := e.options.Compiler.Compile(ctx, a.Query)
	if err != nil {
		return nil, err
	}
	p := &Plan{Parsed: compiled.Parsed, Format: f.name, Shape: sh.name, ask: a, exporter: e, format: f, node: compiled.Node, copies: a.Copies,
		layout: layout{shape: sh, columns: columns, bom: a.BOM, neutral: a.Neutralize, topicName: e.options.TopicName, periods: periods, parsed: compiled.Parsed,
			at: time.Now().UTC(), captures: e.options.Captures}}
	for _, c := range columns {
		p.Columns = append(p.Columns, c.name)
	}
	return p, nil
}

// MediaType is the content type of what Write writes.
func (p *Plan) MediaType() string { return p.format.mediaType }

// Packed says that what Write writes is compressed already.
func (p *Plan) Packed() bool { return p.format.packed }

// Suffix ends the name of a file that holds it, dot included.
func (p *Plan) Suffix() string { return p.format.suffix }

// Open takes the state of the index that the export is about. The caller closes the run.
func (p *Plan) Open(ctx context.Context) (*Run, error) {
	sel, err := p.exporter.options.Selector.Select(ctx, p.node, p.copies)
	if err != nil {
		return nil, fmt.Errorf("open export: %w", err)
	}
	return p.run(sel), nil
}

func (p *Plan) run(sel search.Selection) *Run {
	return &Run{plan: p, selection: sel, encoder: p.format.encoder(p.layout), tally: newTally(Tally{})}
}

// Outcome is how far a run came.
type Outcome struct {
	Statements int   `json:"statements"`
	Rows       int   `json:"rows"`
	Bytes      int64 `json:"bytes"` // made, before any compression
	// Unchanged are statements that were read and are what they were in an earlier export, so that nothing is written of them.
	Unchanged int `json:"unchanged,omitempty"`
	// LeftOut are statements that were read and not written.
	LeftOut []LeftOut `json:"left_out,omitempty"`
}

// Run is one export under way, from one state of the index. It is for one goroutine.
type Run struct {
	plan      *Plan
	selection search.Selection
	encoder   encoder
	outcome   Outcome
	tally     *tally
	// From where a run goes on, and who is told that it could: nil is nobody.
	from    *mark
	onMark  func(mark) error
	onWrite func(Outcome)
	// onRead says of each statement whether it is to be written; nil: all are.
	onRead func(search.Stored) (bool, error)
}

// Total is the number of statements that the run will read.
func (r *Run) Total() int { return r.selection.Total() }

// Close gives the state of the index back.
func (r *Run) Close() error { return r.selection.Close() }

// markBytes is how much lies at least between two places from which a run can go on; of Parquet every row group ends at one.
const markBytes = 4 << 20

// mark is a place from which a run can go on, over the same selection.
type mark struct {
	Outcome Outcome `json:"outcome"`
	Tally   Tally   `json:"tally"`
	State   []byte  `json:"state,omitempty"` // of the encoder
}

// chunk is how many bytes are gathered before they are written.
const chunk = 64 << 10

// firstChunk is how many are written before anything was: who waits for a stream gets something soon.
const firstChunk = 4 << 10

// Write writes the whole export to w in pieces of about 64 KB, the first smaller, and says how much that was, also when it fails half-way. It holds
// a few hundred kilobytes of statements at a time. It ends with ctx, or with the first error of w.
func (r *Run) Write(ctx context.Context, w io.Writer) (Outcome, error) {
	buf, err := r.begin(make([]byte, 0, chunk+chunk/4))
	if err != nil {
		return r.outcome, err
	}
	marked := r.outcome.Bytes
	var want wanted
	if d, ok := r.encoder.(decoding); ok {
		want = d.wants()
	}
	err = ahead(ctx, r.selection, want, func(s read) (err error) {
		if r.onRead != nil {
			if fresh, err := r.onRead(s.Stored); err != nil || !fresh {
				r.outcome.Statements++
				r.outcome.Unchanged++
				return err
			}
		}
		rows := 0
		if buf, rows, err = r.encoder.statement(ctx, r.selection, buf, s); err != nil {
			return err
		}
		if s.st != nil {
			r.tally.addDecoded(s.st)
		} else {
			r.tally.add(s.Head)
		}
		r.outcome.Statements++
		r.outcome.Rows += rows
		if r.onMark != nil && (r.plan.Format == parquetFormat || r.outcome.Bytes+int64(len(buf))-marked >= markBytes) {
			var done bool
			if buf, done, err = r.mark(w, buf); done {
				marked = r.outcome.Bytes
				return err
			}
		}
		if len(buf) >= chunk || r.outcome.Bytes == 0 && len(buf) >= firstChunk {
			buf, err = r.flush(w, buf)
		}
		return err
	})
	if err == nil {
		buf, err = r.end(w, buf)
	}
	if l, ok := r.encoder.(leaver); ok {
		r.outcome.LeftOut = l.leftOut()
	}
	if err != nil {
		r.outcome.Bytes += int64(len(buf))
		return r.outcome, fmt.Errorf("write export: %w", err)
	}
	return r.outcome, nil
}

// begin starts anew, or where an earlier run was.
func (r *Run) begin(buf []byte) ([]byte, error) {
	r.outcome, r.tally = Outcome{}, newTally(Tally{})
	if r.from == nil {
		return r.encoder.begin(buf), nil
	}
	r.outcome, r.tally = r.from.Outcome, newTally(r.from.Tally)
	skipping, ok := r.selection.(interface{ Skip(n int) })
	if !ok {
		return buf, fmt.Errorf("go on with export: a %T cannot pass over statements", r.selection)
	}
	skipping.Skip(r.outcome.Statements)
	if m, ok := r.encoder.(marker); ok {
		return buf, m.resume(r.from.State)
	}
	return buf, nil
}

// mark tells where the run could go on, if it could here.
func (r *Run) mark(w io.Writer, buf []byte) (_ []byte, done bool, err error) {
	at := mark{}
	if m, ok := r.encoder.(marker); ok {
		if at.State, done = m.mark(); !done {
			return buf, false, nil
		}
	}
	if buf, err = r.flush(w, buf); err != nil {
		return buf, true, err
	}
	at.Outcome, at.Tally = r.outcome, r.tally.told()
	return buf, true, r.onMark(at)
}

func (r *Run) end(w io.Writer, buf []byte) ([]byte, error) {
	buf, rows, err := r.encoder.end(buf, func(dst []byte) ([]byte, error) {
		if len(dst) < chunk {
			return dst, nil
		}
		return r.flush(w, dst)
	})
	r.outcome.Rows += rows
	if err != nil {
		return buf, err
	}
	return r.flush(w, buf)
}

func (r *Run) flush(w io.Writer, buf []byte) ([]byte, error) {
	n, err := w.Write(buf)
	r.outcome.Bytes += int64(n)
	if r.onWrite != nil {
		r.onWrite(r.outcome)
	}
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
