package percolate

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/search/query"
)

// TestAddAllMakesWhatAddMakes holds blocks that are compiled side by side to queries that are added one after another: the same programs under
// the same numbers.
func TestAddAllMakesWhatAddMakes(t *testing.T) {
	d := newDrawer(corpus(t, 100))
	ids, queries := d.some(2*blockQueries + 100)
	one, all := NewBuilder(Options{}), NewBuilder(Options{})
	for i, n := range queries {
		if err := one.Add(ids[i], n); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.AddAll(pairs(ids, queries)); err != nil {
		t.Fatal(err)
	}
	want, got := one.Build(), all.Build()
	for _, same := range []struct {
		of        string
		want, got any
	}{
		{"programs", want.program, got.program}, {"periods", want.periods, got.periods}, {"names", want.names, got.names}, {"rarity", want.rarity, got.rarity},
		{"offsets", want.offsets, got.offsets}, {"dear", want.dear, got.dear},
	} {
		if diff := cmp.Diff(same.want, same.got); diff != "" {
			t.Errorf("%s: %.400s", same.of, diff)
		}
	}
	for i, p := range want.postings {
		if got.postings[i] != p {
			t.Fatalf("posting %d: %v, want %v", i, got.postings[i], p)
		}
	}
	if len(want.periods) < 2 || len(want.names) != len(ids) {
		t.Errorf("%d periods and %d names: too few to tell", len(want.periods), len(want.names))
	}
}

func TestAddAllEndsAtTheFirstRefusal(t *testing.T) {
	short := query.Prefix{Text: "a"}
	b := NewBuilder(Options{})
	err := b.AddAll(func(yield func(string, query.Node) bool) {
		for i := range 3 * blockQueries {
			n := query.Node(query.Word{Text: fmt.Sprint("w", i%50)})
			if i == blockQueries+7 || i == 2*blockQueries {
				n = short
			}
			if !yield(fmt.Sprint("q", i), n) {
				return
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("add query q", blockQueries+7, ":")) || fault.KindOf(err) != fault.Query {
		t.Fatal(err)
	}
	if errors.Unwrap(err) == nil || len(b.named) != blockQueries+7 {
		t.Errorf("%d queries were added before it", len(b.named))
	}
}
