package blevestore

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/query"
)

// drawDear draws a query of a kind that makes much be read.
func drawDear(r *rand.Rand) string {
	word := func() string { return commonWords[r.IntN(len(commonWords))] }
	frequent := func() string { return commonWords[r.IntN(20)] }
	join := func(n int, gap string, one func() string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = one()
		}
		return strings.Join(parts, gap)
	}
	phrase := func() string { return `"` + join(2+r.IntN(3), " ", frequent) + `"` }
	spoken := func() string {
		return []string{`"of the united nations"`, `"in the world"`, `"of the general assembly"`, `"and of the"`, `"to be"`, `"that the united nations"`, `"peace and security"`}[r.IntN(7)]
	}
	near := func() string { return fmt.Sprintf(`"%s"~%d`, join(2+r.IntN(3), " ", word), r.IntN(30)) }
	prefix := func() string { w := word(); return w[:min(len(w), 2+r.IntN(3))] + "*" }
	period := func() string { return fmt.Sprintf("on:%d-%02d", 1950+r.IntN(65), 1+r.IntN(12)) }
	some := func(one func() string, gap string) string { return join(1+r.IntN(4), gap, one) }
	switch r.IntN(10) {
	case 0:
		return some(phrase, " ")
	case 1:
		return some(spoken, " OR ")
	case 2:
		return some(near, " ")
	case 3:
		return some(near, " OR ")
	case 4:
		return join(8, " OR ", func() string { return strings.TrimLeft(join(1, "", func() string { return "xx" }), "x") + prefix() })
	case 5:
		return join(100+r.IntN(150), " OR ", word)
	case 6:
		return join(100+r.IntN(150), " OR ", period)
	case 7:
		return fmt.Sprintf("(%s) (%s) -%s", some(prefix, " OR "), some(word, " OR "), phrase())
	case 8:
		return fmt.Sprintf("(%s) %s %s -%s", some(prefix, " OR "), phrase(), near(), spoken())
	}
	return fmt.Sprintf("(%s) OR (%s) OR (%s)", some(phrase, " "), some(near, " "), some(spoken, " "))
}

