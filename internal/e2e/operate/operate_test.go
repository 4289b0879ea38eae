// Package operate looks at a running Rostrum as its operator does: metrics, status, log, profiles, stop.
package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// site has a feed, whose pages appear as they are published, and another that fails.
type site struct{ pages atomic.Int64 }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/feed":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>News</title><item><title>Data</title><link>http://harbour.example/data.pdf</link></item>`)
		for i := range s.pages.Load() {
			fmt.Fprintf(w, "<item><title>Notice %d</title><link>http://harbour.example/notice-%d</link></item>", i, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	case r.URL.Path == "/data.pdf":
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "%PDF-1.4 and then nothing that a PDF has")
	case strings.HasPrefix(r.URL.Path, "/notice-"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>Notice %s</title></head><body><article><h1>Notice</h1><p>The harbour master says that the tide of day %s comes in at noon and leaves the mole dry by the evening.</p></article></body></html>",
			r.URL.Path[8:], strings.Repeat(r.URL.Path[8:]+" ", 3))
	default:
		http.NotFound(w, r)
	}
}

var files = harness.Files{
	"process.yaml": "id: tides\nname: Tides\n",
	"sources.yaml": "sources:\n  - {id: harbour, name: Harbour, type: feed, url: \"http://harbour.example/feed\", issuer: harbour-master, every: 1s}\n" +
		"  - {id: gone, name: Gone, type: feed, url: \"http://harbour.example/gone\", issuer: harbour-master, every: 1s}\n",
	"actors.yaml":  "actors:\n  - {id: harbour-master, kind: ngo, name: The Harbour Master}\n",
	"topics.yaml":  "topics: []\n",
	"rostrum.yaml": "alerts:\n  allow_private: [127.0.0.1]\n  timeout: 1s\n",
}

// report is what the tests read of `rostrum status --json`.
type report struct {
	NotReady string   `json:"not_ready"`
	ToDo     []string `json:"to_do"`
	Status   *struct {
		Statements, Quarantined int
		Failing                 []struct{ Part, Error string }
		Receivers               []struct{ To string }   `json:"receivers_failing"`
		Backup                  *struct{ Bytes int64 }  `json:"last_backup"`
		Check                   *struct{ Problems int } `json:"last_verify"`
		DiskSize                int64                   `json:"disk_size_bytes"`
	}
}

// operated is an instance and what its operator does with it.
type operated struct {
	*harness.Process
	data string
}

func (o operated) status(t *testing.T) (r report, screen string) {
	t.Helper()
	out, errs, _ := o.Admin(o.data, "status", "--json")
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("status: %v\n%s%s", err, out, errs)
	}
	screen, _, _ = o.Admin(o.data, "status")
	return r, screen
}

