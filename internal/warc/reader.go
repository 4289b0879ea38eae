package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// Reason is why a record is bad: stable, fit for a report or a metric label.
type Reason string

// The reasons.
const (
	Truncated   Reason = "truncated"    // the file ends inside the record
	BadGzip     Reason = "bad-gzip"     // the compressed bytes do not inflate, or fail their checksum
	WrongChunk  Reason = "wrong-chunk"  // a gzip member ends inside the record
	BadHeader   Reason = "bad-header"   // no WARC header, or one without a usable Content-Length
	WrongLength Reason = "wrong-length" // the block is not followed by the end of the record
	BadDigest   Reason = "bad-digest"   // the block or payload is not what its digest says
	TooLarge    Reason = "too-large"    // over a bound of Limits
)

// RecordError says what is wrong with the record at Offset. Reading may go on after it.
type RecordError struct {
	Offset int64
	Reason Reason
	What   string
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("read WARC record at %d: %s: %s", e.Offset, e.Reason, e.What)
}

// Limits bounds what a Reader takes. A zero field means its default.
type Limits struct {
	Header int   // bytes of one record's header; default 64 KiB
	Block  int64 // bytes of one record's block; a longer one is passed over and said; default 64 MiB
}

// Reader reads records one after the other from a plain or gzipped WARC file. It is not safe for concurrent use.
type Reader struct {
	limits Limits
	place
}

// NewReader makes a Reader of r, which begins at byte base of its file: base is added to every offset. It gives an error only
// when r cannot be read; whether it holds records is for Next to say.
func NewReader(r io.Reader, base int64, limits Limits) (*Reader, error) {
	if limits.Header <= 0 {
		limits.Header = 64 << 10
	}
	if limits.Block <= 0 {
		limits.Block = 64 << 20
	}
	p, err := newPlace(r, base)
	if err != nil {
		return nil, fmt.Errorf("read WARC: %w", err)
	}
	return &Reader{limits: limits, place: p}, nil
}

// Next gives the next record, or io.EOF after the last. With a *RecordError it gives no record, or the record as it stands when
// that is all there but differs from its digest or length (BadDigest, WrongLength); Next may be called again in either case.
// Any other error is the underlying reader's.
func (r *Reader) Next() (*Record, error) {
	rec := &Record{}
	if err := r.seek(rec); err != nil {
		return nil, err
	}
	length, err := r.readHeader(rec)
	if err != nil {
		return nil, r.abandon(err)
	}
	if length > r.limits.Block {
		return nil, r.pass(rec, length)
	}
	if rec.Block, err = readBlock(r.body, length); err != nil {
		return nil, r.abandon(r.broken(rec.Offset, err))
	}
	if err := r.finish(rec); err != nil {
		if _, ok := errors.AsType[*RecordError](err); ok && rec.Length > 0 {
			return rec, err
		}
		return nil, err
	}
	if err := verify(rec); err != nil {
		return rec, err
	}
	return rec, nil
}

// readHeader reads the version line and the fields, and gives the block's length.
func (r *Reader) readHeader(rec *Record) (int64, error) {
	budget := r.limits.Header
	line, err := r.line(&budget)
	if err != nil {
		return 0, r.headerError(rec.Offset, err)
	}
	if !strings.HasPrefix(line, "WARC/") {
		return 0, &RecordError{rec.Offset, BadHeader, fmt.Sprintf("it begins with %.40q, not with a WARC version", line)}
	}
	rec.Version = line
	for {
		line, err := r.line(&budget)
		if err != nil {
			return 0, r.headerError(rec.Offset, err)
		}
		if line == "" {
			break
		}
		rec.Header = appendField(rec.Header, line)
	}
	length, err := strconv.ParseInt(rec.Header.Get(FieldContentLength), 10, 64)
	if err != nil || length < 0 {
		return 0, &RecordError{rec.Offset, BadHeader, fmt.Sprintf("Content-Length is %.40q", rec.Header.Get(FieldContentLength))}
	}
	return length, nil
}

func (r *Reader) headerError(offset int64, err error) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return &RecordError{offset, TooLarge, fmt.Sprintf("the header is longer than %d bytes", r.limits.Header)}
	}
	return r.broken(offset, err)
}

// line reads one line of a header without its end. It gives bufio.ErrBufferFull when the header passes its bound.
func (r *Reader) line(budget *int) (string, error) {
	var long []byte
	for {
		part, err := r.body.ReadSlice('\n')
		*budget -= len(part)
		if *budget < 0 {
			return "", bufio.ErrBufferFull
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, part...)
			continue
		}
		if err != nil {
			return "", err
		}
		return strings.TrimRight(string(append(long, part...)), "\r\n"), nil
	}
}

// appendField adds one line: a field, or the continuation of the last. A line that is neither is passed over.
func appendField(h Header, line string) Header {
	if (line[0] == ' ' || line[0] == '\t') && len(h) > 0 {
		h[len(h)-1].Value = strings.TrimSpace(h[len(h)-1].Value + " " + strings.TrimSpace(line))
		return h
	}
	name, value, found := strings.Cut(line, ":")
	if !found {
		return h
	}
	return append(h, Field{strings.TrimSpace(name), strings.TrimSpace(value)})
}

// readBlock reads n bytes, and gives io.EOF where there are fewer. Over 1 MiB it takes memory as the bytes come, not as they are
// promised.
func readBlock(r io.Reader, n int64) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(min(n, 1<<20)) + bytes.MinRead)
	_, err := io.CopyN(&buf, r, n)
	return buf.Bytes(), err
}

// pass goes past a block that is over the bound.
func (r *Reader) pass(rec *Record, length int64) error {
	if _, err := io.CopyN(io.Discard, r.body, length); err != nil {
		return r.abandon(r.broken(rec.Offset, err))
	}
	if err := r.finish(rec); err != nil {
		return err
	}
	return &RecordError{rec.Offset, TooLarge, fmt.Sprintf("the block has %d bytes, more than %d", length, r.limits.Block)}
}

// broken gives a reason to an error of the underlying bytes inside the record at offset.
func (r *Reader) broken(offset int64, err error) error {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	_, impossible := errors.AsType[flate.InternalError](err) // what the inflater calls some corrupt input
	switch {
	case corrupt || impossible || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader):
		return &RecordError{offset, BadGzip, err.Error()}
	case errors.Is(err, io.EOF) && r.gz != nil && !r.atEnd():
		return &RecordError{offset, WrongChunk, "the gzip member ends inside the record"}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &RecordError{offset, Truncated, "the file ends inside the record"}
	}
	return fmt.Errorf("read WARC record at %d: %w", offset, err)
}

// verify compares the record with its digests. A revisit's are, with some writers, those of the record that it stands for.
func verify(rec *Record) error {
	if rec.Type() == TypeRevisit {
		return nil
	}
	payload := rec.Block
	if isHTTP(rec) {
		_, payload = cutHTTP(rec.Block)
	}
	if d := rec.Header.Get(FieldBlockDigest); !checkDigest(d, rec.Block) {
		return &RecordError{rec.Offset, BadDigest, "the block is not what " + d + " says"}
	}
	if d := rec.Header.Get(FieldPayloadDigest); !checkDigest(d, payload) {
		return &RecordError{rec.Offset, BadDigest, "the payload is not what " + d + " says"}
	}
	return nil
}