// BenchmarkDearest draws queries of the dearest kinds, asks those that the cost bound accepts with all facets, and gives how long the slowest
// took: each is asked three times, and its best counts, for the machine's other work is not its own. A refusal is timed as well: it must come at
// once. Plain queries are asked beside them, and for all is given how what was reckoned stands to the processor time: the ratios below which one in
// ten and nine in ten stay, and the share from 0.6 to 1.6. ROSTRUM_BENCH_DEAR is how many are drawn, 30 by default.
func BenchmarkDearest(b *testing.B) {
	drawn := 30
	if n, err := strconv.Atoi(os.Getenv("ROSTRUM_BENCH_DEAR")); err == nil {
		drawn = n
	}
	s := openStore(b, benchDir(b), func(o *Options) { o.KeepBytes, o.Phases = -1, benchPhases() })
	type asked struct {
		q            string
		took, worked time.Duration
		reckoned     time.Duration
		size         int64
	}
	plain := []string{"peace", "peace security", "climate OR nuclear", `"united nations"`, "wor* deve*", "after:2000 peace", "on:2005 OR on:2006", "human rights law", `"climate change"~8`}
	for b.Loop() {
		var accepted, refused []asked
		r := rand.New(rand.NewPCG(1, 2))
		for i := range drawn + len(plain) {
			a := asked{took: time.Hour, worked: time.Hour}
			if i < drawn {
				a.q = drawDear(r)
			} else {
				a.q = plain[i-drawn]
			}
			n, err := query.Parse(a.q)
			if err != nil {
				continue
			}
			request := search.Request{Query: n, Limit: 20, Snippets: true, Facets: search.Facets()}
			for range 3 {
				began, worked := time.Now(), processorTime(b)
				page, failed := s.Search(b.Context(), request)
				a.took, a.worked, err, a.size = min(a.took, time.Since(began)), min(a.worked, processorTime(b)-worked), failed, int64(page.Total)
			}
			a.reckoned = reckon(b, s, request)
			switch {
			case err == nil:
				accepted = append(accepted, a)
			case fault.KindOf(err) == fault.Query:
				refused = append(refused, a)
			default:
				b.Fatal(err)
			}
		}
		ratios := make([]float64, 0, len(accepted))
		within := 0.0
		for _, a := range accepted {
			ratio := float64(a.reckoned) / float64(max(1, a.worked))
			if ratios = append(ratios, ratio); ratio >= 0.6 && ratio <= 1.6 {
				within++
			}
		}
		slices.Sort(ratios)
		if n := len(ratios); n > 0 {
			b.ReportMetric(ratios[n/10], "ratio-p10")
			b.ReportMetric(ratios[n-1-n/10], "ratio-p90")
			b.ReportMetric(within/float64(n), "ratio-within")
		}
		byTime := func(x, y asked) int { return int(y.took - x.took) }
		slices.SortFunc(accepted, byTime)
		slices.SortFunc(refused, byTime)
		for _, a := range accepted[:min(len(accepted), 12)] {
			b.Logf("accepted: %4d ms, %4d ms of processor, %4d reckoned, %7d matches: %.120s", a.took.Milliseconds(), a.worked.Milliseconds(), a.reckoned.Milliseconds(), a.size, a.q)
		}
		for _, a := range refused[:min(len(refused), 3)] {
			b.Logf("refused:  %4d ms, %4d reckoned: %.120s", a.took.Milliseconds(), a.reckoned.Milliseconds(), a.q)
		}
		b.ReportMetric(float64(len(accepted)), "accepted")
		b.ReportMetric(float64(len(refused)), "refused")
		if len(accepted) > 0 {
			b.ReportMetric(float64(accepted[0].took.Milliseconds()), "slowest-ms")
			b.ReportMetric(float64(slices.MaxFunc(accepted, func(x, y asked) int { return int(x.worked - y.worked) }).worked.Milliseconds()), "dearest-processor-ms")
		}
		if len(refused) > 0 {
			b.ReportMetric(float64(refused[0].took.Microseconds())/1000, "slowest-refusal-ms")
		}
	}
}

// reckon gives what a search is reckoned to take.
func reckon(b *testing.B, s *Store, asked search.Request) time.Duration {
	snap, err := s.snapshot()
	if err != nil {
		b.Fatal(err)
	}
	defer snap.close()
	r, err := s.prepare(snap, asked)
	if err != nil {
		b.Fatal(err)
	}
	work, err := snap.reckon(b.Context(), r.plan, r.Copies, -1)
	if err != nil {
		b.Fatal(err)
	}
	return work.total(r, s.options.MaxScored)
}

// BenchmarkMemory gives what the process holds of an open index: after the first page, and after a mix of queries. Anonymous memory is the heap
// and stacks; the rest are pages of mapped files that the system may take back.
func BenchmarkMemory(b *testing.B) {
	dir := benchDir(b)
	for b.Loop() {
		s, err := Open(Options{Dir: dir, Phases: benchPhases()})
		if err != nil {
			b.Fatal(err)
		}
		ask(b, s, "", newest, facets(search.Facets()...))
		reportMemory(b, "open")
		for i := range 40 {
			q := []string{commonWords[i*4%len(commonWords)], `"of the united nations"`, "co*", "nuclear OR climate OR development", "after:1990 before:2010 peace", `"peace security"~5`}[i%6]
			ask(b, s, q, facets(search.Facets()...), func(r *search.Request) { r.Snippets = true })
		}
		reportMemory(b, "mix")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func reportMemory(b *testing.B, when string) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Log("NOT MEASURED: ", err)
		return
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "VmRSS:" && fields[0] != "RssAnon:" {
			continue
		}
		kb, _ := strconv.Atoi(fields[1])
		b.ReportMetric(float64(kb)/1024, when+"-"+strings.Trim(fields[0], ":")+"-MB")
	}
}
