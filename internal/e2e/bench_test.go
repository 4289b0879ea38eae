package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
)

// BenchmarkDemoFirstAnswer is the time from the start of the program to the demo's first answer that holds a statement.
// Target: 3 s.
func BenchmarkDemoFirstAnswer(b *testing.B) {
	if _, err := harness.Binary(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p := harness.Start(b, "demo", "--data", b.TempDir(), "--listen", "127.0.0.1:0")
		harness.Await(b, 30*time.Second, "a first answer", func() bool { return len(p.Search("convention")) > 0 })
		b.StopTimer()
		p.Kill()
		b.StartTimer()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/answer")
}

// BenchmarkRealBlog is the way of 223 real pages from the site to the index, pacing off. Target: 25 pages/s.
func BenchmarkRealBlog(b *testing.B) {
	dir, ok := golden.SharedData(b, "ngo-drw")
	if !ok {
		return
	}
	site := readBlog(b, dir, "blog.example")
	config := harness.WriteConfig(b, drwConfig, harness.ServeSite(b, site.host, site.handler()))
	for b.Loop() {
		i := harness.Up(b, config, b.TempDir())
		i.WaitIndexed(2 * time.Minute)
		b.StopTimer()
		i.Stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(len(site.posts)*b.N)/b.Elapsed().Seconds(), "pages/s")
}

// BenchmarkSearchRealBlog asks over HTTP, facets and snippets included. Target: p99 20 ms.
func BenchmarkSearchRealBlog(b *testing.B) {
	dir, ok := golden.SharedData(b, "ngo-drw")
	if !ok {
		return
	}
	site := readBlog(b, dir, "blog.example")
	i := harness.Up(b, harness.WriteConfig(b, drwConfig, harness.ServeSite(b, site.host, site.handler())), b.TempDir())
	i.WaitIndexed(2 * time.Minute)
	queries := []string{"privacy", "privacy surveillance", `"digital rights"`, "topic:faces mentions:facebook after:2018", "encrypt* OR backdoor", "title:census -vote", `"data retention"~5`, ""}
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		path := "/api/v1/statements?facets=actor,topic,month&q=" + url.QueryEscape(queries[n%len(queries)])
		began := time.Now()
		if status := i.Get(path, nil); status != http.StatusOK {
			b.Fatalf("%s: status %d", path, status)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkIdle is the resident memory of `up` once everything is crawled and nothing happens, and after a new start. Target: 150 MB.
func BenchmarkIdle(b *testing.B) {
	dir, ok := golden.SharedData(b, "ngo-drw")
	if !ok {
		return
	}
	site := readBlog(b, dir, "blog.example")
	config := harness.WriteConfig(b, drwConfig, harness.ServeSite(b, site.host, site.handler()))
	data := b.TempDir()
	idle := func(name string) {
		p := harness.Start(b, "up", "--config", config, "--data", data)
		p.WaitIndexed(2 * time.Minute)
		busy := resident(b, p.Cmd.Process.Pid)
		time.Sleep(30 * time.Second) // the figure is that of a process left alone
		b.ReportMetric(busy, "MB-at-the-end-of-"+name)
		b.ReportMetric(resident(b, p.Cmd.Process.Pid), "MB-idle-after-"+name)
		if err := p.Interrupt(); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		idle("crawl")
		idle("start")
	}
}

// resident is the resident memory of a process in MB, from the kernel.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Logf("NOT MEASURED: %v", err)
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	b.Fatal("the kernel gives no VmRSS")
	return 0
}
