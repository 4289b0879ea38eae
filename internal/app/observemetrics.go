package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// gauge is one metric of the instance as a whole, and how it is read from what was seen. Those of a part that does not answer are left out:
// no number is better than a wrong one.
type gauge struct {
	desc *prometheus.Desc
	part string // whose answer it needs; empty: none
	read func(s *sight, now time.Time, emit func(value float64, labels ...string))
}

func newGauge(name, help, part string, labels []string, read func(s *sight, now time.Time, emit func(float64, ...string))) gauge {
	return gauge{prometheus.NewDesc(name, help, labels, nil), part, read}
}

// one is a gauge with a single value.
func one(name, help, part string, read func(s *sight) float64) gauge {
	return newGauge(name, help, part, nil, func(s *sight, _ time.Time, emit func(float64, ...string)) { emit(read(s)) })
}

var gauges = []gauge{
	newGauge("rostrum_build_info", "1, with the version.", "", []string{"version"}, func(_ *sight, _ time.Time, emit func(float64, ...string)) { emit(1, Version) }),
	newGauge("rostrum_part_up", "1 for a part that answers, 0 for one that does not.", "", []string{"part"}, readParts),
	one("rostrum_statements", "Statements in the index.", "store", func(s *sight) float64 { return float64(s.Statements) }),
	newGauge("rostrum_newest_statement_age_seconds", "Time since the last statement was first seen.", "store", nil, func(s *sight, now time.Time, emit func(float64, ...string)) {
		if s.Newest != nil {
			emit(max(0, now.Sub(*s.Newest).Seconds()))
		}
	}),
	one("rostrum_index_bytes", "Size of the index on disk.", "store", func(s *sight) float64 { return float64(s.IndexBytes) }),
	one("rostrum_archive_bytes", "Size of the archive.", "archive", func(s *sight) float64 { return float64(s.ArchiveBytes) }),
	newGauge("rostrum_pipeline_lag_statements", "What waits for a stage: captures for the index, announcements for the matcher.", "bus", []string{"stage"},
		func(s *sight, _ time.Time, emit func(float64, ...string)) {
			emit(float64(s.Pending), "index")
			emit(float64(s.Unmatched), "match")
		}),
	newGauge("rostrum_pipeline_lag_seconds", "How long the oldest of them has waited.", "bus", []string{"stage"}, func(s *sight, _ time.Time, emit func(float64, ...string)) {
		emit(s.PendingAge, "index")
		emit(s.UnmatchedAge, "match")
	}),
	one("rostrum_quarantine_captures", "Captures in quarantine; 10000 stands for more.", "bus", func(s *sight) float64 { return float64(s.Quarantined) }),
	one("rostrum_forgotten_statements", "Statements removed for good.", "", func(s *sight) float64 { return float64(s.Forgotten) }),
	one("rostrum_index_rebuilding", "1 while the index is built anew.", "", func(s *sight) float64 { return truth(s.Rebuild.State == stateRunning) }),
	one("rostrum_index_rebuild_failed", "1 when the last rebuild since the start failed.", "", func(s *sight) float64 { return truth(s.Rebuild.State == "failed") }),
	one("rostrum_archive_lacks_captures", "1 when the index knows of captures that the archive does not hold.", "", func(s *sight) float64 { return truth(s.ArchiveLacks != "") }),
	one("rostrum_bus_lost_data", "1 when the bus had lost saved queries or the end of a log at the last start.", "", func(s *sight) float64 { return truth(s.BusLost != "") }),
	newGauge("rostrum_index_rebuild_done_ratio", "How much of the archive a rebuild has read, 0 to 1; 1 when none is under way.", "", nil,
		func(s *sight, _ time.Time, emit func(float64, ...string)) {
			r := s.Rebuild
			if r.State != stateRunning {
				emit(1)
			} else {
				emit(float64(r.BytesDone) / float64(max(r.BytesTotal, r.BytesDone, 1)))
			}
		}),
	one("rostrum_alert_receivers_failing", "Receivers of alerts that did not take their last message, and for whom some wait.", "", func(s *sight) float64 { return float64(len(s.Receivers)) }),
	one("rostrum_disk_free_bytes", "Free room on the disk of the data folder; 0 where it can't be told.", "", func(s *sight) float64 { return float64(s.DiskFree) }),
	one("rostrum_disk_size_bytes", "Size of that disk; 0 where it can't be told.", "", func(s *sight) float64 { return float64(s.DiskSize) }),
	one("rostrum_backup_last_success_timestamp_seconds", "When the last backup was whole, in Unix time; 0: never.", "bus", func(s *sight) float64 {
		if s.Backup == nil {
			return 0
		}
		return float64(s.Backup.At.UnixMilli()) / 1000
	}),
	one("rostrum_backup_last_bytes", "Size of the last backup.", "bus", func(s *sight) float64 {
		if s.Backup == nil {
			return 0
		}
		return float64(s.Backup.Bytes)
	}),
	one("rostrum_backup_last_duration_seconds", "How long the last backup took.", "bus", func(s *sight) float64 {
		if s.Backup == nil {
			return 0
		}
		return s.Backup.Seconds
	}),
	one("rostrum_verify_last_end_timestamp_seconds", "When the last check since the start ended, in Unix time; 0: none has.", "", func(s *sight) float64 {
		if s.Check == nil {
			return 0
		}
		return float64(s.Check.Ended.UnixMilli()) / 1000
	}),
	one("rostrum_verify_problems", "Problems that the last check since the start found.", "", func(s *sight) float64 {
		if s.Check == nil {
			return 0
		}
		return float64(s.Check.Problems)
	}),
	newGauge("rostrum_source_newest_age_seconds", "Time since a source last brought a page that is new or has changed. Sources that never have are left out.", "sources", []string{"source"},
		func(s *sight, now time.Time, emit func(float64, ...string)) {
			for i := range s.sources {
				if at := s.sources[i].LastNew; at != nil && s.sources[i].Enabled {
					emit(max(0, now.Sub(*at).Seconds()), s.sources[i].ID)
				}
			}
		}),
	newGauge("rostrum_source_state", "1 for the state that a source is in: fresh, new, silent, failing, off.", "sources", []string{"source", "state"},
		func(s *sight, _ time.Time, emit func(float64, ...string)) {
			for i := range s.sources {
				emit(1, s.sources[i].ID, s.sources[i].State)
			}
		}),
}

func readParts(s *sight, _ time.Time, emit func(float64, ...string)) {
	down := s.down()
	for _, part := range []string{"archive", "bus", "store"} {
		emit(truth(!down[part]), part)
	}
}

// down are the parts that did not answer.
func (s *sight) down() map[string]bool {
	down := map[string]bool{}
	for _, f := range s.Failing {
		down[f.Part] = true
	}
	if len(down) > 0 {
		down["sources"] = true // they were not asked
	}
	return down
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Describe implements prometheus.Collector.
func (o *observer) Describe(to chan<- *prometheus.Desc) {
	for _, g := range gauges {
		to <- g.desc
	}
}

// Collect implements prometheus.Collector.
func (o *observer) Collect(to chan<- prometheus.Metric) {
	if o.app.alerts == nil || o.app.node == nil || o.app.node.admin == nil {
		return // it starts
	}
	s, now := o.look(context.Background(), lookKept), o.now()
	down := s.down()
	for _, g := range gauges {
		if down[g.part] {
			continue
		}
		g.read(&s, now, func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, value, labels...)
		})
	}
}
