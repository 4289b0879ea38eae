package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

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

func TestEachCaptureHasItsOwnFate(t *testing.T) {
	b := openTest(t)
	publish(t, b, captures(6)...)
	fates := map[string][]error{
		capture(1).ID: {fault.New(fault.Transient, "busy", ""), fault.New(fault.Transient, "busy still", "")},
		capture(2).ID: {fault.New(fault.Poison, "not a page", "")},
		capture(4).ID: {fault.New(fault.Invalid, "refused", "")},
	}
	handled := make(map[string]int)
	done := 0
	err := consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		each := make([]error, len(batch))
		for i, c := range batch {
			if n := handled[c.ID]; n < len(fates[c.ID]) {
				each[i] = fates[c.ID][n]
			}
			if handled[c.ID]++; each[i] == nil || fault.KindOf(each[i]).Fate() == fault.Quarantine {
				done++
			}
		}
		if done == 6 {
			stop()
		}
		return each, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if handled[capture(1).ID] != 3 || handled[capture(2).ID] != 1 {
		t.Errorf("handled %v", handled)
	}
	expectNothingLeft(t, b)
	page, next, err := b.Quarantine().List(testContext(t), 0, 10)
	if err != nil || next != 0 || len(page) != 2 {
		t.Fatalf("quarantine %v, next %d, %v", page, next, err)
	}
	if e := page[0]; e.Capture != capture(2).ID || e.Reason != "not a page" || e.Kind != "poison" || e.Attempts != 1 || e.URL != capture(2).URL || e.Size == 0 {
		t.Errorf("entry %+v", e)
	}
}

func TestUnknownFailureOfOneCaptureEndsInQuarantine(t *testing.T) {
	b := openTest(t, func(o *Options) { o.MaxAttempts = 3 })
	publish(t, b, captures(2)...)
	ctx, stop := context.WithCancel(testContext(t))
	tries := 0
	consumed := make(chan error, 1)
	go func() {
		consumed <- b.ConsumeCaptures(ctx, BatchOptions{Wait: time.Millisecond}, func(_ context.Context, batch []*statement.Capture) ([]error, error) {
			each := make([]error, len(batch))
			for i, c := range batch {
				if c.ID == capture(1).ID {
					each[i] = errors.New("index out of range")
					tries++
				}
			}
			return each, nil
		})
	}()
	err := b.Bucket(quarantineBucket).Watch(ctx, func(context.Context, Entry) error { return errEnough })
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	stop()
	if err := <-consumed; err != nil || tries != 3 {
		t.Errorf("%d tries, %v", tries, err)
	}
	entry, c, err := b.Quarantine().Get(testContext(t), capture(1).ID)
	if err != nil || entry.Attempts != 3 || entry.Kind != "internal" || c == nil || c.URL != capture(1).URL {
		t.Errorf("entry %+v, capture %v, %v", entry, c, err)
	}
	expectNothingLeft(t, b)
}

