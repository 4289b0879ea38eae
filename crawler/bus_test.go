package crawler_test

import (
	"context"
	"testing"
	"time"

	"rostrum/crawler"
	"rostrum/internal/bus"
)

// onBus keeps a crawler's state in a bucket of the bus.
type onBus struct{ *bus.Bucket }

func (b onBus) List(ctx context.Context, visit func(string, []byte) error) error {
	return b.Bucket.List(ctx, func(key string, value []byte, _ uint64) error { return visit(key, value) })
}

// TestOnTheBus checks the ports against what stands behind them: what a crawler leaves in the bucket, the next one goes on from.
func TestOnTheBus(t *testing.T) {
	b, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir(), Sync: bus.SyncInterval})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	w := newWorld(t)
	w.feed("a.example/feed", "/1", "/2")
	w.page("a.example/1", "One.")
	state := onBus{b.Bucket(bus.FetchState)}
	for range 2 {
		c, err := crawler.New(w.options, []crawler.Source{source("a", crawler.Feed, "http://a.example/feed")}, b, state)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		w.firstPass(c)
		w.settled(c)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if n := w.asked("a.example/1") + w.asked("a.example/feed"); n != 2 {
		t.Errorf("%d requests in two runs, want 2", n)
	}
	if pending, err := b.PendingBySource(t.Context(), []string{"a"}); err != nil || pending["a"] != 1 {
		t.Errorf("%v captures wait on the bus, %v", pending, err)
	}
	health, err := crawler.ReadHealth(t.Context(), state, "a")
	if err != nil || health[0].PagesFetched != 1 || health[0].PagesFailed != 1 || health[0].FirstPass.IsZero() {
		t.Errorf("health %+v, %v", health, err)
	}
}
