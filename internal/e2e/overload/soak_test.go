package overload

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// press is a site that never stops publishing: a feed of its latest pages, and beside it a host with a single page.
type press struct {
	began time.Time
	rate  int // pages a second
	most  int // pages at most
}

const perFeed = 2000 // items of one feed

func (p *press) published() int {
	return min(p.most, int(time.Since(p.began).Seconds()*float64(p.rate))+perFeed/10)
}

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var n int
	switch {
	case r.URL.Path == "/feed":
		first, last := 0, 1
		if r.Host == "press.example" {
			last = p.published()
			first = max(0, last-perFeed)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
		for i := last - 1; i >= first; i-- {
			fmt.Fprintf(w, "<item><title>Report %d</title><link>http://%s/report-%d</link></item>", i, r.Host, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	case number(r.URL.Path, "/report-%d", &n):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html><head><title>Report %d of %s</title></head><body><article><h1>Report %d</h1>%s</article></body></html>", n, r.Host, n, report(r.Host, n))
	default:
		http.NotFound(w, r)
	}
}

func number(text, format string, into *int) bool {
	n, err := fmt.Sscanf(text, format, into)
	return n == 1 && err == nil
}

var syllables = []string{"ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gol"}

// report is a text of some 2 KB that is like no other page's; its words are those of any text: some frequent, most rare.
func report(host string, n int) string {
	random := rand.New(rand.NewPCG(uint64(len(host)), uint64(n)))
	var b strings.Builder
	for range 8 {
		b.WriteString("<p>The council says that")
		for range 40 {
			b.WriteByte(' ')
			for range 1 + random.IntN(3) {
				b.WriteString(syllables[random.IntN(len(syllables))])
			}
		}
		b.WriteString(".</p>\n")
	}
	return b.String()
}

// word is one that reports have.
func word(random *rand.Rand) string {
	return syllables[random.IntN(len(syllables))] + syllables[random.IntN(len(syllables))]
}

// configure watches a flood and a single page.
func configure(t *testing.T, p *press) string {
	t.Helper()
	served := harness.ServeSite(t, "", p)
	_, port, err := net.SplitHostPort(served.Addr)
	if err != nil {
		t.Fatal(err)
	}
	sources := "sources:\n  - {id: flood, name: The Press, type: feed, url: \"http://press.example/feed\", issuer: council, every: 5s, every_max: 5s}\n" +
		"  - {id: single, name: One Page, type: feed, url: \"http://single.example/feed\", issuer: council, every: 1h}\n"
	return harness.WriteConfig(t, harness.Files{"process.yaml": "id: reports\nname: Reports\n", "sources.yaml": sources, "topics.yaml": "topics: []\n",
		"actors.yaml": "actors:\n  - {id: council, kind: ngo, name: The Council}\n"},
		harness.Site{Host: "press.example", Addr: "127.0.0.1:" + port}, harness.Site{Host: "single.example", Addr: "127.0.0.1:" + port})
}

// tally counts answers by status, and how long each took.
type tally struct {
	mu       sync.Mutex
	statuses map[int]int
	took     []time.Duration
	unsaid   int // refusals without Retry-After
}

func newTally() *tally { return &tally{statuses: map[int]int{}} }

func (a *tally) ask(client *http.Client, url string) {
	began := time.Now()
	res, err := client.Get(url)
	status, unsaid := 0, false
	if err == nil {
		status = res.StatusCode
		unsaid = (status == http.StatusTooManyRequests || status >= 500) && res.Header.Get("Retry-After") == ""
		_, _ = drain(res)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.statuses[status]++
	a.took = append(a.took, time.Since(began))
	if unsaid {
		a.unsaid++
	}
}

func (a *tally) String() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	slices.Sort(a.took)
	if len(a.took) == 0 {
		return "nothing asked"
	}
	at := func(share float64) string {
		return a.took[int(share*float64(len(a.took)-1))].Round(100 * time.Microsecond).String()
	}
	return fmt.Sprintf("%d asked, by status %v, p50 %s, p99 %s, longest %s", len(a.took), a.statuses, at(.5), at(.99), at(1))
}

// failed counts what was no answer and no refusal.
func (a *tally) failed() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.unsaid
	for status, count := range a.statuses {
		if status == 0 || status >= 500 {
			n += count
		}
	}
	return n
}

var (
	anonymous = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)
	inUse     = regexp.MustCompile(`(?m)^go_memstats_heap_inuse_bytes (\S+)`)
)

