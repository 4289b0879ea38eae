package bus

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// TestErase takes messages out of a log, one of them with its body kept apart: followers pass over the gap, others stay.
func TestErase(t *testing.T) {
	b := openTest(t)
	ctx := t.Context()
	long := []byte("secret " + strings.Repeat("x", 600<<10))
	for n, data := range [][]byte{[]byte("one"), []byte("secret two"), long, []byte("four")} {
		if err := b.Alerts().Append(ctx, []Record{{ID: string(rune('a' + n)), Key: "sq-1", Data: data}}); err != nil {
			t.Fatal(err)
		}
	}
	drop := func(data []byte) bool { return bytes.HasPrefix(data, []byte("secret")) }
	for _, want := range []int{2, 0} {
		if n, err := b.Alerts().Erase(ctx, drop); n != want || err != nil {
			t.Fatalf("erased %d, want %d: %v", n, want, err)
		}
	}
	if _, err := b.Alerts().Get(ctx, 3); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the long one is still there: %v", err)
	}
	seqs, err := b.Alerts().Sequences(ctx, "sq-1")
	if err != nil || len(seqs) != 2 || seqs[0] != 1 || seqs[1] != 4 {
		t.Errorf("left are %v: %v", seqs, err)
	}
	following, cancel := context.WithCancel(ctx)
	defer cancel()
	var read []string
	err = b.Alerts().Follow(following, 1, func(_ context.Context, seq uint64, data []byte) error {
		if read = append(read, string(data)); seq == 4 {
			cancel()
		}
		return nil
	})
	if err != nil || strings.Join(read, ",") != "one,four" {
		t.Errorf("a follower reads %q: %v", read, err)
	}

	announced := []statement.Announcement{{Statement: statement.Statement{ID: "a", Capture: "1"}}, {Statement: statement.Statement{ID: "b", Capture: "2"}}}
	if err := b.Announce(ctx, announced); err != nil {
		t.Fatal(err)
	}
	if n, err := b.EraseStatement(ctx, "a"); n != 1 || err != nil {
		t.Errorf("erased %d announcements: %v", n, err)
	}
}
