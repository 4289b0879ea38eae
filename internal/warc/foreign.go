package warc

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// ImportOptions says how the captures of a WARC file are read.
type ImportOptions struct {
	Source string // of those that this program did not write
	Limits Limits
	// Original finds the capture that a revisit refers to, where the file did not have it before; nil, or a nil capture, where there is none.
	Original func(Reference) (*statement.Capture, error)
	// Passed is called with the type of each record that holds no page: warcinfo, request, metadata, a look-up of a name. Nil is nobody.
	Passed func(recordType string)
}

// Captures reads the captures of a WARC file that anybody wrote, for an import: each is marked as backfill. With an error instead of a
// capture goes the reason why a record is left out: a *RecordError or a fault.Poison, after which it goes on, or else the reader's own
// error, which is the last. A revisit becomes the capture that it stands for, with the moment of the revisit.
func Captures(r io.Reader, o ImportOptions) iter.Seq2[*statement.Capture, error] {
	return func(yield func(*statement.Capture, error) bool) {
		rd, err := NewReader(r, 0, o.Limits)
		if err != nil {
			yield(nil, err)
			return
		}
		i := &importing{o: o, limit: rd.limits.Block, seen: payloads{}}
		if i.o.Passed == nil {
			i.o.Passed = func(string) {}
		}
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
			if c, err := i.capture(rec); (c != nil || err != nil) && !yield(c, err) {
				return
			}
		}
	}
}

// importing reads the captures of one file.
type importing struct {
	o     ImportOptions
	limit int64
	ours  Grouper
	seen  payloads
}

// capture gives the capture that a record holds or completes, else nil.
func (i *importing) capture(rec *Record) (*statement.Capture, error) {
	kind := rec.Type()
	if i.ours.capture == nil && (kind != TypeMetadata || FactsID(rec) == "") {
		return i.foreign(rec)
	}
	c, _, err := i.ours.Add(rec)
	if c == nil || err != nil {
		return nil, fault.As(fault.Poison, err)
	}
	c.Backfill = true
	if of := i.ours.Refers; of != nil {
		original, err := i.original(*of)
		if err != nil {
			return nil, refused(rec, err)
		}
		c.Body = original.Body
		if c.Unchanged != nil && c.Unchanged.Said {
			c.Status, c.Header = original.Status, original.Header.Clone()
		}
		c.Unchanged = nil
		return c, nil
	}
	i.seen.keep(rec, c)
	return c, nil
}

// foreign gives the capture of a record that another tool wrote, nil for a record that is no page over HTTP.
func (i *importing) foreign(rec *Record) (*statement.Capture, error) {
	kind, target := rec.Type(), rec.TargetURI()
	switch kind {
	case TypeResponse, TypeResource, TypeConverse, TypeRevisit:
	default:
		i.o.Passed(kind)
		return nil, nil
	}
	if target == "" {
		return nil, refused(rec, fmt.Errorf("it has no %s", FieldTargetURI))
	}
	if lower := strings.ToLower(target); !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		i.o.Passed(kind) // dns:, urn:, whois: and the like
		return nil, nil
	}
	if why := rec.Header.Get(FieldTruncated); why != "" {
		return nil, refused(rec, fmt.Errorf("only its beginning was kept (%s: %.40s)", FieldTruncated, why))
	}
	if rec.Header.Get("WARC-Segment-Number") != "" {
		return nil, refused(rec, errors.New("it is one segment of several"))
	}
	c, err := i.read(rec, target)
	if err != nil {
		return nil, refused(rec, err)
	}
	if kind != TypeRevisit {
		i.seen.keep(rec, c)
	}
	return c, nil
}

func refused(rec *Record, err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err // the store's or the bus's
	}
	return fault.Newf(fault.Poison, "record %s of %.300s: %w", rec.Header.Get(FieldRecordID), rec.TargetURI(), err)
}

