package warc

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// place is where a Reader stands in its file, and how it finds the next record: after a good one at once, after a bad one by
// searching for bytes that look like a beginning.
type place struct {
	count *counter
	src   *bufio.Reader // the file's own bytes
	gz    *gzip.Reader  // nil in a plain file
	body  *bufio.Reader // the records' bytes; src itself in a plain file
	start int64         // where the open gzip member begins
	nth   int           // records begun in the open member
	open  bool          // a gzip member is open
	lost  bool          // the next record must be searched for
}

func newPlace(r io.Reader, base int64) (place, error) {
	count := &counter{r: r, n: base}
	p := place{count: count, src: bufio.NewReaderSize(count, 64<<10)}
	magic, err := p.src.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return p, err
	}
	p.body = p.src
	if string(magic) == "\x1f\x8b" {
		p.gz = new(gzip.Reader)
		p.body = bufio.NewReaderSize(nil, 64<<10)
	}
	return p, nil
}

// offset is the place in the file of the first byte that was not yet used.
func (p *place) offset() int64 { return p.count.n - int64(p.src.Buffered()) }

func (p *place) atEnd() bool {
	_, err := p.src.Peek(1)
	return errors.Is(err, io.EOF)
}

// seek goes to the first byte of the next record, or gives io.EOF.
func (p *place) seek(rec *Record) error {
	if p.gz == nil {
		return p.seekPlain(rec)
	}
	if !p.open {
		if err := p.openMember(); err != nil {
			return err
		}
	}
	rec.Offset, rec.Shared = p.start, p.nth > 0
	p.nth++
	return nil
}

func (p *place) seekPlain(rec *Record) error {
	if p.lost {
		if err := p.resyncPlain(); err != nil {
			return err
		}
	}
	if err := skipNewlines(p.body); err != nil {
		return err
	}
	rec.Offset = p.offset()
	return nil
}

// resyncPlain passes over lines until one begins like a record.
func (p *place) resyncPlain() error {
	for {
		head, err := p.body.Peek(5)
		if string(head) == "WARC/" {
			p.lost = false
			return nil
		}
		if len(head) == 0 {
			return err
		}
		if _, err := p.body.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// openMember begins the next gzip member. Bytes that are none are said once and then passed over.
func (p *place) openMember() error {
	if p.lost {
		if err := p.resyncGzip(); err != nil {
			return err
		}
	}
	head, err := p.src.Peek(3)
	if len(head) == 0 {
		return err
	}
	p.start = p.offset()
	if !beginsMember(head) && len(head) == 3 {
		p.lost = true
		return &RecordError{p.start, BadGzip, "bytes that begin no gzip member"}
	}
	if err := p.gz.Reset(p.src); err != nil {
		p.lost = true
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return &RecordError{p.start, Truncated, "the file ends inside a gzip header"}
		}
		return &RecordError{p.start, BadGzip, err.Error()}
	}
	p.gz.Multistream(false)
	p.body.Reset(p.gz)
	p.open, p.nth = true, 0
	return nil
}

func beginsMember(head []byte) bool { return string(head) == "\x1f\x8b\x08" }

// resyncGzip passes over bytes until three are those that begin a gzip member.
func (p *place) resyncGzip() error {
	for {
		head, err := p.src.Peek(3)
		if beginsMember(head) {
			p.lost = false
			return nil
		}
		if len(head) < 3 {
			_, _ = p.src.Discard(len(head))
			return err
		}
		_, _ = p.src.Discard(1)
	}
}

// abandon gives up a bad record. The rest of its gzip member goes with it; where that cannot be inflated either, or in a plain
// file, the next record is searched for.
func (p *place) abandon(err error) error {
	if _, ok := errors.AsType[*RecordError](err); !ok {
		return err
	}
	p.lost = true
	if p.open {
		_, failed := io.Copy(io.Discard, p.gz)
		p.lost, p.open = failed != nil, false
	}
	return err
}

// finish goes past the end of the record and finds its length in the file. A record must be followed by another, or by the end
// of its member or file.
func (r *Reader) finish(rec *Record) error {
	end := r.offset()
	err := skipNewlines(r.body)
	if err != nil && !errors.Is(err, io.EOF) {
		return r.abandon(r.broken(rec.Offset, err))
	}
	last := err != nil
	if last {
		r.open = false
	}
	rec.Length = r.offset() - rec.Offset
	if last {
		return nil //nolint:nilerr // the member or file ends where it should
	}
	if head, _ := r.body.Peek(5); string(head) != "WARC/" {
		return r.abandon(&RecordError{rec.Offset, WrongLength, "the block is followed by bytes that belong to no record"})
	}
	if r.gz == nil && r.offset() == end {
		return &RecordError{rec.Offset, WrongLength, "the block is not followed by an empty line"}
	}
	rec.Shared = r.gz != nil
	return nil
}

func skipNewlines(b *bufio.Reader) error {
	for {
		c, err := b.ReadByte()
		if err != nil {
			return err
		}
		if c != '\r' && c != '\n' {
			return b.UnreadByte()
		}
	}
}

// counter counts the bytes that were read from r.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
