package bus

import (
	"bytes"
	"testing"
	"time"

	"rostrum/internal/statement"
)

// TestASlowStoreHoldsThePublishers has a store that takes its time: the stream fills to its bound and no further, publishers wait, one batch is in
// hand, and all of it comes once when the store goes on.
func TestASlowStoreHoldsThePublishers(t *testing.T) {
	const bound, most = 20_000, 3
	b := openTest(t, func(o *Options) { o.CapturesMaxBytes = bound })
	list := captures(30)
	for _, c := range list {
		c.Body = bytes.Repeat([]byte("x"), 2000)
	}
	begun, goOn, consumed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	times, batches := map[string]int{}, 0
	go func() {
		consumed <- consume(t, b, BatchOptions{Max: most, Wait: time.Millisecond}, func(stop func(), batch []*statement.Capture) ([]error, error) {
			if batches++; batches == 1 {
				close(begun)
				<-goOn
			}
			if len(batch) > most {
				t.Errorf("a batch has %d captures, want at most %d", len(batch), most)
			}
			for _, c := range batch {
				times[c.ID]++
			}
			if len(times) == len(list) {
				stop()
			}
			return nil, nil
		})
	}()
	publish(t, b, list[0])
	<-begun
	expectRefusal(t, b, list[1:])
	p, err := b.Pending(testContext(t))
	if err != nil || p.Bytes > bound || p.Captures == 0 || p.Captures >= uint64(len(list)) || uint64(p.AckPending) > p.Captures {
		t.Errorf("while the store is slow: %+v, %v, want what fits into %d bytes", p, err, bound)
	}
	published := make(chan error, 1)
	go func() { published <- publishAll(testContext(t), b, list[1:]) }() // those that were taken are known as repeats
	close(goOn)
	for _, ended := range []chan error{published, consumed} {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s came %d times, want once", id, n)
		}
	}
	expectNothingLeft(t, b)
}
