package httpapi

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/export"
)

const (
	batchPath = "/api/v1/batch"
	// maxBatch bounds the queries of one request; what a request may carry bounds them too.
	maxBatch = 10_000
	// maxBatches bounds the lists that are answered at once.
	maxBatches = 2
	// batchForm bounds what of a form is held in memory, in bytes.
	batchForm = 1 << 20
)

// batches answers many queries with one table, streamed.
type batches struct {
	*server
	slots chan struct{}
}

func (s *server) registerBatch(mux *http.ServeMux, api huma.API) {
	b := &batches{server: s, slots: make(chan struct{}, maxBatches)}
	mux.HandleFunc("POST "+batchPath, b.serve)
	api.OpenAPI().AddOperation(batchOperation(api.OpenAPI().Components.Schemas))
}

func (b *batches) serve(w http.ResponseWriter, r *http.Request) {
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	default:
		writeProblem(w, problem(r.Context(), b.Log, fault.New(fault.RateLimited, fmt.Sprintf("%d lists of queries are being answered", maxBatches), "try again when one of them is done")))
		return
	}
	table, queries, err := b.read(r)
	if err == nil {
		err = table.Check(queries)
	}
	if err != nil {
		writeProblem(w, problem(r.Context(), b.Log, err))
		return
	}
	media, suffix := "text/csv; charset=utf-8", ".csv"
	if table.JSON {
		media, suffix = "application/json", ".json"
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="rostrum-queries-%s%s"`, time.Now().UTC().Format(time.DateOnly), suffix))
	h.Set("Trailer", headerRows)
	out := &paced{w: w, control: http.NewResponseController(w), stall: exportStall}
	rows, err := table.Write(r.Context(), queries, out)
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		if r.Context().Err() == nil {
			b.Log.WarnContext(r.Context(), "table of queries ended early", "rows", rows, "error", err)
		}
		panic(http.ErrAbortHandler) // a short table must not look like a whole one
	}
	h.Set(headerRows, strconv.Itoa(rows))
}

// read reads the list: the body itself, or the field file or queries of a form. The settings are parameters, or fields of the form.
func (b *batches) read(r *http.Request) (*export.Queries, []string, error) {
	params, list, name := r.URL.Query(), io.Reader(r.Body), ""
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		r.Body = http.MaxBytesReader(nil, r.Body, maxRequestBody)
		if err := r.ParseMultipartForm(batchForm); err != nil { //nolint:gosec // bounded by the line above
			return nil, nil, unread(err)
		}
		params, list = r.Form, strings.NewReader(r.Form.Get("queries"))
		if f, head, err := r.FormFile("file"); err == nil && head.Size > 0 {
			defer f.Close()
			list, name = f, head.Filename
		}
		params.Del("queries")
	}
	table, err := tableOf(params)
	if err != nil {
		return nil, nil, err
	}
	table.Finder = b.Search
	queries, err := export.ReadQueries(list, name, maxBatch)
	if err != nil && fault.KindOf(err) == fault.Internal {
		err = unread(err)
	}
	return table, queries, err
}

// unread is the fault of a list that did not arrive whole.
func unread(err error) error {
	return &fault.Error{Kind: fault.Invalid, What: fmt.Sprintf("the list can't be read, or has more than %d bytes", maxRequestBody), Remedy: "send it in pieces", Field: "queries", Position: -1, Err: err}
}

// tableOf reads the settings of a table; strictly, so that what is written wrongly is not passed over.
func tableOf(params url.Values) (*export.Queries, error) {
	table := &export.Queries{}
	for name, values := range params {
		if len(values) != 1 {
			return nil, refusedParam(name, "it is given twice", "give it once")
		}
		value := values[0]
		switch name {
		case "sort":
			table.Order = search.Order(value)
			if !slices.Contains([]string{"relevance", "newest", "oldest"}, value) {
				return nil, refusedParam(name, "there is no order "+strconv.Quote(value), "there are relevance, newest, oldest")
			}
		case "limit":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 1000 {
				return nil, refusedParam(name, "it is no number from 1 to 1000", "ask for at most 1000 statements a query")
			}
			table.Limit = n
		case "format":
			if value != "csv" && value != "json" {
				return nil, refusedParam(name, "there is no format "+strconv.Quote(value)+" for it", "there are csv and json")
			}
			table.JSON = value == "json"
		case "bom", "neutralize":
			if value != "true" && value != "false" {
				return nil, refusedParam(name, "it is neither true nor false", "write true or false")
			}
			if name == "bom" {
				table.BOM = value == "true"
			} else {
				table.Neutralize = value == "true"
			}
		default:
			return nil, refusedParam(name, "there is no such parameter", "there are sort, limit, format, bom, neutralize")
		}
	}
	return table, nil
}

func refusedParam(name, what, remedy string) error {
	return &fault.Error{Kind: fault.Invalid, What: "the parameter " + name + ": " + what, Remedy: remedy, Field: name, Position: -1}
}

// batchOperation describes what is served outside the framework.
func batchOperation(schemas huma.Registry) *huma.Operation {
	text := &huma.Schema{Type: huma.TypeString}
	media := &huma.MediaType{Schema: text}
	list := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}, "queries": text}}}
	return &huma.Operation{OperationID: "batch", Method: http.MethodPost, Path: batchPath, Summary: "Answer many queries with one table",
		Description: fmt.Sprintf("The body is a CSV with a column query, or a query a line: at most %d. The table has a row for each statement found, and one for each query that finds none or is at fault, with error and position. What fails half-way ends as an aborted connection.", maxBatch),
		Parameters: []*huma.Param{choiceParam("sort", "default relevance", "relevance", "newest", "oldest"),
			{Name: "limit", In: "query", Description: "statements a query, 1 to 1000; default 20", Schema: &huma.Schema{Type: huma.TypeInteger}},
			choiceParam("format", "default csv", "csv", "json"), boolParam("bom", "csv: begin with a byte order mark, for spreadsheets"), boolParam("neutralize", "csv: put ' before a cell that a spreadsheet could run as a formula")},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/csv": media, "multipart/form-data": list}},
		Responses: map[string]*huma.Response{
			"200": {Description: "The table", Content: map[string]*huma.MediaType{"text/csv": media, "application/json": {Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject}}}}},
			"default": {Description: "Error", Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")}}},
		}}
}
