package blevestore

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"rostrum/indexer"
	"rostrum/indexer/copies"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
)

// speech is one line of the General Debate corpus.
type speech struct {
	ID      string `json:"id"`
	Country string `json:"country"`
	ISO3    string `json:"iso3"`
	Year    int    `json:"year"`
	Text    string `json:"text"`
}

// sharedData is where the real data stands; "" when it is not there.
func sharedData(t testing.TB, name string) string {
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Logf("NOT MEASURED ON REAL TEXT: %s is absent; made-up text is used", path)
		return ""
	}
	return path
}

// speeches reads the corpus, or makes up as much text where it is absent.
func speeches(t testing.TB) []speech {
	path := sharedData(t, "ungdc/statements.jsonl.gz")
	if path == "" {
		made := make([]speech, 200)
		for i := range made {
			made[i] = speech{ISO3: fmt.Sprintf("X%02d", i%60), Year: 1946 + i%70, Text: strings.Repeat("The united nations of the world sign a treaty on peace and rights. ", 200)}
		}
		return made
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []speech
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var s speech
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// pieces visits n statements of about 3 KB, cut from the speeches anew with another offset each time round.
func pieces(all []speech, n int, visit func(*statement.Statement)) {
	for made, round := 0, 0; made < n; round++ {
		for i := range all {
			text := all[i].Text
			for at := min(len(text), round*379%3000); at < len(text) && made < n; made++ {
				end := min(len(text), at+3000)
				visit(piece(&all[i], made, strings.ToValidUTF8(text[at:end], "")))
				at = end
			}
		}
	}
}

func piece(s *speech, n int, text string) *statement.Statement {
	at := time.Date(s.Year, 9, 1+n%28, n%24, n%60, 0, 0, time.UTC)
	title, _, _ := strings.Cut(text, ". ")
	st := said(n, title[:min(len(title), 80)], text, "en")
	st.ID = fmt.Sprintf("s%07d", n*7919%9999991)
	st.Group, st.URL, st.Published = st.ID, "https://example.org/debate/"+strconv.Itoa(n), &at
	st.Source = "source-" + strconv.Itoa(n%120)
	st.Actors = []statement.Actor{{ID: strings.ToLower(s.ISO3), Name: s.ISO3, Role: statement.Issuer}, {ID: "body-" + strconv.Itoa(n%500), Name: "Body", Role: statement.Mentioned}}
	st.Topics = []string{"topic-" + strconv.Itoa(n%15), "topic-" + strconv.Itoa(n*31%40)}
	return st
}

func benchDocs() int {
	if n, err := strconv.Atoi(os.Getenv("ROSTRUM_BENCH_DOCS")); err == nil && n > 0 {
		return min(n, 1_000_000)
	}
	return 10_000
}

// fill stores n pieces in batches of 1,000.
func fill(t testing.TB, s *Store, all []speech, n int) {
	analyzer := analysis.NewAnalyzer()
	var w indexer.Write
	flush := func() {
		write(t, s, w)
		w.Documents = nil
	}
	pieces(all, n, func(st *statement.Statement) {
		words := analyzer.Document(st.Title, st.Text, st.Language)
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: words, Copies: &indexer.Copies{Print: copies.Of(st, words)}})
		if len(w.Documents) == 1000 {
			flush()
		}
	})
	flush()
}

