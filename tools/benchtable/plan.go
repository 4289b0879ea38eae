package main

// benchRun is one call of go test.
type benchRun struct{ pkg, bench, time string }

// plan is the benchmarks that the table needs, with how long each is measured: meant to end within 20 minutes on two free cores.
var plan = []benchRun{
	{"./search/percolate", "^BenchmarkMatch$", "2s"},
	{"./internal/app", "^BenchmarkAnnotateWithTopics$", "2s"},
	{"./search/blevestore", "^BenchmarkIndex$", "2x"},
	{"./internal/app", "^BenchmarkSpeeches$", "1x"},
	{"./internal/e2e", "^BenchmarkAnnouncedToReceived$", "2000x"},
	{"./search/blevestore", "^BenchmarkExport$", "3x"},
	{"./indexer/extract", "^BenchmarkExtract$", "2s"},
	{"./internal/e2e", "^BenchmarkIdle$", "1x"},
}

// row is one line of the table. It gives what was measured in words, and the ratio of that to the target, over 1 where it is met with
// room; or why there is nothing.
type row struct {
	what, target string
	look         func(r results, golden map[string]float64) (measured string, ratio float64, missing string)
}

const (
	needsMillion = "needs the index of a million statements: make bench-million"
	notRun       = "did not run"
)

var rows = []row{
	{"percolation, 100,000 mixed queries, about 400 matches a statement", "≥ 20,000 statements/s", atLeast(20_000, "Match/100000", "statements/s")},
	{"the same by processor time, on all cores", "≥ 20,000 statements/s", atLeast(20_000, "Match/100000", "statements/cpu-s")},
	{"its memory", "≤ 15 MB", atMost(15, "Match/100000", "MB", "%.1f MB")},
	{"percolation, 1,000,000 queries", "≥ 6,000 statements/s", atLeast(6000, "Match/1000000", "statements/s")},
	{"time a statement with 10 × the queries, 1,000,000 against 100,000", "≤ 3 ×", quotient(3, false, "µs-cpu/statement", "Match/1000000", "Match/100000")},
	{"difference from brute force", "none", proved("go test ./search/percolate -run BruteForce")},
	{"annotate, 20,000 aliases, 40 topics, 3 KB, tokens given", "≥ 10,000 statements/s", atLeast(10_000, "AnnotateWithTopics/speeches_and_tokens", "statements/s")},
	{"the same, dense reports", "≥ 10,000 statements/s", atLeast(10_000, "AnnotateWithTopics/reports_and_tokens", "statements/s")},
	{"the store against raw bleve on the same text, by processor time", "≥ 0.6", quotient(0.6, true, "processor-us/statement", "Index/raw_bleve", "Index/store")},
	{"text through archive, annotate, store, announce and match, 2.8 KB, against raw bleve", "≥ 0.6", wholePipeline},
	{"announced → alert handed to its channel, 100/s", "p99 ≤ 1 s", atMost(1000, "AnnouncedToReceived", "ms-p99", "p99 %.0f ms")},
	{"a million statements: word, boolean, actor + topic + period", "p99 ≤ 50 ms", million(50, "word", "and", "or", "actor and topic", "actor, topic, period", "word, period")},
	{"… with all facets and a timeline, over all, by date", "p99 ≤ 100 ms",
		million(100, "word, all facets, timeline", "word in half, all facets, timeline", "or, all facets, timeline", "all, all facets, timeline", "all by date", "word by date, all facets, timeline")},
	{"… a phrase of common words", "p99 ≤ 200 ms", million(200, "phrase", "common phrase", "common words in order")},
	{"… any query that the cost bound accepts", "p99 ≤ 500 ms", million(500, "near of the commonest words", "two-letter prefix", "prefix of four letters", "eight prefixes", "all of 200 words", "periods",
		"four phrases of the commonest words", "dear, all facets, timeline")},
	{"… the slowest of drawn queries of the dearest kinds, facets and snippets included", "≤ 500 ms", slowestDrawn},
	{"export as JSON lines against a bare scan of stored fields", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/jsonl", "Export/bare_scan")},
	{"export as CSV, the same", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/csv", "Export/bare_scan")},
	{"memory over idle while JSON lines are written", "flat: ≤ 100 MB", atMost(100, "Export/jsonl", "MB-over-idle", "%.0f MB")},
	{"main text, F1 on extract-scrapinghub", "≥ .966", golden(.966, "text, scrapinghub, F1")},
	{"main text, F1 on extract-trafilatura", "≥ .925", golden(.925, "text, trafilatura, F1")},
	{"HTML pages of one core", "≥ 60 pages/s", atLeast(60, "Extract", "pages/cpu-s")},
	{"SIGKILL at any moment, any role", "nothing lost, nothing twice", proved("ROSTRUM_KILLS=200 go test ./internal/e2e/hold -run Kill -timeout 60m")},
	{"start on a million statements, first page and a search", "≤ 2 s", startTime},
	{"idle `up`, after a start", "≤ 150 MB", idle},
}
