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
	lag        prometheus.Histogram
	delivery   *prometheus.HistogramVec // by type of channel
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		matched: prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_alert_matched_total", Help: "Announcements matched against the saved queries."}),
		fired:   prometheus.NewCounter(prometheus.CounterOpts{Name: "rostrum_alert_fired_total", Help: "Alerts fired."}),
		round: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_alert_round_seconds", Help: "Time of one round of matching.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rostrum_alert_attempts_total", Help: "Attempts at delivery by what became of them."},
			[]string{"outcome"}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "rostrum_alert_match_seconds",
			Help: "Time from the fetch of a page until its statement was matched, without backfill.", Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 14)}),
		delivery: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rostrum_alert_delivery_seconds",
			Help: "Time from an alert's firing until its channel took it, of those sent singly.", Buckets: prometheus.ExponentialBuckets(0.005, 3, 16)}, []string{"channel"}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "rostrum_alert_deliveries_waiting", Help: "Deliveries that have not ended."}),
	}
	for _, o := range []string{"delivered", "refused", "unreached", "gone"} { // shown as 0 from the start, so that a rate finds the first one
		m.deliveries.WithLabelValues(o)
	}
	for _, channel := range []string{Webhook, Email} {
		m.delivery.WithLabelValues(channel)
	}
	if r == nil {
		return m, nil
	}
	return m, errors.Join(r.Register(m.matched), r.Register(m.fired), r.Register(m.round), r.Register(m.deliveries), r.Register(m.waiting), r.Register(m.lag), r.Register(m.delivery))
}
