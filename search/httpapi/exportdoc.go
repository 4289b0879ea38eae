package httpapi

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/search/export"
	"rostrum/search/query"
)

// maxQuery bounds a query, in bytes: no query that may be asked is longer.
const maxQuery = 4 * query.MaxLength

// exportParams are the parameters of an export.
func exportParams() []*huma.Param {
	return []*huma.Param{
		textParam("q", "the query; empty is everything"),
		choiceParam("format", "default "+export.Formats()[0], export.Formats()...),
		choiceParam("shape", "what a row is. "+aboutShapes(), shapeNames()...),
		choiceParam("period", "of the shape panel; default month", export.Periods()...),
		textParam("columns", "by name, in the order wanted, separated by commas; without them the shape's own"),
		choiceParam("copies", "all: every member of a group instead of its lead", "all"),
		boolParam("bom", "csv: begin with a byte order mark, for spreadsheets"),
		boolParam("neutralize", "csv: put ' before a cell that a spreadsheet could run as a formula"),
		boolParam("dry_run", "say how much it would be, and write nothing"),
	}
}

func textParam(name, about string) *huma.Param {
	limit := maxQuery
	return &huma.Param{Name: name, In: "query", Description: about, Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &limit}}
}

func choiceParam(name, about string, values ...string) *huma.Param {
	p := textParam(name, about)
	for _, v := range values {
		p.Schema.Enum = append(p.Schema.Enum, v)
	}
	return p
}

func boolParam(name, about string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: about, Schema: &huma.Schema{Type: huma.TypeBoolean}}
}

func shapeNames() []string {
	var names []string
	for _, s := range export.Shapes() {
		names = append(names, s.Name)
	}
	return names
}

// aboutShapes names every shape with its columns; what can be asked for besides is the same in all.
func aboutShapes() string {
	var b strings.Builder
	var more []string
	for i, s := range export.Shapes() {
		var own []string
		for _, c := range s.Columns {
			if c.Default {
				own = append(own, c.Name)
			} else if i == 0 {
				more = append(more, c.Name)
			}
		}
		b.WriteString(s.Name + ": " + s.About + ", with the columns " + strings.Join(own, ", ") + ". ")
	}
	return b.String() + "Every shape also takes the columns of statements and " + strings.Join(more, ", ") + "."
}

// exportOperation is what the OpenAPI document says of an export.
func exportOperation(params []*huma.Param, schemas huma.Registry) *huma.Operation {
	stream := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	problem := &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")}}}
	count := func(about string) *huma.Param {
		return &huma.Param{Description: about, Schema: &huma.Schema{Type: huma.TypeInteger}}
	}
	return &huma.Operation{
		OperationID: "export", Method: http.MethodGet, Path: "/api/v1/export", Summary: "Export everything that matches",
		Description: "Streams one state of the index, compressed by gzip or zstd where Accept-Encoding asks for it. What fails half-way ends as an aborted connection, never as a short file; the trailer " + headerRows + " counts the rows.",
		Parameters:  params,
		Responses: map[string]*huma.Response{
			"200": {Description: "The export, or with dry_run what it would be",
				Headers: map[string]*huma.Param{headerStatements: count("statements that will be read"),
					headerExport: {Description: "by which the manifest is asked for when all has arrived", Schema: &huma.Schema{Type: huma.TypeString}}},
				Content: map[string]*huma.MediaType{"application/x-ndjson": stream, "text/csv": stream, "application/x-research-info-systems": stream,
					"application/x-bibtex": stream, "application/vnd.citationstyles.csl+json": stream,
					"application/vnd.apache.parquet": stream, "text/markdown": stream, "application/warc": stream,
					"application/json": {Schema: schemas.Schema(reflect.TypeFor[estimated](), true, "Estimated")}}},
			"default": problem,
		},
	}
}
