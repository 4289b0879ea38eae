package blevestore

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"

	index "github.com/blevesearch/bleve_index_api"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/export"
	"rostrum/search/query"
)

// everythingCompiled compiles any query to everything.
type everythingCompiled struct{}

func (everythingCompiled) Compile(context.Context, string) (search.Compiled, error) {
	return search.Compiled{Node: query.All{}}, nil
}

// annotated gives a statement as many findings as a page of the web has.
func annotated(n int, s *statement.Statement) {
	s.Process, s.PublishedFrom, s.Author = []string{"process"}, statement.FromJSONLD, "The editors"
	for i := range 8 {
		a := statement.Actor{ID: fmt.Sprintf("actor-%d", (n+i*37)%400), Name: fmt.Sprintf("Actor of the Name %d", (n+i*37)%400), Role: statement.Roles[i%len(statement.Roles)]}
		s.Actors = append(s.Actors, a)
		s.Evidence = append(s.Evidence, statement.Evidence{Finding: "actor", ID: a.ID, Role: a.Role, In: "text", Start: i * 100, End: i*100 + 12, Rule: "name", Confidence: 0.9})
	}
	s.Quotes = []statement.Quote{{Speaker: "actor-1", Text: "we welcome the draft and ask for more", Start: 100, End: 137, Direct: true, Cue: "said"}}
}

// BenchmarkExport writes every statement in each format, beside a bare scan of the same stored fields, in one run.
// ROSTRUM_BENCH_DOCS is how many statements are stored, 10,000 by default.
func BenchmarkExport(b *testing.B) {
	s := openStore(b, b.TempDir())
	analyzer := analysis.NewAnalyzer()
	var w indexer.Write
	n := 0
	pieces(speeches(b), benchDocs(), func(st *statement.Statement) {
		annotated(n, st)
		n++
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, st.Text, st.Language)})
		if len(w.Documents) == 1000 {
			write(b, s, w)
			w.Documents = nil
		}
	})
	write(b, s, w)
	w.Documents = nil
	b.Run("bare scan", func(b *testing.B) {
		measure(b, func() (export.Outcome, error) {
			sel, err := s.Select(b.Context(), query.All{}, false)
			if err != nil {
				return export.Outcome{}, err
			}
			defer sel.Close()
			var o export.Outcome
			err = sel.Each(b.Context(), func(r search.Stored) error {
				o.Statements++
				o.Bytes += int64(len(r.Head) + len(r.Text) + len(r.Rest))
				return nil
			})
			return o, err
		})
	})
	b.Run("bleve documents", func(b *testing.B) { measure(b, func() (export.Outcome, error) { return bleveDocuments(s) }) })
	e, err := export.New(export.Options{Compiler: everythingCompiled{}, Selector: s})
	if err != nil {
		b.Fatal(err)
	}
	for name, ask := range map[string]export.Ask{"jsonl": {}, "csv": {Format: "csv"}, "csv actors": {Format: "csv", Shape: "actors"}, "parquet": {Format: "parquet"}, "panel": {Format: "csv", Shape: "panel"}} {
		b.Run(name, func(b *testing.B) {
			measure(b, func() (export.Outcome, error) {
				plan, err := e.Plan(b.Context(), ask)
				if err != nil {
					return export.Outcome{}, err
				}
				run, err := plan.Open(b.Context())
				if err != nil {
					return export.Outcome{}, err
				}
				defer run.Close()
				return run.Write(b.Context(), io.Discard)
			})
		})
	}
}

// bleveDocuments reads every document as bleve itself gives it.
func bleveDocuments(s *Store) (o export.Outcome, err error) {
	snap, err := s.snapshot()
	if err != nil {
		return o, err
	}
	defer snap.close()
	all, err := snap.index.DocIDReaderAll()
	if err != nil {
		return o, err
	}
	for id, err := all.Next(); id != nil || err != nil; id, err = all.Next() {
		if err != nil {
			return o, err
		}
		name, err := snap.index.ExternalID(id)
		if err != nil {
			return o, err
		}
		doc, err := snap.index.Document(name)
		if err != nil {
			return o, err
		}
		doc.VisitFields(func(f index.Field) { o.Bytes += int64(len(f.Value())) })
		o.Statements++
	}
	return o, nil
}

// measure gives statements and processor time a statement, and the most memory that was in use over what was before.
func measure(b *testing.B, run func() (export.Outcome, error)) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began, statements, most := processorTime(b), 0, uint64(0)
	for b.Loop() {
		o, err := run()
		if err != nil {
			b.Fatal(err)
		}
		statements += o.Statements
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse)
	}
	b.ReportMetric(float64(statements)/b.Elapsed().Seconds(), "statements/s")
	b.ReportMetric(float64((processorTime(b)-began).Nanoseconds())/1000/float64(statements), "processor-us/statement")
	b.ReportMetric(float64(int64(most)-int64(before.HeapInuse))/(1<<20), "MB-over-idle")
}
