package crawler

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// outcomes are what becomes of fetches, by their kind.
var outcomes = map[string][]string{"page": {"published", "unchanged", "noindex", "failed"}, "document": {"read", "unchanged", "failed"}}

type metrics struct {
	fetches        *prometheus.CounterVec
	seconds        prometheus.Histogram
	bytes          prometheus.Counter
	publishRetries prometheus.Counter
	stateErrors    prometheus.Counter
}

func newMetrics(r prometheus.Registerer, c *Crawler) (*metrics, error) {
	m := &metrics{
		fetches: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rostrum_crawler_fetches_total",
			Help: "Fetches by kind (page, document) and outcome (published, unchanged, noindex, read, failed)."}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_crawler_fetch_seconds",
			Help: "Time of a fetch, waiting for its turn and redirects included.", Buckets: prometheus.ExponentialBuckets(.005, 3, 9)}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_crawler_published_bytes_total",
			Help: "Bytes of bodies that were published, inflated."}),
		publishRetries: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_crawler_publish_retries_total",
			Help: "Times a capture could not be handed on and had to wait."}),
		stateErrors: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_crawler_state_errors_total",
			Help: "Records of fetch state that could not be written."}),
	}
	for _, kind := range []string{"page", "document"} { // shown as 0 from the start, so that a rate finds the first one
		for _, outcome := range outcomes[kind] {
			m.fetches.WithLabelValues(kind, outcome)
		}
	}
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rostrum_crawler_waiting_pages",
		Help: "Pages found and not yet tried."}, c.waitingPages)
	for _, collector := range []prometheus.Collector{m.fetches, m.seconds, m.bytes, m.publishRetries, m.stateErrors, waiting} {
		if err := r.Register(collector); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

func (c *Crawler) waitingPages() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, s := range c.sources {
		n += s.waiting
	}
	return float64(n)
}
