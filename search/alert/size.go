package alert

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/search/percolate"
)

// measure shows how many queries are matched, and how many of them are dear.
func measure(r prometheus.Registerer, live *percolate.Live) error {
	if r == nil {
		return nil
	}
	gauge := func(name, help string, of func(percolate.Stats) int) error {
		return r.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(of(live.Stats())) }))
	}
	return errors.Join(
		gauge("rostrum_alert_queries", "Queries that are matched, the same query of several people counted once.", func(s percolate.Stats) int { return s.IDs }),
		gauge("rostrum_alert_dear_queries", "Queries that every statement is looked at for, since they need no word or value.", func(s percolate.Stats) int { return s.Dear }))
}
