package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCount reads the events of a run with a test of each end, one that shows what it could not check, and a package that does not build.
func TestCount(t *testing.T) {
	events := filepath.Join(t.TempDir(), "tests.json")
	text := `{"Action":"output","Package":"p","Test":"TestA","Output":"NOT CHECKED: no data\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1}
{"Action":"output","Package":"p","Test":"TestB","Output":"it is 3, want 4\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p","Elapsed":2.5}
no event
`
	if err := os.WriteFile(events, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", ".", events).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"p: NOT CHECKED: no data\n", "--- FAIL p TestB\nit is 3, want 4\n", "fail p 2.5s\n", "no event\n", "1 passed, 1 failed, 1 skipped\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
