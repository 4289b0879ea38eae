package export

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum/search"
)

// LicenceNote is what every manifest says of rights.
const LicenceNote = "Titles, texts and quotations belong to those who published them, and their terms hold. What was found in them (dates, ids, actors, roles, topics, counts) are facts about public pages."

// Origin is what an export is made from.
type Origin struct {
	Software   string    `json:"software"`
	Generation string    `json:"generation" doc:"of the index"`
	Statements int       `json:"statements" doc:"in the index, copies too"`
	Newest     time.Time `json:"newest" doc:"when the latest of them was first seen"`
	// Definitions are SHA-256 of what actors and topics are found by.
	Definitions map[string]string `json:"definitions,omitempty" doc:"SHA-256 of the actors and topics in force"`
	// Files are SHA-256 of the files that those were read from, as sha256sum tells them.
	Files map[string]string `json:"files,omitempty" doc:"SHA-256 of the files that define processes, sources, actors, topics and corrections, by path"`
	// Note is what holds of the index as a whole, such as that it is being built anew and lacks statements.
	Note string `json:"note,omitempty" doc:"what the index lacked, when it was being built anew"`
}

// Sum is what a file is, in bytes.
type Sum struct {
	Bytes  int64
	SHA256 string // hexadecimal
}

// Manifest says what a file of an export holds and how it came about. It is a Frictionless data package of that one file.
type Manifest struct {
	Profile   string     `json:"profile"`
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Created   time.Time  `json:"created"`
	Licenses  []License  `json:"licenses"`
	Resources []Resource `json:"resources"`
	Rostrum   Made       `json:"rostrum"`
}

