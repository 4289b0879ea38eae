package bus

import (
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
)

// TestTheContentOfAKillerIsHeld has a content that killed its worker come again under another address: it is quarantined unseen, also
// after a restart and after the first one was dropped, until a retry lets it in.
func TestTheContentOfAKillerIsHeld(t *testing.T) {
	dir := t.TempDir()
	b := openTest(t, func(o *Options) { o.Dir = dir })
	killer, again, third := capture(1), capture(4), capture(6)
	again.Body, third.Body = killer.Body, killer.Body
	lethal := true
	var seen []string
	take := func(last *statement.Capture) {
		t.Helper()
		err := consume(t, b, batchOf(1), func(stop func(), batch []*statement.Capture) ([]error, error) {
			seen = append(seen, ids(batch)...)
			if lethal && string(batch[0].Body) == string(killer.Body) {
				panic("nil map")
			}
			if batch[0].ID == last.ID {
				stop()
			}
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	publish(t, b, killer, capture(2))
	take(capture(2))
	if want := []string{killer.ID, killer.ID, killer.ID, capture(2).ID}; !slices.Equal(seen, want) {
		t.Fatalf("seen %v, want the killer three times", seen)
	}
	publish(t, b, again, capture(3))
	take(capture(3))
	entry, _, err := b.Quarantine().Get(testContext(t), again.ID)
	if err != nil || !strings.Contains(entry.Reason, killer.ID) || slices.Contains(seen, again.ID) {
		t.Errorf("entry %+v, %v; seen %v", entry, err, seen)
	}
	if err := b.Quarantine().Drop(testContext(t), killer.ID); err != nil {
		t.Fatal(err)
	}
	closeBus(t, b)
	b = openTest(t, func(o *Options) { o.Dir = dir })
	publish(t, b, third, capture(5))
	take(capture(5))
	if slices.Contains(seen, third.ID) {
		t.Errorf("after a restart the content was let in: %v", seen)
	}
	lethal = false
	if err := b.Quarantine().Retry(testContext(t), again.ID); err != nil {
		t.Fatal(err)
	}
	take(again)
	last := capture(7)
	last.Body = killer.Body
	publish(t, b, last)
	take(last)
	expectNothingLeft(t, b)
}
