package export

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
)

const csvFormat = "csv"

// format is a way to spell an export.
type format struct {
	name, about, mediaType, suffix string
	statementsOnly                 bool // carries no other shape
	whole                          bool // carries whole statements unless columns are named
	columns                        bool // carries columns
	packed                         bool // compressed by itself
	encoder                        func(l layout) encoder
}

// layout is what an encoder spells: a shape's rows, by columns; no columns where the format carries whole statements.
type layout struct {
	shape        *shape
	columns      []column
	bom, neutral bool
	topicName    func(id string) string
	periods      func(t time.Time) []span // of a panel
	parsed       string                   // the query
	at           time.Time                // when it was asked for
	captures     Captures                 // nil where there are none
}

// encoder spells an export. Each method appends to dst and gives it back; statement also says how many rows it made.
type encoder interface {
	begin(dst []byte) []byte
	statement(ctx context.Context, sel search.Selection, dst []byte, s read) ([]byte, int, error)
	// end appends what comes last and says how many rows that has; it hands what it has to emit now and then.
	end(dst []byte, emit emitter) ([]byte, int, error)
}

// emitter writes dst where it has grown enough, and gives it back.
type emitter func(dst []byte) ([]byte, error)

// marker is an encoder with a state. An encoder that is none can go on after any statement.
type marker interface {
	// mark gives what a fresh encoder needs to go on from here; false where it cannot.
	mark() (state []byte, ok bool)
	// resume takes the place of begin.
	resume(state []byte) error
}

// leaver is an encoder that leaves statements out.
type leaver interface{ leftOut() []LeftOut }

// formats are in the order in which they are named to a reader; the first is the default.
var formats = []*format{
	{name: "jsonl", about: "JSON, one object a line", mediaType: "application/x-ndjson", suffix: ".jsonl", whole: true, columns: true, encoder: newJSONL},
	{name: csvFormat, about: "comma-separated values (RFC 4180, UTF-8)", mediaType: "text/csv; charset=utf-8", suffix: ".csv", columns: true, encoder: newCSV},
	{name: parquetFormat, about: "Parquet, typed and compressed", mediaType: "application/vnd.apache.parquet", suffix: ".parquet", columns: true, packed: true, encoder: newParquet},
	{name: "ris", about: "references for Zotero, EndNote and others", mediaType: "application/x-research-info-systems", suffix: ".ris", statementsOnly: true, encoder: newRIS},
	{name: "bibtex", about: "references for LaTeX", mediaType: "application/x-bibtex; charset=utf-8", suffix: ".bib", statementsOnly: true, encoder: newBibTeX},
	{name: "csl-json", about: "references as a JSON list, for Zotero and pandoc", mediaType: "application/vnd.citationstyles.csl+json", suffix: ".json", statementsOnly: true, encoder: newCSL},
	{name: "markdown", about: "a document to read", mediaType: "text/markdown; charset=utf-8", suffix: ".md", statementsOnly: true, encoder: newMarkdown},
	{name: warcFormat, about: "the archived pages themselves (WARC 1.1)", mediaType: "application/warc", suffix: ".warc.gz", statementsOnly: true, packed: true, encoder: newWARC},
}

func formatNamed(name string) (*format, error) {
	for _, f := range formats {
		if name == f.name || name == "" {
			return f, nil
		}
	}
	return nil, unknown("format", "export format", name, Formats())
}

// Formats lists the formats by name.
func Formats() []string {
	names := make([]string, 0, len(formats))
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Cite writes one statement as a reference in the format ris, bibtex or csl-json, and says its media type; any other format is a
// fault.Invalid.
func (e *Exporter) Cite(name string, st *statement.Statement) (body []byte, mediaType string, err error) {
	for _, f := range formats {
		if f.name != name {
			continue
		}
		if refs, ok := f.encoder(layout{topicName: e.options.TopicName}).(*references); ok {
			body, _, err := refs.end(refs.append(refs.begin(nil), referenceOf(st, e.options.TopicName)), nil)
			return body, f.mediaType, err
		}
	}
	return nil, "", invalid("format", fmt.Sprintf("there is no format %q for one reference", name), "use ris, bibtex or csl-json")
}

// Suffixes lists how the names of files in each format end.
func Suffixes() []string {
	suffixes := make([]string, 0, len(formats))
	for _, f := range formats {
		suffixes = append(suffixes, f.suffix)
	}
	return suffixes
}

// OfFile says what the name of a file stands for: a format and a compression, each empty where the name does not say.
func OfFile(name string) (format, compression string) {
	name = strings.ToLower(name)
	for _, f := range formats {
		if f.packed && strings.HasSuffix(name, f.suffix) {
			return f.name, ""
		}
	}
	for _, c := range Compressions() {
		if rest, ok := strings.CutSuffix(name, c.Suffix); ok {
			name, compression = rest, c.Name
		}
	}
	for _, f := range formats {
		if strings.HasSuffix(name, f.suffix) {
			return f.name, compression
		}
	}
	return "", compression
}

// columnsOf gives the columns that an export in this format has.
func (f *format) columnsOf(s *shape, names []string) ([]column, error) {
	if len(names) > 0 && !f.columns {
		return nil, invalid("columns", f.name+" has no columns to choose", "use csv, jsonl or parquet for them")
	}
	if len(names) == 0 && f.name == parquetFormat && s == shapes[0] {
		chosen, err := s.choose(nil)
		at := slices.IndexFunc(s.columns, func(c column) bool { return c.name == actorsColumn })
		return append(chosen, s.columns[at]), err
	}
	if len(names) == 0 && (!f.columns || f.whole && s == shapes[0]) {
		return nil, nil
	}
	return s.choose(names)
}

// whole spells whole statements without decoding them.
type whole struct{}

func newJSONL(l layout) encoder {
	if len(l.columns) == 0 {
		return whole{}
	}
	return newTable(l, jsonObjects{})
}

func (whole) begin(dst []byte) []byte { return dst }

func (whole) end(dst []byte, _ emitter) ([]byte, int, error) { return dst, 0, nil }

func (whole) statement(_ context.Context, _ search.Selection, dst []byte, s read) ([]byte, int, error) {
	dst, err := s.AppendJSON(dst)
	return append(dst, '\n'), 1, err
}
