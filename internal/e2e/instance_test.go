package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/search"
)

// site is one loopback server that answers for a name under .example.
type site struct {
	host string
	addr string
}

// serveSite serves handler on loopback until the test ends.
func serveSite(t testing.TB, host string, handler http.Handler) site {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return site{host: host, addr: server.Listener.Addr().(*net.TCPAddr).String()}
}

// files are the files of a configuration folder by name.
type files map[string]string

// writeConfig writes a configuration folder that watches sites, with pacing off, and gives the path of its rostrum.yaml.
func writeConfig(t testing.TB, f files, sites ...site) string {
	t.Helper()
	dir := t.TempDir()
	settings := "listen: 127.0.0.1:0\nprocesses: [.]\nfetch:\n  delay: 0s\n  contact: https://contact.example\n  allow_private: [127.0.0.1]\n  per_host: 8\n  hosts:\n"
	for _, s := range sites {
		settings += fmt.Sprintf("    %s: %s\n", s.host, s.addr)
	}
	written := maps.Clone(f)
	written["rostrum.yaml"] = settings + f["rostrum.yaml"]
	for name, text := range written {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "rostrum.yaml")
}

// instance is a running Rostrum and what asks it.
type instance struct {
	t    testing.TB
	app  *app.App
	base string
}

// up starts an instance in this process on data; the test stops it at its end unless it did before.
func up(t testing.TB, config, data string) *instance {
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
	i := &instance{t: t, app: a, base: "http://" + a.Addr()}
	t.Cleanup(i.stop)
	return i
}

// stop is idempotent.
func (i *instance) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), app.StopTimeout)
	defer cancel()
	if err := i.app.Stop(ctx); err != nil {
		i.t.Errorf("stop: %v", err)
	}
}

// testLog prints warnings to the test's log.
func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// get asks for path and decodes the answer; it gives the status.
func (i *instance) get(path string, into any) int {
	i.t.Helper()
	res, err := http.Get(i.base + path)
	if err != nil {
		i.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	if into != nil && res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(body, into); err != nil {
			i.t.Fatalf("GET %s: %v in %.300s", path, err, body)
		}
	}
	return res.StatusCode
}

// search gives everything that matches, page by page.
func (i *instance) search(query string) []search.Hit {
	i.t.Helper()
	return i.pages(query, url.Values{})
}

// members gives every statement that matches, those that are copies of others too.
func (i *instance) members(query string) []search.Hit {
	i.t.Helper()
	return i.pages(query, url.Values{"copies": {"all"}})
}

func (i *instance) pages(query string, params url.Values) []search.Hit {
	i.t.Helper()
	var all []search.Hit
	params.Set("q", query)
	params.Set("limit", "1000")
	params.Set("sort", "oldest")
	for range 1000 {
		var page search.Result
		if status := i.get("/api/v1/statements?"+params.Encode(), &page); status != http.StatusOK {
			i.t.Fatalf("search %q: status %d", query, status)
		}
		all = append(all, page.Statements...)
		if page.NextCursor == "" {
			if len(all) != page.Total {
				i.t.Fatalf("search %q: total %d, but %d statements on the pages", query, page.Total, len(all))
			}
			return all
		}
		params.Set("cursor", page.NextCursor)
	}
	i.t.Fatalf("search %q: no end", query)
	return nil
}

// source is the state of one source.
func (i *instance) source(id string) search.SourceState {
	i.t.Helper()
	var found struct{ Sources []search.SourceState }
	i.get("/api/v1/sources", &found)
	for _, s := range found.Sources {
		if s.ID == id {
			return s
		}
	}
	i.t.Fatalf("no source %s", id)
	return search.SourceState{}
}

// waitIndexed waits until the first pass of every source is complete and nothing waits any more.
func (i *instance) waitIndexed(limit time.Duration) {
	i.t.Helper()
	var found struct{ Sources []search.SourceState }
	defer func() {
		if i.t.Failed() || testing.Verbose() {
			for _, s := range found.Sources {
				i.t.Logf("%+v", s)
			}
		}
	}()
	await(i.t, limit, "every page fetched and indexed", func() bool {
		i.get("/api/v1/sources", &found)
		for _, s := range found.Sources {
			if s.Enabled && !s.FirstPass || s.Waiting > 0 || s.Pending > 0 {
				return false
			}
		}
		return true
	})
}

// await asks until done says yes, and fails the test when that takes longer than limit.
func await(t testing.TB, limit time.Duration, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", limit, what)
		case <-tick.C:
		}
	}
}
