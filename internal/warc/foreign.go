package warc

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Captures reads the captures of a WARC file that anybody wrote, for an import: each is marked as backfill, and those that this
// program did not write come from source. With an error instead of a capture goes the reason why a record is left out: a
// *RecordError or a fault.Poison, after which it goes on, or else the reader's own error, which is the last.
func Captures(r io.Reader, source string, limits Limits) iter.Seq2[*statement.Capture, error] {
	return func(yield func(*statement.Capture, error) bool) {
		rd, err := NewReader(r, 0, limits)
		if err != nil {
			yield(nil, err)
			return
		}
		var ours Grouper
		for {
			rec, err := rd.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			_, bad := errors.AsType[*RecordError](err)
			if err != nil && (!yield(nil, err) || !bad) {
				return
			}
			if err != nil {
				continue
			}
			if c, err := imported(&ours, rec, source, rd.limits.Block); (c != nil || err != nil) && !yield(c, err) {
				return
			}
		}
	}
}

// imported gives the capture that a record holds or completes, else nil.
func imported(ours *Grouper, rec *Record, source string, limit int64) (*statement.Capture, error) {
	if rec.Type() == TypeMetadata && FactsID(rec) == "" {
		return nil, nil
	}
	if ours.capture == nil && rec.Type() != TypeMetadata {
		return Foreign(rec, source, limit)
	}
	c, _, err := ours.Add(rec)
	if c != nil {
		c.Backfill = true
	}
	return c, fault.As(fault.Poison, err)
}

// Foreign makes a capture of a response or resource record that another tool wrote, its body decoded to at most limit bytes. It
// gives nil for records that are no page over HTTP, and a fault.Poison with the reason for one that should be and is not.
func Foreign(rec *Record, source string, limit int64) (*statement.Capture, error) {
	target, kind := rec.TargetURI(), rec.Type()
	if kind != TypeResponse && kind != TypeResource || !strings.HasPrefix(target, "http://") && !strings.HasPrefix(target, "https://") {
		return nil, nil
	}
	date, err := rec.Date()
	if err != nil {
		return nil, fault.As(fault.Poison, err)
	}
	c := &statement.Capture{
		Version: statement.WireVersion, ID: statement.CaptureID(target, date), URL: target, Source: source, FetchedAt: date,
		Method: http.MethodGet, IP: rec.Header.Get(FieldIPAddress), Backfill: true, Status: http.StatusOK,
	}
	if kind == TypeResource {
		c.Header = http.Header{"Content-Type": {rec.Header.Get(FieldContentType)}}
		c.Body = rec.Block
		return c, nil
	}
	if err := fillResponse(c, rec, limit); err != nil {
		return nil, fault.Newf(fault.Poison, "record %s of %s: %w", rec.Header.Get(FieldRecordID), target, err)
	}
	return c, nil
}

func fillResponse(c *statement.Capture, rec *Record, limit int64) error {
	m, err := parseHTTP(rec.Block)
	if err != nil {
		return err
	}
	if c.Status, err = m.status(); err != nil {
		return err
	}
	c.Header, c.Body, err = Payload(m.header, m.body, limit)
	if err == nil && c.Header.Get("Content-Length") == "" {
		c.Header.Set("Content-Length", strconv.Itoa(len(c.Body)))
	}
	return err
}
