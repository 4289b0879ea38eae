package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// format is what a body is, whatever it says.
type format uint8

const (
	unknown format = iota
	formatHTML
	formatPlain
	formatPDF
	formatDOCX
	formatFeed
	formatXML
	formatJSON
	formatArchive
	formatOffice
	formatMedia
	formatBinary
	formatDoc
	formatLocked
	formatODT
	formatRTF
	formatSheet
	formatMail
	formatPostScript
)

// sniffWithin is how many bytes of a body decide what it is.
const sniffWithin = 4 << 10

// formatNames complete the sentence "it is …".
var formatNames = map[format]string{
	formatHTML: "an HTML page", formatPlain: "plain text", formatPDF: "a PDF", formatDOCX: "a DOCX document", formatFeed: "a feed",
	formatXML: "XML", formatJSON: "JSON", formatArchive: "an archive", formatOffice: "an old Office document",
	formatDoc: "an old Word document (.doc)", formatLocked: "an encrypted Office document, which opens with a password alone",
	formatODT: "an OpenDocument file", formatRTF: "an RTF document", formatSheet: "a spreadsheet or a presentation",
	formatMail: "a message or a web archive (MHTML)", formatPostScript: "PostScript",
	formatMedia: "an image, sound, film or font", formatBinary: "binary data",
}

func (f format) String() string { return formatNames[f] }

var (
	htmlStart = regexp.MustCompile(`(?i)<(?:!doctype\s+html|html|head|body|title|article|h1|p|div|table|meta)[\s>/]`)
	feedStart = regexp.MustCompile(`(?i)<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]`)
	mailStart = regexp.MustCompile(`(?i)^(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,20}MIME-Version:\s*1\.0`)
)

// sniff tells what a body is by its bytes.
func sniff(body []byte) format {
	if enc, rest := byOrderMark(body); enc != nil {
		body = []byte(convert(enc, rest[:min(len(rest), 2*sniffWithin)]))
	}
	start := body[:min(len(body), sniffWithin)]
	trimmed := bytes.TrimLeft(start, " \t\r\n\f")
	switch {
	case bytes.Contains(start[:min(len(start), 1024)], []byte("%PDF-")) && !bytes.HasPrefix(trimmed, []byte("<")):
		return formatPDF
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return zipped(body)
	case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return compound(body)
	case bytes.HasPrefix(trimmed, []byte(`{\rtf`)):
		return formatRTF
	case bytes.HasPrefix(start, []byte("%!PS")):
		return formatPostScript
	case mailStart.Match(start):
		return formatMail
	case binary(start):
		return media(start)
	case bytes.HasPrefix(trimmed, []byte("<")) || htmlStart.Match(start):
		return markup(start)
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(body):
		return formatJSON
	}
	return formatPlain
}

// zipped tells what a zip holds by the names of its entries, which stand uncompressed before each and again at its end.
func zipped(body []byte) format {
	for _, of := range []struct {
		name string
		is   format
	}{
		{"word/document", formatDOCX}, {"wordprocessingml.document.main+xml", formatDOCX}, {`word\document`, formatDOCX},
		{"application/vnd.oasis.opendocument", formatODT}, {"xl/workbook", formatSheet}, {"ppt/presentation", formatSheet},
	} {
		if bytes.Contains(body, []byte(of.name)) {
			return of.is
		}
	}
	return formatArchive
}

// compound tells what an OLE compound file holds by the names of its streams, which are in UTF-16.
func compound(body []byte) format {
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(body, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return formatLocked
	case has("WordDocument"):
		return formatDoc
	}
	return formatOffice
}

// binary says whether a body holds what no text does: one in a hundred bytes of control characters, or a zero byte early on.
func binary(start []byte) bool {
	control := 0
	for _, c := range start {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f {
			control++
		}
	}
	return control > len(start)/100 || bytes.IndexByte(start[:min(len(start), 64)], 0) >= 0
}

func media(start []byte) format {
	kind := http.DetectContentType(start)
	switch top, _, _ := strings.Cut(kind, "/"); {
	case top == "image" || top == "audio" || top == "video" || top == "font":
		return formatMedia
	case strings.Contains(kind, "zip") || strings.Contains(kind, "rar"):
		return formatArchive
	}
	return formatBinary
}

func markup(start []byte) format {
	switch html, feed := htmlStart.FindIndex(start), feedStart.FindIndex(start); {
	case feed != nil && (html == nil || feed[0] < html[0]):
		return formatFeed
	case html != nil:
		return formatHTML
	case bytes.Contains(start, []byte("<svg")):
		return formatMedia
	case bytes.Contains(start, []byte("<?xml")):
		return formatXML
	}
	return formatHTML
}

// declared is the format that a Content-Type names, or unknown where it names none in particular.
func declared(header http.Header) (format, string) {
	kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	switch {
	case kind == "", kind == "application/octet-stream", kind == "binary/octet-stream", kind == "application/force-download":
		return unknown, kind
	case kind == "text/html", kind == "application/xhtml+xml":
		return formatHTML, kind
	case kind == "application/pdf", kind == "application/x-pdf":
		return formatPDF, kind
	case strings.HasSuffix(kind, "wordprocessingml.document"), strings.HasSuffix(kind, "wordprocessingml.template"), strings.HasPrefix(kind, "application/vnd.ms-word."):
		return formatDOCX, kind
	case kind == "application/rtf", kind == "text/rtf", kind == "application/x-rtf":
		return formatRTF, kind
	case kind == "application/msword":
		return formatDoc, kind
	case kind == "application/postscript":
		return formatPostScript, kind
	case strings.HasSuffix(kind, "rss+xml"), strings.HasSuffix(kind, "atom+xml"):
		return formatFeed, kind
	case strings.HasSuffix(kind, "xml"):
		return formatXML, kind
	case strings.HasSuffix(kind, "json"):
		return formatJSON, kind
	case strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "font/"):
		return formatMedia, kind
	case strings.HasPrefix(kind, "text/"):
		return formatPlain, kind
	}
	return formatBinary, kind
}

// agree says whether a body may be read although its label says something else. Text of any sort passes for text, since servers label it
// so. A PDF or DOCX document is one whatever its label says: nothing else begins like that. What is not read at all has its own sentence.
func agree(said, is format) bool {
	if is == formatPDF || is == formatDOCX || is >= formatDoc {
		return true
	}
	switch said {
	case unknown, is:
		return true
	case formatHTML:
		return is == formatPlain
	case formatPlain:
		return is == formatHTML || is == formatFeed || is == formatXML || is == formatJSON
	case formatXML:
		return is == formatHTML || is == formatFeed
	case formatFeed:
		return is == formatXML
	case formatBinary:
		return is != formatHTML && is != formatPlain
	}
	return false
}

// mismatch is the sentence for a page of another type than it says, or nothing.
func mismatch(header http.Header, is format) string {
	said, kind := declared(header)
	if agree(said, is) {
		return ""
	}
	return fmt.Sprintf("the page says it is %s but it is %s", kind, is)
}

// blank says whether a body has nothing but white space.
func blank(body []byte) bool { return len(bytes.Trim(body, "\x00 \t\r\n\f")) == 0 }
