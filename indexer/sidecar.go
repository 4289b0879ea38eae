package indexer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rostrum/internal/durable"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

const cdxjSuffix = ".cdxj"

// shelved is one capture as the files beside the archive file hold it.
type shelved struct {
	key     uint64
	payload uint64    // key of its payload; 0 where none shall be found by it
	address uint64    // key of its address
	at      uint64    // when the address was seen, in nanoseconds of Unix time; 0: it was not answered well
	span    warc.Span // of all its records
	line    []byte    // its CDXJ line; none for a capture that is kept privately
}

// entries are what the index of ids holds of it, by the number of its file.
func (s *shelved) entries(file int) []entry {
	place := placeOf(file, s.span.Offset)
	if s.payload == 0 {
		return []entry{{s.key, place}}
	}
	return []entry{{s.key, place}, {s.payload, place}}
}

func shelve(c *statement.Capture, response *warc.Record, span, at warc.Span) (shelved, error) {
	s := shelved{key: keyOf(c.ID), payload: payloadOf(c, response), address: addressKey(c.URL), at: seenAt(c), span: span}
	if c.NoArchive {
		return s, nil
	}
	e, err := warc.EntryOf(response, c.ID, at)
	if err != nil {
		return s, err
	}
	s.line, err = e.Line()
	return s, err
}

// sidecar writes the files beside the newest archive file: its CDXJ, in order of arrival until the file is full, and the log of
// its capture ids. Neither is put on disk on purpose, for what is missing is read from the archive again; so a line is written
// after its capture is on disk, and the CDXJ before the log, which says how far both are whole.
type sidecar struct {
	cdxj *os.File
	log  *os.File
}

// openSidecar opens the files beside an archive file of the given size, and gives what the log holds, up to the first entry that
// cannot be true.
func openSidecar(dir, name string, size int64) (*sidecar, []shelved, error) {
	base := sidecarBase(dir, name)
	cdxj, err := os.OpenFile(base+cdxjSuffix, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open CDXJ: %w", err)
	}
	log, err := os.OpenFile(base+logSuffix, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open capture log: %w", err), cdxj.Close())
	}
	held, err := readLog(log, name, size)
	if err == nil {
		err = log.Truncate(int64(len(held)) * logSize)
	}
	s := &sidecar{cdxj, log}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("read capture log: %w", err), s.close())
	}
	return s, held, nil
}

func sidecarBase(dir, name string) string {
	return filepath.Join(dir, strings.TrimSuffix(name, ".warc.gz"))
}

// readLog reads the log as far as each entry lies behind the one before it and within the file. Where the last one does not, the
// file is not the one that the log was written for, and nothing counts.
func readLog(log io.Reader, name string, size int64) ([]shelved, error) {
	b, err := io.ReadAll(log)
	if err != nil {
		return nil, err
	}
	var held []shelved
	end := int64(1)
	for ; len(b) >= logSize; b = b[logSize:] {
		number := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
		s := shelved{key: number(0), payload: number(3), address: number(4), at: number(5), span: warc.Span{
			File: name, Offset: int64(number(1)), Length: int64(number(2)),
		}}
		if s.span.Offset < end || s.span.Length <= 0 {
			break
		}
		end = s.span.Offset + s.span.Length
		held = append(held, s)
	}
	if end > size {
		return nil, nil
	}
	return held, nil
}

// add writes captures that are on disk.
func (s *sidecar) add(batch []shelved) error {
	var lines, log []byte
	for _, c := range batch {
		lines = append(lines, c.line...)
		for _, number := range []uint64{c.key, uint64(c.span.Offset), uint64(c.span.Length), c.payload, c.address, c.at} {
			log = binary.LittleEndian.AppendUint64(log, number)
		}
	}
	if _, err := s.cdxj.Write(lines); err != nil {
		return fmt.Errorf("write CDXJ: %w", err)
	}
	if _, err := s.log.Write(log); err != nil {
		return fmt.Errorf("write capture log: %w", err)
	}
	return nil
}

func (s *sidecar) close() error { return errors.Join(s.cdxj.Close(), s.log.Close()) }

// sealCDXJ puts the lines of a full archive file in the order of their keys, each once.
func sealCDXJ(dir, name string) error {
	path := sidecarBase(dir, name) + cdxjSuffix
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read CDXJ: %w", err)
	}
	lines := bytes.SplitAfter(b, []byte("\n"))
	lines = slices.DeleteFunc(lines, func(l []byte) bool { return !bytes.HasSuffix(l, []byte("}\n")) || bytes.IndexByte(l, 0) >= 0 })
	slices.SortFunc(lines, bytes.Compare)
	lines = slices.CompactFunc(lines, bytes.Equal)
	if err := durable.Write(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(bytes.Join(lines, nil))
		return err
	}); err != nil {
		return fmt.Errorf("write CDXJ: %w", err)
	}
	return nil
}
