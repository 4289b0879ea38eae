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
	profileSaidSo      = "http://netpreserve.org/warc/1.1/revisit/" + profileNotModified
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
	of.Digest = digest(c.Body)
	*last = revisitOf(c, bytes.Clone(last.Block[:len(last.Block)-len(c.Body)]), profilePayload, of)
	return records, nil
}

// revisitOf makes the revisit record that takes the place of a capture's response: under the response's id, which the other records of
// the group name.
func revisitOf(c *statement.Capture, head []byte, profile string, of Reference) Record {
	revisit := record(c, TypeRevisit, contentTypeOfResponse, head)
	for i := range revisit.Header {
		if revisit.Header[i].Name == FieldRecordID {
			revisit.Header[i].Value = RecordID(c.ID, TypeResponse)
		}
	}
	revisit.Header = append(revisit.Header, Field{FieldPayloadDigest, of.Digest}, Field{FieldProfile, profile}, Field{FieldRefersTo, of.RecordID},
		Field{FieldRefersToURI, oneLine(of.Target)}, Field{FieldRefersToDate, formatDate(of.Date)})
	return revisit
}

// Unchanged makes the records of a capture that has no body, since its fetch found the page as it was: like those of Revisit.
func Unchanged(c *statement.Capture, of Reference) ([]Record, error) {
	records, err := Records(c)
	if err != nil {
		return nil, err
	}
	profile := profilePayload
	if c.Unchanged != nil && c.Unchanged.Said {
		profile = profileSaidSo
	}
	records[len(records)-1] = revisitOf(c, headBlock(c.Status, c.Header), profile, of)
	return records, nil
}

// ReferredBy gives where the payload of a response or revisit record stands: in itself, or where it refers to.
func ReferredBy(rec *Record) (Reference, error) {
	if rec.Type() == TypeRevisit {
		return referenceOf(rec), nil
	}
	return ReferenceTo(rec)
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
