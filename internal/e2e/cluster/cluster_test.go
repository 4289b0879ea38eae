// Package cluster tests the split roles on three NATS servers, as a black box.
package cluster

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

const hosts, pages = 6, 90

// county is a site of several hosts, each with a feed of pages that all differ. It counts who came.
type county struct {
	open  chan struct{} // closed when it answers
	mu    sync.Mutex
	who   map[string]int
	paths map[string]int
}

func (c *county) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-c.open:
	case <-r.Context().Done():
		return
	}
	c.mu.Lock()
	c.who[strings.Fields(r.UserAgent())[0]]++
	c.paths[r.Host+r.URL.Path]++
	c.mu.Unlock()
	var n int
	if r.URL.Path == "/feed" {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
		for i := range pages {
			fmt.Fprintf(w, "<item><title>Notice %d</title><link>http://%s/notice-%d</link></item>", i, r.Host, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	} else if found, err := fmt.Sscanf(r.URL.Path, "/notice-%d", &n); err == nil && found == 1 {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>Notice %d of %s</title></head><body><article><h1>Notice %d</h1>%s</article></body></html>", n, r.Host, n, notice(r.Host, n))
	} else {
		http.NotFound(w, r)
	}
}

// notice is a text that is like no other page's.
func notice(host string, n int) string {
	random := rand.New(rand.NewPCG(uint64(host[len("shire-")]), uint64(n)))
	var b strings.Builder
	for range 5 {
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

func (c *county) visits() (who map[string]int, all int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who = map[string]int{}
	for name, n := range c.who {
		who[name] = n
		all += n
	}
	return who, all
}

// run starts, without waiting until it is ready, a part behind a cable of its own, at a loopback address of its own.
func run(t *testing.T, c *harness.Cluster, host, name string, args ...string) (*harness.Process, *harness.Cable) {
	t.Helper()
	cable := harness.Wire(t, host, c.Servers...)
	t.Setenv("ROSTRUM_BUS_URL", cable.URL)
	t.Setenv("ROSTRUM_FETCH_USER_AGENT", "Rostrum/"+name)
	return harness.Begin(t, append(args, "--listen", host+":0")...), cable
}

// TestAClusterOfThree crawls with two crawlers and a search node that were started before the servers of their cluster, and takes away, one after the other, a crawler, a server that leads,
// a server that only falls silent, and the network of each part. Every page is a statement once, with one revision and one alert.
func TestAClusterOfThree(t *testing.T) {
	began := time.Now()
	at := func() string { return fmt.Sprintf("%4.1f s", time.Since(began).Seconds()) }
	c := harness.NewCluster(t)
	t.Setenv("ROSTRUM_BUS_REPLICAS", "3")
	t.Setenv("ROSTRUM_FETCH_DELAY", "80ms")
	t.Setenv("ROSTRUM_FETCH_PER_HOST", "1")
	site := &county{open: make(chan struct{}), who: map[string]int{}, paths: map[string]int{}}
	served := harness.ServeSite(t, "", site)
	sources, sites := "sources:\n", []harness.Site(nil)
	for i := range hosts {
		host := fmt.Sprintf("shire-%d.example", i)
		sources += fmt.Sprintf("  - {id: s-%d, name: Shire %d, type: feed, url: \"http://%s/feed\", issuer: council, every: 1h}\n", i, i, host)
		sites = append(sites, harness.Site{Host: host, Addr: served.Addr})
	}
	config := harness.WriteConfig(t, harness.Files{"process.yaml": "id: shires\nname: Shires\n", "sources.yaml": sources, "topics.yaml": "topics: []\n",
		"actors.yaml": "actors:\n  - {id: council, kind: ngo, name: The Council}\n"}, sites...)

	node, nodeCable := run(t, c, "127.0.0.21", "node", "serve", "--config", config, "--data", t.TempDir())
	first, _ := run(t, c, "127.0.0.22", "first", "crawl", "--config", config)
	second, secondCable := run(t, c, "127.0.0.23", "second", "crawl", "--config", config)
	parts := []*harness.Process{node, first, second}
	for _, p := range parts {
		harness.Await(t, 10*time.Second, "it says that it waits", func() bool { return strings.Contains(p.Stderr.String(), "waits for its NATS servers") })
	}
	t.Logf("%s: the parts wait for the servers", at())
	c.Start()
	for _, p := range parts {
		p.Ready(2 * time.Minute)
	}
	t.Logf("%s: the parts are ready", at())
	saved := node.Save(harness.Object{"query": "council", "include_backfill": true})
	close(site.open)
	harness.Await(t, 30*time.Second, "both crawlers at work", func() bool {
		who, _ := site.visits()
		return who["Rostrum/first"] > 30 && who["Rostrum/second"] > 30
	})
	who, _ := site.visits()
	t.Logf("%s: crawler killed, after %v", at(), who)
	first.Kill()

	more := func(n int) {
		t.Helper()
		_, before := site.visits()
		harness.Await(t, 30*time.Second, "the crawl goes on", func() bool {
			_, now := site.visits()
			return now >= min(before+n, hosts*pages)
		})
	}
	leader := c.Leader("CAPTURES")
	if leader < 0 {
		t.Fatal("nobody leads CAPTURES")
	}
	t.Logf("%s: server %d, which leads CAPTURES, killed", at(), leader)
	c.Servers[leader].Kill()
	more(15)
	t.Logf("%s: it is started again", at())
	c.Servers[leader].Start()
	harness.Await(t, 20*time.Second, "another leads", func() bool { return c.Leader("CAPTURES") >= 0 })

	frozen := c.Leader("STATEMENTS")
	t.Logf("%s: server %d, which leads STATEMENTS, falls silent", at(), frozen)
	thaw := c.Servers[max(0, frozen)].Freeze()
	time.Sleep(3 * time.Second) // an outage lasts
	thaw()
	t.Logf("%s: it goes on; the search node's network is cut", at())
	nodeCable.Pull()
	more(5)
	t.Logf("%s: the crawler's network is cut as well", at())
	secondCable.Pull()
	time.Sleep(2 * time.Second)
	nodeCable.Plug()
	secondCable.Plug()
	t.Logf("%s: both are whole again", at())

	node.WaitIndexed(30 * time.Second)
	t.Logf("%s: every page is indexed", at())
	inventory := node.Inventory()
	if len(inventory) != hosts*pages {
		t.Errorf("%d statements of %d pages", len(inventory), hosts*pages)
	}
	for url, revisions := range inventory {
		if strings.Contains(revisions, "\n") || !strings.HasPrefix(revisions, "1 ") {
			t.Errorf("%s has the revisions %s", url, revisions)
		}
	}
	told := map[string]int{}
	harness.Await(t, 20*time.Second, "every page has its alert", func() bool {
		clear(told)
		for _, a := range node.Alerts(saved.ID) {
			told[a.Statement.URL]++
		}
		return len(told) == hosts*pages
	})
	for url, n := range told {
		if n != 1 {
			t.Errorf("%d alerts of %s", n, url)
		}
	}
	again := 0
	for path, n := range site.paths {
		if strings.Contains(path, "/notice-") {
			again += n - 1
		}
	}
	who, _ = site.visits()
	t.Logf("%s: %d statements, %d alerts; visits %v, %d pages fetched again", at(), len(inventory), len(told), who, again)
	second.Terminate()
	node.Terminate()
}
