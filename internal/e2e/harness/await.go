package harness

import (
	"context"
	"testing"
	"time"
)

// patience is by how much longer than a machine at rest a busy one may take. It costs time only where a test fails.
const patience = 4

// Await asks until done says yes, and fails the test when that takes much longer than limit, which is ample for a machine at rest.
func Await(t testing.TB, limit time.Duration, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience*limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", patience*limit, what)
		case <-tick.C:
		}
	}
}