func TestBatchErrors(t *testing.T) {
	transient := fault.New(fault.Transient, "disk is full", "")
	poison := fault.New(fault.Poison, "somewhere in here", "")
	for name, test := range map[string]struct {
		fail        func(call int, batch []*statement.Capture) error
		sizes       []int
		quarantined int
	}{
		"a busy worker keeps its batch": {
			fail:  func(call int, _ []*statement.Capture) error { return map[int]error{1: transient, 2: transient}[call] },
			sizes: []int{4, 4, 4},
		},
		"poison somewhere is looked for singly": {
			fail: func(_ int, batch []*statement.Capture) error {
				if slices.ContainsFunc(batch, func(c *statement.Capture) bool { return c.ID == capture(2).ID }) {
					return poison
				}
				return nil
			},
			sizes: []int{4, 1, 1, 1, 1}, quarantined: 1,
		},
		"an unknown failure is looked for singly and put off": {
			fail: func(call int, _ []*statement.Capture) error {
				return map[int]error{1: errors.New("?"), 3: errors.New("?")}[call]
			},
			sizes: []int{4, 1, 1, 1, 1, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := openTest(t)
			publish(t, b, captures(4)...)
			var sizes []int
			err := consume(t, b, batchOf(4), func(stop func(), batch []*statement.Capture) ([]error, error) {
				sizes = append(sizes, len(batch))
				if len(sizes) == len(test.sizes) {
					stop()
				}
				return nil, test.fail(len(sizes), batch)
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(sizes, test.sizes) {
				t.Errorf("batches of %v, want %v", sizes, test.sizes)
			}
			expectNothingLeft(t, b)
			page, _, err := b.Quarantine().List(testContext(t), 0, 10)
			if err != nil || len(page) != test.quarantined {
				t.Errorf("quarantine %v, %v", page, err)
			}
		})
	}
}

func TestPanicIsLookedForSinglyAndQuarantinedAtTheThird(t *testing.T) {
	b := openTest(t)
	publish(t, b, captures(3)...)
	var sizes []int
	done := 0
	err := consume(t, b, batchOf(3), func(stop func(), batch []*statement.Capture) ([]error, error) {
		sizes = append(sizes, len(batch))
		for _, c := range batch {
			if c.ID == capture(1).ID {
				panic("nil map")
			}
		}
		if done += len(batch); done == 2 {
			stop()
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 1, 1, 1, 1}; !slices.Equal(sizes, want) {
		t.Errorf("batches of %v, want %v", sizes, want)
	}
	entry, _, err := b.Quarantine().Get(testContext(t), capture(1).ID)
	if err != nil || entry.Attempts != 3 || entry.Kind != "poison" {
		t.Errorf("entry %+v, %v", entry, err)
	}
	expectNothingLeft(t, b)
}

func TestAWrongNumberOfResultsIsAnError(t *testing.T) {
	b := openTest(t)
	publish(t, b, captures(2)...)
	calls := 0
	err := consume(t, b, batchOf(2), func(stop func(), batch []*statement.Capture) ([]error, error) {
		if calls++; calls == 1 {
			return []error{nil}, nil
		}
		if calls == 3 {
			stop()
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expectNothingLeft(t, b)
}

func TestOneConsumerAtATime(t *testing.T) {
	b := openTest(t)
	publish(t, b, capture(1))
	err := consume(t, b, BatchOptions{}, func(stop func(), _ []*statement.Capture) ([]error, error) {
		defer stop()
		second := b.ConsumeCaptures(testContext(t), BatchOptions{}, nil)
		if fault.KindOf(second) != fault.Conflict {
			t.Errorf("second consumer: %v, want a conflict", second)
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUnreadableCaptures(t *testing.T) {
	b := openTest(t)
	large := capture(9)
	large.Body = make([]byte, 1<<20)
	publish(t, b, large, capture(1))
	list, err := b.bodies[captureBodies].list(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	b.bodies[captureBodies].drop(testContext(t), list[0])
	if err := b.sendCapture(testContext(t), "source-1", "garbage", []byte("no line end")); err != nil {
		t.Fatal(err)
	}
	err = consume(t, b, batchOf(3), func(stop func(), batch []*statement.Capture) ([]error, error) {
		if len(batch) != 1 || batch[0].ID != capture(1).ID {
			t.Errorf("got %d captures", len(batch))
		}
		stop()
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page, _, err := b.Quarantine().List(testContext(t), 0, 10)
	if err != nil || len(page) != 2 || page[0].Capture != large.ID || page[1].Capture != "garbage" {
		t.Errorf("quarantine %+v, %v", page, err)
	}
	if err := b.Quarantine().Retry(testContext(t), large.ID); fault.KindOf(err) != fault.Poison {
		t.Errorf("retry of a lost body: %v", err)
	}
	expectNothingLeft(t, b)
}

// countingMessage counts what a worker says of it; nothing else of a message is used.
type countingMessage struct {
	jetstream.Msg
	inProgress chan struct{}
}

func (m *countingMessage) InProgress() error {
	m.inProgress <- struct{}{}
	return nil
}

func TestBatchesInHandAreKeptAlive(t *testing.T) {
	m := &countingMessage{inProgress: make(chan struct{})}
	w := &worker{keepAlive: time.Millisecond}
	stop := w.keep([]*delivery{{msg: m}})
	for range 3 {
		<-m.inProgress
	}
	go func() { // one that is on its way when stop is called
		for range m.inProgress {
		}
	}()
	stop()
	close(m.inProgress)
}
