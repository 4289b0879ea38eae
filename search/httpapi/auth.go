package httpapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// Scope is what its holder may do. Each holds what those before it hold.
type Scope string

// The scopes.
const (
	ScopeRead  Scope = "read"  // ask
	ScopeWrite Scope = "write" // keep saved queries and exports
	ScopeAdmin Scope = "admin" // everything
)

// Scopes lists the scopes, the narrowest first.
var Scopes = []Scope{ScopeRead, ScopeWrite, ScopeAdmin}

var ranks = map[Scope]int{ScopeRead: 1, ScopeWrite: 2, ScopeAdmin: 3}

func (s Scope) holds(need Scope) bool { return ranks[s] >= ranks[need] }

// TokenPrefix begins every token that is made here. What follows is too long to be guessed, so that only others are rate limited.
const TokenPrefix = "rostrum_"

// Identity is who asks.
type Identity struct {
	Name  string
	Scope Scope
	Token string // id of the token; empty for one who came without
}

// Verifier knows the tokens.
type Verifier interface {
	// Verify gives the holder of a token; fault.Unauthorized when it is none, or was revoked.
	Verify(ctx context.Context, token string) (Identity, error)
	// Holder gives the holder of the token of an id; false when it was revoked.
	Holder(id string) (Identity, bool)
}

// AuthOptions say who may ask.
type AuthOptions struct {
	Tokens Verifier
	// Open lets requests that come from this machine read and write without a token. The admin endpoints ask for one all the same.
	Open bool
	// ProxyHeader is the header in which the Proxies say who the user is: such a user may read and write. Empty: no header is believed.
	ProxyHeader string
	Proxies     []netip.Prefix
	// SecureCookies are sent over TLS alone.
	SecureCookies bool
	Now           func() time.Time // nil: time.Now
	Log           *slog.Logger
	Audit         *slog.Logger // is told of every change; nil: Log
}

// gate lets pass who may.
type gate struct {
	AuthOptions
	next     http.Handler
	failures *limiter
	sessions *sessions
}

// Auth lets a request pass to next when its sender may do what it asks for: with a token of the scope, with a session that was begun
// with one, by the header of a known reverse proxy, or from this machine where that is open. It logs every change with who made it, and
// serves /login and /logout.
func Auth(next http.Handler, o AuthOptions) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Audit == nil {
		o.Audit = o.Log
	}
	g := &gate{AuthOptions: o, next: next, failures: newLimiter(o.Now), sessions: newSessions(o.Now)}
	return g
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/login":
		g.login(w, r)
		return
	case "/logout":
		g.logout(w, r)
		return
	}
	need := needed(r)
	if need == "" {
		if safe(r.Method) {
			g.next.ServeHTTP(w, r)
		} else {
			g.audited(w, r, Identity{Name: "link"}) // whose secret let it in
		}
		return
	}
	who, err := g.identify(r)
	if err == nil && !who.Scope.holds(need) {
		err = tooNarrow(who, need)
	}
	if err != nil {
		g.refuse(w, r, need, err)
		if who.Name != "" && !safe(r.Method) {
			g.Log.Warn("a change was refused", "who", who.Name, "token", who.Token, "from", g.client(r), "method", r.Method, "path", auditedPath(r), "error", err)
		}
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), identityKey{}, who))
	if safe(r.Method) {
		g.next.ServeHTTP(w, r)
		return
	}
	g.audited(w, r, who)
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// adminPath begins the endpoints that are for admins alone.
const adminPath = "/api/v1/admin/"

// needed is the scope that a request asks for; empty for what everybody may have.
func needed(r *http.Request) Scope {
	p := path.Clean("/" + r.URL.Path)
	public := p == "/healthz" || p == "/readyz" || strings.HasPrefix(p, "/feeds/") || strings.HasPrefix(p, "/assets/")
	switch {
	case strings.HasPrefix(p+"/", adminPath):
		return ScopeAdmin
	case strings.HasPrefix(p, "/unsubscribe/") && p == r.URL.Path: // the link of a mail, which proves itself
		return ""
	case public && safe(r.Method) && p == r.URL.Path:
		return ""
	case safe(r.Method), r.Method == http.MethodPost && p == "/api/v1/saved-queries/preview":
		return ScopeRead
	}
	return ScopeWrite
}

