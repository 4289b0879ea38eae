package bus

import (
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// quarantineAll publishes n captures and has the handler refuse them all.
func quarantineAll(t *testing.T, b *Bus, n int) {
	t.Helper()
	list := captures(n)
	list[0].Body = make([]byte, 1<<20)
	publish(t, b, list...)
	refused := 0
	err := consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		each := make([]error, len(batch))
		for i := range each {
			each[i] = fault.New(fault.Poison, "refused", "")
		}
		if refused += len(batch); refused == n {
			stop()
		}
		return each, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestQuarantinePages(t *testing.T) {
	b := openTest(t)
	quarantineAll(t, b, 7)
	var got []string
	for after := uint64(0); ; {
		page, next, err := b.Quarantine().List(testContext(t), after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			got = append(got, e.Capture)
		}
		if next == 0 {
			break
		}
		after = next
	}
	if len(got) != 7 || got[0] != capture(0).ID || got[6] != capture(6).ID {
		t.Errorf("listed %v", got)
	}
	for _, limit := range []int{0, MaxQuarantinePage + 1} {
		if _, _, err := b.Quarantine().List(testContext(t), 0, limit); fault.KindOf(err) != fault.Invalid {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

func TestQuarantineRetryAndDrop(t *testing.T) {
	b := openTest(t)
	q := b.Quarantine()
	quarantineAll(t, b, 3)
	expectBodies(t, b, quarantineBodies, 3)
	expectNothingLeft(t, b)
	for _, retried := range []int{0, 1} { // a large one, and one whose message id the server remembers
		if err := q.Retry(testContext(t), capture(retried).ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Drop(testContext(t), capture(2).ID); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"retry": q.Retry(testContext(t), capture(0).ID),
		"drop":  q.Drop(testContext(t), capture(2).ID),
	} {
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("second %s: %v, want not found", name, err)
		}
	}
	expectBodies(t, b, quarantineBodies, 0)
	got := make(map[string]int)
	err := consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		for _, c := range batch {
			got[c.ID] = len(c.Body)
		}
		if len(got) == 2 {
			stop()
		}
		return nil, nil
	})
	if err != nil || got[capture(0).ID] != 1<<20 || got[capture(1).ID] != len(capture(1).Body) {
		t.Errorf("retried %v, %v", got, err)
	}
	expectNothingLeft(t, b)
}

func TestSweepTakesWhatNothingRefersTo(t *testing.T) {
	b := openTest(t)
	quarantineAll(t, b, 2)
	kept := capture(5)
	kept.Body = make([]byte, 1<<20)
	publish(t, b, kept)
	for _, store := range []bodyStore{captureBodies, quarantineBodies} {
		if _, err := b.bodies[store].put(testContext(t), "orphan", []byte("left behind")); err != nil {
			t.Fatal(err)
		}
	}
	b.sweepOlder(testContext(t), time.Now().Add(-sweepAge))
	expectBodies(t, b, captureBodies, 2) // too young
	b.sweepOlder(testContext(t), time.Now().Add(time.Hour))
	expectBodies(t, b, captureBodies, 1)
	expectBodies(t, b, quarantineBodies, 2)
}
