// Package harness starts Rostrum for tests, in this process or as the program itself, with sites and servers on loopback, and asks it over HTTP.
package harness

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/search"
)

// Instance is a running Rostrum and what asks it.
type Instance struct {
	T    testing.TB
	App  *app.App // nil for another process
	Base string   // where it answers: http://HOST:PORT
}

// Up starts an instance in this process on data; the test stops it at its end unless it did before.
func Up(t testing.TB, config, data string) *Instance {
	t.Helper()
	cfg, err := configs.LoadFile(config, configs.Options{Checks: app.Checks()})
	if err != nil {
		t.Fatalf("configuration:\n%v", err)
	}
	cfg.Data = data
	a, err := app.New(cfg, app.Options{Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	i := &Instance{T: t, App: a, Base: "http://" + a.Addr()}
	t.Cleanup(i.Stop)
	return i
}

// Stop is idempotent.
func (i *Instance) Stop() {
	ctx, cancel := context.WithTimeout(context.Background(), app.StopTimeout)
	defer cancel()
	if err := i.App.Stop(ctx); err != nil {
		i.T.Errorf("stop: %v", err)
	}
}

// testLog prints warnings to the test's log.
func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// Get asks for path and decodes the answer; it gives the status.
func (i *Instance) Get(path string, into any) int {
	i.T.Helper()
	res, err := http.Get(i.Base + path)
	if err != nil {
		i.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		i.T.Fatal(err)
	}
	if into != nil && res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(body, into); err != nil {
			i.T.Fatalf("GET %s: %v in %.300s", path, err, body)
		}
	}
	return res.StatusCode
}

// Search gives everything that matches, page by page.
func (i *Instance) Search(query string) []search.Hit {
	i.T.Helper()
	return i.Pages(query, url.Values{})
}

// Members gives every statement that matches, those that are copies of others too.
func (i *Instance) Members(query string) []search.Hit {
	i.T.Helper()
	return i.Pages(query, url.Values{"copies": {"all"}})
}

// Pages gives what matches with further parameters, page by page, and holds the total against the pages.
func (i *Instance) Pages(query string, params url.Values) []search.Hit {
	i.T.Helper()
	var all []search.Hit
	params.Set("q", query)
	params.Set("limit", "1000")
	params.Set("sort", "oldest")
	for range 1000 {
		var page search.Result
		if status := i.Get("/api/v1/statements?"+params.Encode(), &page); status != http.StatusOK {
			i.T.Fatalf("search %q: status %d", query, status)
		}
		all = append(all, page.Statements...)
		if page.NextCursor == "" {
			if len(all) != page.Total {
				i.T.Fatalf("search %q: total %d, but %d statements on the pages", query, page.Total, len(all))
			}
			return all
		}
		params.Set("cursor", page.NextCursor)
	}
	i.T.Fatalf("search %q: no end", query)
	return nil
}

// Source is the state of one source.
func (i *Instance) Source(id string) search.SourceState {
	i.T.Helper()
	var found struct{ Sources []search.SourceState }
	i.Get("/api/v1/sources", &found)
	for _, s := range found.Sources {
		if s.ID == id {
			return s
		}
	}
	i.T.Fatalf("no source %s", id)
	return search.SourceState{}
}

// WaitIndexed waits until the first pass of every source is complete and nothing waits any more.
func (i *Instance) WaitIndexed(limit time.Duration) {
	i.T.Helper()
	var found struct{ Sources []search.SourceState }
	defer func() {
		if i.T.Failed() || testing.Verbose() {
			for _, s := range found.Sources {
				i.T.Logf("%+v", s)
			}
		}
	}()
	Await(i.T, limit, "every page fetched and indexed", func() bool {
		i.Get("/api/v1/sources", &found)
		for _, s := range found.Sources {
			if s.Enabled && !s.FirstPass || s.Waiting > 0 || s.Pending > 0 {
				return false
			}
		}
		return true
	})
}

// Page gives the body and the type that a path of the instance answers with.
func (i *Instance) Page(t testing.TB, path string) ([]byte, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.Base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, resp.StatusCode, err)
	}
	return body, resp.Header.Get("Content-Type")
}

// Text gives the body of a GET as it is.
func (i *Instance) Text(path string) string {
	i.T.Helper()
	res, err := http.Get(i.Base + path)
	if err != nil {
		i.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		i.T.Fatal(err)
	}
	return string(body)
}

// Admin runs a command against an instance, with the admin token of its data folder.
func (i *Instance) Admin(data string, args ...string) (stdout, stderr string, code int) {
	i.T.Helper()
	return Command(i.T, append(args, "--server", i.Base, "--data", data)...)
}

// MustAdmin is Admin for what must succeed.
func (i *Instance) MustAdmin(data string, args ...string) string {
	i.T.Helper()
	stdout, stderr, code := i.Admin(data, args...)
	if code != 0 {
		i.T.Fatalf("rostrum %s: exit code %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}
