package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
)

// Bounds of an import.
const (
	importPath     = adminPath + "import"
	maxImport      = 64 << 30         // bytes of one file
	maxImportStall = 10 * time.Minute // without a byte of it: a full bus holds the sender up
	maxImports     = 2                // at once
)

// Importer takes captures that others made.
type Importer interface {
	// Import reads a WARC file to its end and hands its captures to the indexer, as fast as that takes them. What can't be used is left
	// out, with the reason in the report. An error is the reader's, the bus's or the caller's going away; the report then tells
	// how far it came. Idempotent.
	Import(ctx context.Context, file io.Reader) (ImportReport, error)
}

// ImportReport says what became of a WARC file.
type ImportReport struct {
	Captures int            `json:"captures" doc:"handed to the indexer"`
	Sources  map[string]int `json:"sources" doc:"of them, by the source they were taken for"`
	Refused  int            `json:"refused" doc:"records that were left out"`
	Reasons  []string       `json:"reasons" doc:"why, the first 1000"`
	Passed   map[string]int `json:"passed,omitempty" doc:"records that hold no page, by type"`
	Error    string         `json:"error,omitempty" doc:"why the file was not read to its end"`
}

type imports struct {
	*server
	slots chan struct{}
}

func (s *server) registerImport(mux *http.ServeMux, api huma.API) {
	i := &imports{s, make(chan struct{}, maxImports)}
	mux.HandleFunc("POST "+importPath, i.serve)
	report := &huma.Response{Description: "what became of the file", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ImportReport](), true, "ImportReport")}}}
	api.OpenAPI().AddOperation(&huma.Operation{OperationID: "post-admin-import", Method: http.MethodPost, Path: importPath,
		Summary: "Import a WARC file", RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/warc": {}}},
		Responses: map[string]*huma.Response{"200": report}})
}

func (i *imports) serve(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	select {
	case i.slots <- struct{}{}:
		defer func() { <-i.slots }()
	default:
		err := fault.New(fault.RateLimited, fmt.Sprintf("%d imports are under way", maxImports), "try again when one of them is done")
		writeProblem(w, problem(ctx, i.Log, err))
		return
	}
	body := &patientBody{Reader: http.MaxBytesReader(w, r.Body, maxImport), control: http.NewResponseController(w)}
	report, err := i.Admin.Importer.Import(ctx, body)
	noteAudit(ctx, slog.Int("captures", report.Captures), slog.Int("refused", report.Refused))
	if err != nil && report.Captures+report.Refused == 0 {
		writeProblem(w, problem(ctx, i.Log, err))
		return
	}
	if err != nil {
		report.Error = problem(ctx, i.Log, err).Detail
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(report) // a sender that is gone needs no answer
}

// patientBody lets a body take its time as long as it moves.
type patientBody struct {
	io.Reader
	control *http.ResponseController
}

// Read implements io.Reader.
func (b *patientBody) Read(p []byte) (int, error) {
	if err := b.control.SetReadDeadline(time.Now().Add(maxImportStall)); err != nil {
		return 0, fmt.Errorf("wait for the file: %w", err)
	}
	return b.Reader.Read(p)
}
