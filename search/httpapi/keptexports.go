package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

const keptPath = "/api/v1/exports"

func (s *server) registerKept(mux *http.ServeMux, api huma.API) {
	if s.Kept == nil {
		return
	}
	huma.Get(api, keptPath, s.listKept)
	huma.Register(api, huma.Operation{OperationID: "create-export", Method: http.MethodPost, Path: keptPath, DefaultStatus: http.StatusAccepted,
		Summary: "Make an export in the background and keep its file for a while"}, s.createKept)
	huma.Get(api, keptPath+"/{id}", s.showKept)
	huma.Delete(api, keptPath+"/{id}", s.removeKept)
	huma.Register(api, huma.Operation{OperationID: "resume-export", Method: http.MethodPost, Path: keptPath + "/{id}/resume", DefaultStatus: http.StatusAccepted,
		Summary: "Go on with an export that failed"}, s.resumeKept)
	for _, what := range []string{"file", "manifest"} {
		mux.HandleFunc("GET "+keptPath+"/{id}/"+what, func(w http.ResponseWriter, r *http.Request) { s.sendKept(w, r, what == "manifest") })
		api.OpenAPI().AddOperation(keptOperation(what))
	}
}

type keptList struct {
	Exports []export.Kept `json:"exports" doc:"the latest first"`
}

func (s *server) listKept(ctx context.Context, _ *struct{}) (*out[keptList], error) {
	return &out[keptList]{Body: keptList{s.Kept.List(owner(ctx))}}, nil
}

// AskedExport is what is asked of an export in a body: once, or again and again.
type AskedExport struct {
	Query       string   `json:"q,omitempty" maxLength:"1000000" doc:"empty is everything"`
	Format      string   `json:"format,omitempty" maxLength:"40" doc:"absent: jsonl"`
	Shape       string   `json:"shape,omitempty" maxLength:"40" doc:"absent: statements"`
	Columns     []string `json:"columns,omitempty" maxItems:"200"`
	Period      string   `json:"period,omitempty" maxLength:"40" doc:"of the shape panel: month, quarter, year or phase"`
	Copies      string   `json:"copies,omitempty" enum:"all" doc:"every member of a group instead of its lead"`
	BOM         bool     `json:"bom,omitempty"`
	Neutralize  bool     `json:"neutralize,omitempty"`
	Compression string   `json:"compression,omitempty" maxLength:"40" doc:"gzip or zstd"`
}

func (a *AskedExport) ask() export.Ask {
	return export.Ask{Query: a.Query, Format: a.Format, Shape: a.Shape, Columns: a.Columns, Period: a.Period, Copies: a.Copies == "all", BOM: a.BOM, Neutralize: a.Neutralize}
}

type keptInput struct {
	Body struct {
		AskedExport
		Days int `json:"days,omitempty" minimum:"0" maximum:"90" doc:"that the file is kept; absent: 7"`
	}
}

type createdKept struct {
	Location string `header:"Location"`
	Body     export.Kept
}

func (s *server) createKept(ctx context.Context, in *keptInput) (*createdKept, error) {
	b := &in.Body
	kept, err := s.Kept.Create(ctx, export.Wish{Owner: asker(ctx), Compression: b.Compression, Days: b.Days, Ask: b.ask()})
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return &createdKept{Location: keptPath + "/" + kept.ID, Body: kept}, nil
}

func (s *server) showKept(ctx context.Context, in *idInput) (*out[export.Kept], error) {
	kept, err := s.Kept.Get(owner(ctx), in.ID)
	return answer(ctx, s, kept, err)
}

func (s *server) removeKept(ctx context.Context, in *idInput) (*struct{}, error) {
	if err := s.Kept.Remove(owner(ctx), in.ID); err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return nil, nil
}

func (s *server) resumeKept(ctx context.Context, in *idInput) (*out[export.Kept], error) {
	kept, err := s.Kept.Resume(owner(ctx), in.ID)
	return answer(ctx, s, kept, err)
}

// sendKept sends a finished export or its manifest, whole or by ranges.
func (s *server) sendKept(w http.ResponseWriter, r *http.Request, manifest bool) {
	kept, path, err := s.Kept.Path(owner(r.Context()), r.PathValue("id"), manifest)
	if err == nil {
		err = sendFile(w, r, kept, path, manifest)
	}
	if err != nil {
		writeProblem(w, problem(r.Context(), s.Log, err))
	}
}

func sendFile(w http.ResponseWriter, r *http.Request, kept export.Kept, path string, manifest bool) error {
	f, err := os.Open(path) //nolint:gosec // the keeper made the path, of an id that it knows
	if err != nil {
		return fault.Newf(fault.NotFound, "open export %s: %w", kept.ID, err)
	}
	defer f.Close()
	h, name := w.Header(), kept.File
	h.Set("Content-Type", "application/octet-stream")
	if manifest {
		name += export.ManifestSuffix
		h.Set("Content-Type", "application/json")
	} else {
		h.Set("ETag", `"`+kept.SHA256+`"`)
	}
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, name))
	http.ServeContent(w, r, "", *kept.Finished, f)
	return nil
}

// keptOperation describes what is served outside the framework.
func keptOperation(what string) *huma.Operation {
	media, about := "application/octet-stream", "The file of a kept export; ranges can be asked for"
	if what == "manifest" {
		media, about = "application/json", "The manifest of a kept export"
	}
	return &huma.Operation{OperationID: "export-" + what + "-of-kept", Method: http.MethodGet, Path: keptPath + "/{id}/" + what, Summary: about,
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Responses:  map[string]*huma.Response{"200": {Description: about, Content: map[string]*huma.MediaType{media: {Schema: &huma.Schema{}}}}}}
}
