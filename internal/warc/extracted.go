package warc

import (
	"fmt"
	"time"

	"rostrum/internal/statement"
)

// Extracted is what extraction found in a capture, or why it found nothing, as the archive tells it to readers of its files. Nothing is
// made from it: the capture says it all again.
type Extracted struct {
	Title         string
	TitleFrom     string
	Author        string
	AuthorFrom    string
	Published     time.Time // zero: nobody says
	PublishedFrom string    // statement.FromFeed and so on
	Language      string
	Kind          string
	TextDigest    string // TextDigest of the text
	By            string // name and version of what extracted it
	At            time.Time
	Refused       string // why there is nothing; empty: there is
}

// Names of the lines of such a record.
const (
	fieldExtractedBy   = "rostrum-extracted-by"
	fieldTitle         = "rostrum-title"
	fieldTitleFrom     = "rostrum-title-from"
	fieldAuthor        = "rostrum-author"
	fieldAuthorFrom    = "rostrum-author-from"
	fieldPublished     = "rostrum-published"
	fieldPublishedFrom = "rostrum-published-from"
	fieldLanguage      = "rostrum-language"
	fieldKind          = "rostrum-kind"
	fieldTextDigest    = "rostrum-text-digest"
	fieldRefused       = "rostrum-refused"
)

// TextDigest is the digest of a text as such a record carries it: of its UTF-8 bytes.
func TextDigest(text string) string { return digest([]byte(text)) }

// ExtractedRecord makes the metadata record of what was found in a capture, which stands behind it and refers to it.
func ExtractedRecord(c *statement.Capture, e Extracted) Record {
	var block []byte
	line := func(name, value string) {
		if value = oneLine(value); value != "" {
			block = fmt.Appendf(block, "%s: %s\r\n", name, value)
		}
	}
	line(fieldExtractedBy, e.By)
	line(fieldRefused, e.Refused)
	line(fieldTitle, e.Title)
	line(fieldTitleFrom, e.TitleFrom)
	line(fieldAuthor, e.Author)
	line(fieldAuthorFrom, e.AuthorFrom)
	if !e.Published.IsZero() {
		line(fieldPublished, formatDate(e.Published))
	}
	line(fieldPublishedFrom, e.PublishedFrom)
	line(fieldLanguage, e.Language)
	line(fieldKind, e.Kind)
	line(fieldTextDigest, e.TextDigest)
	return Record{Block: block, Header: Header{
		{FieldType, TypeMetadata}, {FieldRecordID, RecordID(c.ID, "extracted "+formatDate(e.At))}, {FieldDate, formatDate(e.At)},
		{FieldTargetURI, oneLine(c.PageURL())}, {FieldRefersTo, RecordID(c.ID, TypeResponse)},
		{FieldBlockDigest, digest(block)}, {FieldContentType, "application/warc-fields"},
	}}
}

// isExtracted says whether a record is one of what was found in a capture, which no capture needs to be whole.
func isExtracted(rec *Record) bool {
	return rec.Type() == TypeMetadata && rec.Header.Get(FieldRefersTo) != "" && rec.Header.Get(FieldConcurrentTo) == ""
}
