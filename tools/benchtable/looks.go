package main

import (
	"fmt"
	"strings"
)

type look = func(results, map[string]float64) (measured string, ratio float64, missing string)

// atLeast wants a rate of a benchmark to reach a bound, by the second.
func atLeast(bound float64, name, unit string) look {
	return func(r results, _ map[string]float64) (string, float64, string) {
		v, ok := r.get(name, unit)
		if !ok {
			return "", 0, absent(r, name)
		}
		return fmt.Sprintf("%.0f/s", v), v / bound, ""
	}
}

// atLeastOf wants a share of a benchmark to reach a bound.
func atLeastOf(bound float64, name, unit string) look {
	return func(r results, _ map[string]float64) (string, float64, string) {
		v, ok := r.get(name, unit)
		if !ok {
			return "", 0, absent(r, name)
		}
		return fmt.Sprintf("%.2f", v), v / bound, ""
	}
}

// atMost wants a metric of a benchmark to stay below a bound.
func atMost(bound float64, name, unit, form string) look {
	return func(r results, _ map[string]float64) (string, float64, string) {
		v, ok := r.get(name, unit)
		if !ok {
			return "", 0, absent(r, name)
		}
		return fmt.Sprintf(form, v), bound / v, ""
	}
}

// quotient compares the same metric of two benchmarks: it should be at least or at most the bound.
func quotient(bound float64, least bool, unit, over, under string) look {
	return func(r results, _ map[string]float64) (string, float64, string) {
		x, ok := r.get(over, unit)
		y, there := r.get(under, unit)
		if !ok || !there || y == 0 {
			return "", 0, absent(r, over)
		}
		q := x / y
		if least {
			return fmt.Sprintf("%.2f", q), q / bound, ""
		}
		return fmt.Sprintf("%.2f ×", q), bound / q, ""
	}
}

// absent says why a benchmark gave nothing.
func absent(r results, name string) string {
	if _, ran := r[name]; ran {
		return "it ran and gave no such number: its data is absent"
	}
	return "Benchmark" + strings.Split(strings.TrimPrefix(name, millionMark), "/")[0] + " " + notRun
}

// wholePipeline compares the pipeline with raw bleve, both by the clock of this run.
func wholePipeline(r results, _ map[string]float64) (string, float64, string) {
	const bound = 0.6
	ours, ok := r.get("Speeches/pieces", "speeches/s")
	if !ok {
		return "", 0, absent(r, "Speeches/pieces") + ", or the speeches are absent"
	}
	raw, ok := r.get("Index/raw_bleve", "statements/s")
	if !ok {
		return "", 0, absent(r, "Index/raw_bleve")
	}
	return fmt.Sprintf("%.2f (%.0f/s for %.0f/s)", ours/raw, ours, raw), ours / raw / bound, ""
}

// million wants the slowest of some searches over a million statements to stay below a bound, in milliseconds.
func million(bound float64, searches ...string) look {
	return func(r results, _ map[string]float64) (string, float64, string) {
		names := make([]string, len(searches))
		for i, s := range searches {
			names[i] = millionMark + "Search/" + strings.ReplaceAll(s, " ", "_")
		}
		v, whose, ok := r.worst("p99-ms", names...)
		if !ok {
			return "", 0, needsMillion
		}
		_, search, _ := strings.Cut(whose, "/")
		return fmt.Sprintf("%.0f ms (%s)", v, strings.ReplaceAll(search, "_", " ")), bound / v, ""
	}
}

// ofMillion is a look at what make bench-million left, which says so where it is not there.
func ofMillion(l look) look {
	return func(r results, golden map[string]float64) (string, float64, string) {
		measured, ratio, missing := l(r, golden)
		if missing != "" {
			missing = needsMillion
		}
		return measured, ratio, missing
	}
}

// crawlGrowth is what each page more that was crawled costs in live memory, in KB.
func crawlGrowth(r results, _ map[string]float64) (string, float64, string) {
	const bound, few, many = 1.0, 1250, 5000
	less, ok := r.get(fmt.Sprint("CrawlMemory/", few), "live-MB")
	more, there := r.get(fmt.Sprint("CrawlMemory/", many), "live-MB")
	if !ok || !there {
		return "", 0, absent(r, "CrawlMemory")
	}
	each := max((more-less)*1024/(many-few), 0.01)
	return fmt.Sprintf("%.2f KB", each), bound / each, ""
}

func startTime(r results, _ map[string]float64) (string, float64, string) {
	ns, ok := r.get(millionMark+"Start", "ns/op")
	if !ok {
		return "", 0, needsMillion
	}
	return fmt.Sprintf("%.2f s", ns/1e9), 2e9 / ns, ""
}

func idle(r results, _ map[string]float64) (string, float64, string) {
	const bound = 150
	worst := 0.0
	for unit, v := range r["Idle"] {
		if strings.HasPrefix(unit, "MB-idle-after-") {
			worst = max(worst, v)
		}
	}
	if worst == 0 {
		return "", 0, absent(r, "Idle")
	}
	return fmt.Sprintf("%.0f MB", worst), bound / worst, ""
}

// golden takes a figure that is committed, and that a test holds.
func golden(bound float64, name string) look {
	return func(_ results, figures map[string]float64) (string, float64, string) {
		v, ok := figures[name]
		if !ok {
			return "", 0, qualityFile + " can't be read"
		}
		return fmt.Sprintf("%.3f (held by a test)", v), v / bound, ""
	}
}

// proved is what a test shows, and no benchmark.
func proved(command string) look {
	return func(results, map[string]float64) (string, float64, string) {
		return "", 0, "a test shows it: " + command
	}
}

// table writes the rows as markdown.
func table(r results, figures map[string]float64) string {
	var b strings.Builder
	b.WriteString("| what | target | measured | met? | ratio |\n|---|---|---|---|---|\n")
	for _, row := range rows {
		measured, ratio, missing := row.look(r, figures)
		met := "yes"
		switch {
		case missing != "":
			fmt.Fprintf(&b, "| %s | %s | NOT MEASURED: %s | – | – |\n", row.what, row.target, missing)
			continue
		case ratio < 1:
			met = "no"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %.2f |\n", row.what, row.target, measured, met, ratio)
	}
	return b.String()
}
