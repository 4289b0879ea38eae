package crawler_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"rostrum/crawler"
	"rostrum/internal/statement"
)

const (
	benchPages    = 5000
	benchParallel = 8
)

// benchSite is a site of many pages of some 12 KB, and a sitemap of them.
func benchSite() (server *httptest.Server, addresses func(base string) []string) {
	text := strings.Repeat("<p>The delegation repeats what it said about the convention at the last session.</p>\n", 140)
	mux := http.NewServeMux()
	mux.HandleFunc("/p/{n}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>%s</title></head><body>%s</body></html>", r.PathValue("n"), text)
	})
	addresses = func(base string) []string {
		all := make([]string, benchPages)
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

// counter is a publisher that counts paragraphs, by looking at bytes or by parsing.
type counter struct {
	parse bool
	mu    sync.Mutex
	paras int
}

func (c *counter) PublishCapture(_ context.Context, captured *statement.Capture) error {
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
	defer c.mu.Unlock()
	c.paras += n
	return nil
}

// BenchmarkCrawl crawls a site with all checks on and pacing off, and the same pages by bare colly at the same parallelism, in turns;
// with a publisher that costs nothing, and with one that parses HTML as an indexer must.
func BenchmarkCrawl(b *testing.B) {
	for name, parse := range map[string]bool{"fetch": false, "fetch+parse": true} {
		b.Run(name, func(b *testing.B) { benchCrawl(b, parse) })
	}
}

func benchCrawl(b *testing.B, parse bool) {
	server, addresses := benchSite()
	defer server.Close()
	var ours, bare time.Duration
	for b.Loop() {
		began := time.Now()
		crawlOurs(b, server, parse)
		ours += time.Since(began)
		began = time.Now()
		crawlBare(b, addresses(server.URL), parse)
		bare += time.Since(began)
	}
	pages := float64(benchPages * b.N)
	b.ReportMetric(pages/ours.Seconds(), "pages/s")
	b.ReportMetric(pages/bare.Seconds(), "bare-colly-pages/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

func crawlOurs(b *testing.B, server *httptest.Server, parse bool) {
	s := crawler.Source{ID: "bench", Type: crawler.Sitemap, URL: "http://bench.example/sitemap.txt", Every: time.Hour, Revisit: time.Hour}
	published := &counter{parse: parse}
	c, err := crawler.New(crawler.Options{
		Hosts: map[string]string{"bench.example": server.Listener.Addr().String()}, AllowPrivate: []string{"127.0.0.1"},
		PerHost: benchParallel, Parallel: benchParallel,
	}, []crawler.Source{s}, published, &memory{records: map[string][]byte{}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	<-c.FirstPass()
	cancel()
	if err := <-ended; err != nil || published.paras != 140*benchPages {
		b.Fatalf("%d paragraphs, %v", published.paras, err)
	}
}

func crawlBare(b *testing.B, addresses []string, parse bool) {
	transport := &http.Transport{MaxIdleConnsPerHost: benchParallel}
	defer transport.CloseIdleConnections()
	published := &counter{parse: parse}
	c := colly.NewCollector(colly.Async(true))
	c.WithTransport(transport)
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: benchParallel}); err != nil {
		b.Fatal(err)
	}
	c.OnResponse(func(r *colly.Response) {
		_ = published.PublishCapture(b.Context(), &statement.Capture{URL: r.Request.URL.String(), Header: *r.Headers, Body: r.Body})
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
