package export

import (
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Compression is a way to make a stream smaller, by its name in HTTP and the suffix of its files.
type Compression struct {
	Name   string // gzip, zstd
	Suffix string // .gz, .zst
	open   func(w io.Writer) (io.WriteCloser, error)
}

// Compressions are the ways that there are, the preferred first.
func Compressions() []Compression {
	return []Compression{
		{Name: "gzip", Suffix: ".gz", open: func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestSpeed) }},
		{Name: "zstd", Suffix: ".zst", open: func(w io.Writer) (io.WriteCloser, error) {
			return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		}},
	}
}

// Open gives a stream that compresses onto w. Only Close writes the end, without which a reader knows that it was cut.
func (c Compression) Open(w io.Writer) (io.WriteCloser, error) { return c.open(w) }
