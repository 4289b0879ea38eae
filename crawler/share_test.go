package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/crawler"
	"rostrum/internal/fault"
)

// board is Leases in memory. A silent one answers nobody.
type board struct {
	time time.Duration

	mu     sync.Mutex
	leases map[string]written
	silent bool
}

type written struct {
	holder string
	at     time.Time
}

func (b *board) Take(ctx context.Context, name, holder string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.silent {
		return fault.Newf(fault.Transient, "nobody answers")
	}
	if w, ok := b.leases[name]; ok && time.Since(w.at) < b.time && w.holder != holder {
		return fault.Newf(fault.Conflict, "%s is %s's", name, w.holder)
	}
	b.leases[name] = written{holder, time.Now()}
	return ctx.Err()
}

func (b *board) Leave(_ context.Context, name, holder string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.leases[name].holder == holder && !b.silent {
		delete(b.leases, name)
	}
	return nil
}

func (b *board) List(_ context.Context, visit func(name, holder string) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, w := range b.leases {
		if time.Since(w.at) < b.time {
			if err := visit(name, w.holder); err != nil {
				return err
			}
		}
	}
	return nil
}

// holders counts the hosts of each holder.
func (b *board) holders() map[string]int {
	counts := map[string]int{}
	_ = b.List(context.Background(), func(name, holder string) error {
		if strings.HasPrefix(name, "host.") {
			counts[holder]++
		}
		return nil
	})
	return counts
}

func (b *board) silence(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.silent = on
}

// team is several crawlers of one world, which tells them apart by the contact they give.
type team struct {
	*world
	board   *board
	sources []crawler.Source
	opened  chan struct{} // closed when the feeds begin to answer

	mu       sync.Mutex
	at       map[string]map[string]int // requests under way, by host and crawler
	together []string                  // hosts at which two were at once
	last     map[string]string         // who asked each host last
	moves    int                       // times that another crawler came to a host
}

const leaseTime = 900 * time.Millisecond

// newTeam serves hosts with so many pages each, which take some time.
func newTeam(t *testing.T, hosts, pages int) *team {
	m := &team{world: newWorld(t), board: &board{time: leaseTime, leases: map[string]written{}}, at: map[string]map[string]int{}, last: map[string]string{}, opened: make(chan struct{})}
	for h := range hosts {
		host := fmt.Sprintf("h%d.example", h)
		m.options.Hosts[host] = m.server.Listener.Addr().String()
		m.sources = append(m.sources, source(fmt.Sprint("s", h), crawler.Feed, "http://"+host+"/feed"))
		var links []string
		for p := range pages {
			link := fmt.Sprintf("/page-%d", p)
			links = append(links, link)
			m.slow(host+link, func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html")
				fmt.Fprintf(rw, "<p>Page %d of %s.</p>", p, host)
			})
		}
		feed := rss(links...)
		m.serve(host+"/feed", func(rw http.ResponseWriter, r *http.Request) {
			select {
			case <-m.opened:
			case <-r.Context().Done():
			}
			rw.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprint(rw, feed)
		})
	}
	return m
}

// slow serves an address after a moment in which nobody else may come to the host.
func (m *team) slow(address string, handler http.HandlerFunc) {
	m.serve(address, func(rw http.ResponseWriter, r *http.Request) {
		who := r.Header.Get("User-Agent")
		m.mu.Lock()
		if m.at[r.Host] == nil {
			m.at[r.Host] = map[string]int{}
		}
		m.at[r.Host][who]++
		for other, n := range m.at[r.Host] {
			if other != who && n > 0 {
				m.together = append(m.together, r.Host)
			}
		}
		if m.last[r.Host] != "" && m.last[r.Host] != who {
			m.moves++
		}
		m.last[r.Host] = who
		m.mu.Unlock()
		select {
		case <-time.After(5 * time.Millisecond):
		case <-r.Context().Done():
		}
		handler(rw, r)
		m.mu.Lock()
		m.at[r.Host][who]--
		m.mu.Unlock()
	})
}

