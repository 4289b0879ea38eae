package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"rostrum/internal/e2e/harness"
)

// compose is what the tests read of docker-compose.yml.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Networks map[string]struct{ Internal bool }
	Secrets  map[string]struct{ File string }
}

type service struct {
	Image         string
	Command       []string
	Container     string `yaml:"container_name"`
	Hostname      string
	User          string
	Ports         []string
	Environment   map[string]string
	Volumes       []string
	Secrets       []string
	Networks      []string
	ReadOnly      bool                                  `yaml:"read_only"`
	CapDrop       []string                              `yaml:"cap_drop"`
	DependsOn     map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck   struct{ Test []string }
	StopGrace     string   `yaml:"stop_grace_period"`
	Security      []string `yaml:"security_opt"`
	Tmpfs         []string
	Pids          int    `yaml:"pids_limit"`
	Memory        string `yaml:"mem_limit"`
	Logging       struct{ Options map[string]string }
	RestartPolicy string `yaml:"restart"`
}

func repository(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	if err := yaml.Unmarshal([]byte(repository(t, "docker-compose.yml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestComposeFile holds docker-compose.yml to what the roles need.
func TestComposeFile(t *testing.T) {
	c := readCompose(t)
	crawler, search, nats := c.Services["crawler"], c.Services["search"], c.Services["nats"]
	if len(c.Services) != 3 {
		t.Fatalf("services %v", c.Services)
	}
	if crawler.Container != "" || crawler.Hostname != "" || len(crawler.Ports) > 0 {
		t.Error("a crawler with a name or a port of the host's does not scale")
	}
	for _, v := range crawler.Volumes {
		if !strings.HasSuffix(v, ":ro") {
			t.Errorf("the crawler writes to %s", v)
		}
	}
	for place, s := range map[string]service{"/data": nats, "/data/archive": search, "/data/index": search} {
		if !slices.ContainsFunc(s.Volumes, func(v string) bool {
			name, at, _ := strings.Cut(v, ":")
			_, declared := c.Volumes[name]
			return declared && at == place
		}) {
			t.Errorf("%s is on no volume: %v", place, s.Volumes)
		}
	}
	for _, s := range []service{crawler, search} {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.DependsOn["nats"].Condition != "service_healthy" || s.User != "" {
			t.Errorf("%v: not confined, or not after a healthy nats, or not the image's user", s.Command)
		}
		if !slices.ContainsFunc(s.Volumes, func(v string) bool { return strings.HasSuffix(v, ":"+s.Command[2]+":ro") }) {
			t.Errorf("%v has no configuration mounted", s.Command)
		}
	}
	for _, p := range search.Ports {
		if !strings.HasPrefix(p, "127.0.0.1:") {
			t.Errorf("port %s is open to everybody", p)
		}
	}
	if !c.Networks["bus"].Internal || !slices.Equal(nats.Networks, []string{"bus"}) {
		t.Error("NATS can be reached from outside")
	}
	for name, s := range c.Services {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.Security, []string{"no-new-privileges:true"}) || s.Pids == 0 || s.Memory == "" {
			t.Errorf("%s may write to its root, has privileges or no bounds", name)
		}
		if len(s.Tmpfs) != 1 || !strings.Contains(s.Tmpfs[0], "size=") || s.Logging.Options["max-size"] == "" || s.Logging.Options["max-file"] == "" {
			t.Errorf("the log or the temporary files of %s grow without bound", name)
		}
	}
	c.checkSecrets(t)
	c.checkHealth(t)
	c.checkRoles(t)
}

// checkSecrets wants every secret in a file, and each named where it is used.
func (c compose) checkSecrets(t *testing.T) {
	t.Helper()
	settings := repository(t, "docs/configuration.md")
	for name, s := range c.Secrets {
		if s.File == "" {
			t.Errorf("secret %s is no file", name)
		}
	}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s uses the secret %s, which is not there", name, secret)
			}
		}
		for key, value := range s.Environment {
			setting, file := strings.CutSuffix(key, "_FILE")
			if !strings.Contains(settings, "`"+setting+"`") {
				t.Errorf("%s sets %s, which is no setting", name, key)
			}
			secret := strings.Contains(key, "TOKEN") || strings.Contains(key, "PASSWORD")
			if secret && (!file || !slices.Contains(s.Secrets, strings.TrimPrefix(value, "/run/secrets/"))) {
				t.Errorf("%s: %s is not the file of one of its secrets", name, key)
			}
		}
	}
}

// checkHealth wants health checks that ask the process itself, where it listens.
func (c compose) checkHealth(t *testing.T) {
	t.Helper()
	for name, s := range c.Services {
		test := strings.Join(s.Healthcheck.Test, " ")
		port := map[string]string{"nats": "8222", "crawler": "8701", "search": "8700"}[name]
		if !strings.HasPrefix(test, "CMD ") || !strings.Contains(test, "127.0.0.1:"+port) {
			t.Errorf("health check of %s: %s", name, test)
		}
		if s.StopGrace == "" || s.RestartPolicy == "" {
			t.Errorf("%s has no time to stop, or is not started again", name)
		}
	}
	if !strings.Contains(repository(t, "deploy/nats.conf"), "127.0.0.1:8222") {
		t.Error("nats.conf serves no health where it is asked for")
	}
	if listen := strings.Join(c.Services["crawler"].Command, " "); !strings.Contains(listen, "--listen 127.0.0.1:8701") {
		t.Errorf("the crawler listens elsewhere: %s", listen)
	}
	if !strings.Contains(repository(t, "Dockerfile"), "ROSTRUM_LISTEN=0.0.0.0:8700") {
		t.Error("the image listens elsewhere")
	}
}

