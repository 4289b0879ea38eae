package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"rostrum/internal/fault"
)

// maxRequestBody bounds what a request may carry, in bytes.
const maxRequestBody = 1 << 20

// plainPolicy is of every answer that has no policy of its own: nothing in it is run, loaded or framed.
const plainPolicy = "default-src 'none'; frame-ancestors 'none'"

// Guard is the outermost handler: it refuses hosts that are not ours (DNS rebinding) and cross-origin changes, bounds bodies, lets
// no answer run anything unless it says so itself, and turns a panic into an answer. Hosts are names without port; loopback names and addresses are always ours.
func Guard(next http.Handler, hosts []string, log *slog.Logger) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p := newProblem(fault.Forbidden)
		p.Detail, p.Remedy = "a page of another site asked for this change", "make the change from Rostrum's own pages, or with a token from a program"
		writeProblem(w, p)
	}))
	checked := crossOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer answerPanic(w, r, log)
		if !ours(r.Host, hosts) {
			p := newProblem(fault.Forbidden)
			p.Status, p.Title = http.StatusMisdirectedRequest, http.StatusText(http.StatusMisdirectedRequest)
			p.Detail, p.Remedy = "this server does not answer for the host "+r.Host, "add the name to `hosts` in rostrum.yaml, or use the address it listens on"
			writeProblem(w, p)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", plainPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.URL.Path != importPath { // which has a bound of its own
			r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
		}
		checked.ServeHTTP(w, r)
	})
}

func answerPanic(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler { //nolint:errorlint // the server's own sentinel, compared as net/http does
		panic(v)
	}
	log.ErrorContext(r.Context(), "request panicked", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	p := newProblem(fault.Internal)
	p.Detail, p.Remedy = "the server could not answer this request", "the server's log names the cause"
	writeProblem(w, p)
}

// ours says whether a request's Host is this server: loopback, an address literal, or a configured name.
func ours(hostport string, hosts []string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || slices.Contains(hosts, host) {
		return true
	}
	// A rebinding attack needs a name: an address literal is where the reader really went.
	return net.ParseIP(host) != nil
}
