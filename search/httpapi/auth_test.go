package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// keyring is the tokens of a test by their text.
type keyring map[string]Identity

func (k keyring) Verify(_ context.Context, token string) (Identity, error) {
	if who, ok := k[token]; ok {
		return who, nil
	}
	return Identity{}, fault.New(fault.Unauthorized, "this token is not known", "")
}

func (k keyring) Holder(id string) (Identity, bool) {
	for _, who := range k {
		if who.Token == id {
			return who, true
		}
	}
	return Identity{}, false
}

// door is a gate under test, with what was logged and a clock.
type door struct {
	http.Handler
	keys keyring
	said *strings.Builder
	now  time.Time
}

func newDoor(change func(*AuthOptions)) *door {
	d := &door{said: &strings.Builder{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), keys: keyring{
		TokenPrefix + "reader": {Name: "reader", Scope: ScopeRead, Token: "1"}, TokenPrefix + "writer": {Name: "writer", Scope: ScopeWrite, Token: "2"},
		TokenPrefix + "admin": {Name: "admin", Scope: ScopeAdmin, Token: "3"}, "guessable-password": {Name: "admin", Scope: ScopeAdmin, Token: "4"},
	}}
	o := AuthOptions{Tokens: d.keys, Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(d.said, nil))}
	if change != nil {
		change(&o)
	}
	d.Handler = Auth(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noteAudit(r.Context(), slog.String("target", "it"))
		_, _ = w.Write([]byte(IdentityOf(r.Context()).Name))
	}), o)
	return d
}