// memory gives the anonymous memory of a process and its heap in use, in MB.
func memory(t *testing.T, p *harness.Process) (anon, heap float64) {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.Cmd.Process.Pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	if m := anonymous.FindSubmatch(status); m != nil {
		kb, _ := strconv.ParseFloat(string(m[1]), 64)
		anon = kb / 1024
	}
	if m := inUse.FindStringSubmatch(p.Text("/metrics")); m != nil {
		b, _ := strconv.ParseFloat(m[1], 64)
		heap = b / (1 << 20)
	}
	return anon, heap
}

// settings are the length of a soak, for how long its memory may grow, and what it asks for.
const (
	newPerSecond, queriesPerSecond = 100, 50
	mostAnon                       = 900 // MB
)

// TestSoak lets pages come at 100 a second while 50 queries a second are asked, for ROSTRUM_SOAK (a duration; 12 seconds without it): nothing is
// refused or fails, the source with a single page is not kept waiting by the flood, every page that was fetched is a statement, memory is bounded.
// How fast it was is told, not judged.
func TestSoak(t *testing.T) {
	length := 12 * time.Second
	if said := os.Getenv("ROSTRUM_SOAK"); said != "" {
		var err error
		if length, err = time.ParseDuration(said); err != nil {
			t.Fatal(err)
		}
	}
	p := &press{began: time.Now(), rate: newPerSecond, most: 1 << 30}
	up := harness.Start(t, "up", "--config", configure(t, p), "--data", t.TempDir())
	anon, heap := memory(t, up)
	t.Logf("at the start: %.0f MB anonymous, %.0f MB heap", anon, heap)
	total := func() int { n, _ := up.Facets("*"); return n }
	harness.Await(t, 20*time.Second, "the single page is found beside the flood", func() bool { n, _ := up.Facets("source:single"); return n == 1 })
	t.Logf("the single page is found %.1f s after the start, beside %d of the flood", time.Since(p.began).Seconds(), total())

	answers, began, count := newTally(), time.Now(), total()
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var asking sync.WaitGroup
	var pieces atomic.Int64
	tick := time.NewTicker(time.Second / queriesPerSecond)
	defer tick.Stop()
	report := max(length/10, 4*time.Second)
	random := rand.New(rand.NewPCG(1, 2))
	for next := began.Add(report); time.Since(began) < length; {
		<-tick.C
		q := []string{word(random), word(random) + "+AND+" + word(random), "actor:council+" + word(random), word(random) + "&facets=source,month", "%22council+says%22&sort=newest"}[random.IntN(5)]
		asking.Go(func() { pieces.Add(1); answers.ask(client, up.Base+"/api/v1/statements?q="+q) })
		if time.Now().After(next) {
			anon, heap = memory(t, up)
			t.Logf("after %4.0f s: %d statements, %.0f MB anonymous, %.0f MB heap; %s", time.Since(began).Seconds(), total(), anon, heap, answers)
			next = next.Add(report)
		}
	}
	asking.Wait()
	span := time.Since(began).Seconds()
	p.most = p.published()
	stored := total()
	t.Logf("in %.0f s: %.1f statements/s of %d published, %.1f queries/s: %s", span, float64(stored-count)/span, newPerSecond, float64(pieces.Load())/span, answers)
	anon, heap = memory(t, up)
	t.Logf("at the end: %.0f MB anonymous, %.0f MB heap", anon, heap)
	if answers.failed() > 0 {
		t.Errorf("%d answers failed, or were refused and did not say when to try again: %s", answers.failed(), answers)
	}
	if stored <= count || anon > mostAnon {
		t.Errorf("%d statements, %d before; %.0f MB", stored, count, anon)
	}
	up.Terminate()
}
