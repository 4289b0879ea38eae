package indexer

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
)

// TestFactsDependOnCapturesAlone delivers captures with other texts, dates and wishes in any order and in any batches: the statement
// that is stored is the same as when they come in one batch, as in a rebuild they may.
func TestFactsDependOnCapturesAlone(t *testing.T) {
	one := newBench(t, func(o *ReaderOptions) { o.Extractor = quick{} })
	fresh := func() *bench {
		b := &bench{store: newMemory(), told: &told{}}
		var err error
		if b.Indexer, err = New(Options{Reader: one.o.Reader, Archive: one.o.Archive, Store: b.store, Announcer: b.told}); err != nil {
			t.Fatal(err)
		}
		return b
	}
	rapid.Check(t, func(r *rapid.T) {
		var queue []*statement.Capture
		text := 0
		for i := range rapid.IntRange(1, 8).Draw(r, "captures") {
			text += rapid.IntRange(0, 1).Draw(r, "changes")
			c := page("https://a.example/", i, fmt.Sprintf("It has %d points.", text))
			c.NoArchive, c.Backfill = rapid.Bool().Draw(r, "noarchive"), rapid.Bool().Draw(r, "backfill")
			if day := rapid.IntRange(0, 9).Draw(r, "day"); day > 0 {
				c.Hint.Published = epoch.Add(-time.Duration(day) * 24 * time.Hour)
				c.Hint.Author = rapid.SampledFrom([]string{statement.FromFeed, statement.FromMeta}).Draw(r, "from")
			}
			queue = append(queue, c)
		}
		whole, parts := fresh(), fresh()
		whole.handle(t, queue...)
		for queue = rapid.Permutation(queue).Draw(r, "order"); len(queue) > 0; {
			size := rapid.IntRange(1, len(queue)).Draw(r, "size")
			parts.handle(t, queue[:size]...)
			queue = queue[size:]
		}
		if diff := cmp.Diff(decoded(whole.store.statements), decoded(parts.store.statements)); diff != "" {
			r.Fatalf("one batch (-), many (+):\n%s", diff)
		}
	})
}
