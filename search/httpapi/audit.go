package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// audited lets a change pass, and logs who made it and what came of it.
func (g *gate) audited(w http.ResponseWriter, r *http.Request, who Identity) {
	began := g.Now()
	note := &auditNote{}
	watched := &statusWriter{ResponseWriter: w}
	defer func() {
		status := watched.status
		if status == 0 {
			status = http.StatusOK
		}
		args := []any{"who", who.Name, "scope", string(who.Scope), "token", who.Token, "from", g.client(r), "method", r.Method, "path", auditedPath(r), "status", status,
			"took", g.Now().Sub(began).Round(time.Millisecond)}
		g.Audit.Info("audit", append(args, note.list()...)...)
	}()
	g.next.ServeHTTP(watched, r.WithContext(context.WithValue(r.Context(), auditKey{}, note)))
}

// auditedPath is the path of a request as it is logged: bounded, and of the link in a mail without what proves it.
func auditedPath(r *http.Request) string {
	const longest = 300
	p := r.URL.Path
	if secret, ok := strings.CutPrefix(p, "/unsubscribe/"); ok {
		id, _, _ := strings.Cut(secret, ".")
		p = "/unsubscribe/" + id
	}
	return strings.ToValidUTF8(p[:min(len(p), longest)], "")
}

type auditKey struct{}

// auditNote is what a handler adds to the audit line of its request.
type auditNote struct {
	mu   sync.Mutex
	args []any
}

func (n *auditNote) list() []any {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.args
}

// noteAudit adds to the audit line of a request what it was about.
func noteAudit(ctx context.Context, attrs ...slog.Attr) {
	note, ok := ctx.Value(auditKey{}).(*auditNote)
	if !ok {
		return
	}
	note.mu.Lock()
	defer note.mu.Unlock()
	for _, a := range attrs {
		note.args = append(note.args, a)
	}
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
