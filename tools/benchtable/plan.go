package main

// benchRun is one call of go test.
type benchRun struct{ pkg, bench, time string }

// plan is the benchmarks that the table needs, with how long each is measured, what matters most first: whatever is not begun when the time of
// the whole is up is not measured.
var plan = []benchRun{
	{"./internal/app", "^BenchmarkAnnotateWithTopics$", "2s"},
	{"./search/percolate", "^BenchmarkMatch$", "2s"},
	{"./search/blevestore", "^BenchmarkIndex$", "2x"},
	{"./internal/app", "^BenchmarkSpeeches$", "1x"},
	{"./internal/e2e", "^BenchmarkAnnouncedToReceived$", "1000x"},
	{"./search/blevestore", "^BenchmarkExport$/^(bare_scan|bleve_documents|jsonl|csv|parquet)$", "3x"},
	{"./indexer/extract", "^BenchmarkExtract$", "2s"},
	{"./indexer/extract", "^BenchmarkPDF$", "2s"},
	{"./internal/e2e", "^BenchmarkDemoFirstAnswer$", "1x"},
	{"./internal/e2e", "^BenchmarkIdle$", "1x"},
	{"./internal/registry", "^BenchmarkNew50000Names$", "2x"},
	{"./crawler", "^BenchmarkCrawl$/^fetch.parse.bus$", "1x"},
	{"./crawler", "^BenchmarkCrawlMemory$/^(1250|5000)$", "1x"},
	{"./search/percolate", "^BenchmarkEdits$", "2s"},
}

// row is one line of the table. It gives what was measured in words, and the ratio of that to the target, over 1 where it is met with
// room; or why there is nothing.
type row struct {
	what, target string
	look         func(r results, golden map[string]float64) (measured string, ratio float64, missing string)
}

const (
	needsMillion = "needs the index of a million statements, or it was made before this was asked: make bench-million"
	notRun       = "did not run"
)

