package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/app"
	"rostrum/internal/e2e/harness"
)

func TestWrongConfigurationSaysEverythingAtOnce(t *testing.T) {
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: P\nphases:\n  - {id: late, name: Late, from: 2024-05-01, to: 2023-05-01}\n",
		"sources.yaml": "sources:\n  - {id: a, name: A, type: fed, url: \"http://a.example/\", issuer: nobody, evry: 1h}\n",
		"actors.yaml":  "actors:\n  - {id: x, kind: ngo, name: Twice}\n  - {id: y, kind: ngo, name: TWICE}\n  - {id: z, kind: ngo, name: Z, aliases: [\"—\"]}\n",
		"topics.yaml":  "topics:\n  - id: t\n    name: T\n    query: 'one AND (two'\n  - {id: u, name: U, query: 'actor:x'}\n",
	})
	_, stderr, code := harness.Command(t, "config", "check", "--config", config)
	if code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, say := range []string{"process.yaml:4", "sources.yaml:2", "feed", "every", "nobody", "actors.yaml:3", "actors.yaml:4", "no letter", "topics.yaml:4", "topics.yaml:5", "cannot use actor:x"} {
		if !strings.Contains(stderr, say) {
			t.Errorf("%q is not among the problems:\n%s", say, stderr)
		}
	}
	if _, _, code := harness.Command(t, "up", "--config", config, "--data", t.TempDir()); code != 2 {
		t.Errorf("up on a wrong configuration ends with %d, want 2", code)
	}
}

func TestSecondProcessOnTheSameData(t *testing.T) {
	config := harness.WriteConfig(t, harness.Files{"process.yaml": "id: p\nname: P\n", "sources.yaml": "sources: []\n", "actors.yaml": "actors: []\n", "topics.yaml": "topics: []\n"})
	data := t.TempDir()
	p := harness.Start(t, "up", "--config", config, "--data", data)
	began := time.Now()
	_, stderr, code := harness.Command(t, "up", "--config", config, "--data", data)
	if code != 1 || !strings.Contains(stderr, "another process") {
		t.Errorf("the second process ended with %d and said %q; want 1 and a sentence", code, stderr)
	}
	t.Logf("refused after %s: %s", time.Since(began).Round(time.Millisecond), stderr)
	if err := p.Interrupt(); err != nil {
		t.Errorf("the first process did not stop cleanly: %v\n%s", err, p.Stderr)
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"version"}, 0, ""},
		{[]string{"search", "x", "--server", "http://127.0.0.1:1"}, 3, "can't be reached"},
		{[]string{"search", "--no-such-flag"}, 2, "unknown flag"},
		{[]string{"no-such-command"}, 2, "unknown command"},
		{[]string{"show"}, 2, "accepts 1 arg"},
		{[]string{"config", "check", "--config", "/no/such/file.yaml"}, 2, "the file does not exist"},
	} {
		stdout, stderr, code := harness.Command(t, c.args...)
		if code != c.code || !strings.Contains(stderr, c.say) {
			t.Errorf("rostrum %s: code %d, %q, %q; want %d and %q", strings.Join(c.args, " "), code, stdout, stderr, c.code, c.say)
		}
	}
}

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	broken := filepath.Join(dir, "broken.html")
	html := `<html lang="en"><head><title>On fisheries</title><meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body><nav>menu</nav><article><h1>On fisheries</h1>` +
		paragraphs("fisheries with The Body and Another Body") + `</article></body></html>`
	for path, text := range map[string]string{page: html, broken: ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: P\n", "sources.yaml": "sources:\n  - {id: s, name: S, type: page, url: \"http://a.example/\", issuer: body}\n",
		"actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n  - {id: other, kind: ngo, name: Another Body}\n",
		"topics.yaml": "topics:\n  - {id: fish, name: Fish, query: 'fishery'}\n",
	})
	stdout, _, code := harness.Command(t, "inspect", "--json", "--config", config, "--source", "s", "--url", "http://a.example/x", page, broken)
	if code != 1 {
		t.Errorf("exit code %d, want 1: one of the files is broken", code)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for two files:\n%s", len(lines), stdout)
	}
	var found [2]app.Inspection
	for n := range found {
		if err := json.Unmarshal([]byte(lines[n]), &found[n]); err != nil {
			t.Fatal(err)
		}
	}
	good := found[0]
	if good.Title != "On fisheries" || good.Published == nil || good.Published.Format(time.DateOnly) != "2024-03-05" || good.Language != "en" || len(good.Topics) != 1 {
		t.Errorf("inspected: %+v", good)
	}
	if len(good.Actors) != 2 || good.Actors[0].ID != "body" || good.Actors[0].Role != "issuer" || good.Actors[1].ID != "other" || good.Actors[1].Role != "mentioned" {
		t.Errorf("actors: %+v", good.Actors)
	}
	if found[1].Error == "" || found[1].File != broken {
		t.Errorf("the empty file has no error: %+v", found[1])
	}
}

func TestStrangersAreRefused(t *testing.T) {
	config := harness.WriteConfig(t, harness.Files{"process.yaml": "id: p\nname: P\n", "sources.yaml": "sources: []\n", "actors.yaml": "actors: []\n", "topics.yaml": "topics: []\n"})
	i := harness.Up(t, config, t.TempDir())
	ask := func(method, path string, header map[string]string) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, i.Base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range header {
			req.Header.Set(k, v)
		}
		req.Host = header["Host"]
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	for _, c := range []struct {
		method, path string
		header       map[string]string
		want         int
	}{
		{"GET", "/api/v1/statements", nil, 200},
		{"GET", "/api/v1/statements", map[string]string{"Host": "rebound.example"}, http.StatusMisdirectedRequest},
		{"GET", "/", map[string]string{"Host": "rebound.example"}, http.StatusMisdirectedRequest},
		{"POST", "/api/v1/saved-queries", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, http.StatusForbidden},
		{"GET", "/api/v1/statements?limit=0", nil, 422},
		{"GET", "/api/v1/statements?nonsense=1", nil, 422},
		{"GET", "/api/v1/statements?cursor=tampered", nil, 422},
		{"GET", "/api/v1/statements?q=a+AND", nil, 400},
		{"GET", "/api/v1/statements/no-such", nil, 404},
		{"GET", "/api/v1/nothing", nil, 404},
		{"GET", "/statements/no-such", nil, 404},
		{"GET", "/?q=(", nil, 400},
		{"GET", "/healthz", nil, 200},
		{"GET", "/readyz", nil, 200},
		{"GET", "/metrics", nil, 200},
		{"GET", "/openapi.json", nil, 200},
	} {
		if got := ask(c.method, c.path, c.header); got != c.want {
			t.Errorf("%s %s %v: status %d, want %d", c.method, c.path, c.header, got, c.want)
		}
	}
}
