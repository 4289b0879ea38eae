package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"rostrum/internal/bus"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search/alert"
)

// counted counts the alerts that a receiver took, by id.
type counted struct {
	mu    sync.Mutex
	taken map[string]int
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken[r.Header.Get("Webhook-Id")]++
}

func (c *counted) different() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.taken)
}

// TestAlertsWhenTheBusIsLost kills the bus's server again and again while statements stream and fire, and has matcher and deliverer taken over
// by another process in between: every alert comes, and none twice but by those that died between sending and recording.
func TestAlertsWhenTheBusIsLost(t *testing.T) {
	const perRound, rounds = 40, 2
	server := harness.StartNATS(t)
	inbox := &counted{taken: map[string]int{}}
	receiver := httptest.NewServer(inbox)
	defer receiver.Close()
	announcer := remoteBus(t, server)
	service, end := alertsOn(t, server)
	saved, err := service.Create(t.Context(), alert.Draft{Query: "tide", Channels: []alert.Channel{{Type: alert.Webhook, URL: receiver.URL}}})
	if err != nil {
		t.Fatal(err)
	}
	announced := 0
	announce := func() {
		batch := []statement.Announcement{}
		for range perRound {
			id := fmt.Sprintf("s%03d", announced)
			announced++
			batch = append(batch, statement.Announcement{New: true, Statement: statement.Statement{ID: id, Group: id, URL: "http://debate.example/" + id, Title: "Title", Language: "en",
				Text: "The tide.", Capture: id, Revision: 1}})
		}
		for _, a := range batch { // one by one, so that the server dies in their midst
			if err := announcer.Announce(t.Context(), []statement.Announcement{a}); err != nil {
				t.Error(err)
			}
		}
	}
	for round := range rounds {
		var announcing sync.WaitGroup
		announcing.Go(announce)
		harness.Await(t, time.Minute, "some of a round are told", func() bool { return inbox.different() > round*perRound+perRound/4 })
		server.Kill()
		server.Start()
		announcing.Wait()
		if round == 1 { // the process that matches and delivers goes, another takes over
			end()
			service, end = alertsOn(t, server)
		}
		harness.Await(t, time.Minute, "all of a round are told", func() bool { return inbox.different() == announced })
	}
	var page alert.Page
	harness.Await(t, time.Minute, "the alerts can be read", func() bool { // a reader of its own may find the connection lost still
		page, err = service.Alerts(t.Context(), "", saved.ID, 1000, "")
		return err == nil
	})
	if page.Total != announced {
		t.Fatalf("%d alerts of %d are on the log", page.Total, announced)
	}
	inbox.mu.Lock()
	defer inbox.mu.Unlock()
	told := map[string]bool{}
	for _, a := range page.Alerts {
		told[a.Statement.ID] = true
		if n := inbox.taken[a.ID]; n < 1 || n > 2 { // once more at most, by the takeover
			t.Errorf("the alert on %s came %d times", a.Statement.ID, n)
		}
	}
	if len(told) != announced {
		t.Errorf("alerts on %d of %d statements", len(told), announced)
	}
	end()
}

// remoteBus connects to a server until the test ends.
func remoteBus(t *testing.T, server *harness.NATSServer) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Options{URL: server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Close(ctx) // the server may be gone
	})
	return b
}

// alertsOn runs a matcher and deliverer on a connection of its own, until end or the test ends.
func alertsOn(t *testing.T, server *harness.NATSServer) (service *alert.Service, end func()) {
	t.Helper()
	b := remoteBus(t, server)
	service, err := alert.New(t.Context(), alert.Options{Compiler: plainQueries{}, Searcher: emptyStore{}, Scanner: emptyStore{}, Statements: b, Alerts: benchLog{b.Alerts()},
		Saved: b.Bucket(bus.SavedQueries), Fired: b.Bucket(bus.Fired), Deliveries: b.Bucket(bus.Deliveries), Settings: b.Bucket(bus.Settings), Flood: 1 << 20,
		Retries: slices.Repeat([]time.Duration{50 * time.Millisecond}, 100), Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- service.Run(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return service, end
}
