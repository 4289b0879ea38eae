package percolate

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

func TestASetOfManyQueriesDiffersFromPlainReadingNever(t *testing.T) {
	docs := corpus(t, 400)
	d := newDrawer(docs)
	b := NewBuilder(Options{})
	queries := make([]query.Node, 2000)
	for i := range queries {
		queries[i] = d.query()
		if err := b.Add(fmt.Sprintf("%04d", i), queries[i]); err != nil {
			t.Fatal(err)
		}
	}
	m, pairs := b.Build().Matcher(), 0
	for i := range 12 {
		s := newStatement(docs[i*len(docs)/12])
		want := []string{}
		for j, n := range queries {
			if Matches(n, s, nil) {
				want = append(want, fmt.Sprintf("%04d", j))
			}
		}
		if diff := cmp.Diff(want, matchesOf(m, s)); diff != "" {
			t.Errorf("plain reading (-), set (+): %s", diff)
		}
		pairs += len(want)
	}
	t.Logf("%d matches compared", pairs)
}

func TestMatchingAllocatesNothing(t *testing.T) {
	docs := corpus(t, 50)
	d := newDrawer(docs)
	b := NewBuilder(Options{})
	for i := range 1000 {
		if err := b.Add(fmt.Sprint(i), d.query()); err != nil {
			t.Fatal(err)
		}
	}
	m, s := b.Build().Matcher(), newStatement(docs[0])
	visit := func(string) {}
	m.Match(s, visit)
	if n := testing.AllocsPerRun(50, func() { m.Match(s, visit) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkMatch tokenises and matches documents of 2.8 KB on all cores. The set's bytes are what it holds on the heap, with the headers of
// its ids; the matchers' bytes are what each core has beside it once it has seen the documents. Where other processes share the machine the
// clock says little: the processor's time is given beside it, and the rate that it makes on all cores.
func BenchmarkMatch(b *testing.B) {
	docs := corpus(b, 13_000)
	d := newDrawer(docs)
	for _, of := range []struct {
		queries int
		rarer   float64
		narrow  bool
	}{{10_000, 1, false}, {100_000, 1, false}, {1_000_000, 12, true}} {
		var ids []string
		var queries []query.Node
		b.Run(fmt.Sprint(of.queries), func(b *testing.B) {
			if ids == nil {
				d.rarer, d.narrow = of.rarer, of.narrow
				ids, queries = d.some(of.queries)
			}
			began := processorTime(b)
			set, bytes, took := buildMeasured(b, ids, queries)
			busy := processorTime(b) - began
			matchAll(b, set.Matcher, docs)
			b.ReportMetric(float64(bytes)/(1<<20), "MB")
			b.ReportMetric(took.Seconds(), "build-s")
			b.ReportMetric(busy.Seconds(), "build-cpu-s")
			runtime.KeepAlive(queries)
		})
	}
}

// some draws n queries.
func (d *drawer) some(n int) ([]string, []query.Node) {
	ids, queries := make([]string, n), make([]query.Node, n)
	for i := range queries {
		ids[i], queries[i] = fmt.Sprint("q", i), d.query()
	}
	return ids, queries
}

// pairs visits queries with their ids.
func pairs(ids []string, queries []query.Node) iter.Seq2[string, query.Node] {
	return func(yield func(string, query.Node) bool) {
		for i, id := range ids {
			if !yield(id, queries[i]) {
				return
			}
		}
	}
}

func buildMeasured(b *testing.B, ids []string, queries []query.Node) (*Set, uint64, time.Duration) {
	before := heap()
	begun := time.Now()
	builder := NewBuilder(Options{})
	if err := builder.AddAll(pairs(ids, queries)); err != nil {
		b.Fatal(err)
	}
	set := builder.Build()
	took := time.Since(begun)
	return set, heap() - before, took
}

func matchAll(b *testing.B, matcher func() *Matcher, docs []statement.Statement) {
	matchers := make(chan *Matcher, runtime.GOMAXPROCS(0))
	held := heap()
	for range cap(matchers) {
		m := matcher()
		for i := range docs {
			m.Match(&Statement{Meta: &docs[i]}, func(string) {})
		}
		matchers <- m
	}
	held = heap() - held
	var matched, next atomic.Int64
	began := processorTime(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		m := <-matchers
		count := 0
		for pb.Next() {
			m.Match(&Statement{Meta: &docs[next.Add(1)%int64(len(docs))]}, func(string) { count++ })
		}
		matched.Add(int64(count))
		matchers <- m
	})
	each := (processorTime(b) - began).Seconds() / float64(b.N)
	b.ReportMetric(float64(matched.Load())/float64(b.N), "matches/statement")
	b.ReportMetric(each*1e6, "µs-cpu/statement")
	b.ReportMetric(float64(runtime.GOMAXPROCS(0))/each, "statements/cpu-s")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
	b.ReportMetric(float64(held)/float64(cap(matchers))/(1<<20), "MB/matcher")
}

// processorTime is what the process has had of the processors.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() uint64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// BenchmarkEdits matches on all cores with 100,000 queries that stand still, and then while 100 a second are added and 100 removed. The
// longest edit of most is what 99 of 100 keep to: with more goroutines than cores an edit waits for its turn as well.
func BenchmarkEdits(b *testing.B) {
	docs := corpus(b, 13_000)
	d := newDrawer(docs)
	ids, queries := d.some(100_000)
	_, more := d.some(20_000)
	live := NewLive(Options{})
	if err := live.Fill(pairs(ids, queries)); err != nil {
		b.Fatal(err)
	}
	for _, rate := range []int{0, 100, 0, 100} {
		b.Run(fmt.Sprintf("%d a second", rate), func(b *testing.B) {
			ctx, end := context.WithCancel(b.Context())
			var background sync.WaitGroup
			background.Go(func() { _ = live.Run(ctx) })
			took := make([]time.Duration, 0, 10_000)
			if rate > 0 {
				background.Go(func() { took = editAt(ctx, live, rate, more, took) })
			}
			matchAll(b, live.Matcher, docs[:4000])
			end()
			background.Wait()
			if len(took) > 0 {
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/edit-p50")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/edit-p99")
			}
		})
	}
}

// editAt puts queries at a rate, and removes each 50 edits later, until ctx ends. It gives how long each edit took.
func editAt(ctx context.Context, live *Live, rate int, queries []query.Node, took []time.Duration) []time.Duration {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return took
		}
		begun := time.Now()
		if err := live.Put(fmt.Sprint("edit", i), queries[i%len(queries)]); err != nil {
			panic(err)
		}
		took = append(took, time.Since(begun))
		live.Remove(fmt.Sprint("edit", i-50))
	}
}

// BenchmarkTopics matches forty topics, each an alternative of words and phrases, as the annotator does.
func BenchmarkTopics(b *testing.B) {
	docs := corpus(b, 2000)
	d := newDrawer(docs)
	builder := NewBuilder(Options{})
	for i := range 40 {
		if err := builder.Add(fmt.Sprint("topic", i), d.anyOf(25, d.doc())); err != nil {
			b.Fatal(err)
		}
	}
	m := builder.Build().Matcher()
	statements := make([]*Statement, 200)
	for i := range statements {
		statements[i] = newStatement(docs[i])
	}
	i, matched := 0, []string{}
	for b.Loop() {
		matched = matched[:0]
		m.Match(statements[i%len(statements)], func(id string) { matched = append(matched, id) })
		i++
	}
	slices.Sort(matched)
}
