package blevestore

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"rostrum/indexer"
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
	lookUpCopies(b, s, all, n)
}

// BenchmarkCopiesAmongPrints is BenchmarkCopies over statements whose texts are their titles alone, but whose fingerprints are those of the whole
// texts: a million are stored in minutes. ROSTRUM_BENCH_STORE names a folder that keeps them for the next run.
func BenchmarkCopiesAmongPrints(b *testing.B) {
	all := speeches(b)
	if all == nil {
		return
	}
	dir, n := os.Getenv("ROSTRUM_BENCH_STORE"), benchDocs()
	if dir == "" {
		dir = b.TempDir()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	s := openStore(b, dir)
	if len(entries) == 0 {
		fillPrints(b, s, all, n)
	}
	snap, err := s.snapshot()
	if err != nil {
		b.Fatal(err)
	}
	filters := 0
	for _, p := range snap.parts {
		f, err := p.keys()
		if err != nil {
			b.Fatal(err)
		}
		filters += len(f.words) * 8
	}
	b.Logf("%d segments, filters of %.1f MB", len(snap.parts), float64(filters)/1e6)
	snap.close()
	lookUpCopies(b, s, all, n)
}

func fillPrints(b *testing.B, s *Store, all []speech, n int) {
	const batch = 5000
	cut, made := make(chan *statement.Statement, batch), make(chan indexer.Document, batch)
	go func() {
		defer close(cut)
		pieces(all, n, func(st *statement.Statement) { cut <- st })
	}()
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			analyzer := analysis.NewAnalyzer()
			for st := range cut {
				print := copies.Of(st, analyzer.Document(st.Title, st.Text, st.Language))
				st.Text = st.Title
				made <- indexer.Document{Statement: st, Words: analyzer.Document("", st.Text, st.Language), Copies: &indexer.Copies{Print: print}}
			}
		})
	}
	go func() {
		work.Wait()
		close(made)
	}()
	var w indexer.Write
	for d := range made {
		if w.Documents = append(w.Documents, d); len(w.Documents) == batch {
			write(b, s, w)
			w.Documents = nil
		}
	}
	if len(w.Documents) > 0 {
		write(b, s, w)
	}
}

// lookUpCopies looks up 500 statements at once, again and again.
func lookUpCopies(b *testing.B, s *Store, all []speech, n int) {
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
	lookups, missed := 0, 0
	before := processorTime(b)
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
			switch {
			case want[i] == "" && got != "":
				b.Fatalf("%d: found %q, a stranger", i, got)
			case want[i] != "" && got == "":
				missed++
			}
		}
		lookups += len(prints)
	}
	// The speeches are cut over and over: what stands among hundreds of pieces that overlap it may not be among the few that are compared.
	if 100*missed > lookups {
		b.Fatalf("%d of %d look-ups missed their copy", missed, lookups)
	}
	b.ReportMetric(float64(lookups)/b.Elapsed().Seconds(), "lookups/s")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(lookups), "processor-us/lookup")
}
