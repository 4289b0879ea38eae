package bus

import (
	"testing"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// TestAReplayLeavesOutWhatKillsIt marks a capture as in hand and loads anew, as three processes do that die on it.
func TestAReplayLeavesOutWhatKillsIt(t *testing.T) {
	b, ctx := openTest(t), testContext(t)
	killer, other := capture(1), capture(2)
	for n := range 4 {
		g, err := b.Guard(ctx)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := g.Judge(ctx, killer)
		if n == 3 {
			if fault.KindOf(err) != fault.Poison {
				t.Errorf("after three deaths: %v", err)
			}
			if alone, err := g.Judge(ctx, other); alone || err != nil {
				t.Errorf("the other: alone %v, %v", alone, err)
			}
			break
		}
		if err != nil || alone != (n > 0) {
			t.Fatalf("after %d deaths: alone %v, %v", n, alone, err)
		}
		if err := g.Begin(ctx, []*statement.Capture{killer}); err != nil {
			t.Fatal(err)
		}
	}
	if entry, c, err := b.Quarantine().Get(ctx, killer.ID); err != nil || c == nil || entry.Attempts != 3 || entry.URL != killer.URL {
		t.Errorf("entry %+v, %v", entry, err)
	}
}
