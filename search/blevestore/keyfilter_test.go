package blevestore

import (
	"fmt"
	"testing"
)

func TestKeyFilter(t *testing.T) {
	const n = 20_000
	f := newKeyFilter(n)
	for i := range n {
		f.add(fmt.Sprintf("k%06d", i))
	}
	for i := range n {
		if !f.may(fmt.Sprintf("k%06d", i)) {
			t.Fatalf("key %d is denied", i)
		}
	}
	through := 0
	for i := range n {
		if f.may(fmt.Sprintf("x%06d", i)) {
			through++
		}
	}
	if through > n/50 {
		t.Errorf("%d of %d other keys are let through", through, n)
	}
	var none *keyFilter
	if !none.may("k") || newKeyFilter(0).may("k") {
		t.Error("no filter lets all through, an empty one nothing")
	}
}