// join starts a crawler and gives how to end it.
func (m *team) join(name string) (leave func()) {
	m.t.Helper()
	o := m.options
	o.Contact, o.Leases, o.LeaseTime, o.PerHost = "https://"+name+".example", m.board, leaseTime, 2
	c, err := crawler.New(o, m.sources, m.world, m.state)
	if err != nil {
		m.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(m.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := c.Run(ctx); err != nil {
			m.t.Errorf("Run: %v", err)
		}
	}()
	leave = func() { cancel(); <-ended }
	m.t.Cleanup(leave)
	return leave
}

// joinBoth starts two crawlers, and lets the feeds answer once each has its share of the hosts.
func (m *team) joinBoth(each int) {
	m.t.Helper()
	m.join("one")
	m.join("two")
	limit := time.After(20 * time.Second)
	for shared := false; !shared; {
		select {
		case <-time.After(leaseTime / 100):
		case <-limit:
			m.t.Fatalf("the hosts are not shared: %v", m.board.holders())
		}
		counts := m.board.holders()
		shared = len(counts) == 2
		for _, n := range counts {
			shared = shared && n == each
		}
	}
	close(m.opened)
}

// complete waits until every page of every host is published, and checks that nobody met anybody.
func (m *team) complete(n int) {
	m.t.Helper()
	m.until(fmt.Sprintf("%d pages published", n), func() bool {
		seen := map[string]bool{}
		for _, c := range m.captures {
			seen[c.URL] = true
		}
		return len(seen) == n
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.together) > 0 {
		m.t.Errorf("two crawlers were at once at %v", m.together)
	}
}

func (m *team) agents() map[string]int {
	m.world.mu.Lock()
	defer m.world.mu.Unlock()
	agents := map[string]int{}
	for _, r := range m.requests {
		agents[r.header.Get("User-Agent")]++
	}
	return agents
}

func TestCrawlersShareTheWork(t *testing.T) {
	m := newTeam(t, 6, 150)
	close(m.opened)
	m.join("one")
	m.until("one at work", func() bool { return len(m.captures) > 20 })
	m.join("two")
	m.complete(6 * 150)
	if agents := m.agents(); len(agents) != 2 {
		t.Errorf("requests by crawler: %v, want two at work", agents)
	}
	for holder, n := range m.board.holders() {
		if n != 3 {
			t.Errorf("%s has %d hosts, want 3", holder, n)
		}
	}
	twice := 0
	for _, captures := range m.published() {
		twice += len(captures) - 1
	}
	if twice > 0 {
		t.Errorf("%d pages were published twice, though nobody was cut off", twice)
	}
	t.Logf("requests by crawler: %v; hosts changed hands %d times", m.agents(), m.moves)
}

func TestALeavingCrawlerIsReplaced(t *testing.T) {
	m := newTeam(t, 4, 200)
	close(m.opened)
	leave := m.join("one")
	m.join("two")
	m.until("two at work", func() bool { return len(m.captures) > 100 })
	leave()
	m.complete(4 * 200)
	for holder, n := range m.board.holders() {
		if n != 4 {
			t.Errorf("%s has %d hosts, want all", holder, n)
		}
	}
}

// TestLeasesThatCantBeRenewed has the store of leases silent for longer than they last: the crawler stops asking before anybody else
// might begin, and goes on once it answers again.
func TestLeasesThatCantBeRenewed(t *testing.T) {
	m := newTeam(t, 2, 2000)
	close(m.opened)
	m.join("one")
	m.until("one at work", func() bool { return len(m.captures) > 20 })
	m.board.silence(true)
	began := time.Now()
	requests := -1
	for deadline := time.After(10 * time.Second); ; {
		m.world.mu.Lock()
		n := len(m.requests)
		m.world.mu.Unlock()
		if n == requests {
			break
		}
		requests = n
		select {
		case <-time.After(leaseTime / 6):
		case <-deadline:
			t.Fatal("requests go on though no lease is renewed")
		}
	}
	if took := time.Since(began); took > leaseTime*3/2 {
		t.Errorf("requests went on for %s without a lease that is good for %s", took, leaseTime)
	}
	m.board.silence(false)
	m.until("at work again", func() bool { return len(m.requests) > requests+20 })
}

// TestRedirectsToAnothersHost leads from a host of one crawler to one of the other's: the two become one crawler's.
func TestRedirectsToAnothersHost(t *testing.T) {
	m := newTeam(t, 2, 20)
	for p := range 3 {
		m.serve(fmt.Sprintf("h0.example/page-%d", p), func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, fmt.Sprintf("http://h1.example/moved-%d", p), http.StatusMovedPermanently)
		})
		m.slow(fmt.Sprintf("h1.example/moved-%d", p), func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprint(rw, "<p>Moved.</p>")
		})
	}
	m.joinBoth(1)
	m.complete(40)
}

// TestRedirectsToNobodysHost leads from hosts of two crawlers to one that no source names.
func TestRedirectsToNobodysHost(t *testing.T) {
	m := newTeam(t, 2, 10)
	m.options.Hosts["hub.example"] = m.server.Listener.Addr().String()
	for h := range 2 {
		for p := range 3 {
			m.serve(fmt.Sprintf("h%d.example/page-%d", h, p), func(rw http.ResponseWriter, r *http.Request) {
				http.Redirect(rw, r, fmt.Sprintf("http://hub.example/%d-%d", h, p), http.StatusFound)
			})
			m.slow(fmt.Sprintf("hub.example/%d-%d", h, p), func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html")
				fmt.Fprint(rw, "<p>At the hub.</p>")
			})
		}
	}
	m.joinBoth(1)
	m.complete(20)
}
