package app

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

// backupMarkKey is where in Settings it is kept when the last backup was whole.
const backupMarkKey = "backup.last"

// backupMarks writes down each backup that was made, so that one that is too old is noticed, after a restart too.
type backupMarks struct {
	of       httpapi.Backuper
	kept     *bus.Bucket
	now      func() time.Time
	failures prometheus.Counter
}

// Write implements httpapi.Backuper.
func (m *backupMarks) Write(ctx context.Context, w io.Writer, begin func()) error {
	began, counted := m.now(), &counting{to: w}
	if err := m.of.Write(ctx, counted, begin); err != nil {
		if fault.KindOf(err) != fault.Conflict { // another one is being made
			m.failures.Inc()
		}
		return err
	}
	at := m.now().UTC()
	value, err := json.Marshal(httpapi.BackupMade{At: at, Bytes: counted.n, Seconds: at.Sub(began).Seconds()})
	if err == nil {
		_, err = m.kept.Put(ctx, backupMarkKey, value)
	}
	return err
}

// readBackupMark gives the last backup; nil when there is none.
func readBackupMark(ctx context.Context, kept *bus.Bucket) (*httpapi.BackupMade, error) {
	value, _, err := kept.Get(ctx, backupMarkKey)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return nil, err
	}
	made := &httpapi.BackupMade{}
	if err := json.Unmarshal(value, made); err != nil {
		return nil, fault.Newf(fault.Internal, "decode %s: %w", backupMarkKey, err)
	}
	return made, nil
}

// counting counts what is written.
type counting struct {
	to io.Writer
	n  int64
}

// Write implements io.Writer.
func (c *counting) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// Unwrap is for those who set deadlines of the answer.
func (c *counting) Unwrap() io.Writer { return c.to }

func counter(reg prometheus.Registerer, name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	reg.MustRegister(c) // once for each App
	return c
}
