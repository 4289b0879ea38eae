package blevestore

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"unsafe"

	"github.com/blevesearch/mmap-go"
)

// A column file holds what the columns of one segment hold, and is mapped into memory: a magic, sections one after another, each at a
// multiple of eight, a table of them in JSON, and a trailer with where the table is. Sections are the numbers as this machine keeps them
// in memory; the magic tells a machine that keeps them otherwise. The file is made from the segment alone: one that is damaged, of another
// segment or of another version is made again.
const (
	columnMagic   uint64 = 0x33304c4f43545352 // "RSTCOL03" where the lowest byte comes first
	trailerBytes         = 16
	maxTableBytes        = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// columnTable is the end of a column file.
type columnTable struct {
	Docs     uint64                   `json:"docs"`  // of the segment
	Bytes    int64                    `json:"bytes"` // of the segment's file
	Mapping  int                      `json:"mapping"`
	Sections map[string]columnSection `json:"sections"`
}

type columnSection struct {
	At    int64  `json:"at"`
	Bytes int64  `json:"bytes"`
	Sum   uint32 `json:"sum"` // CRC-32C
}

// columnFile is a column file while it is mapped.
type columnFile struct {
	columnTable
	mapped mmap.MMap
}

var errColumnFile = errors.New("not the columns of this segment")

// openColumnFile maps the file of a segment of so many documents and bytes. What it gives is good until close.
func openColumnFile(path string, docs uint64, bytes int64) (*columnFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open columns: %w", err)
	}
	defer f.Close()
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map columns %s: %w", path, err)
	}
	c := &columnFile{mapped: mapped}
	if err := c.readTable(); err != nil || c.Docs != docs || c.Bytes != bytes || c.Mapping != MappingVersion {
		return nil, fmt.Errorf("read columns %s: %w", path, errors.Join(errColumnFile, err, mapped.Unmap()))
	}
	return c, nil
}

func (c *columnFile) close() error { return c.mapped.Unmap() }

func (c *columnFile) readTable() error {
	n := int64(len(c.mapped))
	if n < 8+trailerBytes || binary.NativeEndian.Uint64(c.mapped) != columnMagic {
		return errColumnFile
	}
	at, sum := int64(binary.LittleEndian.Uint64(c.mapped[n-16:])), binary.LittleEndian.Uint64(c.mapped[n-8:])
	if at < 8 || at > n-trailerBytes || n-at > maxTableBytes || uint64(crc32.Checksum(c.mapped[at:n-trailerBytes], castagnoli)) != sum {
		return errColumnFile
	}
	if err := json.Unmarshal(c.mapped[at:n-trailerBytes], &c.columnTable); err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	for _, s := range c.Sections {
		if s.At < 8 || s.At%8 != 0 || s.Bytes < 0 || s.At > at || s.Bytes > at-s.At {
			return errColumnFile
		}
	}
	return nil
}

// section gives the bytes of a section, checked.
func (c *columnFile) section(name string) ([]byte, error) {
	body, err := c.unchecked(name)
	if err != nil {
		return nil, err
	}
	if crc32.Checksum(body, castagnoli) != c.Sections[name].Sum {
		return nil, fmt.Errorf("section %s is damaged: %w", name, errColumnFile)
	}
	return body, nil
}

// unchecked gives the bytes of a section whose parts have sums of their own: to check it whole would read it whole.
func (c *columnFile) unchecked(name string) ([]byte, error) {
	s, ok := c.Sections[name]
	if !ok {
		return nil, fmt.Errorf("no section %s: %w", name, errColumnFile)
	}
	return c.mapped[s.At : s.At+s.Bytes : s.At+s.Bytes], nil
}

// number is what a section may be an array of.
type number interface{ ~uint32 | ~int64 | ~uint64 }

// numbers gives a section as an array in the mapped memory. Not more than 2^31 of them are expected.
func numbers[T number](c *columnFile, name string) ([]T, error) {
	body, err := c.section(name)
	if err != nil || len(body) == 0 {
		return nil, err
	}
	var one T
	size := int(unsafe.Sizeof(one))
	if len(body)%size != 0 {
		return nil, errColumnFile
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(body))), len(body)/size), nil //nolint:gosec // sections begin at multiples of eight
}

// bytesOf gives the memory of numbers.
func bytesOf[T number](n []T) []byte {
	var one T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(n))), len(n)*int(unsafe.Sizeof(one))) //nolint:gosec // read only, written to the file at once
}

// columnWriter writes a column file, section by section.
type columnWriter struct {
	file  *os.File
	out   *bufio.Writer
	at    int64
	table columnTable
	err   error // the first one; nothing is written after it
}

func newColumnWriter(path string, docs uint64, bytes int64) (*columnWriter, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, fmt.Errorf("write columns: %w", err)
	}
	w := &columnWriter{file: f, out: bufio.NewWriterSize(f, 1<<20), table: columnTable{Docs: docs, Bytes: bytes, Mapping: MappingVersion, Sections: map[string]columnSection{}}}
	w.write(binary.NativeEndian.AppendUint64(nil, columnMagic))
	return w, nil
}

func (w *columnWriter) write(b []byte) {
	if w.err == nil {
		_, w.err = w.out.Write(b)
		w.at += int64(len(b))
	}
}

// section writes a section that write fills.
func (w *columnWriter) section(name string, fill func(io.Writer) error) {
	w.write(make([]byte, (8-w.at%8)%8))
	s := &sectionWriter{w: w}
	at := w.at
	if err := fill(s); err != nil && w.err == nil {
		w.err = err
	}
	w.table.Sections[name] = columnSection{At: at, Bytes: w.at - at, Sum: s.sum}
}

// bytes writes a section whole.
func (w *columnWriter) bytes(name string, body []byte) {
	w.section(name, func(out io.Writer) error {
		_, err := out.Write(body)
		return err
	})
}

type sectionWriter struct {
	w   *columnWriter
	sum uint32
}

func (s *sectionWriter) Write(b []byte) (int, error) {
	s.w.write(b)
	s.sum = crc32.Update(s.sum, castagnoli, b)
	return len(b), s.w.err
}

// close ends the file; one that is not whole is an error, and the caller removes it. It is not forced to disk: its sums tell.
func (w *columnWriter) close() error {
	table, err := json.Marshal(&w.table)
	if err == nil {
		at := w.at
		w.write(table)
		w.write(binary.LittleEndian.AppendUint64(nil, uint64(at)))
		w.write(binary.LittleEndian.AppendUint64(nil, uint64(crc32.Checksum(table, castagnoli))))
	}
	if w.err == nil {
		w.err = w.out.Flush()
	}
	if err := errors.Join(err, w.err, w.file.Close()); err != nil {
		return fmt.Errorf("write columns: %w", err)
	}
	return nil
}
