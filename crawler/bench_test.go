package crawler_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"rostrum/crawler"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

const (
	benchPages    = 5000
	benchParallel = 8
)

// benchSite is a site of many pages of some 12 KB, and a sitemap of them.
func benchSite(pages int) (server *httptest.Server, addresses func(base string) []string) {
	text := strings.Repeat("<p>The delegation repeats what it said about the convention at the last session.</p>\n", 140)
	mux := http.NewServeMux()
	mux.HandleFunc("/p/{n}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>%s</title></head><body>%s</body></html>", r.PathValue("n"), text)
	})
	addresses = func(base string) []string {
		all := make([]string, pages)
		for i := range all {
			all[i] = base + "/p/" + strconv.Itoa(i)
		}
		return all
	}
	mux.HandleFunc("/sitemap.txt", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, strings.Join(addresses("http://"+r.Host), "\n"))
	})
	return httptest.NewServer(mux), addresses
}

// counter is a publisher that counts paragraphs, by looking at bytes or by parsing, and hands on.
type counter struct {
	parse bool
	next  crawler.Publisher // nil: nobody
	mu    sync.Mutex
	paras int
}

func (c *counter) PublishCapture(ctx context.Context, captured *statement.Capture) error {
	n := 0
	if c.parse {
		root, err := html.Parse(bytes.NewReader(captured.Body))
		if err != nil {
			return err
		}
		for node := range root.Descendants() {
			if node.Data == "p" {
				n++
			}
		}
	} else {
		n = bytes.Count(captured.Body, []byte("<p>"))
	}
	c.mu.Lock()
	c.paras += n
	c.mu.Unlock()
	if c.next == nil {
		return nil
	}
	return c.next.PublishCapture(ctx, captured)
}

// BenchmarkCrawl crawls a site with all checks on and pacing off, and the same pages by bare colly at the same parallelism, in turns;
// with a publisher that costs nothing, with one that parses HTML as an indexer must, and with one that publishes on a bus besides. The
// ratios are bare colly's time through ours, by the clock and by the processor; the site itself runs in the same process.
func BenchmarkCrawl(b *testing.B) {
	for _, c := range []struct {
		name       string
		parse, bus bool
	}{{"fetch", false, false}, {"fetch+parse", true, false}, {"fetch+parse+bus", true, true}} {
		b.Run(c.name, func(b *testing.B) { benchCrawl(b, c.parse, c.bus) })
	}
}

func benchCrawl(b *testing.B, parse, onBus bool) {
	server, addresses := benchSite(benchPages)
	defer server.Close()
	publisher := func() *counter {
		c := &counter{parse: parse}
		if onBus {
			c.next = benchBus(b)
		}
		return c
	}
	var ours, bare, oursCPU, bareCPU time.Duration
	for b.Loop() {
		took, used := measured(func() { crawlOurs(b, server, benchPages, publisher(), &memory{records: map[string][]byte{}}) })
		ours, oursCPU = ours+took, oursCPU+used
		took, used = measured(func() { crawlBare(b, addresses(server.URL), publisher()) })
		bare, bareCPU = bare+took, bareCPU+used
	}
	pages := float64(benchPages * b.N)
	b.ReportMetric(pages/ours.Seconds(), "pages/s")
	b.ReportMetric(pages/bare.Seconds(), "bare-colly-pages/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(bareCPU.Seconds()/oursCPU.Seconds(), "cpu-ratio")
	b.ReportMetric(0, "ns/op")
}

// measured gives the time that something takes by the clock and by the processor.
func measured(do func()) (took, used time.Duration) {
	began, before := time.Now(), processorTime()
	do()
	return time.Since(began), processorTime() - before
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchBus(b *testing.B) *bus.Bus {
	opened, err := bus.Open(b.Context(), bus.Options{Dir: b.TempDir(), Sync: bus.SyncInterval})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = opened.Close(ctx)
	})
	return opened
}

// BenchmarkCrawlMemory is the most heap in use while sites of growing size are crawled, uncollected objects included, and what is still in use
// at the end: what a page more costs there is what is remembered of it.
func BenchmarkCrawlMemory(b *testing.B) {
	for _, pages := range []int{1250, 5000, 20000} {
		b.Run(strconv.Itoa(pages), func(b *testing.B) {
			server, _ := benchSite(pages)
			defer server.Close()
			for b.Loop() {
				live := uint64(0)
				peak := heapPeak(func() { live = crawlOurs(b, server, pages, &counter{}, forgetful{}) })
				b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
				b.ReportMetric(float64(live)/(1<<20), "live-MB")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// heapPeak gives the most bytes of live and not yet collected objects while something is done.
func heapPeak(do func()) (peak uint64) {
	debug.FreeOSMemory()
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(done)
	<-watched
	return peak
}

// forgetful is a State that remembers nothing.
type forgetful struct{}

func (forgetful) Get(_ context.Context, key string) ([]byte, uint64, error) {
	return nil, 0, fault.Newf(fault.NotFound, "no record %s", key)
}

func (forgetful) Put(context.Context, string, []byte) (uint64, error) { return 1, nil }

func (forgetful) List(context.Context, func(string, []byte) error) error { return nil }

// crawlOurs crawls a site once and gives the bytes of live objects before it ends.
func crawlOurs(b *testing.B, server *httptest.Server, pages int, published *counter, state crawler.State) (live uint64) {
	s := crawler.Source{ID: "bench", Type: crawler.Sitemap, URL: "http://bench.example/sitemap.txt", Every: time.Hour, Revisit: time.Hour}
	c, err := crawler.New(crawler.Options{
		Hosts: map[string]string{"bench.example": server.Listener.Addr().String()}, AllowPrivate: []string{"127.0.0.1"},
		PerHost: benchParallel, Parallel: benchParallel, MaxPages: pages,
	}, []crawler.Source{s}, published, state)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	<-c.FirstPass()
	if _, ok := state.(forgetful); ok {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		live = m.HeapAlloc
	}
	cancel()
	if err := <-ended; err != nil || published.paras != 140*pages {
		b.Fatalf("%d paragraphs, %v", published.paras, err)
	}
	return live
}

func crawlBare(b *testing.B, addresses []string, published *counter) {
	transport := &http.Transport{MaxIdleConnsPerHost: benchParallel}
	defer transport.CloseIdleConnections()
	c := colly.NewCollector(colly.Async(true))
	c.WithTransport(transport)
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: benchParallel}); err != nil {
		b.Fatal(err)
	}
	c.OnResponse(func(r *colly.Response) {
		at, address := time.Now(), r.Request.URL.String()
		captured := &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(address, at), URL: address, Source: "bench", FetchedAt: at,
			Status: r.StatusCode, Header: *r.Headers, Body: r.Body}
		if err := published.PublishCapture(b.Context(), captured); err != nil {
			b.Error(err)
		}
	})
	for _, address := range addresses {
		if err := c.Visit(address); err != nil {
			b.Fatal(err)
		}
	}
	c.Wait()
	if published.paras != 140*benchPages {
		b.Fatalf("%d paragraphs", published.paras)
	}
}
