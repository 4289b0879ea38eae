package httpapi

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"rostrum/internal/fault"
)

// A session lets a browser ask on behalf of the token that it was begun with. It ends with the token, after sessionTime, or when
// the server stops; it never reaches the admin endpoints.
const (
	sessionTime   = 7 * 24 * time.Hour
	sessionCookie = "rostrum-session"
	maxSessions   = 10_000
)

//go:embed login.html
var loginText string

var loginPage = template.Must(template.New("login").Parse(loginText))

type sessions struct {
	now func() time.Time

	mu   sync.Mutex
	open map[[sha256.Size]byte]session // by the hash of the cookie
}

type session struct {
	token   string // id
	expires time.Time
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, open: map[[sha256.Size]byte]session{}}
}

// begin gives the cookie of a new session.
func (s *sessions) begin(token string) string {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	cookie := base64.RawURLEncoding.EncodeToString(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, one := range s.open {
		if len(s.open) >= maxSessions || one.expires.Before(s.now()) {
			delete(s.open, key)
		}
	}
	s.open[sha256.Sum256([]byte(cookie))] = session{token, s.now().Add(sessionTime)}
	return cookie
}

// token gives the token's id that a session was begun with.
func (s *sessions) token(cookie string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.open[sha256.Sum256([]byte(cookie))]
	return one.token, ok && s.now().Before(one.expires)
}

func (s *sessions) end(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, sha256.Sum256([]byte(cookie)))
}

// session gives who began the session that a request belongs to.
func (g *gate) session(r *http.Request) (Identity, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return Identity{}, false
	}
	id, ok := g.sessions.token(cookie.Value)
	if !ok {
		return Identity{}, false
	}
	who, ok := g.Tokens.Holder(id)
	if who.Scope == ScopeAdmin {
		who.Scope = ScopeWrite
	}
	return who, ok
}

func toLogin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
}

// here keeps an address within this server.
func here(next string) string {
	u, err := url.Parse(next)
	if err != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") || u.Host != "" || u.Scheme != "" || u.Path == "/login" {
		return "/"
	}
	return next
}

// login shows the form, and begins a session with the token that it sends.
func (g *gate) login(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		g.loginForm(w, http.StatusOK, here(r.FormValue("next")), "")
		return
	case http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		p := newProblem(fault.Invalid)
		p.Status, p.Title, p.Detail = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed), "the login takes GET and POST"
		writeProblem(w, p)
		return
	}
	from := g.client(r)
	next := here(r.PostFormValue("next"))
	who, err := g.verify(r.Context(), from, strings.TrimSpace(r.PostFormValue("token")))
	if err != nil {
		p := problem(r.Context(), g.Log, err)
		if p.Status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", retryTokens)
		}
		g.loginForm(w, p.Status, next, p.Detail)
		return
	}
	if old, err := r.Cookie(sessionCookie); err == nil {
		g.sessions.end(old.Value)
	}
	http.SetCookie(w, g.cookie(r, g.sessions.begin(who.Token), sessionTime))
	g.Audit.Info("audit", "who", who.Name, "token", who.Token, "from", from, "did", "logged in")
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// logout ends the session.
func (g *gate) logout(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if who, ok := g.session(r); ok {
			g.Audit.Info("audit", "who", who.Name, "token", who.Token, "from", g.client(r), "did", "logged out")
		}
		g.sessions.end(cookie.Value)
	}
	http.SetCookie(w, g.cookie(r, "", -time.Second))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// cookie is sent over TLS alone where Rostrum's address has it, or a known reverse proxy says that this request came that way.
func (g *gate) cookie(r *http.Request, value string, age time.Duration) *http.Cookie {
	secure := g.SecureCookies || g.fromProxy(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: int(age / time.Second), HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode} //nolint:gosec // Secure follows the address: loopback has no TLS
}

func (g *gate) loginForm(w http.ResponseWriter, status int, next, failure string) {
	var page bytes.Buffer
	if err := loginPage.Execute(&page, map[string]string{"Next": next, "Failure": failure}); err != nil {
		g.Log.Error("login page did not render", "error", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
}
