// Package overload tests what becomes of a process of which too much is asked, as a black box.
package overload

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 16 << 20

func drain(res *http.Response) (int64, error) {
	defer res.Body.Close()
	return io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer))
}

// TestOverload asks on 64 connections without pause, with queries of every cost, while one reads a stream and another lets its stream lie: what
// is answered is an answer or a refusal that says when to try again, health and status always answer, and memory is bounded.
func TestOverload(t *testing.T) {
	const flood, connections, length = 500, 64, 8 * time.Second
	p := &press{began: time.Now(), rate: 1 << 20, most: flood}
	data := t.TempDir()
	up := harness.Start(t, "up", "--config", configure(t, p), "--data", data)
	good := follow(t, up)
	lie(t, up)
	harness.Await(t, time.Minute, "every page found", func() bool { n, _ := up.Facets("*"); return n == flood+1 })

	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	cheap, dear, calm, pages := newTally(), newTally(), newTally(), newTally()
	began := time.Now()
	var asking sync.WaitGroup
	for i := range connections {
		random := rand.New(rand.NewPCG(3, uint64(i)))
		asking.Go(func() {
			for time.Since(began) < length {
				switch random.IntN(4) {
				case 0:
					dear.ask(client, up.Base+"/api/v1/statements?limit=1000&facets=actor,topic,source,lang,kind,month,role&q=ba*+OR+%22council+says%22")
				case 1:
					pages.ask(client, up.Base+"/?q="+word(random))
				default:
					cheap.ask(client, up.Base+"/api/v1/statements?limit=5&q="+word(random))
				}
			}
		})
	}
	for time.Since(began) < length {
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/assets/rostrum.css"} {
			calm.ask(client, up.Base+path)
		}
		time.Sleep(50 * time.Millisecond) // asked as an operator asks, not as a load
	}
	asking.Wait()
	anon, heap := memory(t, up)
	t.Logf("%.0f MB anonymous, %.0f MB heap\ncheap: %s\ndear: %s\npages: %s\nhealth: %s", anon, heap, cheap, dear, pages, calm)
	if anon > mostAnon {
		t.Errorf("%.0f MB", anon)
	}
	for name, a := range map[string]*tally{"cheap": cheap, "dear": dear, "pages": pages, "health": calm} {
		if a.failed() > 0 || a.statuses[http.StatusOK] == 0 {
			t.Errorf("%s: %s, %d without Retry-After", name, a, a.unsaid)
		}
	}
	if calm.statuses[http.StatusTooManyRequests] > 0 {
		t.Errorf("health was refused: %s", calm)
	}
	up.MustAdmin(data, "status")
	harness.Await(t, 20*time.Second, "the stream that is read has every statement", func() bool { return good() >= flood })
}

// follow reads a stream of everything, and says how many statements came.
func follow(t *testing.T, up *harness.Process) func() int {
	t.Helper()
	res, err := http.Get(up.Base + "/api/v1/stream?backfill=include")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	var mu sync.Mutex
	seen := map[string]bool{}
	go func() {
		for lines := bufio.NewReader(res.Body); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if id, ok := strings.CutPrefix(line, "id: "); ok {
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		}
	}()
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(seen)
	}
}

// lie begins a stream of everything and never reads it.
func lie(t *testing.T, up *harness.Process) {
	t.Helper()
	at, err := url.Parse(up.Base)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET /api/v1/stream?backfill=include HTTP/1.1\r\nHost: %s\r\n\r\n", at.Host); err != nil {
		t.Fatal(err)
	}
}
