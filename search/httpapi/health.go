package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"rostrum/internal/fault"
)

// readyTimeout bounds all checks of one /readyz together.
const readyTimeout = 2 * time.Second

// RegisterHealth adds to mux the routes by which an operator watches a process that answers no queries.
func RegisterHealth(mux *http.ServeMux, ready map[string]Check, metrics http.Handler) {
	s := &server{Options: Options{Ready: ready}}
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", metrics)
}

// healthz says that the process serves.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says whether everything that an answer needs works, and what does not.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	status, checks := http.StatusOK, map[string]string{}
	for name, check := range s.Ready {
		checks[name] = "ok"
		if err := check(ctx); err != nil {
			status, checks[name] = http.StatusServiceUnavailable, err.Error()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"ready": status == http.StatusOK, "checks": checks})
}

// noRoute answers what is under /api/ and nowhere in the table.
func (s *server) noRoute(w http.ResponseWriter, r *http.Request) {
	p := newProblem(fault.NotFound)
	p.Detail, p.Remedy = "there is no "+r.Method+" "+r.URL.Path, "see /openapi.json for what there is"
	writeProblem(w, p)
}
