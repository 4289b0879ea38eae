package blevestore

import (
	"strings"
	"testing"

	"rostrum/indexer/copies"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// BenchmarkCopies looks statements up among those that are stored, 500 at once as a batch does, and decides: half are strangers, half copies
// with an introduction. Target: 5,000 look-ups/s, whatever is stored (ROSTRUM_BENCH_DOCS).
func BenchmarkCopies(b *testing.B) {
	all := speeches(b)
	if all == nil {
		return
	}
	s := openStore(b, b.TempDir())
	n := benchDocs()
	fill(b, s, all, n)
	analyzer := analysis.NewAnalyzer()
	var prints []*copies.Fingerprint
	var want []string
	made := 0
	pieces(all, n, func(st *statement.Statement) {
		if made++; made%max(1, n/600) != 0 || len(prints) == 500 || len(st.Text) < 1000 { // a foreword would be much of a short one
			return
		}
		expected := st.ID
		if st.Text = "A foreword of a few words by another publisher. " + st.Text; len(prints)%2 == 0 {
			words := strings.Fields(st.Text)
			for i := range len(words) / 2 {
				words[i], words[len(words)-1-i] = words[len(words)-1-i], words[i]
			}
			st.Text, expected = strings.Join(words, " "), ""
		}
		prints = append(prints, copies.Of(st, analyzer.Document(st.Title, st.Text, st.Language)))
		want = append(want, expected)
	})
	skip := make([]string, len(prints))
	lookups := 0
	for b.Loop() {
		found, err := s.Candidates(b.Context(), prints, skip)
		if err != nil {
			b.Fatal(err)
		}
		for i, candidates := range found {
			got := ""
			for j := range candidates {
				if kin, _ := copies.Same(&copies.Statement{Print: *prints[i]}, &candidates[j]); kin != copies.Stranger {
					got = candidates[j].ID
					break
				}
			}
			if want[i] != "" && got == "" || want[i] == "" && got != "" {
				b.Fatalf("%d: found %q, want %q", i, got, want[i])
			}
		}
		lookups += len(prints)
	}
	b.ReportMetric(float64(lookups)/b.Elapsed().Seconds(), "lookups/s")
}
