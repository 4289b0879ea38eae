package warc

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// fieldCapture is the field of our metadata records that holds a capture's facts as JSON: the capture without header and body.
const fieldCapture = "rostrum-capture"

// maxURL bounds an address, so that a record's header stays within what a Reader takes.
const maxURL = 32 << 10

// Records makes the records of a capture: its metadata, its request where one is known, and last its response, which closes
// the group. It gives a fault.Poison for a capture that cannot be written as HTTP.
func Records(c *statement.Capture) ([]Record, error) {
	u, err := writable(c)
	if err != nil {
		return nil, fault.Newf(fault.Poison, "archive capture %q of %.200q: %w", c.ID, c.PageURL(), err)
	}
	facts, err := factsOf(c)
	if err != nil {
		return nil, fault.As(fault.Poison, err)
	}
	body := responseBlock(c.Status, c.Header, c.Body)
	response := record(c, TypeResponse, contentTypeOfResponse, body)
	response.Header = append(response.Header, Field{FieldPayloadDigest, digest(c.Body)})
	records := []Record{record(c, TypeMetadata, "application/warc-fields", facts)}
	if c.Method != "" || len(c.Request) > 0 {
		block := requestBlock(methodOf(c), u.Host, u.RequestURI(), c.Request)
		records = append(records, record(c, TypeRequest, "application/http; msgtype=request", block))
	}
	return append(records, response), nil
}

// writable says what a capture lacks to be written, and gives its address.
func writable(c *statement.Capture) (*url.URL, error) {
	switch {
	case c.ID == "":
		return nil, errors.New("it has no id")
	case c.FetchedAt.IsZero():
		return nil, errors.New("it has no moment of fetching")
	case c.Status < 100 || c.Status > 999:
		return nil, fmt.Errorf("its HTTP status is %d", c.Status)
	case len(c.PageURL()) > maxURL:
		return nil, fmt.Errorf("its address has %d bytes, more than the %d that a record's header takes", len(c.PageURL()), maxURL)
	}
	return url.Parse(c.PageURL())
}

func methodOf(c *statement.Capture) string {
	if c.Method == "" || strings.ContainsAny(c.Method, " \r\n") {
		return http.MethodGet
	}
	return c.Method
}

// record makes one record of a capture with the fields that all of them carry.
func record(c *statement.Capture, recordType, contentType string, block []byte) Record {
	h := Header{
		{FieldType, recordType},
		{FieldRecordID, RecordID(c.ID, recordType)},
		{FieldDate, formatDate(c.FetchedAt)},
		{FieldTargetURI, oneLine(c.PageURL())},
	}
	if recordType != TypeResponse && recordType != TypeRevisit {
		h = append(h, Field{FieldConcurrentTo, RecordID(c.ID, TypeResponse)})
	}
	if c.IP != "" && recordType != TypeMetadata {
		h = append(h, Field{FieldIPAddress, oneLine(c.IP)})
	}
	h = append(h, Field{FieldBlockDigest, digest(block)}, Field{FieldContentType, contentType})
	return Record{Header: h, Block: block}
}

// factsOf writes what the HTTP messages do not hold.
func factsOf(c *statement.Capture) ([]byte, error) {
	facts := *c
	facts.Header, facts.Request, facts.Body = nil, nil, nil
	encoded, err := json.Marshal(&facts)
	if err != nil {
		return nil, fmt.Errorf("encode capture %s: %w", c.ID, err)
	}
	return fmt.Appendf(nil, "%s%s: %s\r\n", readable(c), fieldCapture, encoded), nil
}

// readable are the facts that a person or another tool looks for, a line each; fieldCapture has them all.
func readable(c *statement.Capture) []byte {
	var b []byte
	line := func(name, value string) {
		if value = oneLine(value); value != "" {
			b = fmt.Appendf(b, "%s: %s\r\n", name, value)
		}
	}
	line("via", c.Hint.Via)
	line(fieldSource, c.Source)
	for _, hop := range c.Redirects {
		line(fieldRedirectedFrom, fmt.Sprintf("%d %s", hop.Status, hop.URL))
	}
	line(fieldLinkTitle, c.Hint.Title)
	line(fieldLinkAuthor, c.Hint.Author)
	if !c.Hint.Published.IsZero() {
		line(fieldLinkPublished, formatDate(c.Hint.Published))
	}
	if c.NoArchive {
		line(fieldPrivate, "true")
	}
	return b
}

// FactsID gives the capture id in a metadata record that Records made; empty for any other record.
func FactsID(rec *Record) string {
	c, err := readFacts(rec)
	if err != nil {
		return ""
	}
	return c.ID
}

// readFacts reads a metadata record that Records made.
func readFacts(rec *Record) (*statement.Capture, error) {
	for line := range strings.Lines(string(rec.Block)) {
		name, value, _ := strings.Cut(line, ":")
		if name != fieldCapture {
			continue
		}
		c := new(statement.Capture)
		if err := json.Unmarshal([]byte(value), c); err != nil {
			return nil, fmt.Errorf("read capture of record %s: %w", rec.Header.Get(FieldRecordID), err)
		}
		return c, nil
	}
	return nil, fmt.Errorf("read capture of record %s: it has no field %s", rec.Header.Get(FieldRecordID), fieldCapture)
}

// Grouper puts the records that Records made together again.
type Grouper struct {
	// Refers says where the payload of the capture that Add gave last stands, when that was a revisit: the capture has no body then. Nil
	// when it is whole.
	Refers *Reference

	capture *statement.Capture
	start   int64
}

// Add takes the next record of a file. It gives the capture that the record completes and the offset at which the capture's
// records begin, or nil. Records of others are passed over; an error means that a capture of ours is not whole.
func (g *Grouper) Add(rec *Record) (*statement.Capture, int64, error) {
	switch rec.Type() {
	case TypeMetadata:
		if isExtracted(rec) {
			return nil, 0, nil
		}
		c, err := readFacts(rec)
		g.capture, g.start = c, rec.Offset
		return nil, 0, err
	case TypeRequest:
		if g.capture == nil {
			return nil, 0, nil
		}
		m, err := parseHTTP(rec.Block)
		g.capture.Request = m.header
		return nil, 0, err
	case TypeResponse, TypeRevisit:
		return g.close(rec)
	}
	return nil, 0, nil
}

func (g *Grouper) close(rec *Record) (*statement.Capture, int64, error) {
	c := g.capture
	g.capture, g.Refers = nil, nil
	if c == nil || rec.Header.Get(FieldRecordID) != RecordID(c.ID, TypeResponse) {
		return nil, 0, fmt.Errorf("read response record %s: its metadata record is missing", rec.Header.Get(FieldRecordID))
	}
	m, err := parseHTTP(rec.Block)
	if err != nil {
		return nil, 0, err
	}
	c.Header, c.Body = restore(m.header), m.body
	if delete(c.Request, "Host"); len(c.Request) == 0 {
		c.Request = nil
	}
	if rec.Type() == TypeRevisit {
		of := referenceOf(rec)
		g.Refers = &of
	}
	return c, g.start, nil
}
