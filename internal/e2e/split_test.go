package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// village is a site of several hosts, each with a feed of pages that all differ. It writes down who came when.
type village struct {
	hosts  []string
	pages  int
	server *httptest.Server

	mu     sync.Mutex
	visits []visit
}

type visit struct {
	host, path, who string
	began, ended    time.Time
}

func newVillage(t *testing.T, hosts, pages int) *village {
	v := &village{pages: pages}
	for i := range hosts {
		v.hosts = append(v.hosts, fmt.Sprintf("town-%d.example", i))
	}
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *village) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one := visit{host: r.Host, path: r.URL.Path, who: strings.Fields(r.Header.Get("User-Agent"))[0], began: time.Now()}
	v.answer(w, r)
	one.ended = time.Now()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.visits = append(v.visits, one)
}

func (v *village) answer(w http.ResponseWriter, r *http.Request) {
	var n int
	switch {
	case r.URL.Path == "/feed":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
		for i := range v.pages {
			fmt.Fprintf(w, "<item><title>Notice %d</title><link>http://%s/notice-%d</link></item>", i, r.Host, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	case scan(r.URL.Path, "/notice-%d", &n):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>Notice %d of %s</title></head><body><article><h1>Notice %d</h1>%s</article></body></html>", n, r.Host, n, babble(r.Host, n))
	default:
		http.NotFound(w, r)
	}
}

func scan(text, format string, into *int) bool {
	n, err := fmt.Sscanf(text, format, into)
	return n == 1 && err == nil
}

// babble is a text that is like no other page's.
func babble(host string, n int) string {
	random := rand.New(rand.NewPCG(uint64(len(host))<<32|uint64(host[len("town-")]), uint64(n)))
	var b strings.Builder
	for range 6 {
		b.WriteString("<p>The council says that")
		for range 30 {
			b.WriteByte(' ')
			for range 2 + random.IntN(3) {
				b.WriteString([]string{"ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gol"}[random.IntN(13)])
			}
		}
		b.WriteString(".</p>\n")
	}
	return b.String()
}

// config watches every host.
func (v *village) config(t *testing.T) string {
	sources := "sources:\n"
	var sites []harness.Site
	for i, host := range v.hosts {
		sources += fmt.Sprintf("  - {id: s-%d, name: Town %d, type: feed, url: \"http://%s/feed\", issuer: council, every: 1h}\n", i, i, host)
		sites = append(sites, harness.Site{Host: host, Addr: v.server.Listener.Addr().(*net.TCPAddr).String()})
	}
	return harness.WriteConfig(t, harness.Files{"process.yaml": "id: towns\nname: Towns\n", "sources.yaml": sources, "topics.yaml": "topics: []\n",
		"actors.yaml": "actors:\n  - {id: council, kind: ngo, name: The Council}\n"}, sites...)
}

// log gives the visits to each host, in order.
func (v *village) log() map[string][]visit {
	v.mu.Lock()
	defer v.mu.Unlock()
	by := map[string][]visit{}
	for _, one := range v.visits {
		by[one.host] = append(by[one.host], one)
	}
	for _, visits := range by {
		slices.SortFunc(visits, func(a, b visit) int { return a.began.Compare(b.began) })
	}
	return by
}

// visitors counts the visits of each crawler since a time.
func (v *village) visitors(since time.Time) map[string]int {
	counts := map[string]int{}
	for _, visits := range v.log() {
		for _, one := range visits {
			if !one.began.Before(since) {
				counts[one.who]++
			}
		}
	}
	return counts
}

// crawl starts a crawler that the site knows by a name.
func crawl(t *testing.T, config, name string) *harness.Process {
	t.Helper()
	t.Setenv("ROSTRUM_FETCH_USER_AGENT", "Rostrum/"+name)
	return harness.Start(t, "crawl", "--config", config)
}

// TestSplitRoles runs two crawlers and a search node as processes on an outside NATS server, kills a crawler, then the server for some
// seconds: everything is found once, and no host ever has two crawlers or is asked faster than it may be.
func TestSplitRoles(t *testing.T) {
	const hosts, pages = 6, 130
	const pace = 100 * time.Millisecond
	server := harness.StartNATS(t)
	server.Split()
	t.Setenv("ROSTRUM_FETCH_DELAY", pace.String())
	t.Setenv("ROSTRUM_FETCH_PER_HOST", "1")
	v := newVillage(t, hosts, pages)
	config := v.config(t)
	node := harness.Start(t, "serve", "--config", config, "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	first, second := crawl(t, config, "first"), crawl(t, config, "second")
	harness.Await(t, 30*time.Second, "both crawlers at work", func() bool {
		counts := v.visitors(time.Time{})
		return counts["Rostrum/first"] > 60 && counts["Rostrum/second"] > 60
	})
	ready(t, first, second, node)

	orphans := map[string]bool{}
	for host, visits := range v.log() {
		if visits[len(visits)-1].who == "Rostrum/first" {
			orphans[host] = true
		}
	}
	killedAt := time.Now()
	first.Kill()
	t.Logf("killed one crawler after %v; it had %d of %d hosts", v.visitors(time.Time{}), len(orphans), hosts)
	time.Sleep(time.Second) // an outage begins while the work goes on, and lasts
	server.Kill()
	time.Sleep(3 * time.Second)
	server.Start()

	harness.Await(t, time.Minute, "the other crawler takes over", func() bool {
		by := v.log()
		for host := range orphans {
			if last := by[host][len(by[host])-1]; last.who != "Rostrum/second" {
				return false
			}
		}
		return true
	})
	t.Logf("its hosts were taken over after %.0f s", time.Since(killedAt).Seconds())
	node.WaitIndexed(time.Minute)

	found := map[string]int{}
	for _, h := range node.Search("") {
		found[h.URL]++
	}
	for _, host := range v.hosts {
		for n := range pages {
			if address := fmt.Sprintf("http://%s/notice-%d", host, n); found[address] != 1 {
				t.Errorf("%s is found %d times", address, found[address])
			}
		}
	}
	if len(found) != hosts*pages {
		t.Errorf("%d statements, want %d", len(found), hosts*pages)
	}
	v.checkManners(t, pace)
	for _, p := range []*harness.Process{second, node} {
		p.Terminate()
	}
}

// ready asks processes by the command that health checks use.
func ready(t *testing.T, processes ...*harness.Process) {
	t.Helper()
	for _, p := range processes {
		if out, errs, code := harness.Command(t, "health", "--server", p.Base); code != 0 || out != "ready\n" {
			t.Errorf("health of %s: %d %s%s", p.Base, code, out, errs)
		}
	}
}

// checkManners holds the site's log against what a site may expect: one crawler at a time, at its pace.
func (v *village) checkManners(t *testing.T, pace time.Duration) {
	t.Helper()
	const span = 10
	for host, visits := range v.log() {
		times := map[string]int{}
		for i, one := range visits {
			times[one.path]++
			if i > 0 && visits[i-1].who != one.who && one.began.Before(visits[i-1].ended) {
				t.Errorf("%s and %s were at %s at once", visits[i-1].who, one.who, host)
			}
			if i > 0 && visits[i-1].who != one.who && one.began.Sub(visits[i-1].began) < pace/2 {
				t.Errorf("%s came to %s %s after %s", one.who, host, one.began.Sub(visits[i-1].began), visits[i-1].who)
			}
			if i >= span {
				if took := one.began.Sub(visits[i-span].began); took < span*pace*9/10 {
					t.Errorf("%d requests to %s within %s", span+1, host, took)
				}
			}
		}
		for path, n := range times {
			if n > 2 && strings.HasPrefix(path, "/notice") {
				t.Errorf("%s%s was fetched %d times", host, path, n)
			}
		}
	}
}

// TestOneSearchNode starts a second search node: on the same data it is refused, on the same server it takes over.
func TestOneSearchNode(t *testing.T) {
	server := harness.StartNATS(t)
	server.Split()
	config := newVillage(t, 1, 1).config(t)
	data := t.TempDir()
	first := harness.Start(t, "serve", "--config", config, "--data", data, "--listen", "127.0.0.1:0")
	_, errs, code := harness.Command(t, "serve", "--config", config, "--data", data, "--listen", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errs, data) {
		t.Errorf("a second node on the same data ends with %d: %s", code, errs)
	}
	t.Log(errs)
	second := harness.Start(t, "serve", "--config", config, "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	select {
	case err := <-first.Waited:
		first.Waited <- err
		if err == nil || !strings.Contains(first.Stderr.String(), "taken over") {
			t.Errorf("the first node ended with %v: %s", err, first.Stderr)
		}
	case <-time.After(20 * time.Second):
		t.Error("the first node goes on")
	}
	second.Terminate()
}

// TestSplitNeedsAServer refuses splits that can't be.
func TestSplitNeedsAServer(t *testing.T) {
	config := newVillage(t, 1, 1).config(t)
	for args, say := range map[string]string{"crawl": "bus.url", "serve": "bus.url"} {
		if _, errs, code := harness.Command(t, args, "--config", config); code != 2 || !strings.Contains(errs, say) {
			t.Errorf("%s: %d %s", args, code, errs)
		}
	}
	t.Setenv("ROSTRUM_ROLES", "indexer")
	if _, errs, code := harness.Command(t, "up", "--config", config); code != 2 || !strings.Contains(errs, "can't be split") {
		t.Errorf("%d %s", code, errs)
	}
}

// TestStopWithinTenSeconds stops everything in one process while it is at work.
func TestStopWithinTenSeconds(t *testing.T) {
	v := newVillage(t, 3, 200)
	p := harness.Start(t, "up", "--config", v.config(t), "--data", t.TempDir())
	harness.Await(t, 20*time.Second, "pages fetched", func() bool { return len(v.log()) == 3 })
	p.Terminate()
}
