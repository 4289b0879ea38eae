package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const output = `goos: linux
BenchmarkMatch/100000-2         	   25000	     44000 ns/op	        12.10 MB	 22348 statements/s	 18000 statements/cpu-s	       111.0 µs-cpu/statement
BenchmarkMatch/1000000-2        	   10000	    100000 ns/op	       111.0 MB	 9.5 build-s	  9000 statements/s	 8600 statements/cpu-s	       222.0 µs-cpu/statement
BenchmarkIndex/store-2  2  100 ns/op  700.0 processor-us/statement  1000 statements/s
BenchmarkIndex/raw_bleve-2  2  100 ns/op  511.0 processor-us/statement  1200 statements/s
BenchmarkCrawlMemory/1250-2  1  0 ns/op  3.40 live-MB
BenchmarkCrawlMemory/5000-2  1  0 ns/op  5.74 live-MB
BenchmarkIdle-2  1  1 ns/op  93.0 MB-idle-after-start  114.0 MB-idle-after-crawl
PASS
`

const overMillion = `BenchmarkSearch/word-2 30 1 ns/op 12.00 p99-ms
BenchmarkSearch/and-2 30 1 ns/op 60.00 p99-ms
BenchmarkSearch/or-2 30 1 ns/op 20.00 p99-ms
BenchmarkSearch/actor_and_topic-2 30 1 ns/op 2.00 p99-ms
BenchmarkSearch/actor,_topic,_period-2 30 1 ns/op 2.00 p99-ms
BenchmarkSearch/word,_period-2 30 1 ns/op 2.00 p99-ms
BenchmarkPagesOfManyStatements-2 1 1 ns/op 12.00 first-p99-ms
BenchmarkStart-2 3 470000000 ns/op
`

// TestTable reads what benchmarks print and puts the table in its place.
func TestTable(t *testing.T) {
	dir := t.TempDir()
	names := map[string]string{"bench": output, "million": overMillion, "page": "# Page\n" + begin + "\nthe last one\n" + end + "\nmore\n"}
	for name, text := range names {
		names[name] = filepath.Join(dir, name)
		if err := os.WriteFile(names[name], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := run(t.Context(), options{read: names["bench"], million: names["million"], page: names["page"]}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 22348/s | yes | 1.12 |", "| 18000/s | no | 0.90 |", "| 12.1 MB | yes | 1.24 |", "| 2.00 × | yes | 1.50 |", "| 0.73 | yes | 1.22 |", "| 60 ms (and) | no | 0.83 |", "| 0.47 s | yes | 4.26 |",
		"| 114 MB | yes | 1.32 |", "NOT MEASURED: " + needsMillion, "| p99 12 ms | yes | 12.50 |", "| 0.64 KB | yes | 1.57 |", "| 9.5 s | yes | 1.05 |", "NOT MEASURED: BenchmarkAnnotateWithTopics did not run", "NOT MEASURED: a test shows it",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table has no %q", want)
		}
	}
	if lines := strings.Count(out.String(), "\n| "); lines != len(rows)+1 {
		t.Errorf("%d lines for %d rows:\n%s", lines, len(rows), out.String())
	}
	page, err := os.ReadFile(names["page"])
	if err != nil || string(page) != "# Page\n"+begin+"\n"+out.String()+end+"\nmore\n" {
		t.Errorf("page: %v\n%s", err, page)
	}
	if !strings.Contains(out.String(), " UTC, commit ") || !strings.Contains(out.String(), " cores") {
		t.Errorf("it does not say where it was measured:\n%s", out.String())
	}
}

// TestPlanNamesBenchmarks wants every benchmark of the plan to be there.
func TestPlanNamesBenchmarks(t *testing.T) {
	for _, p := range plan {
		files, err := filepath.Glob(filepath.Join("..", "..", p.pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(p.bench, "^Benchmark"), "$")
		for alternative := range strings.SplitSeq(strings.Trim(name, "()"), "|") {
			if !strings.Contains(all.String(), "func Benchmark"+alternative+"(") {
				t.Errorf("%s has no Benchmark%s", p.pkg, alternative)
			}
		}
	}
}