// ask makes a request from an address and gives the answer.
func (d *door) ask(method, path, from string, header http.Header, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8700"+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = from
	for name, values := range header {
		r.Header[name] = values
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func with(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

const (
	here1 = "127.0.0.1:5000"
	far   = "192.0.2.7:5000"
)

func TestWhoMayDoWhat(t *testing.T) {
	closed := newDoor(nil)
	open := newDoor(func(o *AuthOptions) { o.Open = true })
	proxied := newDoor(func(o *AuthOptions) {
		o.ProxyHeader, o.Proxies = "X-Forwarded-User", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	user := http.Header{"X-Forwarded-User": {"ana"}}
	html := http.Header{"Accept": {"text/html"}}
	for name, c := range map[string]struct {
		door         *door
		method, path string
		from         string
		header       http.Header
		want         int
	}{
		"health for everybody":                 {closed, "GET", "/healthz", far, nil, 200},
		"readiness for everybody":              {closed, "GET", "/readyz", far, nil, 200},
		"feeds by their secret":                {closed, "GET", "/feeds/x.atom", far, nil, 200},
		"feeds are not written":                {closed, "POST", "/feeds/x.atom", far, nil, 401},
		"nothing else":                         {closed, "GET", "/api/v1/statements", far, nil, 401},
		"not from this machine either":         {closed, "GET", "/api/v1/statements", here1, nil, 401},
		"a page leads to the login":            {closed, "GET", "/topics", far, html, 303},
		"the API does not":                     {closed, "GET", "/api/v1/topics", far, html, 401},
		"a reader reads":                       {closed, "GET", "/api/v1/statements", far, with(TokenPrefix + "reader"), 200},
		"a reader previews":                    {closed, "POST", "/api/v1/saved-queries/preview", far, with(TokenPrefix + "reader"), 200},
		"a reader does not write":              {closed, "POST", "/api/v1/saved-queries", far, with(TokenPrefix + "reader"), 403},
		"a writer writes":                      {closed, "DELETE", "/api/v1/saved-queries/x", far, with(TokenPrefix + "writer"), 200},
		"a writer does not administer":         {closed, "GET", "/api/v1/admin/tokens", far, with(TokenPrefix + "writer"), 403},
		"an admin does":                        {closed, "POST", "/api/v1/admin/reindex", far, with(TokenPrefix + "admin"), 200},
		"another scheme is no token":           {closed, "GET", "/api/v1/statements", far, http.Header{"Authorization": {"Basic eDp5"}}, 401},
		"a way round is none":                  {closed, "GET", "/feeds/../api/v1/statements", far, nil, 401},
		"a way round to admin is none":         {closed, "GET", "/x/../api/v1/admin/tokens", far, with(TokenPrefix + "writer"), 403},
		"open from here":                       {open, "GET", "/", here1, nil, 200},
		"open from here to write":              {open, "POST", "/api/v1/saved-queries", here1, nil, 200},
		"open by IPv6":                         {open, "GET", "/", "[::1]:5000", http.Header{"Host": {"[::1]:8700"}}, 200},
		"not open for admins":                  {open, "GET", "/api/v1/admin/status", here1, nil, 401},
		"not open from afar":                   {open, "GET", "/", far, nil, 401},
		"not open through a proxy":             {open, "GET", "/", here1, http.Header{"X-Forwarded-For": {"192.0.2.1"}}, 401},
		"not open by another name":             {open, "GET", "/", here1, http.Header{"Host": {"rostrum.example"}}, 401},
		"a bad token is refused even so":       {open, "GET", "/", here1, with("rostrum_x"), 401},
		"a proxy's user":                       {proxied, "POST", "/api/v1/saved-queries", "10.1.2.3:1", user, 200},
		"a proxy's user does not administer":   {proxied, "GET", "/api/v1/admin/tokens", "10.1.2.3:1", user, 401},
		"nobody else's header is believed":     {proxied, "GET", "/", far, user, 401},
		"a proxy that names nobody is nobody":  {proxied, "GET", "/", "10.1.2.3:1", nil, 401},
		"no header is believed unless it's on": {closed, "GET", "/", "10.1.2.3:1", user, 401},
	} {
		if got := c.door.ask(c.method, c.path, c.from, c.header, nil); got.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", name, got.Code, c.want, got.Body)
		}
	}
	if got := proxied.ask("GET", "/", "10.1.2.3:1", user, nil).Body.String(); got != "ana" {
		t.Errorf("the proxy's user is %q", got)
	}
}

func TestChangesAreLogged(t *testing.T) {
	d := newDoor(nil)
	d.ask("GET", "/api/v1/statements", far, with(TokenPrefix+"reader"), nil)
	if d.said.Len() > 0 {
		t.Errorf("a question is logged: %s", d.said)
	}
	d.ask("POST", "/api/v1/admin/forget", far, with(TokenPrefix+"admin"), nil)
	for _, say := range []string{"audit", "who=admin", "token=3", "path=/api/v1/admin/forget", "status=200", "from=192.0.2.7", "target=it"} {
		if !strings.Contains(d.said.String(), say) {
			t.Errorf("%q is not in %s", say, d.said)
		}
	}
	d.ask("POST", "/unsubscribe/saved1.2.one.prooftheproof", far, nil, url.Values{})
	for _, say := range []string{"who=link", "path=/unsubscribe/saved1 "} {
		if !strings.Contains(d.said.String(), say) {
			t.Errorf("%q is not in %s", say, d.said)
		}
	}
	d.ask("POST", "/api/v1/saved-queries", far, with(TokenPrefix+"reader"), nil)
	if !strings.Contains(d.said.String(), `msg="a change was refused" who=reader`) {
		t.Errorf("a refused change is not logged: %s", d.said)
	}
	if said := d.said.String(); strings.Contains(said, TokenPrefix) || strings.Contains(said, "prooftheproof") {
		t.Errorf("a secret is logged: %s", said)
	}
}

func TestGuessersWaitAndOthersDoNot(t *testing.T) {
	d := newDoor(nil)
	for n := range burst {
		if got := d.ask("GET", "/api/v1/x", far, with("guess"), nil).Code; got != 401 {
			t.Fatalf("guess %d answers %d", n, got)
		}
	}
	if got := d.ask("GET", "/api/v1/x", far, with("guessable-password"), nil); got.Code != 429 || got.Header().Get("Retry-After") == "" {
		t.Errorf("the right guess answers %d while its sender waits", got.Code)
	}
	if got := d.ask("POST", "/login", far, nil, url.Values{"token": {"guessable-password"}}); got.Code != 429 || got.Header().Get("Retry-After") == "" || got.Header().Get("Set-Cookie") != "" {
		t.Errorf("the right guess logs in with %d %v while its sender waits", got.Code, got.Header())
	}
	if got := d.ask("GET", "/api/v1/x", far, with(TokenPrefix+"reader"), nil).Code; got != 200 {
		t.Errorf("a token that can't be guessed answers %d", got)
	}
	if got := d.ask("GET", "/api/v1/x", "192.0.2.8:1", with("guessable-password"), nil).Code; got != 200 {
		t.Errorf("another address answers %d", got)
	}
	for range 100 { // to try on does not make it longer
		d.ask("GET", "/api/v1/x", far, with("rostrum_guess"), nil)
	}
	d.now = d.now.Add(refill + time.Second)
	if got := d.ask("GET", "/api/v1/x", far, with("guessable-password"), nil).Code; got != 200 {
		t.Errorf("after the wait it answers %d", got)
	}
	for n := range maxDebtors + 100 { // what is remembered is bounded
		d.ask("GET", "/api/v1/x", netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, byte(n / 250), byte(n % 250)}), 1).String(), with("guess"), nil)
	}
	if got := len(d.Handler.(*gate).failures.debtors); got > maxDebtors+1 {
		t.Errorf("%d addresses are remembered", got)
	}
}

func TestCookiesOverTLSAlone(t *testing.T) {
	d := newDoor(func(o *AuthOptions) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	token := url.Values{"token": {TokenPrefix + "reader"}}
	for from, want := range map[string]bool{"10.0.0.1:1": true, far: false} {
		cookies := d.ask("POST", "/login", from, http.Header{"X-Forwarded-Proto": {"https"}}, token).Result().Cookies()
		if len(cookies) != 1 || cookies[0].Secure != want {
			t.Errorf("from %s: %+v", from, cookies)
		}
	}
}

func TestSessions(t *testing.T) {
	d := newDoor(func(o *AuthOptions) { o.SecureCookies = true })
	login := func(token, next string, header http.Header) *httptest.ResponseRecorder {
		return d.ask("POST", "/login", far, header, url.Values{"token": {token}, "next": {next}})
	}
	if got := login("nonsense", "/", nil); got.Code != 401 || got.Header().Get("Set-Cookie") != "" || !strings.Contains(got.Body.String(), "Not logged in") {
		t.Errorf("a bad token: %d %v", got.Code, got.Header())
	}
	for next, want := range map[string]string{"/topics?q=a": "/topics?q=a", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example": "/", "": "/", "/login": "/"} {
		if got := login(TokenPrefix+"admin", next, nil); got.Code != 303 || got.Header().Get("Location") != want {
			t.Errorf("next %q leads with %d to %q", next, got.Code, got.Header().Get("Location"))
		}
	}
	cookie := login(TokenPrefix+"admin", "/", nil).Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" {
		t.Errorf("cookie %+v", cookie)
	}
	session := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}
	for path, want := range map[string]int{"/": 200, "/api/v1/admin/tokens": 403} {
		if got := d.ask("GET", path, far, session, nil).Code; got != want {
			t.Errorf("a session asks for %s: %d, want %d", path, got, want)
		}
	}
	again := login(TokenPrefix+"admin", "/", session).Result().Cookies()[0]
	if again.Value == cookie.Value || d.ask("GET", "/", far, session, nil).Code == 200 {
		t.Error("the session before the second login is still good")
	}
	session = http.Header{"Cookie": {again.Name + "=" + again.Value}}
	d.now = d.now.Add(sessionTime + time.Second)
	if got := d.ask("GET", "/", far, session, nil).Code; got != 401 {
		t.Errorf("after its time a session answers %d", got)
	}
	last := login(TokenPrefix+"writer", "/", nil).Result().Cookies()[0]
	session = http.Header{"Cookie": {last.Name + "=" + last.Value}}
	delete(d.keys, TokenPrefix+"writer")
	if got := d.ask("GET", "/", far, session, nil).Code; got != 401 {
		t.Errorf("a session outlives its token: %d", got)
	}
	reader := login(TokenPrefix+"reader", "/", nil).Result().Cookies()[0]
	session = http.Header{"Cookie": {reader.Name + "=" + reader.Value}}
	if got := d.ask("POST", "/logout", far, session, nil); got.Code != 303 || d.ask("GET", "/", far, session, nil).Code != 401 {
		t.Errorf("logout: %d", got.Code)
	}
	for range maxSessions + 10 {
		d.Handler.(*gate).sessions.begin("1")
	}
	if got := len(d.Handler.(*gate).sessions.open); got > maxSessions {
		t.Errorf("%d sessions are kept", got)
	}
	if got := d.ask("PUT", "/login", far, nil, nil); got.Code != http.StatusMethodNotAllowed || strings.Contains(got.Body.String(), "422") {
		t.Errorf("PUT /login answers %d", got.Code)
	}
}
