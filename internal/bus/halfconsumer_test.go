package bus

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rostrum/internal/statement"
)

// TestHalfConsumer kills the server, as far as its files tell, between the two that it writes of a consumer: what was in flight comes
// back at once all the same.
func TestHalfConsumer(t *testing.T) {
	dir := t.TempDir()
	first := openTest(t, func(o *Options) { o.Dir = dir })
	publish(t, first, captures(3)...)
	held, ended := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(ended)
		_ = first.ConsumeCaptures(ctx, BatchOptions{}, func(ctx context.Context, _ []*statement.Capture) ([]error, error) {
			close(held)
			<-ctx.Done()
			return nil, ctx.Err()
		})
	}()
	<-held
	copied := filepath.Join(t.TempDir(), "killed")
	for end := time.Now().Add(5 * time.Second); ; { // until the state is on disk
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if found, _ := filepath.Glob(filepath.Join(copied, "jetstream", "*", "streams", capturesStream, "obs", indexerConsumer, "o.dat")); len(found) > 0 || time.Now().After(end) {
			break
		}
		if err := os.RemoveAll(copied); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-ended
	sums, err := filepath.Glob(filepath.Join(copied, "jetstream", "*", "streams", capturesStream, "obs", indexerConsumer, "meta.sum"))
	if err != nil || len(sums) != 1 {
		t.Fatal(sums, err)
	}
	if err := os.Remove(sums[0]); err != nil {
		t.Fatal(err)
	}
	second := openTest(t, func(o *Options) { o.Dir = copied })
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	came := false
	err = second.ConsumeCaptures(ctx, BatchOptions{}, func(context.Context, []*statement.Capture) ([]error, error) {
		came = true
		cancel()
		return nil, nil
	})
	if err != nil || !came {
		t.Errorf("what was in flight did not come back: %v", err)
	}
}
