package analysis

import (
	"fmt"
	"testing"
)

func TestWordNumbers(t *testing.T) {
	var w Words
	if n := w.Number("none"); n != 0 {
		t.Fatalf("none has the number %d", n)
	}
	for round := range 2 {
		for i := range 5000 {
			if n := w.Add(fmt.Sprint("word", i)); n != uint32(i+1) {
				t.Fatalf("round %d: word%d has the number %d", round, i, n)
			}
		}
	}
	for i := range 6000 {
		want := uint32(i + 1)
		if i >= 5000 {
			want = 0
		}
		term := fmt.Sprint("word", i)
		for _, token := range []Token{{Term: term}, {Term: term, Sum: Sum(term)}} {
			if n := w.Of(&token); n != want {
				t.Errorf("%+v has the number %d, not %d", token, n, want)
			}
		}
	}
	if w.Len() != 5000 {
		t.Errorf("%d words", w.Len())
	}
}

func TestSieveKeepsItsWords(t *testing.T) {
	var s Sieve
	for i := range 300 {
		s.Add(fmt.Sprint("word", i))
	}
	passed := 0
	for i := range 3000 {
		if may := s.May(Sum(fmt.Sprint("word", i))); may {
			passed++
		} else if i < 300 {
			t.Errorf("word%d does not pass", i)
		}
	}
	if passed > 400 {
		t.Errorf("%d of 3000 words pass, where 300 should", passed)
	}
	if !s.May(0) {
		t.Error("a word that nobody has counted does not pass")
	}
}
