package hold

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// heavyPage takes the program a second or more: a long text whose words all differ.
func heavyPage() string {
	random := rand.New(rand.NewPCG(7, 7))
	var page strings.Builder
	page.WriteString("<html lang=en><head><title>Heavy</title></head><body><main>")
	for range 9000 {
		page.WriteString("<p>The delegation stated that")
		for range 40 {
			fmt.Fprintf(&page, " w%07d", random.IntN(5_000_000))
		}
		page.WriteString(".</p>\n")
	}
	return page.String()
}

// TestAKiller kills the program three times while it reads one page. The page goes to
// quarantine, and what has the same content under another address with it, unread; the rest is served, and a rebuild leaves the page out.
func TestAKiller(t *testing.T) {
	var others atomic.Bool // so that nothing else is being read when the program is killed
	heavy := heavyPage()
	good := "<html lang=en><head><title>Good</title></head><body><main>" + strings.Repeat("<p>The delegation spoke on the harbour at length, and wants another reading.</p>", 6) + "</main></body></html>"
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case r.URL.Path == "/heavy", r.URL.Path == "/again" && others.Load():
			_, _ = io.WriteString(w, heavy)
		case !others.Load():
			http.Error(w, "not yet", http.StatusServiceUnavailable)
		default:
			_, _ = io.WriteString(w, good)
		}
	})
	served := harness.ServeSite(t, "bad.example", site)
	config := harness.WriteConfig(t, harness.Files{
		"rostrum.yaml": "  backoff: 500ms\n  max_backoff: 1s\n", "process.yaml": "id: p\nname: P\n", "topics.yaml": "topics: []\n", "actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
		"sources.yaml": "sources:\n  - {id: heavy, name: H, type: page, url: 'http://bad.example/heavy', issuer: body, every: 1h}\n  - {id: again, name: A, type: page, url: 'http://other.example/again', issuer: body, every: 1s, every_max: 1s}\n" +
			"  - {id: good, name: G, type: page, url: 'http://other.example/good', issuer: body, every: 1s, every_max: 1s}\n",
	}, served, harness.Site{Host: "other.example", Addr: served.Addr})
	data := t.TempDir()
	for n := range 3 {
		p := harness.Start(t, "up", "--config", config, "--data", data)
		harness.Await(t, 30*time.Second, "the page is being read", func() bool {
			return metric(p, "rostrum_bus_captures_consumed_total") > metric(p, "rostrum_bus_captures_acknowledged_total")
		})
		p.Kill()
		t.Logf("killed for the %d. time", n+1)
	}
	others.Store(true)
	p := harness.Start(t, "up", "--config", config, "--data", data)
	defer func() {
		if t.Failed() {
			t.Log(p.Stderr)
		}
	}()
	var listed string
	harness.Await(t, 10*time.Second, "both are in quarantine", func() bool {
		listed = p.MustAdmin(data, "quarantine", "list")
		return strings.Contains(listed, "/heavy") && strings.Contains(listed, "/again")
	})
	for _, say := range []string{"3 times while it was in flight", "which killed its worker"} {
		if !strings.Contains(listed, say) {
			t.Errorf("%q is not in %s", say, listed)
		}
	}
	harness.Await(t, 30*time.Second, "the good page is stored", func() bool { return len(p.Search("harbour")) == 1 })
	out := p.MustAdmin(data, "reindex")
	t.Log(out)
	if len(p.Search("harbour")) != 1 {
		t.Error("the rebuild lost the good page")
	}
	p.Terminate()
}

// metric reads a value of /metrics; 0 when it is not there.
func metric(p *harness.Process, name string) float64 {
	for line := range strings.Lines(p.Text("/metrics")) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			f, _ := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return f
		}
	}
	return 0
}