// BenchmarkSearch asks the store each kind of query and gives the latency below which 50 and 99 of 100 stay, in milliseconds.
// ROSTRUM_BENCH_DOCS is how many statements are stored, 10,000 by default.
func BenchmarkSearch(b *testing.B) {
	s := openStore(b, benchDir(b), func(o *Options) { o.KeepBytes, o.Phases = -1, benchPhases() })
	all := facets(search.FacetActor, search.FacetTopic, search.FacetSource, search.FacetLang, search.FacetKind, search.FacetMonth, search.FacetPhase, search.FacetRole)
	snippets := func(r *search.Request) { r.Snippets = true }
	for _, c := range []struct {
		name, query string
		change      []func(*search.Request)
	}{
		{"word", "disarmament", nil},
		{"word with snippets", "disarmament", []func(*search.Request){snippets}},
		{"and", "nuclear weapons", nil},
		{"or", "nuclear OR climate OR development", nil},
		{"phrase", `"climate change"`, nil},
		{"common phrase", `"united nations"`, nil},
		{"common phrase by date", `"united nations"`, []func(*search.Request){newest}},
		{"near", `"peace security"~3`, nil},
		{"prefix", "disarm*", nil},
		{"two-letter prefix", "co*", nil},
		{"actor and topic", "actor:chn topic:topic-3", nil},
		{"actor, topic, period", "actor:chn topic:topic-3 after:2010 before:2020", nil},
		{"word, period", "development after:2010 before:2020", nil},
		{"word, all facets, timeline", "development", []func(*search.Request){all}},
		{"word in half, all facets, timeline", "cooperation", []func(*search.Request){all}},
		{"or, all facets, timeline", "nuclear OR climate OR development", []func(*search.Request){all}},
		{"all, all facets, timeline", "", []func(*search.Request){all}},
		{"all by date", "", []func(*search.Request){newest}},
		{"word by date, all facets, timeline", "development", []func(*search.Request){newest, all}},
		{"not", "NOT development", nil},
		{"prefix of four letters", "inte*", nil},
		{"common words in order", `"of the united nations"`, nil},
		{"near of the commonest words", `"the of and"~5`, nil},
		{"all of 200 words", strings.Join(commonWords, " OR "), nil},
		{"eight prefixes", "inte* OR comm* OR cons* OR prog* OR prot* OR tran* OR cont* OR deve*", nil},
		{"periods", manyPeriods(), nil},
		{"four phrases of the commonest words", `"of the" "in the" "to the" "and the"`, nil},
		{"dear, all facets, timeline", `(co* OR pr* OR in*) "of the" "united nations"~5 -"security council"`, []func(*search.Request){all}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			r := search.Request{Query: parse(b, c.query)}
			if _, err := s.Search(b.Context(), r); fault.KindOf(err) == fault.Query {
				for b.Loop() {
					_, _ = s.Search(b.Context(), r) // the same error each time
				}
				b.ReportMetric(1, "refused")
				return
			}
			timeline := func() {
				if strings.Contains(c.name, "timeline") {
					if _, err := s.Cross(b.Context(), search.CrossRequest{Query: r.Query, Rows: search.FacetMonth}); err != nil {
						b.Fatal(err)
					}
				}
			}
			total := ask(b, s, c.query, c.change...).Total
			timeline()
			worked := processorTime(b)
			for b.Loop() {
				began := time.Now()
				ask(b, s, c.query, c.change...)
				timeline()
				took = append(took, time.Since(began))
			}
			worked = processorTime(b) - worked
			slices.Sort(took)
			b.ReportMetric(float64(worked.Microseconds())/1000/float64(b.N), "processor-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(total), "matches")
		})
	}
}

