package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// recorder is a test that may fail without this one failing.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Helper()               {}
func (r *recorder) Logf(string, ...any)   {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }

// TestHold writes numbers, and says of each that differs in three places that it does.
func TestHold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "quality.json")
	Hold(t, file, true, map[string]float64{"precision": 0.9121, "recall": 0.5})
	Hold(t, file, true, map[string]float64{"recall": 0.75}) // the other one stays
	for _, c := range []struct {
		got  map[string]float64
		want int
	}{
		{map[string]float64{"precision": 0.9119, "recall": 0.75}, 0},
		{map[string]float64{"precision": 0.911}, 1},
		{map[string]float64{"precision": 0.8, "recall": 0.7, "new": 1}, 3},
	} {
		r := &recorder{TB: t}
		Hold(r, file, false, c.got)
		if r.errors != c.want {
			t.Errorf("%v: %d said to differ, want %d", c.got, r.errors, c.want)
		}
	}
}

// TestSharedData finds a set where the variable says, and tells when it is absent.
func TestSharedData(t *testing.T) {
	root := t.TempDir()
	t.Setenv("ROSTRUM_SHARED_DATA", root)
	t.Setenv("CI", "")
	if err := os.Mkdir(filepath.Join(root, "set"), 0o700); err != nil {
		t.Fatal(err)
	}
	if dir, there := SharedData(t, "set"); !there || dir != filepath.Join(root, "set") {
		t.Errorf("set: %q, %v", dir, there)
	}
	if dir, there := SharedData(t, "another"); there || dir != "" {
		t.Errorf("another: %q, %v", dir, there)
	}
}
