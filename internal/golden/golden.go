// Package golden is for tests alone: it finds the real data that quality is measured on, and holds what was measured against committed numbers, so that
// a change of quality shows in review.
package golden

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// SharedData gives the folder of a labelled or real data set: below ROSTRUM_SHARED_DATA, else in ../shared/data from the project's root. Where it is
// absent a loud line is logged, for the data is no part of the project; in CI, where the folder beside the checkout exists, the set must be in it.
func SharedData(t testing.TB, set string) (dir string, there bool) {
	t.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join(projectRoot(t), "..", "shared", "data")
	}
	dir = filepath.Join(root, set)
	if _, err := os.Stat(dir); err == nil {
		return dir, true
	}
	if _, err := os.Stat(root); err == nil && os.Getenv("CI") == "true" {
		t.Fatalf("the shared data are at %s, but %s is not in them", root, set)
	}
	t.Logf("NOT CHECKED: %s is not here (looked in %s; ROSTRUM_SHARED_DATA names another place)", set, root)
	return "", false
}

// projectRoot is the folder above the test's own that has the module's file.
func projectRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("the test runs in no module")
		}
		dir = above
	}
}

// Hold compares measured numbers, by name and to three places, with those in a file of JSON: any that differ fail the test. With update they are
// written instead; the file's other numbers stay.
func Hold(t testing.TB, file string, update bool, got map[string]float64) {
	t.Helper()
	want := map[string]float64{}
	body, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(body, &want)
	}
	if err != nil && !update {
		t.Fatal(err)
	}
	for name, n := range got {
		t.Logf("%s %.3f (golden %.3f)", name, n, want[name])
		if !update && fmt.Sprintf("%.3f", n) != fmt.Sprintf("%.3f", want[name]) {
			t.Errorf("%s is %.3f, the golden number %.3f: run with -update if that is meant", name, n, want[name])
		}
		want[name] = n
	}
	if !update {
		return
	}
	body, err = json.MarshalIndent(want, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(body, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
