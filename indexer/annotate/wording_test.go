package annotate

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWordingFindsWhatIsContained holds the search for many phrases at once to that for each of them.
func TestWordingFindsWhatIsContained(t *testing.T) {
	phrases := []string{"abc", "abcd", "bca", "cab ", "我谨", "د ب", "aaa", "aab"}
	w := newWording(phrases...)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c", "d", " ", "我", "谨", "د", "\u00a0", "\n", "\t "})).Draw(t, "text"), "")
		want := 0
		for _, p := range phrases {
			if strings.Contains(text, p) {
				want++
			}
		}
		if got := w.in(text, len(phrases)); got != want || w.any(text) != (want > 0) || w.in(text, 2) != min(want, 2) {
			t.Fatalf("%d of %d in %q", got, want, text)
		}
		if got, want := oneLine(text), strings.Join(strings.Fields(text), " "); got != want {
			t.Fatalf("%q, not %q", got, want)
		}
	})
}
