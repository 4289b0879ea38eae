package main

import "testing"

// Wrong usage is exit code 2, wherever the wrong word stands.
func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{{"nonsense"}, {"sources", "nonsense"}, {"saved", "nonsense", "--json"}, {"show"}, {"search", "--nonsense"}, {"search", "tide", "--limit", "x"}} {
		if code := run(args); code != 2 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if code := run([]string{"sources"}); code != 0 {
		t.Errorf("a group alone shows its help: exit code %d", code)
	}
}
