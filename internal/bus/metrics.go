package bus

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/fault"
)

// metrics counts what the bus does. Labels are bounded: kind is a fault.Kind.
type metrics struct {
	published    prometheus.Counter
	retries      prometheus.Counter
	consumed     prometheus.Counter
	acknowledged prometheus.Counter
	later        *prometheus.CounterVec
	quarantined  *prometheus.CounterVec
	kills        prometheus.Counter
	appended     *prometheus.CounterVec
	skipped      prometheus.Counter
	connected    prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		published:    counter(reg, "captures_published_total", "Captures handed to the bus, repeats included."),
		retries:      counter(reg, "publish_retries_total", "Publishes tried again: the stream was full or the server silent."),
		consumed:     counter(reg, "captures_consumed_total", "Captures handed to the handler, repeats included."),
		acknowledged: counter(reg, "captures_acknowledged_total", "Captures done."),
		later:        counterVec(reg, "captures_later_total", "Captures put off, by kind of error.", "kind"),
		quarantined:  counterVec(reg, "captures_quarantined_total", "Captures set aside, by kind of error.", "kind"),
		kills:        counter(reg, "worker_kills_total", "Times that a batch killed its worker or made it panic."),
		appended:     counterVec(reg, "messages_appended_total", "Messages appended to a log, by stream.", "stream"),
		skipped:      counter(reg, "messages_skipped_total", "Messages of a log that could not be read and were passed over."),
		connected: register(reg, prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "rostrum", Subsystem: "bus", Name: "connected", Help: "1 while connected to the server."})),
	}
	for k := fault.Internal; k <= fault.Canceled; k++ { // shown as 0 from the start, so that a rate finds the first one
		if k.Fate() == fault.Later {
			m.later.WithLabelValues(k.String())
		}
		if k == fault.Internal || k.Fate() == fault.Quarantine {
			m.quarantined.WithLabelValues(k.String())
		}
	}
	for _, stream := range []string{statementsStream, alertsStream} {
		m.appended.WithLabelValues(stream)
	}
	return m
}

func counter(reg prometheus.Registerer, name, help string) prometheus.Counter {
	return register(reg, prometheus.NewCounter(prometheus.CounterOpts{Namespace: "rostrum", Subsystem: "bus", Name: name, Help: help}))
}

func counterVec(reg prometheus.Registerer, name, help, label string) *prometheus.CounterVec {
	return register(reg, prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rostrum", Subsystem: "bus", Name: name, Help: help}, []string{label}))
}

// register makes c known, or gives the one that a Bus opened earlier on the same registry made known.
func register[C prometheus.Collector](reg prometheus.Registerer, c C) C {
	if reg == nil {
		return c
	}
	if known, ok := errors.AsType[prometheus.AlreadyRegisteredError](reg.Register(c)); ok {
		if before, ok := known.ExistingCollector.(C); ok {
			return before
		}
	}
	return c
}
