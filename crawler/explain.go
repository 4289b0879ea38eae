package crawler

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rostrum/crawler/transport"
	"rostrum/internal/fault"
)

// failure is why a fetch failed and what follows from it.
type failure struct {
	line    string        // what, why, remedy
	final   bool          // asking again soon is pointless
	weight  int           // against the host: 0 for a fault of the page's own, strikesToPark when the host can't be reached
	askedTo time.Duration // how long the host asks to be left alone; 0 if it doesn't
}

// explain turns the error of a fetch into a failure.
func explain(err error) *failure {
	var dns *net.DNSError
	var op *net.OpError
	var cert *tls.CertificateVerificationError
	down := func(format string, args ...any) *failure {
		return &failure{line: fmt.Sprintf(format, args...), weight: strikesToPark}
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		weight := 0
		switch {
		case f.Kind == fault.Unreachable:
			weight = strikesToPark
		case errors.Is(err, context.DeadlineExceeded):
			weight = 1
		}
		return &failure{line: f.Error(), final: f.Kind.Fate() == fault.Quarantine, weight: weight}
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return down("the name %s does not exist: check the address", dns.Name)
	case errors.As(err, &dns):
		return down("the name %s can't be resolved (%s): check this machine's DNS", dns.Name, dns.Err)
	case errors.As(err, &cert):
		return down("the certificate is not to be trusted (%v): tell the site's operator", cert.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return down("nothing answers: the connection was refused")
	case errors.As(err, &op) && op.Op == "dial":
		return down("the host can't be reached: %v", op.Err)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET):
		return &failure{line: "the connection was closed before an answer was complete", weight: 1}
	}
	return &failure{line: innermost(err), weight: 1}
}

// innermost drops the request line that an HTTP client puts before an error.
func innermost(err error) string {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	const longest = 500
	line := []rune(err.Error())
	return string(line[:min(len(line), longest)])
}

// refusal judges an answer by its status; nil for one that carries a body to use, or none because nothing changed.
func refusal(ex *transport.Exchange, conditional bool, now time.Time) *failure {
	says := fmt.Sprintf("answers %d %s", ex.Status, http.StatusText(ex.Status))
	switch status := ex.Status; {
	case status == http.StatusOK || status == http.StatusNonAuthoritativeInfo || status == http.StatusNotModified && conditional:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return &failure{line: says + ": the page is gone or has moved; look for its new address", final: true}
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return &failure{line: says + ": the site refuses this crawler; ask its operator", final: true}
	case status == http.StatusTooManyRequests:
		return &failure{line: says + ": too fast for the site; it is asked again later, and a longer fetch.delay would help",
			weight: strikesToPark, askedTo: retryAfter(ex.Header, now)}
	case status == http.StatusRequestTimeout || status == http.StatusTooEarly || status >= 500:
		return &failure{line: says + ": the site has a fault; it is asked again later", weight: 1, askedTo: retryAfter(ex.Header, now)}
	}
	return &failure{line: says + ", which is no page", final: true}
}

// maxRetryAfter bounds how long a host may ask to be left alone.
const maxRetryAfter = 24 * time.Hour

func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), maxRetryAfter)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// readable lists the media types of which an extractor may make a text.
var readable = map[string]bool{
	"": true, "text/html": true, "application/xhtml+xml": true, "text/plain": true, "text/markdown": true, "text/xml": true,
	"application/xml": true, "application/pdf": true, "application/x-pdf": true, "application/octet-stream": true,
	"binary/octet-stream": true, "application/force-download": true, "application/download": true, "application/msword": true,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": true,
}

// unreadable judges a page by its first bytes and by what it says it is; nil for one that may have a text.
func unreadable(ex *transport.Exchange) *failure {
	if len(bytes.TrimSpace(ex.Body)) == 0 {
		return &failure{line: "the page is empty"}
	}
	declared, _, _ := mime.ParseMediaType(ex.Header.Get("Content-Type")) // empty if it can't be read, and then the bytes decide
	found, _, _ := strings.Cut(http.DetectContentType(ex.Body), ";")
	kind, _, _ := strings.Cut(found, "/")
	switch {
	case isWord(ex.Body): // whatever the server says of it
		return nil
	case !readable[declared]:
		return &failure{line: fmt.Sprintf("the page is %s, which has no text to read: exclude such addresses", declared), final: true}
	case kind == "image" || kind == "audio" || kind == "video" || kind == "font" || archives[found] && !strings.Contains(declared, "document"):
		return &failure{line: fmt.Sprintf("the page says it is %s but is %s", declared, found), final: true}
	case strings.HasSuffix(declared, "pdf") && found == "text/html":
		return &failure{line: "the page says it is a PDF but is HTML: perhaps a login or consent page stands before it", final: true}
	}
	return nil
}

// isWord says whether a zip is a DOCX document, by the name of the part that each has.
func isWord(body []byte) bool {
	return bytes.HasPrefix(body, []byte("PK\x03\x04")) && bytes.Contains(body, []byte("word/document"))
}

var archives = map[string]bool{"application/zip": true, "application/x-gzip": true, "application/x-rar-compressed": true, "application/wasm": true}
