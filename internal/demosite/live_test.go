package demosite

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheChangingStatementFollowsTheClock(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := newSites(t, func() time.Time { return now })
	first := get(t, s, LiveURL)
	etag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")

	now = now.Add(Step - time.Millisecond)
	if w := get(t, s, LiveURL, "If-None-Match", etag); w.Code != http.StatusNotModified {
		t.Errorf("within a step: status %d", w.Code)
	}
	now = now.Add(time.Millisecond)
	for header, value := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		w := get(t, s, LiveURL, header, value)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), Sentence(Version(now))[:10]) {
			t.Errorf("after a step, with %s: status %d", header, w.Code)
		}
	}
	restarted := newSites(t, func() time.Time { return now })
	if get(t, restarted, LiveURL).Body.String() != get(t, s, LiveURL).Body.String() {
		t.Error("a restart at the same moment shows something else")
	}
}

func TestVersionsNeverGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "a"), 0)
		b := a.Add(time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "later")))
		if Version(a) > Version(b) {
			t.Fatalf("version %d at %v, but %d at %v", Version(a), a, Version(b), b)
		}
	})
}

var word = regexp.MustCompile(`\pL+`)

func TestNeighbouringVersionsDifferByTheWholeSentence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(0, 1e9).Draw(t, "version")
		a, b := Sentence(v), Sentence(v+1)
		if !strings.Contains(a, "convention") || !strings.HasSuffix(a, ".") || strings.Count(a, ". ") > 0 {
			t.Fatalf("not one sentence with the convention in it: %q", a)
		}
		if Sentence(v) != a {
			t.Fatal("one version, two sentences")
		}
		if share := sharedWords(a, b); share > .6 {
			t.Fatalf("versions %d and %d share %.0f %% of their words:\n%s\n%s", v, v+1, share*100, a, b)
		}
	})
}

// sharedWords is the share of a's distinct words that b has too.
func sharedWords(a, b string) float64 {
	in := map[string]bool{}
	for _, w := range word.FindAllString(b, -1) {
		in[w] = true
	}
	all, shared := map[string]bool{}, 0
	for _, w := range word.FindAllString(a, -1) {
		if !all[w] && in[w] {
			shared++
		}
		all[w] = true
	}
	return float64(shared) / float64(len(all))
}

func TestNoTwoVersionsOfADayAreEqual(t *testing.T) {
	seen := map[string]int64{}
	start := Version(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	for v := start; v < start+17280; v++ {
		if other, ok := seen[Sentence(v)]; ok {
			t.Fatalf("versions %d and %d say the same: %s", other, v, Sentence(v))
		}
		seen[Sentence(v)] = v
	}
}
