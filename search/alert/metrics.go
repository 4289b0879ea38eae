package alert

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	matched    prometheus.Counter
	fired      prometheus.Counter
	round      prometheus.Histogram
	deliveries *prometheus.CounterVec // by outcome
	waiting    prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		matched: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_alert_matched_total", Help: "Announcements matched against the saved queries."}),
		fired:   prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_alert_fired_total", Help: "Alerts fired."}),
		round: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_alert_round_seconds", Help: "Time of one round of matching.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rostrum_alert_attempts_total", Help: "Attempts at delivery by what became of them."},
			[]string{"outcome"}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "rostrum_alert_deliveries_waiting", Help: "Deliveries that have not ended."}),
	}
	if r == nil {
		return m, nil
	}
	return m, errors.Join(r.Register(m.matched), r.Register(m.fired), r.Register(m.round), r.Register(m.deliveries), r.Register(m.waiting))
}