// checkRoles wants commands that the program knows, and the NATS server of the version that the tests run.
func (c compose) checkRoles(t *testing.T) {
	t.Helper()
	for _, name := range []string{"crawler", "search"} {
		args := c.Services[name].Command
		if out, errs, code := harness.Command(t, append(slices.Clone(args), "--help")...); code != 0 {
			t.Errorf("%v: %d %s%s", args, code, out, errs)
		}
	}
	version := regexp.MustCompile(`nats-server/v2 v(\d+\.\d+)`).FindStringSubmatch(repository(t, "go.mod"))
	if image := c.Services["nats"].Image; version == nil || image != "nats:"+version[1]+"-alpine" {
		t.Errorf("image %s, but the module is %v", image, version)
	}
}

// TestComposeConfig asks docker compose itself, where it is.
func TestComposeConfig(t *testing.T) {
	compose := exec.Command("docker", "compose", "-f", filepath.Join("..", "..", "docker-compose.yml"), "config", "--quiet")
	if out, err := exec.Command("docker", "compose", "version").CombinedOutput(); err != nil {
		t.Logf("NOT CHECKED by docker compose, which is not here: %s", bytes.TrimSpace(out))
		return
	}
	if out, err := compose.CombinedOutput(); err != nil {
		t.Errorf("docker compose config: %v\n%s", err, out)
	}
}

// TestImage holds the Dockerfile to a static binary that nobody privileged runs.
func TestImage(t *testing.T) {
	file := repository(t, "Dockerfile")
	_, final, _ := strings.Cut(file, "FROM scratch\n")
	for what, ok := range map[string]bool{
		"a last stage from scratch": final != "",
		"a user other than root":    regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(final),
		"certificates":              strings.Contains(final, "/etc/ssl/certs/ca-certificates.crt"),
		"a health check":            strings.Contains(final, `CMD ["/rostrum", "health"]`),
		"the module's Go version":   strings.Contains(file, "FROM golang:"+goVersion(t)+" "),
	} {
		if !ok {
			t.Errorf("the Dockerfile has not %s", what)
		}
	}
	build := regexp.MustCompile(`(?m)^RUN CGO_ENABLED=0 (go build -trimpath -ldflags "-s -w") -o /out/rostrum ./cmd/rostrum$`)
	if !build.MatchString(file) {
		t.Fatal("the Dockerfile builds in another way")
	}
}

func goVersion(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(repository(t, "go.mod"))
	if found == nil {
		t.Fatal("go.mod names no version")
	}
	return found[1]
}

// TestNATSConfiguration runs the NATS server with the deployment's own configuration and secrets: healthy, closed to strangers, open to
// a crawler that has the token's file.
func TestNATSConfiguration(t *testing.T) {
	root := t.TempDir()
	store := strings.NewReplacer("store_dir: /data", "store_dir: "+filepath.Join(root, "data"))
	for from, to := range map[string]string{"deploy/make-secrets": "deploy/make-secrets", "deploy/nats.conf": "etc/nats/rostrum.conf"} {
		path := filepath.Join(root, to)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(store.Replace(repository(t, from))), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(filepath.Join(root, "deploy", "make-secrets")).CombinedOutput(); err != nil {
		t.Fatalf("make-secrets: %v\n%s", err, out)
	}
	if err := os.MkdirAll(filepath.Join(root, "run"), 0o750); err != nil {
		t.Fatal(err)
	}
	secrets := filepath.Join(root, "deploy", "secrets")
	if err := os.Symlink(secrets, filepath.Join(root, "run", "secrets")); err != nil {
		t.Fatal(err)
	}
	monitor := harness.FreePort(t)
	server := harness.StartNATS(t, "-c", filepath.Join(root, "etc", "nats", "rostrum.conf"), "-m", monitor)
	server.Split()
	harness.Await(t, 20*time.Second, "a healthy NATS server", func() bool { return status(t, "http://127.0.0.1:"+monitor+"/healthz") == http.StatusOK })

	config := newVillage(t, 1, 1).config(t)
	if _, errs, code := harness.Command(t, "crawl", "--config", config); code != 3 || !strings.Contains(errs, "login") {
		t.Errorf("without a token: %d %s", code, errs)
	}
	t.Setenv("ROSTRUM_BUS_TOKEN_FILE", filepath.Join(secrets, "nats.token"))
	p := harness.Start(t, "crawl", "--config", config)
	if got := status(t, p.Base+"/metrics"); got != http.StatusOK {
		t.Errorf("metrics of a crawler: %d", got)
	}
	server.Kill()
	harness.Await(t, 20*time.Second, "an unready crawler", func() bool {
		_, errs, code := harness.Command(t, "health", "--server", p.Base)
		return code == 1 && strings.Contains(errs, "bus")
	})
	p.Terminate()
}

// status is what a GET is answered with; 0 without an answer.
func status(t *testing.T, address string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Error(fmt.Errorf("read %s: %w", address, err))
	}
	return res.StatusCode
}
