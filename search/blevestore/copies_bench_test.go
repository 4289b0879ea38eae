package blevestore

import (
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

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

// BenchmarkCopiesAmongMany looks statements up among as many as ROSTRUM_BENCH_DOCS says that share what statements do: of ten nine are alone, and the
// tenth stands on eight sites, each with a foreword of its own. Texts of 300 words, said within ten years, with numbers in them; what is indexed of
// each is its fingerprint and where it belongs, so that a million are stored in minutes, in a folder that is removed.
func BenchmarkCopiesAmongMany(b *testing.B) {
	n := benchDocs()
	s := openStore(b, b.TempDir())
	var w indexer.Write
	for i := range n {
		st, words := madeUp(i, n)
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: &analysis.Document{Language: "en"}, Copies: &indexer.Copies{Print: copies.Of(st, words)}})
		if len(w.Documents) == 5000 || i == n-1 {
			write(b, s, w)
			w.Documents = nil
		}
	}
	var prints []*copies.Fingerprint
	for i := range 500 { // half are strangers, half copies on a ninth site
		st, words := madeUp(n+i*10, n)
		if i%2 == 1 {
			st, words = madeUp(i*(n/500)/10*10+9, n)
			words.Text = append(foreword(n+i), words.Text...)
		}
		prints = append(prints, copies.Of(st, words))
	}
	lookUpPrints(b, s, prints, func(i int, found string) bool { return (i%2 == 1) == (found != "") })
}

// madeUp makes the i-th of n statements, with the words of its text.
func madeUp(i, n int) (*statement.Statement, *analysis.Document) {
	seed, words := i, &analysis.Document{Language: "en"}
	if i%10 == 9 {
		seed = i % (n/8/10*10 + 10)
		words.Text = foreword(i)
	}
	r := rand.New(rand.NewPCG(1, uint64(seed)))
	said := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(3650))
	for at := range 300 {
		term := "w" + strconv.Itoa(r.IntN(1<<20))
		if at%40 == 7 {
			term = strconv.Itoa(32 + r.IntN(1000))
		}
		words.Text = append(words.Text, analysis.Token{Term: term})
	}
	id := "made-up-" + strconv.Itoa(i)
	return &statement.Statement{ID: id, Group: id, Published: &said, Language: "en", Source: "one", Kind: "statement"}, words
}

func foreword(i int) []analysis.Token {
	words := make([]analysis.Token, 30)
	for at := range words {
		words[at] = analysis.Token{Term: "f" + strconv.Itoa(i*30+at)}
	}
	return words
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
	// The speeches are cut over and over: what stands among hundreds of pieces that overlap it may not be among the few that are compared.
	missed := 0
	lookUpPrints(b, s, prints, func(i int, found string) bool {
		if found == "" && want[i] != "" {
			missed++
		}
		return want[i] != "" || found == ""
	})
	if 100*missed > len(prints)*b.N {
		b.Fatalf("%d of %d look-ups missed their copy", missed, len(prints)*b.N)
	}
}

// lookUpPrints looks fingerprints up at once, again and again, and asks whether what is found first is right.
func lookUpPrints(b *testing.B, s *Store, prints []*copies.Fingerprint, right func(i int, found string) bool) {
	skip := make([]string, len(prints))
	lookups := 0
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
			if !right(i, got) {
				b.Fatalf("%d: found %q", i, got)
			}
		}
		lookups += len(prints)
	}
	b.ReportMetric(float64(lookups)/b.Elapsed().Seconds(), "lookups/s")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(lookups), "processor-us/lookup")
}
