package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkPagesOfManyStatements asks for pages of the web 20 times a second for ten seconds, over the index that
// ROSTRUM_BENCH_PAGES names: a folder that a benchmark of search/blevestore has made (make bench-million). Target: p99 150 ms.
func BenchmarkPagesOfManyStatements(b *testing.B) {
	index := os.Getenv("ROSTRUM_BENCH_PAGES")
	if index == "" {
		b.Log("NOT MEASURED: ROSTRUM_BENCH_PAGES names no index")
		return
	}
	data := b.TempDir()
	if err := os.Symlink(index, filepath.Join(data, "index")); err != nil {
		b.Fatal(err)
	}
	quiet := serveSite(b, "quiet.example", http.NotFoundHandler())
	i := up(b, writeConfig(b, drwConfig, quiet), data)
	paths := []string{"/", "/", "/?q=disarmament", "/?q=" + url.QueryEscape("nuclear weapons"), "/?q=after:2010", "/?q=" + url.QueryEscape(`"climate change"`), "/?q=development&sort=newest"}
	for b.Loop() {
		var took []time.Duration
		var mu sync.Mutex
		var all sync.WaitGroup
		tick := time.NewTicker(50 * time.Millisecond)
		for n := range 200 {
			<-tick.C
			all.Go(func() {
				began := time.Now()
				response, err := http.Get(i.base + paths[n%len(paths)])
				if err != nil {
					b.Error(err)
					return
				}
				defer response.Body.Close()
				if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK || len(body) > 200<<10 {
					b.Errorf("%s: status %d, %d bytes, %v", paths[n%len(paths)], response.StatusCode, len(body), err)
				}
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(began))
			})
		}
		all.Wait()
		tick.Stop()
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	}
}