// License is a licence, or a note on rights.
type License struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Resource is the file.
type Resource struct {
	Name        string  `json:"name"`
	Path        string  `json:"path"`
	Format      string  `json:"format"`
	MediaType   string  `json:"mediatype"`
	Encoding    string  `json:"encoding,omitempty"`
	Compression string  `json:"compression,omitempty"`
	Bytes       int64   `json:"bytes"`
	Hash        string  `json:"hash"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Schema describes the columns of a table.
type Schema struct {
	Fields        []Field  `json:"fields"`
	MissingValues []string `json:"missingValues,omitempty"`
	PrimaryKey    string   `json:"primaryKey,omitempty"`
}

// Field describes a column.
type Field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Format      string `json:"format,omitempty"`
	Description string `json:"description"`
	Unit        string `json:"unit,omitempty"`
}

// Made says how a file came about.
type Made struct {
	Query      search.Echo `json:"query"`
	Format     string      `json:"format"`
	Shape      string      `json:"shape"`
	Columns    []string    `json:"columns,omitempty"`
	Period     string      `json:"period,omitempty"`
	Copies     bool        `json:"every_copy"`
	Statements int         `json:"statements"`
	Rows       int         `json:"rows"`
	Counts     Tally       `json:"counts" doc:"statements by value"`
	LeftOut    []LeftOut   `json:"left_out,omitempty"`
	Since      *Since      `json:"since,omitempty" doc:"of an incremental export: what it adds to"`
	From       Origin      `json:"from"`
	Licence    string      `json:"licence_note"`
	Command    string      `json:"command" doc:"that makes such a file again, of the index as it is then"`
}

// Since says what an incremental export adds to: its rows are those of statements that are new or not what they were.
type Since struct {
	File        string    `json:"file" doc:"name of the export before"`
	At          time.Time `json:"at" doc:"when its state of the index was taken"`
	Unchanged   int       `json:"unchanged" doc:"statements of which nothing is written"`
	Deleted     int       `json:"deleted" doc:"statements of the export before that match no more, or are gone"`
	DeletedFile string    `json:"deleted_file" doc:"a CSV of their ids"`
}

// Origin says what an export would be made from now.
func (p *Plan) Origin(ctx context.Context) Origin {
	if p.exporter.options.Origin == nil {
		return Origin{}
	}
	return p.exporter.options.Origin(ctx)
}

// Manifest describes the file at path that the run wrote whole, compressed or not.
func (r *Run) Manifest(path, compression string, from Origin, sum Sum) Manifest {
	p := r.plan
	m := Manifest{Profile: "data-package", Name: "rostrum-" + p.Shape, Title: fmt.Sprintf("%s that match %s", p.Shape, orEverything(p.Parsed)), Created: p.layout.at,
		Licenses: []License{{Name: "other", Title: LicenceNote}},
		Rostrum: Made{Query: search.Echo{Input: p.ask.Query, Parsed: p.Parsed}, Format: p.Format, Shape: p.Shape, Columns: p.Columns, Period: p.ask.Period, Copies: p.copies,
			Statements: r.outcome.Statements - r.outcome.Unchanged, Rows: r.outcome.Rows, Counts: r.tally.told(), LeftOut: r.outcome.LeftOut, From: from, Licence: LicenceNote, Command: p.ask.Command(path)}}
	res := Resource{Name: p.Shape, Path: path, Format: p.Format, MediaType: p.format.mediaType, Compression: compressedAs[compression], Bytes: sum.Bytes, Hash: "sha256:" + sum.SHA256}
	if !p.format.packed {
		res.Encoding = "utf-8"
	}
	if p.format.columns {
		res.Schema = p.schema()
	}
	m.Resources = []Resource{res}
	return m
}

// At is the manifest of the same file under another name.
func (m Manifest) At(path string) Manifest {
	if m.Resources = slices.Clone(m.Resources); len(m.Resources) == 0 {
		return m
	}
	m.Rostrum.Command = strings.TrimSuffix(m.Rostrum.Command, quoted(m.Resources[0].Path)) + quoted(path)
	m.Resources[0].Path = path
	return m
}

// compressedAs names compressions as data packages do.
var compressedAs = map[string]string{"gzip": "gz", "zstd": "zst"}

func orEverything(query string) string {
	if query == "" {
		return "everything"
	}
	return query
}

// schema describes the columns; whole statements have those of the API.
func (p *Plan) schema() *Schema {
	columns, s := p.layout.columns, &Schema{}
	if len(columns) == 0 {
		columns = p.layout.shape.columns[:0:0]
		for _, c := range p.layout.shape.columns {
			if wholeNames[c.name] {
				columns = append(columns, c)
			}
		}
	}
	if p.Format == csvFormat {
		s.MissingValues = []string{""}
	}
	if p.Shape == shapes[0].name && slices.ContainsFunc(columns, func(c column) bool { return c.name == "id" }) {
		s.PrimaryKey = "id"
	}
	for i := range columns {
		s.Fields = append(s.Fields, fieldOf(&columns[i], p.Format == csvFormat))
	}
	return s
}

// wholeNames are the columns that whole statements have under the same name and of the same kind.
var wholeNames = map[string]bool{"id": true, "url": true, "title": true, "published": true, "published_from": true, "first_seen": true, "language": true, "kind": true, "source": true,
	"group": true, "actors": true, "topics": true, "copies": true, "signatories": true, "revision": true, "text": true, "capture": true, "captured_at": true}

func fieldOf(c *column, csv bool) Field {
	f := Field{Name: c.name, Description: c.about}
	switch c.kind {
	case Integer:
		f.Type, f.Unit = "integer", unitOf(c.name)
	case Flag:
		f.Type = "boolean"
	case Moment:
		f.Type, f.Format, f.Unit = "datetime", "any", "UTC"
	case List, Cast:
		f.Type = "array"
		if csv {
			f.Type = "string"
			f.Description += `; items stand between |, with \ before a | or \ of their own`
		}
	case Text:
		f.Type = "string"
	}
	return f
}

func unitOf(name string) string {
	switch name {
	case "start", "end":
		return "code points from the beginning of the text"
	case "revision":
		return "ordinal, from 1"
	}
	return "count"
}

// Command is the command line that makes the export.
func (a Ask) Command(path string) string {
	words := []string{"rostrum", "export", quoted(a.Query)}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, quoted(value))
		}
	}
	add("--format", a.Format)
	add("--shape", a.Shape)
	add("--period", a.Period)
	add("--columns", strings.Join(a.Columns, ","))
	if a.Copies {
		words = append(words, "--copies")
	}
	if a.BOM {
		words = append(words, "--bom")
	}
	if a.Neutralize {
		words = append(words, "--neutralize")
	}
	add("-o", path)
	return strings.Join(words, " ")
}

// quoted writes a word for a shell.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,/:") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Params are the parameters of the API that ask for the export.
func (a Ask) Params() url.Values {
	v := url.Values{"q": {a.Query}}
	for name, value := range map[string]string{"format": a.Format, "shape": a.Shape, "columns": strings.Join(a.Columns, ","), "period": a.Period} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if a.Copies {
		v.Set("copies", "all")
	}
	for name, on := range map[string]bool{"bom": a.BOM, "neutralize": a.Neutralize} {
		if on {
			v.Set(name, "true")
		}
	}
	return v
}
