package transport

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"rostrum/internal/fault"
)

// AcceptEncoding is what a request may offer: what readBody can undo.
const AcceptEncoding = "gzip, br, zstd"

// maxEncodings bounds how many encodings may be stacked on one body.
const maxEncodings = 3

// How much memory is set aside for a body: of an unknown length, and at most, whatever the server announces.
const (
	usualPage  = 16 << 10
	maxTrusted = 1 << 20
)

// maxWindow is the largest zstd window that RFC 9659 lets a server use.
const maxWindow = 8 << 20

// readBody reads a body of an announced length (-1: not announced), undoes its encodings and keeps to limit bytes of the result. Over the
// limit it returns the first limit bytes and a TooLarge fault; a truncated or corrupt encoding is a Transient fault, since the next answer may be whole.
func readBody(r io.Reader, header []string, announced, limit int64) ([]byte, error) {
	encodings, err := encodingsOf(header)
	if err != nil {
		return nil, err
	}
	source := &layer{r: r}
	layers := []*layer{source}
	for _, encoding := range slices.Backward(encodings) {
		inflated, err := inflate(layers[len(layers)-1], encoding, limit)
		if err != nil {
			return nil, source.explain(encoding, firstError(layers, err))
		}
		defer inflated.Close()
		layers = append(layers, &layer{r: inflated})
	}
	var buffer bytes.Buffer
	if announced < 0 {
		announced = usualPage
	}
	buffer.Grow(int(min(announced, limit, maxTrusted)) + bytes.MinRead)
	_, err = buffer.ReadFrom(io.LimitReader(layers[len(layers)-1], limit+1))
	body := buffer.Bytes()
	if int64(len(body)) > limit {
		return body[:limit], tooLarge(limit)
	}
	if err = firstError(layers, err); err != nil {
		return nil, source.explain(strings.Join(encodings, "+"), err)
	}
	return body, nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "the body is larger than "+sizeText(limit), "it is not kept; raise fetch.max_body to keep such bodies")
}

// firstError is the error of the layer nearest to the network: a layer above may take it for an end.
func firstError(layers []*layer, otherwise error) error {
	for _, l := range layers {
		if l.err != nil {
			return l.err
		}
	}
	return otherwise
}

func encodingsOf(header []string) ([]string, error) {
	var encodings []string
	for name := range strings.SplitSeq(strings.Join(header, ","), ",") {
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case "", "identity":
		case "gzip", "x-gzip", "br", "zstd":
			encodings = append(encodings, strings.TrimPrefix(name, "x-"))
		default:
			return nil, fault.Newf(fault.Poison, "the body has the encoding %q, which was not asked for", name)
		}
	}
	if len(encodings) > maxEncodings {
		return nil, fault.Newf(fault.Poison, "the body is encoded %d times over", len(encodings))
	}
	return encodings, nil
}

func inflate(r io.Reader, encoding string, limit int64) (io.ReadCloser, error) {
	switch encoding {
	case "gzip":
		return gzip.NewReader(r)
	case "br":
		return io.NopCloser(brotli.NewReader(r)), nil
	default:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow),
			zstd.WithDecoderMaxMemory(uint64(max(limit, maxWindow))))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
}

// layer is one reader of a stack: the connection, or an encoding undone. It remembers how it ended.
type layer struct {
	r   io.Reader
	n   int64
	err error // nil for a proper end
}

func (l *layer) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.n += int64(n)
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

// explain says why a body could not be read; l is the connection.
func (l *layer) explain(encoding string, err error) error {
	switch {
	case errors.Is(l.err, io.ErrUnexpectedEOF):
		return fault.Newf(fault.Transient, "the connection closed after %d bytes of the body, before its announced length", l.n)
	case l.err != nil:
		return fmt.Errorf("read body: %w", l.err)
	case l.n == 0:
		return nil // nothing was encoded
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fault.Newf(fault.Transient, "the %s body is cut off after %d bytes", encoding, l.n)
	}
	return fault.Newf(fault.Transient, "the %s body is corrupt: %w", encoding, err)
}

func sizeText(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