// read makes a capture of a page, its body decoded.
func (i *importing) read(rec *Record, target string) (*statement.Capture, error) {
	date, err := rec.Date()
	if err != nil {
		return nil, err
	}
	c := &statement.Capture{
		Version: statement.WireVersion, ID: statement.CaptureID(target, date), URL: target, Source: i.o.Source, FetchedAt: date,
		Method: http.MethodGet, IP: rec.Header.Get(FieldIPAddress), Backfill: true, Status: http.StatusOK,
	}
	switch {
	case rec.Type() == TypeRevisit:
		return c, i.fillRevisit(c, rec)
	case isHTTP(rec):
		return c, i.fillResponse(c, rec)
	case rec.Type() == TypeResponse && rec.Header.Get(FieldContentType) != "":
		return nil, fmt.Errorf("its content type is %.80q, not that of an HTTP response", rec.Header.Get(FieldContentType))
	case rec.Type() == TypeResponse:
		return c, i.fillResponse(c, rec)
	}
	c.Header = http.Header{"Content-Type": {rec.Header.Get(FieldContentType)}}
	c.Body = rec.Block
	return c, nil
}

func (i *importing) fillResponse(c *statement.Capture, rec *Record) error {
	m, err := parseHTTP(rec.Block)
	if err != nil {
		return err
	}
	if c.Status, err = m.status(); err != nil {
		return err
	}
	c.Header, c.Body, err = Payload(m.header, m.body, i.limit)
	if err == nil && c.Header.Get("Content-Length") == "" {
		c.Header.Set("Content-Length", strconv.Itoa(len(c.Body)))
	}
	return err
}

// fillRevisit gives a revisit the payload that it refers to. Where the server said that nothing was modified, the answer is the original's
// too; else the header is the revisit's own, if it has one.
func (i *importing) fillRevisit(c *statement.Capture, rec *Record) error {
	of := referenceOf(rec)
	if of.Target == "" {
		of.Target = c.URL // as WARC 1.0 has it
	}
	original, err := i.original(of)
	if err != nil {
		return err
	}
	c.Status, c.Header, c.Body = original.Status, original.Header.Clone(), original.Body
	m, err := parseHTTP(rec.Block)
	if err != nil || strings.HasSuffix(rec.Header.Get(FieldProfile), profileNotModified) {
		return nil //nolint:nilerr // a revisit without a header is allowed
	}
	if status, err := m.status(); err == nil && status != http.StatusNotModified {
		for _, name := range wireFields {
			m.header.Del(name)
		}
		m.header.Set("Content-Length", strconv.Itoa(len(c.Body)))
		c.Status, c.Header = status, m.header
	}
	return nil
}

// original finds the capture that is referred to: in this file, else elsewhere.
func (i *importing) original(of Reference) (*statement.Capture, error) {
	if c := i.seen.find(of); c != nil {
		return c, nil
	}
	if i.o.Original != nil {
		if c, err := i.o.Original(of); c != nil || err != nil {
			return c, err
		}
	}
	return nil, fmt.Errorf("it is a revisit of %s, which is neither in this file nor in the archive: import the file that has it first", of)
}

// payloads remembers captures for the revisits behind them, the latest ones, up to maxReferenced bytes.
type payloads struct {
	by    map[string]*statement.Capture
	order []remembered
	bytes int
}

type remembered struct {
	names []string
	size  int
}

func (p *payloads) keep(rec *Record, c *statement.Capture) {
	names := make([]string, 0, 3)
	for _, name := range []string{rec.Header.Get(FieldRecordID), digestName(rec.Header.Get(FieldPayloadDigest)), momentName(c.URL, formatDate(c.FetchedAt))} {
		if name != "" {
			names = append(names, name)
		}
	}
	if p.by == nil {
		p.by = map[string]*statement.Capture{}
	}
	for _, name := range names {
		p.by[name] = c
	}
	p.order, p.bytes = append(p.order, remembered{names, len(c.Body)}), p.bytes+len(c.Body)
	for len(p.order) > 1 && (p.bytes > maxReferenced || len(p.order) > maxRemembered) {
		for _, name := range p.order[0].names {
			delete(p.by, name)
		}
		p.bytes -= p.order[0].size
		p.order = p.order[1:]
	}
}

// find looks a reference up by what it gives, the surest first.
func (p *payloads) find(of Reference) *statement.Capture {
	for _, name := range []string{of.RecordID, digestName(of.Digest), momentName(of.Target, formatDate(of.Date))} {
		if c := p.by[name]; name != "" && c != nil {
			return c
		}
	}
	return nil
}

func digestName(digest string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(digest), "="))
}

func momentName(target, date string) string { return target + " " + date }
