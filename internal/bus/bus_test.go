package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		os.Exit(crashingChild(dir))
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait of these tests; none is expected to come near it.
const patience = 30 * time.Second

// eventually waits until a condition holds, and says whether it does.
func eventually(holds func() bool) bool {
	deadline, again := time.NewTimer(patience), time.NewTicker(time.Millisecond)
	defer deadline.Stop()
	defer again.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			return false
		case <-again.C:
		}
	}
	return true
}

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// openTest opens a Bus on an embedded server, quick to retry, and closes it at the end of the test.
func openTest(t testing.TB, change ...func(*Options)) *Bus {
	t.Helper()
	opt := Options{Dir: t.TempDir(), Sync: SyncInterval, LaterMin: time.Millisecond, LaterMax: 20 * time.Millisecond, Log: testLog(t)}
	for _, f := range change {
		f(&opt)
	}
	b, err := Open(testContext(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBus(t, b) })
	return b
}

func closeBus(t testing.TB, b *Bus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func testLog(t testing.TB) *slog.Logger {
	if _, bench := t.(*testing.B); bench {
		return nil
	}
	return slog.New(slog.NewTextHandler(&testWriter{t: t}, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// testWriter logs to a test until it is over.
type testWriter struct {
	mu sync.Mutex
	t  testing.TB
}

func (w *testWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t.Context().Err() == nil {
		w.t.Log(strings.TrimSpace(string(p)))
	}
	return len(p), nil
}

func capture(n int) *statement.Capture {
	url := fmt.Sprintf("https://site-%d.example/statement/%d", n%3, n)
	at := time.Date(2026, 1, 2, 3, 4, 5, n, time.UTC)
	return &statement.Capture{
		ID: statement.CaptureID(url, at), URL: url, Source: fmt.Sprintf("source-%d", n%3), FetchedAt: at,
		Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: fmt.Appendf(nil, "<p>statement %d\nsecond line", n),
	}
}

func publish(t testing.TB, b *Bus, captures ...*statement.Capture) {
	t.Helper()
	for _, c := range captures {
		if err := b.PublishCapture(testContext(t), c); err != nil {
			t.Fatal(err)
		}
	}
}

func captures(n int) []*statement.Capture {
	out := make([]*statement.Capture, n)
	for i := range out {
		out[i] = capture(i)
	}
	return out
}

// batchOf closes a batch at n captures, and waits long enough for them on a busy machine.
func batchOf(n int) BatchOptions { return BatchOptions{Max: n, Wait: time.Second} }

// consume runs handler until it calls stop, and gives what ConsumeCaptures returned.
func consume(t testing.TB, b *Bus, opt BatchOptions, handler func(stop func(), batch []*statement.Capture) ([]error, error)) error {
	t.Helper()
	ctx, stop := context.WithCancel(testContext(t))
	defer stop()
	err := b.ConsumeCaptures(ctx, opt, func(_ context.Context, batch []*statement.Capture) ([]error, error) {
		return handler(stop, batch)
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Fatal("the handler did not see what it waited for")
	}
	return err
}

func TestSecondProcessOnTheSameDirectory(t *testing.T) {
	b := openTest(t)
	started := time.Now()
	_, err := Open(testContext(t), Options{Dir: b.opt.Dir})
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("got %v, want a conflict that says so", err)
	}
	if took := time.Since(started); took > time.Second {
		t.Errorf("it took %v to refuse", took)
	}
	closeBus(t, b)
	again, err := Open(testContext(t), Options{Dir: b.opt.Dir})
	if err != nil {
		t.Fatalf("after close: %v", err)
	}
	closeBus(t, again)
}

func TestOpenRefuses(t *testing.T) {
	for name, opt := range map[string]Options{
		"nowhere":     {},
		"sync policy": {Dir: "x", Sync: "sometimes"},
		"two logins":  {URL: "nats://127.0.0.1:1", Token: "a", User: "b"},
		"negative":    {Dir: "x", CapturesMaxBytes: -1},
		"delays":      {Dir: "x", LaterMin: time.Hour},
	} {
		if _, err := Open(testContext(t), opt); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestOpenSaysWhyTheStoreIsUnusable(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/jetstream", []byte("not a directory"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(testContext(t), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "start bus in "+dir) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
}

func TestCloseEndsEverythingAndIsIdempotent(t *testing.T) {
	b := openTest(t)
	var ended sync.WaitGroup
	entered := make(chan struct{})
	publish(t, b, capture(1))
	ended.Go(func() {
		err := b.ConsumeCaptures(context.Background(), BatchOptions{}, func(ctx context.Context, _ []*statement.Capture) ([]error, error) {
			close(entered)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if err != nil {
			t.Errorf("consume: %v", err)
		}
	})
	ended.Go(func() {
		err := b.Bucket(Settings).Watch(context.Background(), func(context.Context, Entry) error { return nil })
		if err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	<-entered
	closeBus(t, b)
	ended.Wait()
	closeBus(t, b)
	if err := b.PublishCapture(testContext(t), capture(2)); fault.KindOf(err) != fault.Unreachable {
		t.Errorf("publish after close: %v, want unreachable", err)
	}
	if err := b.Check(testContext(t)); fault.KindOf(err) != fault.Unreachable {
		t.Errorf("check after close: %v, want unreachable", err)
	}
}

func TestCloseIsBounded(t *testing.T) {
	b := openTest(t)
	publish(t, b, capture(1))
	entered, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_ = b.ConsumeCaptures(context.Background(), BatchOptions{}, func(context.Context, []*statement.Capture) ([]error, error) {
			close(entered)
			<-release
			return nil, nil
		})
	}()
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a deadline", err)
	}
	close(release)
	<-ended
	b.err = nil // the cleanup closes again, and would repeat that error
}

func TestOneRegistryTwice(t *testing.T) {
	reg := prometheus.NewRegistry()
	for range 2 {
		b := openTest(t, func(o *Options) { o.Metrics = reg })
		publish(t, b, capture(1))
		closeBus(t, b)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "rostrum_bus_captures_published_total" {
			if got := f.GetMetric()[0].GetCounter().GetValue(); got != 2 {
				t.Errorf("published %v, want 2", got)
			}
			return
		}
	}
	t.Error("the counter of published captures is missing")
}
