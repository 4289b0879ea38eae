package web

import "testing"

func TestSpark(t *testing.T) {
	s := sparkOf([]int{0, 3, 6})
	if want := "statements a week: 0, 3, 6"; s.Label != want {
		t.Errorf("label %q, want %q", s.Label, want)
	}
	want := []sparkBar{{0, 17, 1}, {7, 9, 9}, {14, 0, 18}}
	for i, b := range s.Bars {
		if b != want[i] {
			t.Errorf("bar %d is %v, want %v", i, b, want[i])
		}
	}
}
