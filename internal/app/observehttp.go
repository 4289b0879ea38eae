package app

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// httpMetrics counts what is asked for over HTTP. Labels are bounded: requests come in a few kinds, whatever their address.
type httpMetrics struct {
	requests *prometheus.CounterVec   // by kind and code
	seconds  *prometheus.HistogramVec // by kind
	refused  *prometheus.CounterVec   // by reason
}

// requestKinds are the kinds of request by how their paths begin, the first that fits; what fits none is a page.
var requestKinds = []struct{ prefix, kind string }{{"/api/v1/admin/", "admin"}, {"/api/v1/stream", "stream"}, {"/api/v1/export", "export"}, {"/api/", "api"},
	{"/feeds/", "feed"}, {"/assets/", "asset"}, {"/healthz", "health"}, {"/readyz", "health"}, {"/metrics", "health"}, {"/", "page"}}

// refusals are the answers that refuse a request for who asks or how much is asked, by status.
var refusals = map[int]string{http.StatusUnauthorized: "unauthorized", http.StatusForbidden: "forbidden", http.StatusRequestEntityTooLarge: "too_large",
	http.StatusMisdirectedRequest: "host", http.StatusTooManyRequests: "rate", http.StatusServiceUnavailable: "unavailable"}

func newHTTPMetrics(reg prometheus.Registerer) *httpMetrics {
	m := &httpMetrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rostrum_http_requests_total", Help: "Requests answered, by kind and status code."}, []string{"kind", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rostrum_http_request_seconds", Help: "Time of a request, by kind; without streams.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 12)}, []string{"kind"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rostrum_http_refused_total",
			Help: "Requests refused at the door, by reason: unauthorized, forbidden, host, too_large, rate (429), unavailable (503)."}, []string{"reason"}),
	}
	for _, reason := range refusals { // shown as 0 from the start, so that a rate finds the first one
		m.refused.WithLabelValues(reason)
	}
	for _, k := range requestKinds {
		m.requests.WithLabelValues(k.kind, "200")
	}
	reg.MustRegister(m.requests, m.seconds, m.refused) // once for each App
	return m
}

// measured counts the requests to next.
func (m *httpMetrics) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, kind, seen := time.Now(), requestKind(r.URL.Path), &statusSeen{ResponseWriter: w, code: http.StatusOK}
		defer func() { // an answer that is cut off panics
			m.requests.WithLabelValues(kind, strconv.Itoa(seen.code)).Inc()
			if reason, ok := refusals[seen.code]; ok && kind != "health" {
				m.refused.WithLabelValues(reason).Inc()
			}
			if kind != "stream" {
				m.seconds.WithLabelValues(kind).Observe(time.Since(began).Seconds())
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

func requestKind(path string) string {
	for _, k := range requestKinds {
		if strings.HasPrefix(path, k.prefix) {
			return k.kind
		}
	}
	return "page"
}

// statusSeen remembers the status of an answer.
type statusSeen struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusSeen) WriteHeader(code int) {
	if code >= http.StatusOK { // those before it are not the answer yet
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets an http.ResponseController reach what is below.
func (s *statusSeen) Unwrap() http.ResponseWriter { return s.ResponseWriter }
