package blevestore

import (
	"slices"
	"testing"
	"time"

	"rostrum/search"
)

// BenchmarkCross counts pairs and gives the latency below which 50 and 99 of 100 stay, in milliseconds. ROSTRUM_BENCH_DOCS is how many
// statements are stored, 10,000 by default.
func BenchmarkCross(b *testing.B) {
	s := openStore(b, b.TempDir())
	fill(b, s, speeches(b), benchDocs())
	for _, c := range []struct{ name, query, rows, cols string }{
		{"months of a word", "development", search.FacetMonth, ""}, {"months of all", "", search.FacetMonth, ""}, {"weeks of all", "", search.AxisWeek, ""},
		{"months by actor of all", "", search.FacetMonth, search.FacetActor}, {"actors by topics of all", "", search.FacetActor, search.FacetTopic},
		{"actors by topics of a word", "development", search.FacetActor, search.FacetTopic},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := search.CrossRequest{Query: parse(b, c.query), Rows: c.rows, Cols: c.cols, MaxRows: 50, MaxCols: 50}
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, err := s.Cross(b.Context(), r); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
