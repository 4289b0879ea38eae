package blevestore

import (
	"fmt"
	"testing"

	"rostrum/indexer"
	"rostrum/internal/statement"
)

func TestShareOfAWord(t *testing.T) {
	s := openStore(t, t.TempDir())
	if got := s.Share("apples"); got >= 0 {
		t.Errorf("an empty index says %v", got)
	}
	var said1000 []*statement.Statement
	for n := range fewest {
		said1000 = append(said1000, said(n, "One", fmt.Sprintf("pears%d %s", n, []string{"apples", "plums", "plums", "figs"}[n%4]), "en"))
	}
	write(t, s, indexer.Write{Documents: documents(said1000...)})
	for term, want := range map[string]float64{"apples": .25, "plums": .5, "one": 1, "pears7": .001, "quinces": 0} {
		if got := s.Share(term); got != want {
			t.Errorf("%s: %v, want %v", term, got, want)
		}
	}
}
