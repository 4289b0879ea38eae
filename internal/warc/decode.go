package warc

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var errUnknownCoding = errors.New("it is not known")

// maxCodings bounds how many content codings may lie over one another.
const maxCodings = 4

// Payload undoes the transfer and content codings that header names, as foreign files hold their bodies. It gives a copy of
// header without the codings' fields, and the body, at most limit bytes. A body that was stored without the coding that its header
// names is taken as it is.
func Payload(header http.Header, body []byte, limit int64) (http.Header, []byte, error) {
	header = header.Clone()
	if strings.Contains(strings.ToLower(strings.Join(header["Transfer-Encoding"], ",")), "chunked") && looksChunked(body) {
		plain, err := readAllBounded(httputil.NewChunkedReader(bytes.NewReader(body)), limit)
		if err != nil {
			return nil, nil, fmt.Errorf("undo chunked transfer coding: %w", err)
		}
		body = plain
	}
	codings := contentCodings(header)
	if len(body) == 0 {
		codings = nil
	}
	if len(codings) > maxCodings {
		return nil, nil, fmt.Errorf("undo content codings: %d lie over one another, at most %d are undone", len(codings), maxCodings)
	}
	for _, coding := range slices.Backward(codings) {
		plain, err := uncode(coding, body, limit)
		if err != nil && !errors.Is(err, errUnknownCoding) && plainText(body) {
			plain, err = body, nil // some writers undo the coding and leave the field
		}
		if err != nil {
			return nil, nil, fmt.Errorf("undo content coding %s: %w", coding, err)
		}
		body = plain
	}
	for _, name := range wireFields {
		header.Del(name)
	}
	if int64(len(body)) > limit {
		return nil, nil, fmt.Errorf("read body: it has more than %d bytes", limit)
	}
	return header, body, nil
}

// plainText says whether a body can't be the work of a coding: it is text.
func plainText(body []byte) bool {
	head := body[:min(len(body), 4096)]
	for len(head) > 0 && !utf8.RuneStart(head[len(head)-1]) { // a character that the cut went through
		head = head[:len(head)-1]
	}
	return bytes.IndexFunc(head[:max(0, len(head)-1)], func(r rune) bool {
		return r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
	}) < 0
}

// contentCodings lists the codings in the order in which they were applied.
func contentCodings(header http.Header) []string {
	var codings []string
	for coding := range strings.SplitSeq(strings.ToLower(strings.Join(header["Content-Encoding"], ",")), ",") {
		if coding = strings.TrimSpace(coding); coding != "" && coding != "identity" {
			codings = append(codings, coding)
		}
	}
	return codings
}

// looksChunked says whether body begins with a chunk's length in hexadecimal. Some writers undo the coding and leave the field.
func looksChunked(body []byte) bool {
	line, _, found := bytes.Cut(body[:min(len(body), 64)], []byte("\n"))
	size, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(";"))
	size = bytes.TrimSpace(size)
	return found && len(size) > 0 && len(bytes.Trim(size, "0123456789abcdefABCDEF")) == 0
}

// uncode undoes one content coding.
func uncode(coding string, body []byte, limit int64) ([]byte, error) {
	src := bytes.NewReader(body)
	var r io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
			return body, nil
		}
		r, err = gzip.NewReader(src)
	case "deflate":
		r = inflater(src)
	case "br":
		r = brotli.NewReader(src)
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(128<<20)); err == nil {
			defer z.Close()
			r = z
		}
	default:
		return nil, errUnknownCoding
	}
	if err != nil {
		return nil, err
	}
	return readAllBounded(r, limit)
}

// inflater reads "deflate", which is zlib by the standard and raw deflate from some servers.
func inflater(src *bytes.Reader) io.Reader {
	b := bufio.NewReader(src)
	if head, _ := b.Peek(2); len(head) == 2 && head[0]&0x0f == 8 && (uint16(head[0])<<8|uint16(head[1]))%31 == 0 {
		if z, err := zlib.NewReader(b); err == nil {
			return z
		}
	}
	return flate.NewReader(b)
}
