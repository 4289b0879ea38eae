package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"rostrum/internal/registry"
	"rostrum/search"
	"rostrum/search/blevestore"
)

// broken is a store whose index fails in one way.
type broken struct {
	*blevestore.Store
	fail func() error
}

func (b broken) Search(context.Context, search.Request) (search.Page, error) {
	return search.Page{}, b.fail()
}

// A page that can't be made says what to do. The cause stands in the log alone, under the reference on the page; a closed index is told as such.
func TestAFailureSaysWhatToDo(t *testing.T) {
	reg, err := registry.New(nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	reference := regexp.MustCompile(`the reference ([a-z2-7]{8}),`)
	gate := search.NewGate(search.GateOptions{AtOnce: 1, Wait: time.Millisecond})
	leave, err := gate.Enter(t.Context(), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	const notShown = "This could not be shown"
	for name, c := range map[string]struct {
		fail    func() error
		status  int
		heading string
	}{
		"an error of the disk": {func() error { return errors.New("read segment 7: input/output error") }, http.StatusInternalServerError, notShown},
		"a panic":              {func() error { panic("segment 7 out of range") }, http.StatusInternalServerError, notShown},
		"a closed index":       {nil, http.StatusServiceUnavailable, notShown},
		"too many searches":    {func() error { _, err := gate.Enter(t.Context(), time.Second); return err }, http.StatusTooManyRequests, "Too much at once"},
	} {
		store, err := blevestore.Open(blevestore.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		var searcher search.Searcher = store
		if c.fail != nil {
			searcher = broken{store, c.fail}
		}
		service, err := search.New(search.Options{Searcher: searcher, Reader: store.Reader(), Knower: store, Registry: reg})
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		mux := http.NewServeMux()
		if err := Register(mux, Options{Search: service, Registry: func() *registry.Registry { return reg }, Sources: noSources{}, Archived: func(string) bool { return false },
			Log: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "/?q=tide", nil))
		page := w.Body.String()
		if w.Code != c.status || w.Header().Get("Content-Security-Policy") != policy || !strings.Contains(page, "<h1>"+c.heading+"</h1>") ||
			!strings.Contains(strings.ToLower(page), " again") || c.status == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: status %d: %s", name, w.Code, page)
		}
		for _, inside := range []string{"segment 7", "goroutine", ".go:", "panic"} {
			if strings.Contains(page, inside) {
				t.Errorf("%s: the page shows %q", name, inside)
			}
		}
		if c.status != http.StatusInternalServerError {
			continue
		}
		if ref := reference.FindStringSubmatch(page); ref == nil || !strings.Contains(log.String(), "reference="+ref[1]) || !strings.Contains(log.String(), "segment 7") {
			t.Errorf("%s: reference %q; the log says %s", name, ref, log.String())
		}
	}
}
