package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedData is the folder of a labelled or real data set. Where it is absent the test ends with a loud line, for the data is not
// part of the project; in CI, where the folder beside the checkout exists, the set must be in it.
func sharedData(t testing.TB, set string) (string, bool) {
	t.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, set)
	if _, err := os.Stat(dir); err == nil {
		return dir, true
	}
	if _, err := os.Stat(root); err == nil && os.Getenv("CI") == "true" {
		t.Fatalf("the shared data are at %s, but %s is not in them", root, set)
	}
	t.Logf("NOT CHECKED: %s is not here (looked in %s; ROSTRUM_SHARED_DATA names another place)", set, root)
	return "", false
}
