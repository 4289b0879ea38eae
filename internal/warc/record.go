// Package warc reads and writes WARC 1.1 files (ISO 28500:2017), one gzip member a record, and the CDXJ lines that index them.
package warc

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// Record types.
const (
	TypeInfo     = "warcinfo"
	TypeRequest  = "request"
	TypeResponse = "response"
	TypeMetadata = "metadata"
	TypeRevisit  = "revisit"
	TypeResource = "resource"
	TypeConverse = "conversion"
)

// Names of the header fields that this package reads or writes.
const (
	FieldType          = "WARC-Type"
	FieldRecordID      = "WARC-Record-ID"
	FieldDate          = "WARC-Date"
	FieldTargetURI     = "WARC-Target-URI"
	FieldConcurrentTo  = "WARC-Concurrent-To"
	FieldIPAddress     = "WARC-IP-Address"
	FieldBlockDigest   = "WARC-Block-Digest"
	FieldPayloadDigest = "WARC-Payload-Digest"
	FieldFilename      = "WARC-Filename"
	FieldContentType   = "Content-Type"
	FieldContentLength = "Content-Length"
)

// Field is one line of a record's header.
type Field struct{ Name, Value string }

// Header is a record's fields in the order in which they stand.
type Header []Field

// Get gives the value of the first field of this name in any case; empty if there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Record is one WARC record with its whole block. Where it was read from a file, Offset and Length say which bytes of the file
// (as compressed) hold it; Shared means that the bytes hold other records too and cannot be read from the middle.
type Record struct {
	Version string // "WARC/1.1"
	Header  Header
	Block   []byte
	Offset  int64
	Length  int64
	Shared  bool
}

// Type is the record's WARC-Type in lower case.
func (r *Record) Type() string { return strings.ToLower(r.Header.Get(FieldType)) }

// TargetURI is the record's WARC-Target-URI, without the angle brackets that some writers put around it.
func (r *Record) TargetURI() string { return bracketed(r.Header.Get(FieldTargetURI)) }

func bracketed(uri string) string {
	uri = strings.TrimSpace(uri)
	if inner, ok := strings.CutPrefix(uri, "<"); ok {
		uri = strings.TrimSuffix(inner, ">")
	}
	return uri
}

// Date is the record's WARC-Date in UTC.
func (r *Record) Date() (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, r.Header.Get(FieldDate))
	if err != nil {
		return time.Time{}, fmt.Errorf("read WARC-Date of %s: %w", r.Header.Get(FieldRecordID), err)
	}
	return t.UTC(), nil
}

// RecordID makes the id of a capture's record of one type: a UUID of version 8 (RFC 9562) in angle brackets that depends on
// nothing but its arguments.
func RecordID(capture, recordType string) string {
	sum := sha256.Sum256([]byte(capture + "\n" + recordType))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// formatDate writes a WARC-Date with as many fractional digits as the moment has, nine at most.
func formatDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z") }
