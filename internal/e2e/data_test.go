package e2e

import (
	"testing"

	"rostrum/internal/golden"
)

// sharedData is the folder of a labelled or real data set.
func sharedData(t testing.TB, set string) (string, bool) {
	t.Helper()
	return golden.SharedData(t, set)
}
