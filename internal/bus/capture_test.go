package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestCapturesComeInOrderAndWhole(t *testing.T) {
	b := openTest(t)
	want := captures(30)
	publish(t, b, want...)
	publish(t, b, want[3]) // the same message id
	if n, err := b.PendingBySource(testContext(t), []string{"source-0", "source-1", "unknown"}); err != nil || n["source-0"] != 10 || n["source-1"] != 10 || n["unknown"] != 0 {
		t.Errorf("pending by source: %v, %v", n, err)
	}
	var got []*statement.Capture
	sizes := []int{}
	err := consume(t, b, batchOf(10), func(stop func(), batch []*statement.Capture) ([]error, error) {
		got, sizes = append(got, batch...), append(sizes, len(batch))
		if len(got) == len(want) {
			stop()
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range want {
		c.Version = statement.WireVersion
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(sizes, []int{10, 10, 10}) {
		t.Errorf("batches of %v", sizes)
	}
	expectNothingLeft(t, b)
}

// expectNonePending waits until the server has removed every acknowledged capture: it may still be at work on the last ones.
func expectNonePending(t testing.TB, b *Bus) {
	t.Helper()
	var p Pending
	var err error
	settled := func() bool {
		p, err = b.Pending(testContext(t))
		return err != nil || p.Captures == 0 && p.AckPending == 0 && p.OldestAge == 0
	}
	if !eventually(settled) || err != nil {
		t.Errorf("pending %+v, %v, want none", p, err)
	}
}

// expectNothingLeft sees that all is acknowledged and that a clean stop left no mark, no body and no attempts.
func expectNothingLeft(t testing.TB, b *Bus) {
	t.Helper()
	expectNonePending(t, b)
	for _, name := range []BucketName{inFlightBucket, attemptsBucket} {
		err := b.Bucket(name).List(testContext(t), func(key string, value []byte, _ uint64) error {
			if strings.HasPrefix(key, killerKeys) {
				return nil // for good
			}
			return fmt.Errorf("%s holds %s: %s", name, key, value)
		})
		if err != nil {
			t.Error(err)
		}
	}
	expectBodies(t, b, captureBodies, 0)
}

func expectBodies(t testing.TB, b *Bus, store bodyStore, want int) {
	t.Helper()
	list, err := b.bodies[store].list(testContext(t))
	if err != nil || len(list) != want {
		t.Errorf("%s holds %d bodies, want %d; %v", store, len(list), want, err)
	}
}

func TestBatchesCloseByBytes(t *testing.T) {
	b := openTest(t)
	list := captures(6)
	for _, c := range list {
		c.Body = bytes.Repeat([]byte("x"), 1000)
	}
	list[2].Body = bytes.Repeat([]byte("y"), 9000)
	publish(t, b, list...)
	var sizes []int
	seen := 0
	err := consume(t, b, BatchOptions{Max: 3, MaxBytes: 4000, Wait: time.Second}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		sizes = append(sizes, len(batch))
		if seen += len(batch); seen == len(list) {
			stop()
		}
		return nil, nil
	})
	if err != nil || !slices.Equal(sizes, []int{2, 1, 3}) {
		t.Errorf("batches of %v, %v", sizes, err)
	}
}

func TestLargeCaptureTravelsByReference(t *testing.T) {
	b := openTest(t)
	large, small := capture(1), capture(2)
	large.Body = bytes.Repeat([]byte("0123456789abcdef"), 3<<16) // 3 MiB
	publish(t, b, large, small)
	publish(t, b, large) // a repeat leaves no second body
	expectBodies(t, b, captureBodies, 1)
	p, err := b.Pending(testContext(t))
	if err != nil || p.Captures != 2 || p.BodyBytes < 3<<20 || p.OldestAge <= 0 {
		t.Errorf("pending %+v, %v", p, err)
	}
	got := 0
	err = consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		for _, c := range batch {
			if c.ID == large.ID && !bytes.Equal(c.Body, large.Body) {
				t.Error("the large body has changed")
			}
		}
		if got += len(batch); got == 2 {
			stop()
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expectNothingLeft(t, b)
}

func TestPublishRefuses(t *testing.T) {
	b := openTest(t)
	c := capture(1)
	c.ID = ""
	if err := b.PublishCapture(testContext(t), c); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without id: %v", err)
	}
	c = capture(1)
	c.Body = make([]byte, MaxCaptureBytes)
	if err := b.PublishCapture(testContext(t), c); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too large: %v", err)
	}
	small := openTest(t, func(o *Options) { o.CapturesMaxBytes, o.BodiesMaxBytes = 2000, 2<<20 })
	for _, size := range []int{5000, 1 << 20} {
		c.Body = make([]byte, size)
		if err := small.PublishCapture(testContext(t), c); fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%d bytes, which never fit: %v", size, err)
		}
	}
}

func TestFullStreamHoldsPublishers(t *testing.T) {
	for name, test := range map[string]struct {
		body  int
		count int
		full  func(*Options)
	}{
		"inline":       {2000, 30, func(o *Options) { o.CapturesMaxBytes = 20_000 }},
		"by reference": {1 << 20, 5, func(o *Options) { o.BodiesMaxBytes = 4 << 20 }},
	} {
		t.Run(name, func(t *testing.T) {
			b := openTest(t, test.full)
			list := captures(test.count)
			for _, c := range list {
				c.Body = bytes.Repeat([]byte("x"), test.body)
			}
			expectRefusal(t, b, list)
			published := make(chan error, 1)
			go func() { published <- publishAll(testContext(t), b, list) }()
			seen := make(map[string]bool)
			err := consume(t, b, BatchOptions{Max: 3, Wait: time.Millisecond}, func(stop func(), batch []*statement.Capture) ([]error, error) {
				for _, c := range batch {
					seen[c.ID] = true
				}
				if len(seen) == len(list) {
					stop()
				}
				return nil, nil
			})
			if err := errors.Join(err, <-published); err != nil {
				t.Error(err)
			}
		})
	}
}

func publishAll(ctx context.Context, b *Bus, list []*statement.Capture) error {
	for _, c := range list {
		if err := b.PublishCapture(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// expectRefusal publishes until the stream is full and the context of a waiting publisher ends.
func expectRefusal(t *testing.T, b *Bus, list []*statement.Capture) {
	t.Helper()
	for i, c := range list {
		ctx, cancel := context.WithTimeout(testContext(t), time.Second)
		err := b.PublishCapture(ctx, c)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return
		}
		if err != nil {
			t.Fatalf("capture %d: %v, want the context's error", i, err)
		}
	}
	t.Fatal("the stream takes everything")
}
