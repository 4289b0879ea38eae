package indexer

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// stages are the stages of a batch, in their order.
var stages = []string{"archive", "extract", "compare", "annotate", "trim", "group", "store", "announce"}

var outcomes = []outcome{outcomeNew, outcomeRevision, outcomeUnchanged, outcomeAgain, outcomeNoIndex, outcomeForgotten, outcomeOther, outcomeRefused}

type metrics struct {
	captures *prometheus.CounterVec   // by outcome
	stages   *prometheus.HistogramVec // by stage
	batch    prometheus.Histogram
}

// newMetrics registers the indexer's metrics; with a nil registerer they are counted and not shown.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	buckets := prometheus.ExponentialBuckets(0.001, 2.5, 12)
	m := &metrics{
		captures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rostrum_indexer_captures_total", Help: "Captures processed, by what became of them.",
		}, []string{"outcome"}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rostrum_indexer_stage_seconds", Help: "Time of one stage for one batch.", Buckets: buckets,
		}, []string{"stage"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rostrum_indexer_batch_seconds", Help: "Time of one batch from the bus, all stages.", Buckets: buckets,
		}),
	}
	for _, o := range outcomes { // shown as 0 from the start, so that a rate finds the first one
		m.captures.WithLabelValues(string(o))
	}
	for _, stage := range stages {
		m.stages.WithLabelValues(stage)
	}
	if r == nil {
		return m, nil
	}
	if err := errors.Join(r.Register(m.captures), r.Register(m.stages), r.Register(m.batch)); err != nil {
		return nil, fmt.Errorf("register indexer metrics: %w", err)
	}
	return m, nil
}

// time measures a stage until the function that it gives is called.
func (m *metrics) time(stage string) func() {
	start := time.Now()
	return func() { m.stages.WithLabelValues(stage).Observe(time.Since(start).Seconds()) }
}