// identify says who asks. A token that is no good is an error even where none is needed.
func (g *gate) identify(r *http.Request) (Identity, error) {
	from := g.client(r)
	if token, ok := bearer(r); ok {
		return g.verify(r.Context(), from, token)
	}
	if who, ok := g.session(r); ok {
		return who, nil
	}
	if name := g.proxied(r); name != "" {
		return Identity{Name: name, Scope: ScopeWrite}, nil
	}
	if g.Open && local(r) {
		return Identity{Name: "local", Scope: ScopeWrite}, nil
	}
	return Identity{}, fault.New(fault.Unauthorized, "this request needs a token", "send one as `Authorization: Bearer TOKEN`; the command line takes ROSTRUM_TOKEN or --token-file")
}

// verify looks a token up. One who has failed too often waits, unless the token is too long to be guessed.
func (g *gate) verify(ctx context.Context, from, token string) (Identity, error) {
	wait := g.failures.wait(from)
	if wait > 0 && !strings.HasPrefix(token, TokenPrefix) {
		return Identity{}, tooMany()
	}
	who, err := g.Tokens.Verify(ctx, token)
	if err != nil && fault.KindOf(err) == fault.Unauthorized {
		g.failures.failed(from)
		g.Log.Warn("a token was refused", "from", from)
		if wait > 0 {
			return who, tooMany()
		}
	}
	return who, err
}

// retryTokens is when one who has failed too often may try again, in seconds.
const retryTokens = "60"

func tooMany() error {
	return fault.New(fault.RateLimited, "too many tokens from this address were refused", "wait a minute, and check the token")
}

func tooNarrow(who Identity, need Scope) error {
	if who.Token == "" {
		return fault.New(fault.Unauthorized, "this needs an admin token", "on the server's machine it stands in admin.token in the data folder; the command line takes --data DIR, --token-file or ROSTRUM_TOKEN")
	}
	return fault.New(fault.Forbidden, "the token "+who.Name+" has the scope "+string(who.Scope)+", and this needs "+string(need), "use a token of that scope, which an admin makes with rostrum token create NAME --scope "+string(need)+"; the command line takes it with --token-file or in ROSTRUM_TOKEN")
}

// refuse answers one who may not. A browser that asks for a page is sent to the login.
func (g *gate) refuse(w http.ResponseWriter, r *http.Request, need Scope, err error) {
	kind := fault.KindOf(err)
	page := safe(r.Method) && !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
	if kind == fault.Unauthorized && page && need == ScopeRead {
		toLogin(w, r)
		return
	}
	p := problem(r.Context(), g.Log, err)
	switch kind {
	case fault.Unauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="Rostrum"`)
	case fault.RateLimited:
		w.Header().Set("Retry-After", retryTokens)
	}
	w.Header().Set("Cache-Control", "no-store")
	writeProblem(w, p)
}

// bearer gives the token of a request.
func bearer(r *http.Request) (string, bool) {
	header := r.Header.Get("Authorization")
	scheme, token, found := strings.Cut(header, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", header != "" // of another scheme: no token of ours
	}
	return strings.TrimSpace(token), true
}

// peer is the address that a connection comes from.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

func (g *gate) fromProxy(r *http.Request) bool {
	at := peer(r)
	for _, p := range g.Proxies {
		if at.IsValid() && p.Contains(at) {
			return true
		}
	}
	return false
}

// proxied gives the user that a known reverse proxy names.
func (g *gate) proxied(r *http.Request) string {
	if g.ProxyHeader == "" || !g.fromProxy(r) {
		return ""
	}
	const longest = 200
	name := strings.TrimSpace(r.Header.Get(g.ProxyHeader))
	return name[:min(len(name), longest)]
}

// client is whom failures are counted for: the sender's address, or what a known reverse proxy says it is; of IPv6 the network.
func (g *gate) client(r *http.Request) string {
	at := peer(r)
	if g.fromProxy(r) {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
			at = last.Unmap()
		}
	}
	if at.Is6() {
		if network, err := at.Prefix(64); err == nil {
			return network.String()
		}
	}
	return at.String()
}

// local says whether a request was made on this machine, to this machine, and not passed on by a proxy.
func local(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	named, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return peer(r).IsLoopback() && (strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") || err == nil && named.Unmap().IsLoopback())
}

type identityKey struct{}

// IdentityOf gives who made the request that a context belongs to; the zero Identity where nobody asked.
func IdentityOf(ctx context.Context) Identity {
	who, _ := ctx.Value(identityKey{}).(Identity)
	return who
}
