package warc

import (
	"bytes"
	"fmt"
	"time"

	"rostrum/internal/statement"
)

// Profiles of revisit records (WARC 1.1, section 6.7; those of 1.0 differ in the version alone).
const (
	profilePayload     = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	profileNotModified = "server-not-modified" // the end of that profile, in any version
)

// Names of the header fields of revisit records.
const (
	FieldProfile          = "WARC-Profile"
	FieldRefersTo         = "WARC-Refers-To"
	FieldRefersToURI      = "WARC-Refers-To-Target-URI"
	FieldRefersToDate     = "WARC-Refers-To-Date"
	FieldTruncated        = "WARC-Truncated"
	maxReferenced         = 64 << 20 // bytes of payloads that an import remembers for the revisits behind them
	maxRemembered         = 100_000  // and their number
	fieldSource           = "rostrum-source"
	fieldRedirectedFrom   = "rostrum-redirected-from"
	fieldLinkTitle        = "rostrum-link-title"
	fieldLinkAuthor       = "rostrum-link-author"
	fieldLinkPublished    = "rostrum-link-published"
	fieldPrivate          = "rostrum-noarchive"
	contentTypeOfResponse = "application/http; msgtype=response"
)

// Reference says which payload a revisit record stands for. Fields that its writer left out are empty.
type Reference struct {
	RecordID string // of the response record that holds the payload
	Target   string // its address
	Date     time.Time
	Digest   string // of the payload, labelled
}

// PayloadDigest is the digest of a capture's payload as records carry it.
func PayloadDigest(c *statement.Capture) string { return digest(c.Body) }

// ReferenceTo makes the reference to a response record that was read.
func ReferenceTo(response *Record) (Reference, error) {
	date, err := response.Date()
	return Reference{
		RecordID: response.Header.Get(FieldRecordID), Target: response.TargetURI(), Date: date, Digest: response.Header.Get(FieldPayloadDigest),
	}, err
}

// Revisit makes the records of a capture whose payload is archived already: as Records does, but instead of the response a revisit
// record, which holds the header alone and says where the payload stands.
func Revisit(c *statement.Capture, of Reference) ([]Record, error) {
	records, err := Records(c)
	if err != nil {
		return nil, err
	}
	last := &records[len(records)-1]
	last.Block = bytes.Clone(last.Block[:len(last.Block)-len(c.Body)])
	revisit := record(c, TypeRevisit, contentTypeOfResponse, last.Block)
	for i := range revisit.Header {
		if revisit.Header[i].Name == FieldRecordID {
			revisit.Header[i].Value = RecordID(c.ID, TypeResponse) // the one that the other records of the group name
		}
	}
	revisit.Header = append(revisit.Header,
		Field{FieldPayloadDigest, digest(c.Body)}, Field{FieldProfile, profilePayload}, Field{FieldRefersTo, of.RecordID},
		Field{FieldRefersToURI, oneLine(of.Target)}, Field{FieldRefersToDate, formatDate(of.Date)})
	*last = revisit
	return records, nil
}

// referenceOf reads what a revisit record refers to.
func referenceOf(rec *Record) Reference {
	r := Reference{RecordID: rec.Header.Get(FieldRefersTo), Target: bracketed(rec.Header.Get(FieldRefersToURI)), Digest: rec.Header.Get(FieldPayloadDigest)}
	if date, err := time.Parse(time.RFC3339Nano, rec.Header.Get(FieldRefersToDate)); err == nil {
		r.Date = date.UTC()
	}
	return r
}

// String says in words what is referred to.
func (r Reference) String() string {
	s := "another record"
	if r.Target != "" {
		s = r.Target
	}
	if !r.Date.IsZero() {
		s += fmt.Sprintf(" as of %s", r.Date.Format(time.RFC3339))
	}
	if r.Target == "" && r.Digest != "" {
		s += " with payload " + r.Digest
	}
	return s
}
