package transport

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"rostrum/internal/fault"
)

// AcceptEncoding is what a request may offer: what readBody can undo.
const AcceptEncoding = "gzip, br, zstd"

// maxEncodings bounds how many encodings may be stacked on one body.
const maxEncodings = 3

// maxWindow is the largest zstd window that RFC 9659 lets a server use.
const maxWindow = 8 << 20

// readBody reads a body, undoes its encodings and keeps to limit bytes of the result. Over the limit it returns the first limit
// bytes and a TooLarge fault; a truncated or corrupt encoding is a Transient fault, since the next answer may be whole.
func readBody(r io.Reader, header []string, limit int64) ([]byte, error) {
	encodings, err := encodingsOf(header)
	if err != nil {
		return nil, err
	}
	source := &watched{r: r}
	r = source
	for i := len(encodings) - 1; i >= 0; i-- {
		inflated, err := inflate(r, encodings[i], limit)
		if err != nil {
			return nil, source.explain(encodings[i], err)
		}
		defer inflated.Close()
		r = inflated
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(body)) > limit {
		return body[:limit], fault.Newf(fault.TooLarge, "the body is larger than %s", sizeText(limit))
	}
	if err != nil {
		return nil, source.explain(strings.Join(encodings, "+"), err)
	}
	return body, nil
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

// watched remembers the error with which the connection ended, to tell a broken connection from a broken encoding.
type watched struct {
	r   io.Reader
	n   int64
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

func (w *watched) explain(encoding string, err error) error {
	switch {
	case errors.Is(w.err, io.ErrUnexpectedEOF):
		return fault.Newf(fault.Transient, "the connection closed after %d bytes of the body, before its announced length", w.n)
	case w.err != nil:
		return fmt.Errorf("read body: %w", w.err)
	case w.n == 0:
		return nil // nothing was encoded
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fault.Newf(fault.Transient, "the %s body is cut off after %d bytes", encoding, w.n)
	}
	return fault.Newf(fault.Transient, "the %s body is corrupt: %w", encoding, err)
}

func sizeText(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
