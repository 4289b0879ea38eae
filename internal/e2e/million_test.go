package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// BenchmarkPagesOfManyStatements asks for pages of the web 20 times a second for ten seconds, over the index that
// ROSTRUM_BENCH_PAGES names: a folder that a benchmark of search/blevestore has made (make bench-million). Target: p99 150 ms.
// One page in four is the first; the others are words, two words, phrases, periods and topics drawn anew, so that few are asked for twice. Beside the
// times by the clock stands the processor time of a page, the client's part included, which tells more on a machine that is shared: 20 pages a second
// leave two cores 100 ms for each.
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
	quiet := harness.ServeSite(b, "quiet.example", http.NotFoundHandler())
	i := harness.Up(b, harness.WriteConfig(b, drwConfig, quiet), data)
	for _, p := range pagesDrawn(20) { // what lies on disk is mapped
		pageOf(b, i.Base, p)
	}
	for b.Loop() {
		took := map[string][]time.Duration{}
		refused := 0 // more were asked for at once than may be: the machine has no room
		var mu sync.Mutex
		var all sync.WaitGroup
		worked := processorTime(b)
		tick := time.NewTicker(50 * time.Millisecond)
		for n, p := range pagesDrawn(200) {
			<-tick.C
			all.Go(func() {
				began := time.Now()
				answered := pageOf(b, i.Base, p)
				mu.Lock()
				defer mu.Unlock()
				if !answered {
					refused++
					return
				}
				took["all"] = append(took["all"], time.Since(began))
				if n%4 == 0 {
					took["first"] = append(took["first"], time.Since(began))
				}
			})
		}
		all.Wait()
		tick.Stop()
		b.ReportMetric(float64((processorTime(b)-worked).Microseconds())/1000/200, "processor-ms/page")
		b.ReportMetric(float64(refused), "refused")
		for name, times := range took {
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, name+"-p50-ms")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, name+"-p99-ms")
		}
	}
	reportMemory(b)
}

// pagesDrawn draws the addresses of pages, the same each time.
func pagesDrawn(n int) []string {
	r := rand.New(rand.NewPCG(3, uint64(n)))
	words := strings.Fields("disarmament development climate nuclear weapons peace security council women rights debt trade terrorism refugees ocean poverty health education energy " +
		"apartheid decolonization reform cooperation treaty sovereignty famine drugs torture piracy desert islands forests water vaccine banks")
	word := func() string { return words[r.IntN(len(words))] }
	pages := make([]string, n)
	for i := range pages {
		year := 1950 + r.IntN(60)
		q := []string{word(), word() + " " + word(), fmt.Sprintf("%s after:%d before:%d", word(), year, year+8), `"` + []string{"climate change", "united nations", "human rights", "security council", "of the united nations", "peace and security"}[r.IntN(6)] + `" ` + word(),
			fmt.Sprintf("topic:topic-%d %s", r.IntN(15), word()), fmt.Sprintf("after:%d", year), word() + " OR " + word(), word()[:3] + "* " + word()}[r.IntN(8)]
		pages[i] = "/?q=" + url.QueryEscape(q)
		switch {
		case i%4 == 0:
			pages[i] = "/"
		case r.IntN(5) == 0:
			pages[i] += "&sort=newest"
		}
	}
	return pages
}

// pageOf reads a page, and says whether the server had room for it.
func pageOf(b *testing.B, base, path string) bool {
	response, err := http.Get(base + path)
	if err != nil {
		b.Error(err)
		return false
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusServiceUnavailable {
		return false
	}
	if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK || len(body) > 200<<10 {
		b.Errorf("%s: status %d, %d bytes, %v", path, response.StatusCode, len(body), err)
	}
	return true
}

// reportMemory gives what the process holds: anonymous memory is the heap and stacks, the rest are pages of mapped files.
func reportMemory(b *testing.B) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Log("NOT MEASURED: ", err)
		return
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "VmRSS:" && fields[0] != "RssAnon:" {
			continue
		}
		kb, _ := strconv.Atoi(fields[1])
		b.ReportMetric(float64(kb)/1024, strings.Trim(fields[0], ":")+"-MB")
	}
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
