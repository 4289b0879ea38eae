package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
	"rostrum/search"
)

const warcFormat = "warc"

// maxNamed bounds the statements that are left out and named; all are counted.
const maxNamed = 1000

// Captures gives archived captures: fault.Forbidden for one that its publisher asks not to be shown, fault.NotFound for one that is not
// kept or was removed for good.
type Captures interface {
	Capture(ctx context.Context, id string) (*statement.Capture, error)
}

// LeftOut are statements that match and are not in the export, for one reason.
type LeftOut struct {
	Reason     string   `json:"reason"`
	Statements int      `json:"statements"`
	IDs        []string `json:"ids,omitempty" doc:"the first thousand"`
}

// Why a capture is left out.
const (
	leftNoArchive = "noarchive: the publisher asks that the page be not given from an archive"
	leftGone      = "gone: the capture is not in the archive, or was removed for good"
)

// captures spells the captures that the statements were found in, one gzip member a record.
type captures struct {
	layout
	encoder warc.Encoder
	buf     bytes.Buffer
	left    []LeftOut
	st      statement.Statement
}

func newWARC(l layout) encoder { return &captures{layout: l} }

func (e *captures) begin(dst []byte) []byte {
	at := e.at.UTC().Format(time.RFC3339)
	block := fmt.Appendf(nil, "software: Rostrum\r\nformat: WARC File Format 1.1\r\ndescription: captures of the statements that match %q\r\n", e.parsed)
	rec := warc.Record{Block: block, Header: warc.Header{{Name: warc.FieldType, Value: warc.TypeInfo}, {Name: warc.FieldRecordID, Value: warc.RecordID(at+e.parsed, warc.TypeInfo)},
		{Name: warc.FieldDate, Value: at}, {Name: warc.FieldContentType, Value: "application/warc-fields"}}}
	dst, _ = e.append(dst, []warc.Record{rec}) // a buffer takes everything
	return dst
}

func (e *captures) end(dst []byte, _ emitter) ([]byte, int, error) { return dst, 0, nil }

func (e *captures) statement(ctx context.Context, _ search.Selection, dst []byte, s read) ([]byte, int, error) {
	st, err := s.DecodeInto(&e.st, false, false)
	if err != nil {
		return dst, 0, err
	}
	if st.NoArchive {
		e.leave(leftNoArchive, st.ID)
		return dst, 0, nil
	}
	c, err := e.layout.captures.Capture(ctx, st.Capture)
	switch kind := fault.KindOf(err); {
	case err == nil:
	case kind == fault.Forbidden:
		e.leave(leftNoArchive, st.ID)
		return dst, 0, nil
	case kind == fault.NotFound:
		e.leave(leftGone, st.ID)
		return dst, 0, nil
	default:
		return dst, 0, fmt.Errorf("read capture of %s: %w", st.ID, err)
	}
	records, err := warc.Records(c)
	if err == nil {
		dst, err = e.append(dst, records)
	}
	return dst, 1, err
}

func (e *captures) append(dst []byte, records []warc.Record) ([]byte, error) {
	e.buf.Reset()
	for i := range records {
		if err := e.encoder.Encode(&e.buf, &records[i]); err != nil {
			return dst, err
		}
	}
	return append(dst, e.buf.Bytes()...), nil
}

func (e *captures) leave(reason, id string) {
	for i := range e.left {
		if l := &e.left[i]; l.Reason == reason {
			if l.Statements++; len(l.IDs) < maxNamed {
				l.IDs = append(l.IDs, id)
			}
			return
		}
	}
	e.left = append(e.left, LeftOut{reason, 1, []string{id}})
}

// leftOut implements leaver.
func (e *captures) leftOut() []LeftOut { return e.left }

func (e *captures) mark() ([]byte, bool) {
	state, err := json.Marshal(e.left)
	return state, err == nil
}

func (e *captures) resume(state []byte) error { return json.Unmarshal(state, &e.left) }
