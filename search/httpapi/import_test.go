package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rostrum/internal/fault"
)

// swallower takes a file to its end, or fails.
type swallower struct {
	entered, leave chan struct{}
	captures       int
	fail           error
}

func (s *swallower) Import(_ context.Context, file io.Reader) (ImportReport, error) {
	if s.entered != nil {
		s.entered <- struct{}{}
		<-s.leave
	}
	n, err := io.Copy(io.Discard, file)
	if err == nil {
		err = s.fail
	}
	return ImportReport{Captures: s.captures, Sources: map[string]int{"bytes": int(n)}, Reasons: []string{}}, err
}

func importServer(t *testing.T, importer Importer) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	Register(mux, Options{Version: "x", Admin: &Admin{Importer: importer}, Metrics: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(Guard(mux, nil, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server
}

func send(t *testing.T, address string, body io.Reader) (int, ImportReport, Problem) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var report ImportReport
	var p Problem
	if res.StatusCode == http.StatusOK {
		err = json.Unmarshal(text, &report)
	} else {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return res.StatusCode, report, p
}

func TestImportTakesLargeFilesAndTellsFailures(t *testing.T) {
	large := 3 * maxRequestBody
	status, report, _ := send(t, importServer(t, &swallower{captures: 1}).URL+importPath, strings.NewReader(strings.Repeat("x", large)))
	if status != http.StatusOK || report.Sources["bytes"] != large {
		t.Errorf("a large file: %d, %+v", status, report)
	}
	busy := fault.New(fault.Transient, "the bus is away", "try again")
	if status, report, _ := send(t, importServer(t, &swallower{captures: 7, fail: busy}).URL+importPath, strings.NewReader("x")); status != http.StatusOK || report.Captures != 7 ||
		report.Error != "the bus is away" {
		t.Errorf("a file that went in halfway: %d, %+v", status, report)
	}
	if status, _, p := send(t, importServer(t, &swallower{fail: busy}).URL+importPath, strings.NewReader("x")); status != http.StatusServiceUnavailable || p.Remedy != "try again" {
		t.Errorf("a file of which nothing went in: %d, %+v", status, p)
	}
	if status, _, p := send(t, importServer(t, &swallower{fail: errors.New("secret cause")}).URL+importPath, strings.NewReader("x")); status != 500 || strings.Contains(p.Detail, "secret") {
		t.Errorf("a fault of ours: %d, %+v", status, p)
	}
}

func TestImportsAtOnceAreBounded(t *testing.T) {
	s := &swallower{entered: make(chan struct{}), leave: make(chan struct{})}
	server := importServer(t, s)
	done := make(chan int, maxImports)
	for range maxImports {
		go func() {
			status, _, _ := send(t, server.URL+importPath, strings.NewReader("x"))
			done <- status
		}()
		<-s.entered
	}
	if status, _, p := send(t, server.URL+importPath, strings.NewReader("x")); status != http.StatusTooManyRequests || p.Remedy == "" {
		t.Errorf("one import too many: %d, %+v", status, p)
	}
	close(s.leave)
	for range maxImports {
		if status := <-done; status != http.StatusOK {
			t.Errorf("an import under way ended with %d", status)
		}
	}
}
