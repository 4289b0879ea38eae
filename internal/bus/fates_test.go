package bus

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

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
