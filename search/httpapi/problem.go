package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
)

// Problem is an RFC 9457 problem document with the remedy, and for a query's faults the position.
type Problem struct {
	Type     string `json:"type" doc:"urn:rostrum:problem: and the kind of fault"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail" doc:"the thing and the cause"`
	Remedy   string `json:"remedy,omitempty" doc:"what to do about it"`
	Field    string `json:"field,omitempty" doc:"the parameter or body field at fault"`
	Position *int   `json:"position,omitempty" doc:"for a query: 0-based, in code points"`
	Expected string `json:"expected,omitempty" doc:"for a query: what was expected at the position"`

	after time.Duration // when to try again; 0: not said
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders says when to try again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.after > 0 {
		h.Set("Retry-After", fault.Seconds(p.after))
	}
	return h
}

// ContentType turns JSON into the media type of a problem document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem tells a fault to the outside. Internals stay inside: an unclassified error is logged, and its reader told where to look.
func problem(ctx context.Context, log *slog.Logger, err error) *Problem {
	kind := fault.KindOf(err)
	if errors.Is(err, context.Canceled) {
		kind = fault.Canceled
	}
	p := newProblem(kind)
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || kind == fault.Internal {
		log.ErrorContext(ctx, "request failed", "error", err)
		p.Detail = "the server could not answer this request"
		p.Remedy = "try again; if it stays, the server's log names the cause"
		return p
	}
	p.Detail, p.Remedy, p.Field, p.Expected, p.after = f.What, f.Remedy, f.Field, f.Expected, f.RetryAfter()
	if kind == fault.Query && f.Position >= 0 {
		p.Position = &f.Position
	}
	return p
}

func newProblem(kind fault.Kind) *Problem {
	status := kind.HTTPStatus()
	title := http.StatusText(status)
	if title == "" {
		title = kind.String()
	}
	return &Problem{Type: "urn:rostrum:problem:" + kind.String(), Title: title, Status: status}
}

// retell turns the framework's own errors (a parameter that does not validate) into problems of ours.
func retell(_ huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := newProblem(fault.Invalid)
	p.Status, p.Detail, p.Remedy = model.Status, model.Detail, "see /openapi.json for what this parameter takes"
	if model.Status == http.StatusBadRequest { // a body that is missing, no JSON, or breaks off
		p.Status, p.Field, p.Remedy = http.StatusUnprocessableEntity, "body", "send one JSON object, whole; see /openapi.json for its fields"
	}
	p.Title = http.StatusText(p.Status)
	if len(model.Errors) > 0 {
		p.Detail, p.Field = model.Errors[0].Message, fieldOf(model.Errors[0])
	}
	return p, nil
}

// fieldOf names the parameter or body field at fault: "body" for the whole of it.
func fieldOf(e *huma.ErrorDetail) string {
	_, field, inside := strings.Cut(e.Location, ".")
	missing, required := strings.CutPrefix(e.Message, "expected required property ")
	missing, _, _ = strings.Cut(missing, " ")
	switch {
	case required && inside:
		return field + "." + missing
	case required:
		return missing
	case inside:
		return field
	}
	return e.Location
}

// writeProblem writes a problem outside the framework.
func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	if h.Get("Retry-After") == "" && p.after > 0 {
		h.Set("Retry-After", fault.Seconds(p.after))
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the status is out; a reader that is gone needs no answer
}
