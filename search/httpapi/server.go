// Package httpapi is the JSON API of version 1, its OpenAPI document, health and metrics.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"rostrum/internal/registry"
	"rostrum/search"
	"rostrum/search/alert"
	"rostrum/search/export"
)

// Check is one thing that must work for the server to be ready; it returns nil when it does.
type Check func(ctx context.Context) error

// Options is what the API needs of others.
type Options struct {
	Version   string
	Search    *search.Service
	Registry  func() *registry.Registry // the one in force
	Sources   search.Sources
	Captures  search.Captures
	Export    *export.Exporter
	Kept      *export.Keeper    // nil: no kept exports
	Schedules *export.Schedules // nil: none of them is made again and again
	Alerts    *alert.Service
	Admin     *Admin           // nil: no admin endpoints
	Ready     map[string]Check // by the name that /readyz shows
	Metrics   http.Handler
	Log       *slog.Logger
}

type server struct {
	Options
}

// Register adds the API's routes to mux.
func Register(mux *http.ServeMux, o Options) {
	s := &server{Options: o}
	config := huma.DefaultConfig("Rostrum", o.Version)
	config.Info.Description = "Who said what, on which topic, since when, and whether it changed."
	config.DocsPath, config.SchemasPath = "", ""
	config.CreateHooks = nil // no $schema links in answers
	config.RejectUnknownQueryParameters = true
	config.Transformers = append(config.Transformers, retell)
	api := humago.New(mux, config)

	huma.Get(api, "/api/v1/statements", s.listStatements)
	huma.Get(api, "/api/v1/statements/{id}", s.showStatement)
	huma.Get(api, "/api/v1/statements/{id}/revisions", s.listRevisions)
	huma.Get(api, "/api/v1/statements/{id}/revisions/diff", s.showDifference)
	huma.Get(api, "/api/v1/statements/{id}/copies", s.listCopies)
	mux.HandleFunc("GET /api/v1/statements/{id}/cite", s.cite)
	api.OpenAPI().AddOperation(citeOperation())
	api.OpenAPI().AddOperation(captureOperation())
	huma.Get(api, "/api/v1/query/parse", s.parseQuery)
	huma.Get(api, "/api/v1/query/complete", s.complete)
	huma.Get(api, "/api/v1/timeline", s.showTimeline)
	s.registerMatrix(api)
	huma.Get(api, "/api/v1/actors", s.listActors)
	s.registerCandidates(api)
	huma.Get(api, "/api/v1/actors/{id}", s.showActor)
	huma.Get(api, "/api/v1/topics", s.listTopics)
	huma.Get(api, "/api/v1/topics/{id}", s.showTopic)
	huma.Get(api, "/api/v1/processes", s.listProcesses)
	huma.Get(api, "/api/v1/sources", s.listSources)
	mux.HandleFunc("GET /api/v1/statements/{id}/capture", s.showCapture)
	s.registerExport(mux, api)
	s.registerKept(mux, api)
	s.registerSchedules(api)
	s.registerBatch(mux, api)
	s.registerSaved(mux, api)
	if o.Admin != nil {
		s.registerAdmin(mux, api)
	}
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", o.Metrics)
	mux.HandleFunc("/api/", s.noRoute)
	describeProblems(api.OpenAPI())
}
