package crawler_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rostrum/crawler"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a site on loopback under any name in .example, what was asked of it, what the crawler published, and its state.
type world struct {
	t       *testing.T
	server  *httptest.Server
	options crawler.Options
	state   *memory
	cancel  context.CancelFunc
	ended   chan struct{}

	mu       sync.Mutex
	handlers map[string]http.HandlerFunc // by host and path
	requests []request
	captures []*statement.Capture
	fails    func(*statement.Capture) error // what publishing answers
	changed  chan struct{}
}

type request struct {
	address string
	header  http.Header
	at      time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, handlers: map[string]http.HandlerFunc{}, state: &memory{records: map[string][]byte{}}, changed: make(chan struct{})}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	w.options = crawler.Options{
		UserAgent: "Rostrum/test", Contact: "https://watch.example/about", Hosts: map[string]string{}, AllowPrivate: []string{"127.0.0.0/8"},
		PerHost: 4, MaxRedirects: 10, Timeout: 5 * time.Second, Backoff: 20 * time.Millisecond, MaxBackoff: time.Second, MaxBody: 1 << 20,
	}
	for _, name := range []string{"a", "b", "c", "www.a"} {
		w.options.Hosts[name+".example"] = w.server.Listener.Addr().String()
	}
	return w
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	address := r.Host + r.URL.RequestURI()
	w.mu.Lock()
	w.requests = append(w.requests, request{address, r.Header.Clone(), time.Now()})
	handler := w.handlers[address]
	w.wake()
	w.mu.Unlock()
	if handler == nil {
		http.NotFound(rw, r)
		return
	}
	handler(rw, r)
}

func (w *world) wake() {
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *world) PublishCapture(_ context.Context, c *statement.Capture) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		if err := w.fails(c); err != nil {
			return err
		}
	}
	w.captures = append(w.captures, c)
	w.wake()
	return nil
}

// serve answers an address (without its scheme) with a handler, or with a body of some type.
func (w *world) serve(address string, handler http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handlers[address] = handler
}

func (w *world) body(address, contentType, body string) {
	w.serve(address, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", contentType)
		fmt.Fprint(rw, body)
	})
}

func (w *world) page(address, text string) {
	w.body(address, "text/html; charset=utf-8", "<html><body><p>"+text+"</p></body></html>")
}

// feed serves an RSS feed of links.
func (w *world) feed(address string, links ...string) {
	w.body(address, "application/rss+xml", rss(links...))
}

func rss(links ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
	for i, l := range links {
		fmt.Fprintf(&b, "<item><title>Entry %d &amp;amp; more</title><link>%s</link><author>Ann Other</author><pubDate>Mon, 0%d Jan 2024 10:00:00 +0100</pubDate></item>", i, l, i%9+1)
	}
	return b.String() + "</channel></rss>"
}

// start runs a crawler of sources until the test ends or stop is called.
func (w *world) start(sources ...crawler.Source) *crawler.Crawler {
	w.t.Helper()
	c, err := crawler.New(w.options, sources, w, w.state)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	w.cancel, w.ended = cancel, ended
	go func() {
		defer close(ended)
		if err := c.Run(ctx); err != nil {
			w.t.Errorf("Run: %v", err)
		}
	}()
	w.t.Cleanup(func() { cancel(); <-ended })
	return c
}

// stop ends the crawler and measures how long that takes.
func (w *world) stop() time.Duration {
	w.t.Helper()
	began := time.Now()
	w.cancel()
	<-w.ended
	return time.Since(began)
}

// until waits for a condition on the world, which holds its lock.
func (w *world) until(what string, met func() bool) {
	w.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		w.mu.Lock()
		ok, changed := met(), w.changed
		w.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-limit:
			w.t.Fatalf("still not %s", what)
		}
	}
}

func (w *world) firstPass(c *crawler.Crawler) {
	w.t.Helper()
	select {
	case <-c.FirstPass():
	case <-time.After(20 * time.Second):
		for _, h := range c.Health() {
			w.t.Logf("%+v", h)
		}
		w.t.Fatal("no first pass")
	}
}

func (w *world) settled(c *crawler.Crawler) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	if err := c.Settled(ctx); err != nil {
		w.t.Fatalf("not settled: %+v", c.Health())
	}
}

// published gives what was published, by address.
func (w *world) published() map[string][]*statement.Capture {
	w.mu.Lock()
	defer w.mu.Unlock()
	by := map[string][]*statement.Capture{}
	for _, c := range w.captures {
		by[c.URL] = append(by[c.URL], c)
	}
	return by
}

// asked counts the requests for an address.
func (w *world) asked(address string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count(address)
}

func (w *world) count(address string) int {
	n := 0
	for _, r := range w.requests {
		if r.address == address {
			n++
		}
	}
	return n
}

func source(id string, kind crawler.Type, address string) crawler.Source {
	return crawler.Source{ID: id, Name: strings.ToUpper(id), Type: kind, URL: address, Every: time.Hour, Revisit: time.Hour}
}

// memory is a State in memory.
type memory struct {
	mu      sync.Mutex
	records map[string][]byte
	puts    int
}

func (m *memory) Get(_ context.Context, key string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.records[key]
	if !ok {
		return nil, 0, fault.Newf(fault.NotFound, "no record %s", key)
	}
	return v, 1, nil
}

func (m *memory) Put(_ context.Context, key string, value []byte) (uint64, error) {
	if !json.Valid(value) {
		return 0, fault.Newf(fault.Invalid, "record %s is no JSON", key)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[key] = value
	m.puts++
	return 1, nil
}

func (m *memory) List(_ context.Context, visit func(string, []byte) error) error {
	m.mu.Lock()
	records := maps.Clone(m.records)
	m.mu.Unlock()
	for k, v := range records {
		if err := visit(k, v); err != nil {
			return err
		}
	}
	return nil
}
