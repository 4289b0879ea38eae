package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzHere sends a browser on after its login: never to another server, whatever the address that was asked for looks like.
func FuzzHere(f *testing.F) {
	for _, next := range []string{"/", "/saved?x=1#y", "//evil.example", "/\\evil.example", "https://evil.example", "/%2f/evil.example", "/login", "\t//evil.example", "/\n/evil.example"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		w := httptest.NewRecorder()
		http.Redirect(w, httptest.NewRequest(http.MethodGet, "http://rostrum.example/login", http.NoBody), here(next), http.StatusSeeOther)
		base, _ := url.Parse("http://rostrum.example/login")
		to, err := base.Parse(w.Header().Get("Location"))
		if err != nil || to.Host != base.Host || strings.HasPrefix(w.Header().Get("Location"), "//") {
			t.Errorf("%q leads to %q", next, w.Header().Get("Location"))
		}
	})
}

// FuzzSession asks with any cookie: only one that was given opens anything.
func FuzzSession(f *testing.F) {
	s := newSessions(time.Now)
	given := s.begin("token")
	f.Add(given)
	f.Add("")
	f.Add(given[:len(given)-1])
	f.Fuzz(func(t *testing.T, cookie string) {
		if token, is := s.token(cookie); is != (cookie == given) || is && token != "token" {
			t.Errorf("%q opens %q", cookie, token)
		}
	})
}
