package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// results are the metrics of benchmarks, by name and unit.
type results map[string]map[string]float64

var cores = regexp.MustCompile(`-\d+$`)

// millionMark begins the names of benchmarks over a million statements, which run over fewer as well.
const millionMark = "million: "

// read takes up the lines of `go test -bench`, with a mark before the names. A benchmark that ran again counts as it did last.
func (r results) read(mark, output string) {
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(fields[1]); err != nil {
			continue
		}
		metrics := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				metrics[fields[i+1]] = v
			}
		}
		r[mark+cores.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")] = metrics
	}
}

// get gives a metric of one benchmark.
func (r results) get(name, unit string) (float64, bool) {
	v, ok := r[name][unit]
	return v, ok
}

// worst gives the greatest of a metric over the benchmarks that are named, and whose it is; false when any is missing.
func (r results) worst(unit string, names ...string) (v float64, whose string, ok bool) {
	for _, name := range names {
		x, there := r.get(name, unit)
		if !there {
			return 0, name, false
		}
		if whose == "" || x > v {
			v, whose = x, name
		}
	}
	return v, whose, true
}

// qualityFile keeps the figures of extraction that a test recomputes.
const qualityFile = "indexer/extract/testdata/quality.json"

// goldens gives the committed quality figures; nil where they can't be read.
func goldens() map[string]float64 {
	text, err := os.ReadFile(qualityFile)
	if err != nil {
		return nil
	}
	var figures map[string]float64
	if err := json.Unmarshal(text, &figures); err != nil {
		return nil
	}
	return figures
}
