package blevestore

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	search *prometheus.HistogramVec
	write  prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	buckets := prometheus.ExponentialBuckets(0.0005, 2, 16)
	m := &metrics{
		search: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rostrum_store_search_seconds",
			Help: "Time of a search in the store, by order.", Buckets: buckets}, []string{"order"}),
		write: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_store_write_seconds",
			Help: "Time until a batch is on disk.", Buckets: buckets}),
	}
	if reg != nil {
		reg.MustRegister(m.search, m.write)
	}
	return m
}

func (m *metrics) searched(order string, since time.Time) {
	m.search.WithLabelValues(order).Observe(time.Since(since).Seconds())
}