// metrics gives what /metrics shows: the values by name and labels, and the names by their type lines.
func (o operated) metrics(t *testing.T) (text string, names []string) {
	t.Helper()
	text = o.Text("/metrics")
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) `).FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return text, names
}

func value(text, series string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// TestOperate runs an instance through what happens to one: a source that fails, a page that can't be read, a receiver that refuses, a
// backup, a check, a bus that goes away and comes back; and looks at it as its operator does.
func TestOperate(t *testing.T) {
	server := harness.StartNATS(t)
	server.Split()
	profile := "127.0.0.1:" + harness.FreePort(t)
	for k, v := range map[string]string{"LOG_LEVEL": "debug", "LOG_FORMAT": "json", "PROFILE": profile} {
		t.Setenv("ROSTRUM_"+k, v)
	}
	news := &site{}
	config := harness.WriteConfig(t, files, harness.ServeSite(t, "harbour.example", news))
	o := operated{data: t.TempDir()}
	o.Process = harness.Start(t, "up", "--config", config, "--data", o.data, "--listen", "127.0.0.1:0")
	harness.Await(t, 20*time.Second, "the first pass", func() bool { return o.Source("harbour").FirstPass })

	var taken atomic.Int64
	receiver := func(status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			taken.Add(1)
			w.WriteHeader(status)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
		o.Save(harness.Object{"query": "tide", "channels": []harness.Object{{"type": "webhook", "url": receiver(status) + "/secret-path"}}})
	}
	news.pages.Store(1)
	harness.Await(t, 20*time.Second, "a delivery to each receiver", func() bool { return taken.Load() >= 2 && len(o.Search("tide")) == 1 })
	o.MustAdmin(o.data, "backup", filepath.Join(t.TempDir(), "b.tar"))
	o.MustAdmin(o.data, "verify")

	var r report
	var screen string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the last status:\n%s", screen)
		}
	})
	harness.Await(t, 20*time.Second, "everything in the status", func() bool {
		r, screen = o.status(t)
		return r.Status != nil && r.Status.Quarantined == 1 && len(r.Status.Receivers) == 1 && r.Status.Backup != nil && r.Status.Check != nil && strings.Contains(strings.Join(r.ToDo, "\n"), "source gone is failing")
	})
	t.Logf("degraded:\n%s", screen)
	for _, word := range []string{"1 captures could not be read", "source gone is failing", "does not take its alerts", "the receiver answers 500"} {
		if !strings.Contains(screen, word) {
			t.Errorf("the status does not say %q", word)
		}
	}
	if strings.Contains(screen, "secret-path") || r.Status.DiskSize == 0 {
		t.Error("the status shows a webhook's path, or no disk")
	}
	text, names := o.metrics(t)
	t.Run("metrics", func(t *testing.T) { checkMetrics(t, text, names) })
	t.Run("rules", func(t *testing.T) { checkRules(t, names) })
	t.Run("dashboard", func(t *testing.T) { checkDashboard(t, names) })
	t.Run("profiles", func(t *testing.T) { checkProfiles(t, o, profile) })

	server.Kill()
	harness.Await(t, 30*time.Second, "a status that says that the bus is gone", func() bool {
		r, screen = o.status(t)
		return r.NotReady != "" && len(r.ToDo) > 0
	})
	t.Logf("without NATS:\n%s", screen)
	if !strings.Contains(screen, "bus") || len(o.Search("tide")) != 1 {
		t.Errorf("the status does not name the bus, or searches have stopped:\n%s", screen)
	}
	if down, _ := o.metrics(t); value(down, `rostrum_part_up{part="bus"}`) != "0" || value(down, "rostrum_statements") == "" || value(down, "rostrum_quarantine_captures") != "" {
		t.Error("the metrics do not say that the bus is gone, or tell what only it knows")
	}
	server.Start()
	harness.Await(t, 30*time.Second, "a status as before", func() bool {
		r, _ = o.status(t)
		return r.NotReady == "" && r.Status != nil && len(r.Status.Failing) == 0 && r.Status.Quarantined == 1
	})

	capture := captureOf(t, o)
	o.Terminate() // within ten seconds
	checkTrace(t, o.Stderr.String(), capture)
}

// captureOf is the id of the capture of the one statement.
func captureOf(t *testing.T, o operated) string {
	t.Helper()
	var history struct{ Revisions []struct{ Capture string } }
	if o.Get("/api/v1/statements/"+o.Search("tide")[0].ID+"/revisions", &history); len(history.Revisions) != 1 {
		t.Fatalf("revisions %v", history)
	}
	return history.Revisions[0].Capture
}

// checkTrace follows one capture's id through the log.
func checkTrace(t *testing.T, log, capture string) {
	t.Helper()
	var way []string
	for line := range strings.Lines(log) {
		var entry struct{ Msg, Capture string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
		if stage, ok := strings.CutPrefix(entry.Msg, "capture "); ok && entry.Capture == capture && !slices.Contains(way, stage) {
			way = append(way, stage)
		}
	}
	for _, stage := range []string{"fetched", "published", "archived", "extracted", "annotated", "stored", "announced", "matched", "delivered"} {
		if !slices.Contains(way, stage) {
			t.Errorf("the log does not say that %s was %s: %v", capture, stage, way)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var listed = regexp.MustCompile("(?m)^\\| `(rostrum_[a-z_]+)` \\|")

// units are how the names of metrics that measure something end.
var units = regexp.MustCompile(`_(seconds|bytes|ratio|total|info|captures|statements|pages)$`)

// checkMetrics holds the list in the documentation to what is shown, and values to what happened.
func checkMetrics(t *testing.T, text string, names []string) {
	t.Helper()
	var documented, shown []string
	for _, m := range listed.FindAllStringSubmatch(read(t, "docs/operations.md"), -1) {
		documented = append(documented, m[1])
	}
	for _, name := range names {
		if strings.HasPrefix(name, "rostrum_") {
			shown = append(shown, name)
		} else if !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") && !strings.HasPrefix(name, "promhttp_") {
			t.Errorf("%s begins with no name of ours", name)
		}
	}
	slices.Sort(documented)
	slices.Sort(shown)
	if diff := cmp.Diff(documented, shown); diff != "" {
		t.Errorf("documented (-), shown (+):\n%s", diff)
	}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (rostrum_\S+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		if m[2] == "counter" != strings.HasSuffix(m[1], "_total") {
			t.Errorf("%s is a %s", m[1], m[2])
		}
		if m[2] == "histogram" && !units.MatchString(m[1]) {
			t.Errorf("%s has no unit", m[1])
		}
	}
	for series, want := range map[string]string{`rostrum_source_state{source="gone",state="failing"}`: "1", "rostrum_quarantine_captures": "1", "rostrum_alert_receivers_failing": "1",
		"rostrum_statements": "1", `rostrum_part_up{part="bus"}`: "1", "rostrum_verify_problems": "0", `rostrum_alert_delivery_seconds_count{channel="webhook"}`: "1",
		"rostrum_alert_match_seconds_count": "1", `rostrum_pipeline_lag_statements{stage="match"}`: "0", `rostrum_indexer_captures_total{outcome="new"}`: "1"} {
		if got := value(text, series); got != want {
			t.Errorf("%s is %q, not %s", series, got, want)
		}
	}
	for _, series := range []string{`rostrum_source_newest_age_seconds{source="harbour"}`, "rostrum_index_bytes", "rostrum_archive_bytes", "rostrum_backup_last_success_timestamp_seconds", "rostrum_backup_last_bytes"} {
		if got := value(text, series); got == "" || got == "0" {
			t.Errorf("%s is %q", series, got)
		}
	}
}

var metricName = regexp.MustCompile(`\b(?:rostrum|go|process)_[a-z0-9_]+`)

// checkExpression wants every metric that an expression names to be shown, as itself or as a series of a histogram, and its brackets to match.
func checkExpression(t *testing.T, where, expr string, names []string) {
	t.Helper()
	found := metricName.FindAllString(expr, -1)
	if len(found) == 0 && !strings.Contains(expr, `up{job="rostrum"}`) {
		t.Errorf("%s names no metric: %s", where, expr)
	}
	for _, name := range found {
		base := name
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			base = strings.TrimSuffix(base, part)
		}
		if !slices.Contains(names, name) && !slices.Contains(names, base) {
			t.Errorf("%s names %s, which /metrics does not show", where, name)
		}
	}
	for _, pair := range []string{"()", "{}", "[]"} {
		if strings.Count(expr, pair[:1]) != strings.Count(expr, pair[1:]) {
			t.Errorf("%s: %s don't match in %s", where, pair, expr)
		}
	}
}

// checkRules holds the alert rules to the metrics.
func checkRules(t *testing.T, names []string) {
	t.Helper()
	var f struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "docs/ops/alerts.yaml")), &f, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range f.Groups {
		for _, r := range g.Rules {
			checkExpression(t, r.Alert, r.Expr, names)
			if seen[r.Alert] || r.Annotations["summary"] == "" || r.Annotations["description"] == "" || !slices.Contains([]string{"info", "warning", "critical"}, r.Labels["severity"]) {
				t.Errorf("%s is there twice, or lacks a summary, description or severity", r.Alert)
			}
			seen[r.Alert] = true
		}
	}
	for _, want := range []string{"NothingNew", "SourceFailing", "SourceSilent", "QuarantineGrows", "Lag", "DeliveryFailing", "DiskNearlyFull", "IndexRebuilding", "BackupTooOld"} {
		if !seen["Rostrum"+want] {
			t.Errorf("no rule Rostrum%s", want)
		}
	}
}

// checkDashboard holds the dashboard to the metrics.
func checkDashboard(t *testing.T, names []string) {
	t.Helper()
	var d struct {
		Title, UID string
		Panels     []struct {
			ID      int
			Type    string
			Title   string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "docs/ops/dashboard.json")), &d); err != nil {
		t.Fatal(err)
	}
	ids := map[int]bool{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 || p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %d %q is there twice, too wide or empty", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			checkExpression(t, p.Title, target.Expr, names)
		}
	}
	if len(ids) < 20 || d.UID == "" {
		t.Errorf("%d panels", len(ids))
	}
}

// checkProfiles wants profiles on their own address and not on that of the pages, for no other host's name.
func checkProfiles(t *testing.T, o operated, profile string) {
	t.Helper()
	ask := func(address, host string) int {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			req.Host = host
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Error(err)
		}
		return res.StatusCode
	}
	got := []int{ask("http://"+profile+"/debug/pprof/goroutine?debug=1", ""), ask("http://"+profile+"/debug/pprof/", "rebound.example"), ask(o.Base+"/debug/pprof/", "")}
	if want := []int{http.StatusOK, http.StatusMisdirectedRequest, http.StatusNotFound}; !slices.Equal(got, want) {
		t.Errorf("profiles: %v, not %v", got, want)
	}
	if out, errs, code := harness.Command(t, "config", "check"); code == 0 {
		t.Logf("%s%s", out, errs)
	}
	t.Setenv("ROSTRUM_PROFILE", "0.0.0.0:6060")
	if _, errs, code := harness.Command(t, "config", "check"); code != 2 || !strings.Contains(errs, "loopback") {
		t.Errorf("profiles for everybody: %d %s", code, errs)
	}
}
