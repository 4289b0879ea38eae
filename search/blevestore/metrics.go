package blevestore

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/search"
)

type metrics struct {
	search *prometheus.HistogramVec
	write  prometheus.Histogram
}

// newMetrics registers the metrics. A second store of the process, as while the index is rebuilt, counts into the same ones.
func newMetrics(reg prometheus.Registerer) *metrics {
	buckets := prometheus.ExponentialBuckets(0.0005, 2, 16)
	m := &metrics{
		search: registered(reg, prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rostrum_store_search_seconds",
			Help: "Time of a search in the store, by order.", Buckets: buckets}, []string{"order"})),
		write: registered(reg, prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_store_write_seconds",
			Help: "Time until a batch is on disk.", Buckets: buckets})),
	}
	for _, order := range []string{string(search.Relevance), string(search.Newest), string(search.Oldest), "cross"} { // shown as 0 from the start
		m.search.WithLabelValues(order)
	}
	return m
}

func registered[C prometheus.Collector](reg prometheus.Registerer, c C) C {
	if reg == nil {
		return c
	}
	err := reg.Register(c)
	if already, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if same, ok := already.ExistingCollector.(C); ok {
			return same
		}
	}
	return c
}

func (m *metrics) searched(order string, since time.Time) {
	m.search.WithLabelValues(order).Observe(time.Since(since).Seconds())
}
