// Package web is the pages: html/template, no script needed, every view at a URL that can be shared.
package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/search"
	"rostrum/search/alert"
	"rostrum/search/export"
)

//go:embed templates/*.html assets/*
var files embed.FS

// policy lets a page load nothing but what this server sends, and run nothing.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Options is what the pages need of others.
type Options struct {
	Version  string
	Search   *search.Service
	Registry func() *registry.Registry
	Sources  search.Sources
	Captures search.Captures
	Alerts   *alert.Service
	Export   *export.Exporter
	Kept     *export.Keeper // nil: no kept exports
	// Schedules are the exports that repeat; nil: none can.
	Schedules *export.Schedules
	// Owner is whose saved queries a request is about, Asker whom one belongs to that the request makes.
	Owner, Asker func(ctx context.Context) string
	// Archived says whether a browser cannot open a host (the demo's sites), so that links lead to the archived capture.
	Archived func(host string) bool
	Log      *slog.Logger
}

type pages struct {
	Options
	templates *template.Template
	stamp     string
}

// Register adds the pages' routes to mux.
func Register(mux *http.ServeMux, o Options) error {
	t, err := template.ParseFS(files, "templates/*.html")
	if err != nil {
		return err
	}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return err
	}
	p := &pages{Options: o, templates: t}
	if p.stamp, err = stampOf(assets); err != nil {
		return err
	}
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", cached(http.FileServerFS(assets))))
	mux.HandleFunc("GET /{$}", p.page(p.search))
	mux.HandleFunc("GET /statements/{id}", p.page(p.statement))
	mux.HandleFunc("GET /actors", p.page(p.actors))
	mux.HandleFunc("GET /actors/{id}", p.page(p.actor))
	mux.HandleFunc("GET /topics", p.page(p.topics))
	mux.HandleFunc("GET /topics/{id}", p.page(p.topic))
	mux.HandleFunc("GET /matrix", p.page(p.matrix))
	mux.HandleFunc("GET /sources", p.page(p.sources))
	mux.HandleFunc("GET /saved", p.page(p.saved))
	mux.HandleFunc("GET /saved/{id}", p.page(p.showSaved))
	mux.HandleFunc("POST /saved", p.page(posted(p.createSaved)))
	mux.HandleFunc("POST /saved/{id}", p.page(posted(p.changeSaved)))
	mux.HandleFunc("POST /saved/{id}/deliveries/{n}/replay", p.page(posted(p.replay)))
	mux.HandleFunc("GET /unsubscribe/{token}", p.page(p.unsubscribe))
	mux.HandleFunc("POST /unsubscribe/{token}", p.page(p.unsubscribe))
	mux.HandleFunc("GET /exports", p.page(p.exports))
	mux.HandleFunc("GET /exports/file", p.page(p.exportFile))
	mux.HandleFunc("POST /exports", p.page(posted(p.changeExports)))
	mux.HandleFunc("GET /captures/{id}", p.capture)
	mux.HandleFunc("/", p.page(p.missing))
	return nil
}

// stampOf tells one state of the assets from another.
func stampOf(assets fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(assets, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(assets, path)
		sum.Write(body)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:6]), err
}

// cached lets browsers keep assets for an hour; their addresses change when they do.
func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		next.ServeHTTP(w, r)
	})
}

// view is a page to be rendered: a template's name, its data and the status.
type view struct {
	template string
	redirect string // where the reader is sent instead
	status   int
	data     any
}

// page renders what a handler gives, or the page of its error. It renders into memory first, so that a page is whole or an error.
func (p *pages) page(handler func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := bearable(r)
		var v view
		if err == nil {
			v, err = p.whole(r, handler)
		}
		if err != nil {
			v = p.problem(r, err)
			if f, ok := errors.AsType[*fault.Error](err); ok && f.RetryAfter() > 0 {
				w.Header().Set("Retry-After", fault.Seconds(f.RetryAfter()))
			}
		}
		if v.redirect != "" {
			http.Redirect(w, r, v.redirect, http.StatusSeeOther)
			return
		}
		var out bytes.Buffer
		if err := p.templates.ExecuteTemplate(&out, v.template, v.data); err != nil {
			p.Log.ErrorContext(r.Context(), "page did not render", "template", v.template, "error", err)
			http.Error(w, "this page could not be made; the server's log names the cause", http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-cache")
		if v.status != 0 {
			w.WriteHeader(v.status)
		}
		_, _ = out.WriteTo(w)
	}
}

// whole runs a handler; a panic in it is an error like others, so that a reader gets a page.
func (p *pages) whole(r *http.Request, handler func(*http.Request) (view, error)) (v view, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			p.Log.ErrorContext(r.Context(), "page panicked", "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("show %s: panic: %v", r.URL.Path, cause)
		}
	}()
	return handler(r)
}

// maxPageQuery is how long a query may be that a page repeats in its links, in bytes of an address: a page stays below 100 KB.
const maxPageQuery = 12_000

// bearable refuses a query that a page could not repeat.
func bearable(r *http.Request) error {
	n := len(url.QueryEscape(r.URL.Query().Get("q")))
	if n <= maxPageQuery {
		return nil
	}
	return fault.New(fault.Invalid, fmt.Sprintf("the query takes %s bytes in an address; a page bears %s", number(n), number(maxPageQuery)),
		"ask for it in parts, or by rostrum search or the API, which take 10 000 letters of any script")
}

// problem is the page of an error.
func (p *pages) problem(r *http.Request, err error) view {
	kind := fault.KindOf(err)
	data := struct {
		Frame                 frame
		Heading, What, Remedy string
	}{Frame: p.frame(r, "Not shown"), Heading: "This could not be shown"}
	if f, ok := errors.AsType[*fault.Error](err); ok && kind != fault.Internal {
		data.What, data.Remedy = sentence(f.What), sentence(f.Remedy)
	} else {
		reference := strings.ToLower(rand.Text()[:8])
		p.Log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "reference", reference, "error", err)
		data.What = "Something in the server failed; what you asked for is not at fault."
		data.Remedy = "Try again in a minute. If it fails again, tell whoever runs the server the reference " + reference + ", under which its log names the cause."
	}
	switch kind {
	case fault.NotFound:
		data.Heading = "Nothing here"
	case fault.RateLimited:
		data.Heading = "Too much at once"
	}
	return view{template: "problem.html", status: kind.HTTPStatus(), data: data}
}

func (p *pages) missing(r *http.Request) (view, error) {
	return view{}, fault.New(fault.NotFound, "there is no page "+r.URL.Path, "")
}
