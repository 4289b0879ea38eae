package blevestore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rostrum/search"
	"rostrum/search/export"
)

// BenchmarkBesideExport asks the same searches by turns while nothing else is done, and while everything is exported to a file as JSON lines, and gives
// what the latter take of the former. Target: twice at most.
func BenchmarkBesideExport(b *testing.B) {
	s := openStore(b, benchDir(b), func(o *Options) { o.KeepBytes = -1 })
	e, err := export.New(export.Options{Compiler: everythingCompiled{}, Selector: s})
	if err != nil {
		b.Fatal(err)
	}
	queries := []string{"disarmament", "nuclear weapons", `"climate change"`, "development", "actor:chn topic:topic-3", "peace after:2010", "co*"}
	searches := func() (took []time.Duration) {
		for range 8 {
			for _, q := range queries {
				began := time.Now()
				ask(b, s, q, facets(search.FacetActor, search.FacetTopic), func(r *search.Request) { r.Snippets = true })
				took = append(took, time.Since(began))
			}
		}
		return took
	}
	searches()
	var idle, beside []time.Duration
	exported := 0
	began := time.Now()
	for b.Loop() {
		for range 5 {
			took := searches()
			idle = append(idle, took...)
			ctx, stop := context.WithCancel(b.Context())
			done := make(chan error, 1)
			go func() {
				n, err := exportUntil(ctx, e, filepath.Join(b.TempDir(), "all.jsonl"))
				exported += n
				done <- err
			}()
			took = searches()
			beside = append(beside, took...)
			stop()
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Logf("%d statements exported in %s beside", exported, time.Since(began).Round(time.Second))
	for name, at := range map[string]int{"p50": 50, "p99": 99} {
		i, j := percentile(idle, at), percentile(beside, at)
		b.ReportMetric(float64(i.Microseconds())/1000, name+"-idle-ms")
		b.ReportMetric(float64(j.Microseconds())/1000, name+"-beside-ms")
		b.ReportMetric(float64(j)/float64(i), name+"-ratio")
	}
}

func percentile(took []time.Duration, at int) time.Duration {
	slices.Sort(took)
	return took[min(len(took)-1, len(took)*at/100)]
}

// exportUntil exports everything again and again until ctx ends.
func exportUntil(ctx context.Context, e *export.Exporter, path string) (n int, err error) {
	for ctx.Err() == nil {
		plan, err := e.Plan(ctx, export.Ask{})
		if err != nil {
			return n, ignoreEnd(err)
		}
		run, err := plan.Open(ctx)
		if err != nil {
			return n, ignoreEnd(err)
		}
		out, err := os.Create(path)
		if err != nil {
			return n, err
		}
		o, err := run.Write(ctx, out)
		n += o.Statements
		if err := errors.Join(ignoreEnd(err), run.Close(), out.Close()); err != nil {
			return n, err
		}
	}
	return n, nil
}

// ignoreEnd makes nothing of an error that says that the context has ended.
func ignoreEnd(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// BenchmarkFirstByte asks for an export of everything, and gives how long it takes from the query as typed to the first bytes that are written.
// Target: 200 ms at most, at any size.
func BenchmarkFirstByte(b *testing.B) {
	s := openStore(b, benchDir(b), func(o *Options) { o.KeepBytes = -1 })
	e, err := export.New(export.Options{Compiler: everythingCompiled{}, Selector: s})
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range []string{"jsonl", "csv", "parquet"} {
		b.Run(format, func(b *testing.B) {
			var took []time.Duration
			busy := processorTime(b)
			for b.Loop() {
				began := time.Now()
				plan, err := e.Plan(b.Context(), export.Ask{Format: format})
				if err != nil {
					b.Fatal(err)
				}
				run, err := plan.Open(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				if _, err := run.Write(b.Context(), firstWrite{}); !errors.Is(err, errFirst) {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
				if err := run.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processorTime(b)-busy).Microseconds())/1000/float64(len(took)), "processor-ms")
			b.ReportMetric(float64(percentile(took, 50).Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(percentile(took, 99).Microseconds())/1000, "p99-ms")
		})
	}
}

var errFirst = errors.New("the first bytes are written")

// firstWrite ends an export with its first bytes.
type firstWrite struct{}

func (firstWrite) Write([]byte) (int, error) { return 0, errFirst }