var rows = []row{
	{"percolation, 10,000 mixed queries, about 40 matches a statement", "≥ 50,000 statements/s", atLeast(50_000, "Match/10000", "statements/s")},
	{"percolation, 100,000 mixed queries, about 400 matches a statement", "≥ 20,000 statements/s", atLeast(20_000, "Match/100000", "statements/s")},
	{"the same by processor time, on all cores", "≥ 20,000 statements/s", atLeast(20_000, "Match/100000", "statements/cpu-s")},
	{"its memory", "≤ 15 MB", atMost(15, "Match/100000", "MB", "%.1f MB")},
	{"percolation, 1,000,000 queries, about 560 matches a statement", "≥ 6,000 statements/s", atLeast(6000, "Match/1000000", "statements/s")},
	{"its memory", "≤ 200 MB", atMost(200, "Match/1000000", "MB", "%.0f MB")},
	{"its building", "≤ 10 s", atMost(10, "Match/1000000", "build-s", "%.1f s")},
	{"time a statement with 10 × the queries, 1,000,000 against 100,000", "≤ 3 ×", quotient(3, false, "µs-cpu/statement", "Match/1000000", "Match/100000")},
	{"an edit while matching, 100,000 queries, 100 edits a second", "p99 ≤ 1 ms", atMost(1000, "Edits/100_a_second", "µs/edit-p99", "p99 %.0f µs")},
	{"statements matched beside these edits, against none, by processor time", "≥ 0.95", quotient(0.95, true, "statements/cpu-s", "Edits/100_a_second", "Edits/0_a_second")},
	{"difference from brute force", "none", proved("go test ./search/percolate -run BruteForce")},
	{"annotate, 20,000 aliases, 40 topics, 3 KB, tokens given: speeches", "≥ 10,000 statements/s", atLeast(10_000, "AnnotateWithTopics/speeches", "statements/s")},
	{"the same, dense reports", "≥ 10,000 statements/s", atLeast(10_000, "AnnotateWithTopics/reports", "statements/s")},
	{"memory of a registry of 50,000 names", "≤ 20 MB", atMost(20, "New50000Names", "MB", "%.1f MB")},
	{"copies looked up among 1,000,000 fingerprints", "≥ 5,000 look-ups/s", ofMillion(atLeast(5000, millionMark+"CopiesAmongMany", "lookups/s"))},
	{"the store against raw bleve on the same text, by processor time", "≥ 0.6", quotient(0.6, true, "processor-us/statement", "Index/raw_bleve", "Index/store")},
	{"text through archive, annotate, store, announce and match, 2.8 KB, against raw bleve", "≥ 0.6", wholePipeline},
	{"announced → webhook received, 100/s, 10,000 saved queries", "p99 ≤ 250 ms", atMost(250, "AnnouncedToReceived", "ms-p99", "p99 %.0f ms")},
	{"webhooks to 100 receivers, a tenth of them dead", "hold up none of the others", proved("go test ./search/alert -run DeadHoldUpNobody")},
	{"a million statements: word, boolean, actor + topic + period", "p99 ≤ 50 ms", million(50, "word", "and", "or", "actor and topic", "actor, topic, period", "word, period")},
	{"… with all facets and a timeline, over all, by date", "p99 ≤ 100 ms",
		million(100, "word, all facets, timeline", "word in half, all facets, timeline", "or, all facets, timeline", "all, all facets, timeline", "all by date", "word by date, all facets, timeline")},
	{"… a phrase of common words", "p99 ≤ 200 ms", million(200, "phrase", "common phrase", "common words in order")},
	{"… any query that the cost bound accepts", "p99 ≤ 500 ms", million(500, "near of the commonest words", "two-letter prefix", "prefix of four letters", "eight prefixes", "all of 200 words", "periods",
		"four phrases of the commonest words", "dear, all facets, timeline")},
	{"… the slowest of drawn queries of the dearest kinds, facets and snippets included", "≤ 500 ms", ofMillion(atMost(500, millionMark+"Dearest", "slowest-ms", "%.0f ms"))},
	{"… first page of the UI, 20 requests/s", "p99 ≤ 150 ms", ofMillion(atMost(150, millionMark+"PagesOfManyStatements", "first-p99-ms", "p99 %.0f ms"))},
	{"… pages of drawn queries, 20 requests/s", "p99 ≤ 150 ms", ofMillion(atMost(150, millionMark+"PagesOfManyStatements", "all-p99-ms", "p99 %.0f ms"))},
	{"… search beside an export, against none", "≤ 2 ×", ofMillion(atMost(2, millionMark+"BesideExport", "p99-ratio", "%.2f ×"))},
	{"… first bytes of an export: JSON lines", "p99 ≤ 200 ms", ofMillion(atMost(200, millionMark+"FirstByte/jsonl", "p99-ms", "p99 %.0f ms"))},
	{"… CSV", "p99 ≤ 200 ms", ofMillion(atMost(200, millionMark+"FirstByte/csv", "p99-ms", "p99 %.0f ms"))},
	{"… Parquet", "p99 ≤ 200 ms", ofMillion(atMost(200, millionMark+"FirstByte/parquet", "p99-ms", "p99 %.0f ms"))},
	{"… start: first page and a search", "≤ 2 s", startTime},
	{"export as JSON lines against a bare scan of stored fields by bleve", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/jsonl", "Export/bleve_documents")},
	{"export as CSV, the same", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/csv", "Export/bleve_documents")},
	{"export as Parquet, the same", "≥ 0.5", quotient(0.5, true, "statements/s", "Export/parquet", "Export/bleve_documents")},
	{"export as JSON lines against our own scan, which is faster", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/jsonl", "Export/bare_scan")},
	{"export as CSV, the same", "≥ 0.7", quotient(0.7, true, "statements/s", "Export/csv", "Export/bare_scan")},
	{"export as Parquet, the same", "≥ 0.5", quotient(0.5, true, "statements/s", "Export/parquet", "Export/bare_scan")},
	{"memory over idle while JSON lines are written", "flat: ≤ 100 MB", atMost(100, "Export/jsonl", "MB-over-idle", "%.0f MB")},
	{"… while Parquet is written", "flat: ≤ 100 MB", atMost(100, "Export/parquet", "MB-over-idle", "%.0f MB")},
	{"crawl of 5,000 pages against bare colly, HTML parsed and captures published on a bus on both sides", "≥ 0.9", atLeastOf(0.9, "Crawl/fetch+parse+bus", "ratio")},
	{"the same by processor time", "≥ 0.9", atLeastOf(0.9, "Crawl/fetch+parse+bus", "cpu-ratio")},
	{"live heap after a crawl, a page more", "flat: ≤ 1 KB", crawlGrowth},
	{"main text, F1 on extract-scrapinghub", "≥ .966", golden(.966, "text, scrapinghub, F1")},
	{"main text, F1 on extract-trafilatura", "≥ .925", golden(.925, "text, trafilatura, F1")},
	{"dates of publication that are right", "≥ .90", golden(.90, "date, htmldate, right")},
	{"HTML pages of one core", "≥ 60 pages/s", atLeast(60, "Extract", "pages/cpu-s")},
	{"PDF, warm, one worker", "≥ 100 pages/s", atLeast(100, "PDF", "pages/s")},
	{"SIGKILL at any moment, any role", "nothing lost, nothing twice", proved("make hold")},
	{"the demo's first answer after the process starts", "≤ 3 s", atMost(3, "DemoFirstAnswer", "s/answer", "%.2f s")},
	{"idle `up`, after a start and after a crawl", "≤ 150 MB", idle},
}
