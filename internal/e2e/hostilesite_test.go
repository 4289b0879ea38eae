package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"rostrum/internal/e2e/harness"
)

// asked is one request that a hostile site was sent.
type asked struct {
	host, path, agent string
	at                time.Time
}

// visits is a site's own log of what it was asked for, when, and by how many at once.
type visits struct {
	mu     sync.Mutex
	all    []asked
	active map[string]int
	most   map[string]int // requests at once, by host
}

func (v *visits) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		v.all = append(v.all, asked{r.Host, r.URL.RequestURI(), r.UserAgent(), time.Now()})
		v.active[r.Host]++
		v.most[r.Host] = max(v.most[r.Host], v.active[r.Host])
		v.mu.Unlock()
		defer func() {
			v.mu.Lock()
			v.active[r.Host]--
			v.mu.Unlock()
		}()
		h.ServeHTTP(w, r)
	})
}

// of gives the requests of a host whose path begins so.
func (v *visits) of(host, prefix string) []asked {
	v.mu.Lock()
	defer v.mu.Unlock()
	var found []asked
	for _, x := range v.all {
		if x.host == host && strings.HasPrefix(x.path, prefix) {
			found = append(found, x)
		}
	}
	return found
}

// article is a page with a text of its own.
func article(about string) string {
	return "<html><head><title>On " + about + "</title></head><body><h1>On " + about + "</h1><article>" + paragraphs(about) + "</article></body></html>"
}

// packed writes a body in an encoding.
func packed(t *testing.T, encoding, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	switch encoding {
	case "gzip":
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = z.Write([]byte(body))
		_ = z.Close()
	case "br":
		z := brotli.NewWriterLevel(&b, brotli.BestSpeed)
		_, _ = z.Write([]byte(body))
		_ = z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = z.Write([]byte(body))
		_ = z.Close()
	}
	return b.Bytes()
}

// trapSite plays every trap on trap.example.
func trapSite(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(body))
		})
	}
	page("/robots.txt", "User-agent: rostrum\nDisallow: /secret\n\nUser-agent: *\nDisallow: /")
	page("/good", article("herring"))
	page("/noindex", strings.Replace(article("secrets"), "<head>", `<head><meta name="robots" content="noindex">`, 1))
	page("/secret", article("what nobody may read"))
	number := func(r *http.Request, key string) (n int) {
		_, _ = fmt.Sscan(r.URL.Query().Get(key), &n)
		return n
	}
	mux.HandleFunc("GET /calendar", func(w http.ResponseWriter, r *http.Request) { // months for ever, nothing in them
		n := number(r, "month")
		fmt.Fprintf(w, `<a href="/calendar?month=%d">next</a><a href="/about">About</a>`, n+1)
	})
	mux.HandleFunc("GET /archive", func(w http.ResponseWriter, r *http.Request) { // pages for ever, each with something new
		n := number(r, "page")
		fmt.Fprintf(w, `<a href="/a/%d">On the matter of number %d</a><a rel="next" href="/archive?page=%d">older</a>`, n, n, n+1)
	})
	mux.HandleFunc("GET /a/{n}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, article("matter "+r.PathValue("n"))) })
	var session struct {
		sync.Mutex
		n int
	}
	mux.HandleFunc("GET /session", func(w http.ResponseWriter, _ *http.Request) { // every look at it has other addresses for the same pages
		session.Lock()
		session.n++
		id := session.n
		session.Unlock()
		for n := range 3 {
			fmt.Fprintf(w, `<a href="/s/%d;jsessionid=%08X?PHPSESSID=%d&amp;utm_source=x">Session statement number %d</a>`, n, id, id, n)
		}
	})
	mux.HandleFunc("GET /s/{n}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, article("session "+r.PathValue("n"))) })
	redirect := func(path, to string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	}
	redirect("/loop", "/loop")
	redirect("/hop1", "/hop2")
	redirect("/hop2", "/good")
	redirect("/tosecret", "/secret")
	mux.HandleFunc("GET /toinside", func(w http.ResponseWriter, r *http.Request) { // where this server would answer too
		_, port, _ := net.SplitHostPort(r.Context().Value(http.LocalAddrContextKey).(net.Addr).String())
		http.Redirect(w, r, "http://127.0.0.2:"+port+"/", http.StatusFound)
	})
	drip := func(w http.ResponseWriter, r *http.Request, chunk []byte, every time.Duration) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for sent := 0; sent < 100<<20; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
			if every > time.Millisecond {
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
					return
				case <-tick.C:
				}
			}
		}
	}
	mux.HandleFunc("GET /drip", func(w http.ResponseWriter, r *http.Request) { drip(w, r, []byte("<p>"), 50*time.Millisecond) })
	mux.HandleFunc("GET /flood", func(w http.ResponseWriter, r *http.Request) {
		drip(w, r, bytes.Repeat([]byte("<p>word "), 1<<12), time.Millisecond)
	})
	mux.HandleFunc("GET /announced", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(100<<20))
		drip(w, r, bytes.Repeat([]byte("<p>word "), 1<<12), time.Millisecond)
	})
	for _, encoding := range []string{"gzip", "br", "zstd"} {
		bomb := packed(t, encoding, strings.Repeat("<p>", 7<<20))
		mux.HandleFunc("GET /bomb."+encoding, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", encoding)
			_, _ = w.Write(bomb)
		})
	}
	var million bytes.Buffer
	for n := range 1_000_000 {
		million.WriteString("<a href=m/")
		million.WriteString(strconv.Itoa(n))
		million.WriteByte('>')
	}
	mux.HandleFunc("GET /million", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(million.Bytes())
	})
	mux.HandleFunc("GET /m/{n}", func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) })
	return mux
}

