package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/search"
)

type timelineInput struct {
	Query    string `query:"q" doc:"the query; empty is everything" maxLength:"1000000"`
	Interval string `query:"interval" enum:"month,week,year" default:"month"`
	By       string `query:"by" enum:",actor,topic" doc:"tell each bucket apart by who speaks, or by topic"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"20" doc:"how many actors or topics, the most frequent"`
}

func (s *server) showTimeline(ctx context.Context, in *timelineInput) (*out[search.Timeline], error) {
	found, err := s.Search.Timeline(ctx, search.TimelineAsk{Query: in.Query, Interval: in.Interval, By: in.By, Limit: in.Limit})
	return answer(ctx, s, found, err)
}

type completeInput struct {
	Typed string `query:"q" doc:"the beginning of a name, in any language" maxLength:"200"`
}

type suggestions struct {
	Suggestions []search.Suggestion `json:"suggestions" doc:"actors, then topics; at most 12"`
}

func (s *server) complete(ctx context.Context, in *completeInput) (*out[suggestions], error) {
	found, err := s.Search.Complete(ctx, in.Typed)
	return answer(ctx, s, suggestions{found}, err)
}

// citeOperation describes the citation, which is served outside the framework: its media type is the format's.
func citeOperation() *huma.Operation {
	return &huma.Operation{OperationID: "cite-statement", Method: http.MethodGet, Path: "/api/v1/statements/{id}/cite", Summary: "One statement as a reference",
		Parameters: []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			choiceParam("format", "the reference's format; ris where it is left out", "ris", "bibtex", "csl-json"),
		},
		Responses: map[string]*huma.Response{
			"200": {Description: "The reference, to be saved.", Content: map[string]*huma.MediaType{
				"application/x-research-info-systems":     {Schema: &huma.Schema{Type: huma.TypeString}},
				"application/x-bibtex":                    {Schema: &huma.Schema{Type: huma.TypeString}},
				"application/vnd.citationstyles.csl+json": {Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject}}},
			}},
			"default": {Description: "A problem.", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
		}}
}

// captureOperation describes the archived page, which is served as it was fetched.
func captureOperation() *huma.Operation {
	return &huma.Operation{OperationID: "show-capture", Method: http.MethodGet, Path: "/api/v1/statements/{id}/capture", Summary: "The archived page of a statement's current revision, as it was fetched",
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Responses: map[string]*huma.Response{
			"200":     {Description: "The body, with the media type that its site gave it.", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
			"default": {Description: "A problem.", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
		}}
}

var citeSuffixes = map[string]string{"ris": ".ris", "bibtex": ".bib", "csl-json": ".json"}

// cite sends one statement as a reference, as a file.
func (s *server) cite(w http.ResponseWriter, r *http.Request) {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "ris"
	}
	found, err := s.Search.Statement(r.Context(), r.PathValue("id"))
	var body []byte
	var mediaType string
	if err == nil {
		body, mediaType, err = s.Export.Cite(format, &found)
	}
	if err != nil {
		writeProblem(w, problem(r.Context(), s.Log, err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", found.ID+citeSuffixes[format]))
	_, _ = w.Write(body) //nolint:gosec // a download of a media type that no browser runs, never sniffed
}
