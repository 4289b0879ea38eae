package alert

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHistoryHasParts remembers more than one value takes, and what grew.
func TestHistoryHasParts(t *testing.T) {
	w := newWorld()
	b := memBucket{w, "fired"}
	actors := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("an-actor-with-a-long-name-%d", i))
		}
		return list
	}
	want := map[string]*met{}
	for round, n := range []int{1, 1000, maxMetActors} {
		h, damaged, err := readHistory(t.Context(), b, "group")
		if err != nil || damaged != nil {
			t.Fatal(err, damaged)
		}
		for i := range 100 {
			saved := fmt.Sprint("sq-", i)
			m := &met{Told: true}
			if known := h.met(saved); known != nil {
				*m = *known
			}
			m.add("statement", fmt.Sprint("capture-", round), actors(min(n, maxMetActors)))
			h.set(saved, m)
			want[saved] = m
		}
		if err := h.write(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	h, _, err := readHistory(t.Context(), b, "group")
	if err != nil {
		t.Fatal(err)
	}
	for saved, m := range want {
		if diff := cmp.Diff(m, h.met(saved)); diff != "" {
			t.Fatalf("%s: want (-), got (+):\n%s", saved, diff)
		}
	}
	seen := 0
	for at, p := range h.parts {
		seen += len(p)
		if size := len(w.buckets["fired"][h.key(at)]); size > maxPart*11/10 {
			t.Errorf("part %d has %d bytes", at, size)
		}
	}
	if len(h.parts) < 3 || seen != len(want) {
		t.Errorf("%d parts with %d of %d", len(h.parts), seen, len(want))
	}
	w.buckets["fired"][h.key(0)] = []byte("{")
	if _, damaged, err := readHistory(t.Context(), b, "group"); err != nil || damaged == nil {
		t.Errorf("a damaged part: %v, %v", damaged, err)
	}
}