// moodySite plays hosts that ask for time (slow.example), for a rest (busy.example), that are in trouble for a while (ill.example), whose
// robots.txt fails (closed.example) or is elsewhere (moved.example).
func moodySite() http.Handler {
	var mu sync.Mutex
	began, rested := map[string]time.Time{}, false
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><title>News</title>`)
		for n := range 4 {
			fmt.Fprintf(w, "<item><title>Number %d</title><link>/p/%d</link></item>", n, n)
		}
		fmt.Fprint(w, "</channel></rss>")
	})
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, r *http.Request) {
		switch r.Host {
		case "slow.example":
			fmt.Fprint(w, "User-agent: *\nCrawl-delay: 0.4")
		case "closed.example":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "moved.example":
			http.Redirect(w, r, "/rules/1", http.StatusMovedPermanently)
		default:
			http.NotFound(w, r)
		}
	})
	mux.HandleFunc("GET /rules/1", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rules/2", http.StatusFound) })
	mux.HandleFunc("GET /rules/2", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /p/1\nDisallow: /p/2")
	})
	mux.HandleFunc("GET /p/{n}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if began[r.Host].IsZero() {
			began[r.Host] = time.Now()
		}
		switch {
		case r.Host == "busy.example" && !rested:
			rested = true
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.Host == "ill.example" && time.Since(began[r.Host]) < 3*time.Second:
			w.WriteHeader(http.StatusBadGateway)
		default:
			fmt.Fprint(w, article(r.Host+" "+r.PathValue("n")))
		}
	})
	return mux
}

// TestHostileSite crawls sites that play every trap, and proves from their own log what was asked for, when, and how often.
func TestHostileSite(t *testing.T) {
	log := &visits{active: map[string]int{}, most: map[string]int{}}
	trap := harness.ServeSite(t, "trap.example", log.wrap(trapSite(t)))
	moody := harness.ServeSite(t, "slow.example", log.wrap(moodySite()))
	sites := []harness.Site{trap, moody}
	sources := "sources:\n"
	add := func(id, kind, address, rest string) {
		sources += fmt.Sprintf("  - {id: %s, name: %s, type: %s, url: %q, issuer: body, every: 1h, revisit: 0s%s}\n", id, id, kind, address, rest)
	}
	says := map[string]string{ // what the sources' list must say
		"hops": "", "loop": "redirected more than 10 times", "tosecret": "does not allow", "toinside": "private or reserved",
		"flood": "larger than 20 MiB", "announced": "larger than 20 MiB", "bomb-gzip": "larger than 20 MiB", "bomb-br": "larger than 20 MiB", "bomb-zstd": "larger than 20 MiB",
		"noindex": "ask not to be indexed", "calendar": "read no further", "archive": "6 list pages at most", "million": "first 50000 links", "session": "",
		"closed": "nothing on the site may be fetched", "ill": "", "busy": "", "slow": "", "moved": "does not allow", "dead": "",
	}
	for _, id := range []string{"loop", "tosecret", "toinside", "flood", "announced", "noindex"} {
		add(id, "page", "http://trap.example/"+id, "")
	}
	add("hops", "page", "http://trap.example/hop1", "")
	for _, encoding := range []string{"gzip", "br", "zstd"} {
		add("bomb-"+encoding, "page", "http://trap.example/bomb."+encoding, "")
	}
	add("calendar", "list", "http://trap.example/calendar?month=0", ", links: {include: ['/event/']}, next: {limit: 1000}")
	add("archive", "list", "http://trap.example/archive?page=0", ", links: {include: ['/a/']}, next: {limit: 6}")
	add("session", "list", "http://trap.example/session", ", links: {include: ['/s/']}")
	sources = strings.Replace(sources, `trap.example/session", issuer: body, every: 1h`, `trap.example/session", issuer: body, every: 1s, every_max: 1s`, 1)
	add("million", "list", "http://trap.example/million", ", links: {include: ['/m/']}")
	for _, host := range []string{"slow", "busy", "ill", "closed", "moved"} {
		add(host, "feed", "http://"+host+".example/feed", "")
		if host != "slow" {
			sites = append(sites, harness.Site{Host: host + ".example", Addr: moody.Addr})
		}
	}
	down, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down.Close()
	sites = append(sites, harness.Site{Host: "dead.example", Addr: down.Addr().String()})
	add("dead", "feed", "http://dead.example/feed", "")

	config := harness.WriteConfig(t, harness.Files{
		"rostrum.yaml": "  timeout: 5m\n  max_body: 20MB\n  max_pages: 20\n  backoff: 500ms\n  max_backoff: 1s\n  parallel: 32\n",
		"process.yaml": "id: p\nname: P\n", "sources.yaml": sources, "topics.yaml": "topics: []\n",
		"actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
	}, sites...)
	began := time.Now()
	i := harness.Up(t, config, t.TempDir())

	harness.Await(t, 10*time.Second, "the dead host is parked and shown", func() bool {
		return strings.Contains(i.Source("dead").Reason, "dead.example is left alone until") || strings.Contains(i.Source("dead").Reason, "refused")
	})
	back, err := net.Listen("tcp", down.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: log.wrap(moodySite()), ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(back) }()
	t.Cleanup(func() { server.Close() })

	for id, say := range says {
		harness.Await(t, 40*time.Second, fmt.Sprintf("%s says %q", id, say), func() bool {
			s := i.Source(id)
			return s.Waiting == 0 && (say == "" && s.Reason == "" && s.FirstPass || say != "" && strings.Contains(s.Reason, say))
		})
	}
	harness.Await(t, 10*time.Second, "the session's list is looked at again and again", func() bool { return len(log.of("trap.example", "/session")) >= 4 })
	harness.Await(t, 10*time.Second, "everything is stored", func() bool { return len(urls(i, "")) == 1+6+3+4+4+4+2+4 })
	t.Logf("%d requests in %v", len(log.all), time.Since(began).Round(time.Millisecond))
	checkVisits(t, log)
}

// TestDrip gives a page that never ends up, and says so.
func TestDrip(t *testing.T) {
	log := &visits{active: map[string]int{}, most: map[string]int{}}
	i := harness.Up(t, harness.WriteConfig(t, harness.Files{
		"rostrum.yaml": "  timeout: 1s\n  max_body: 20MB\n", "process.yaml": "id: p\nname: P\n", "topics.yaml": "topics: []\n",
		"sources.yaml": "sources:\n  - {id: drip, name: Drip, type: page, url: 'http://trap.example/drip', issuer: body, every: 1h}\n",
		"actors.yaml":  "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
	}, harness.ServeSite(t, "trap.example", log.wrap(trapSite(t)))), t.TempDir())
	harness.Await(t, 30*time.Second, "the drip is given up", func() bool { return strings.Contains(i.Source("drip").Reason, "no complete answer within 1s") })
}

// checkVisits reads the sites' log: never more than allowed.
func checkVisits(t *testing.T, log *visits) {
	t.Helper()
	for path, want := range map[string]int{ // requests for one address of trap.example
		"/robots.txt": 1, "/secret": 0, "/good": 1, "/loop": 11, "/hop1": 1, "/hop2": 1, "/tosecret": 1, "/toinside": 1, "/noindex": 1, "/archive": 6, "/a/": 6, "/s/": 3,
		"/bomb.gzip": 1, "/bomb.br": 1, "/bomb.zstd": 1, "/flood": 1, "/announced": 1, "/million": 1, "/m/": 20, "/about": 0,
	} {
		if got := len(log.of("trap.example", path)); got != want {
			t.Errorf("trap.example%s was asked for %d times, want %d", path, got, want)
		}
	}
	if got := len(log.of("trap.example", "/calendar")); got > 5 {
		t.Errorf("%d months of the calendar were read", got)
	}
	for _, x := range log.all {
		if !strings.HasPrefix(x.agent, "Rostrum") || !strings.Contains(x.agent, "(+https://contact.example)") {
			t.Fatalf("%s%s was asked for as %q", x.host, x.path, x.agent)
		}
	}
	for _, host := range []string{"trap", "slow", "busy", "ill", "closed", "moved", "dead"} {
		all := log.of(host+".example", "")
		if len(all) == 0 || all[0].path != "/robots.txt" || len(log.of(host+".example", "/robots.txt")) != 1 {
			t.Errorf("%s.example: robots.txt must come first, and once: %v", host, all[:min(len(all), 5)])
		}
		if most := log.most[host+".example"]; most > 8 {
			t.Errorf("%s.example was asked for %d things at once", host, most)
		}
	}
	for n, all := 1, log.of("slow.example", ""); n < len(all); n++ {
		if gap := all[n].at.Sub(all[n-1].at); gap < 400*time.Millisecond {
			t.Errorf("slow.example was asked for %s after %v, and wants 400 ms", all[n].path, gap)
		}
	}
	checkRests(t, log)
	if got := log.of("closed.example", ""); len(got) != 1 {
		t.Errorf("closed.example, whose robots.txt fails, was asked for %v", got)
	}
	for _, path := range []string{"/p/1", "/p/2"} {
		if len(log.of("moved.example", path)) != 0 {
			t.Errorf("moved.example%s is closed by a robots.txt that has moved", path)
		}
	}
	for _, x := range log.all {
		if strings.HasPrefix(x.host, "127.0.0.2") {
			t.Errorf("an address inside was asked for %s", x.path)
		}
	}
}

// checkRests checks that a host that asks for a rest gets it, and that one in trouble is asked seldom, and again until it answers.
func checkRests(t *testing.T, log *visits) {
	t.Helper()
	busy := log.of("busy.example", "/p/")
	at := func(v asked) time.Time { return v.at }
	if !slices.IsSortedFunc(busy, func(a, b asked) int { return at(a).Compare(at(b)) }) || len(busy) != 5 {
		t.Errorf("busy.example was asked for %v, want its four pages, one of them twice", busy)
	}
	for _, v := range busy[min(4, len(busy)):] {
		if rest := v.at.Sub(busy[0].at); rest < 2*time.Second {
			t.Errorf("busy.example asked for two seconds' rest and was asked after %v", rest)
		}
	}
	ill := log.of("ill.example", "/p/")
	early := slices.IndexFunc(ill, func(v asked) bool { return v.at.Sub(ill[0].at) >= 3*time.Second })
	if early < 4 || early > 12 {
		t.Errorf("ill.example was asked %d times in the three seconds of its trouble", early)
		for _, v := range ill {
			t.Logf("%v %s", v.at.Sub(ill[0].at), v.path)
		}
	}
}
