package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rostrum/internal/registry"
	"rostrum/search"
)

// busy is a store whose searches take as long as they are let.
type busy struct {
	search.Reader
	search.Knower
	search.Crosser
	search.Scanner
	work  time.Duration
	until <-chan struct{}
}

func (b *busy) Search(ctx context.Context, r search.Request) (search.Page, error) {
	leave, err := r.Admit(ctx, b.work)
	if err != nil {
		return search.Page{}, err
	}
	defer leave()
	<-b.until
	return search.Page{}, nil
}

func TestASearchTooMuchIsToldWhenToTryAgain(t *testing.T) {
	reg, err := registry.New(nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	until := make(chan struct{})
	store := &busy{until: until, work: time.Minute}
	gate := search.NewGate(search.GateOptions{AtOnce: 1, Wait: time.Millisecond})
	gated := search.Gated{Searcher: store, Crosser: store, Scanner: store, Gate: gate}
	service, err := search.New(search.Options{Searcher: gated, Reader: store, Knower: store, Registry: reg})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	Register(mux, Options{Search: service, Registry: func() *registry.Registry { return reg }, Metrics: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(mux)
	defer server.Close()
	leave, err := gate.Enter(t.Context(), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(server.URL + "/api/v1/statements")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var p Problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "1" || res.Header.Get("Content-Type") != "application/problem+json" || p.Remedy == "" {
		t.Errorf("status %d, Retry-After %q, %+v", res.StatusCode, res.Header.Get("Retry-After"), p)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if res, err := http.Get(server.URL + path); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("%s: %v %v", path, res, err)
		} else {
			_ = res.Body.Close()
		}
	}
	leave()
	close(until)
	again, err := http.Get(server.URL + "/api/v1/statements")
	if err != nil || again.StatusCode != http.StatusOK {
		t.Fatalf("when there is room again: %v %v", again, err)
	}
	_ = again.Body.Close()
}

// TestASlowReaderIsDropped lets one reader of a stream lie, while another reads.
func TestASlowReaderIsDropped(t *testing.T) {
	const enough = 2000
	ended := make(chan int, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		out, sent := &stream{w: w, rc: http.NewResponseController(w), stall: 300 * time.Millisecond}, 0
		for ; sent < enough; sent++ {
			if out.send("data: %s\n\n", strings.Repeat("x", 16<<10)) != nil {
				break
			}
		}
		ended <- sent
	}))
	defer server.Close()
	lying, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer lying.Close()
	if err := lying.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	if _, err := lying.Write([]byte("GET / HTTP/1.1\r\nHost: x.example\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Error(err)
	}
	whole, part := <-ended, <-ended
	if whole != enough && part != enough || min(whole, part) >= enough {
		t.Errorf("of %d events one reader was sent %d, the other %d", enough, whole, part)
	}
}