// benchPhases are five, of which one has no end.
func benchPhases() []Phase {
	var phases []Phase
	for i, year := range []int{1946, 1960, 1975, 1991, 2008} {
		ph := Phase{ID: fmt.Sprintf("phase-%d", i), From: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
		if i > 0 {
			phases[i-1].To = ph.From
		}
		phases = append(phases, ph)
	}
	return phases
}

// commonWords are some of the commonest English words.
var commonWords = strings.Fields(`the of and to in a that is for it as be on with are by this have has not we its which will from our an all their must
was but at been they his world can who international countries united nations would more should peace there or security people states also between
so only one other these had new i were great those such no general assembly if many political human development economic because year years war
government effort support cooperation rights country order time two problems council community law economic social organization nation may respect
us through my full principle first force now even made most take any when where how what some therefore both under against about than shall into`)

func manyPeriods() string {
	var periods []string
	for y := 1950; y < 2020; y++ {
		periods = append(periods, fmt.Sprintf("on:%d-09-07", y))
	}
	return strings.Join(periods, " OR ")
}

// BenchmarkStart opens the index and asks for the first page of the web: everything, by date, with its facets, and what a word finds.
func BenchmarkStart(b *testing.B) {
	dir := benchDir(b)
	for b.Loop() {
		s, err := Open(Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		ask(b, s, "", newest, facets(search.FacetActor, search.FacetTopic, search.FacetSource, search.FacetLang, search.FacetKind, search.FacetMonth))
		ask(b, s, "disarmament")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan reads every statement whole.
func BenchmarkScan(b *testing.B) {
	s := openStore(b, b.TempDir())
	fill(b, s, speeches(b), benchDocs())
	n := 0
	b.ResetTimer()
	for b.Loop() {
		if err := s.Scan(b.Context(), parse(b, ""), false, func(*statement.Statement) error { n++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "statements/s")
}

// BenchmarkIndex stores statements, analysis included, beside raw bleve on the same text: one English field with term vectors,
// a keyword and a date, and the statement stored.
func BenchmarkIndex(b *testing.B) {
	all := speeches(b)
	n := min(benchDocs(), 10_000)
	b.Run("store", func(b *testing.B) {
		began := processorTime(b)
		for b.Loop() {
			dir := b.TempDir()
			s := openStore(b, dir)
			fill(b, s, all, n)
			size, _ := folderBytes(dir)
			b.ReportMetric(float64(size)/float64(n), "disk-bytes/statement")
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "statements/s")
		b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(n*b.N), "processor-us/statement")
	})
	b.Run("raw bleve", func(b *testing.B) {
		began := processorTime(b)
		for b.Loop() {
			rawIndex(b, all, n)
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "statements/s")
		b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(n*b.N), "processor-us/statement")
	})
}

// processorTime is what the process has used so far: on a machine shared with others it tells more than the clock.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func rawMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.ScoringModel = "bm25"
	doc := bleve.NewDocumentStaticMapping()
	text, word, date := bleve.NewTextFieldMapping(), bleve.NewKeywordFieldMapping(), bleve.NewDateTimeFieldMapping()
	text.Analyzer, text.IncludeInAll = en.AnalyzerName, false
	word.IncludeInAll, word.Store, date.IncludeInAll, date.Store = false, false, false, false
	doc.AddFieldMappingsAt("text", text)
	doc.AddFieldMappingsAt("title", text)
	for _, name := range []string{"actor", "topic", "source", "lang", "kind"} {
		doc.AddFieldMappingsAt(name, word)
	}
	doc.AddFieldMappingsAt("published", date)
	m.DefaultMapping = doc
	return m
}

func rawIndex(b *testing.B, all []speech, n int) {
	dir := filepath.Join(b.TempDir(), "raw")
	idx, err := bleve.NewUsing(dir, rawMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		b.Fatal(err)
	}
	batch := idx.NewBatch()
	flush := func() {
		if err := idx.Batch(batch); err != nil {
			b.Fatal(err)
		}
		batch.Reset()
	}
	pieces(all, n, func(st *statement.Statement) {
		err := batch.Index(st.ID, map[string]any{"title": st.Title, "text": st.Text, "actor": st.Actors[0].ID, "topic": st.Topics, "source": st.Source,
			"lang": st.Language, "kind": st.Kind, "published": *st.Published})
		if err != nil {
			b.Fatal(err)
		}
		if batch.Size() == 1000 {
			flush()
		}
	})
	flush()
	size, _ := folderBytes(dir)
	b.ReportMetric(float64(size)/float64(n), "disk-bytes/statement")
	if err := idx.Close(); err != nil {
		b.Fatal(err)
	}
}
