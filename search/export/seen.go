package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/durable"
	"rostrum/search"
)

// seenFile lists, in the folder of a kept export, the statements that it was made of: a line for each, with its id and a hash of all that is
// stored of it, in hexadecimal.
const seenFile = "seen"

// idKey begins what is stored of a statement.
var idKey = []byte(`{"id":"`)

// seen writes the list of a kept export while that is made, and says which statements are the same as in the list of an earlier one.
type seen struct {
	file   *os.File
	out    *bufio.Writer
	offset int64
	line   []byte
	base   hashes // nil: there is no earlier one
}

// openSeen goes on with a list at an offset.
func openSeen(path string, offset int64, base hashes) (*seen, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open list of statements: %w", err)
	}
	if err = f.Truncate(offset); err == nil {
		_, err = f.Seek(offset, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open list of statements: %w", err), f.Close())
	}
	return &seen{file: f, out: bufio.NewWriterSize(f, 32<<10), offset: offset, base: base}, nil
}

// note writes a statement down; fresh says that it is new, or not what it was.
func (s *seen) note(st search.Stored) (fresh bool, err error) {
	id, sum := valueOf(st.Head, idKey), stateOf(st)
	s.line = append(strconv.AppendUint(append(append(s.line[:0], id...), '\t'), sum, 16), '\n')
	n, err := s.out.Write(s.line)
	s.offset += int64(n)
	if err != nil {
		return false, fmt.Errorf("list statement: %w", err)
	}
	before, ok := s.base.find(keyOf(id))
	return !ok || before != sum, nil
}

// pause puts the list on disk and says where it ends.
func (s *seen) pause() (int64, error) {
	if err := s.out.Flush(); err != nil {
		return 0, err
	}
	return s.offset, s.file.Sync()
}

func (s *seen) close() error { return s.file.Close() }

// stateOf is a hash of all that is stored of a statement. The text has its revision in the head, which names its capture too.
func stateOf(s search.Stored) uint64 {
	sum := sha256.New()
	sum.Write(s.Head)
	sum.Write(s.Rest)
	var b [sha256.Size]byte
	return binary.BigEndian.Uint64(sum.Sum(b[:0]))
}

// hashed is a line of a list: of the id and of the state.
type hashed struct{ id, state uint64 }

// hashes are the lines of a list by their ids: sixteen bytes for each, so that a million statements are 16 MB.
type hashes []hashed

func keyOf[T string | []byte](id T) uint64 {
	sum := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(sum[:])
}

func (h hashes) find(id uint64) (state uint64, ok bool) {
	at, ok := slices.BinarySearchFunc(h, id, func(e hashed, id uint64) int {
		switch {
		case e.id < id:
			return -1
		case e.id > id:
			return 1
		}
		return 0
	})
	if !ok {
		return 0, false
	}
	return h[at].state, true
}

// eachSeen reads a list line by line.
func eachSeen(path string, visit func(id string, state uint64) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open list of statements: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		id, hex, _ := bytes.Cut(lines.Bytes(), []byte{'\t'})
		state, err := strconv.ParseUint(string(hex), 16, 64)
		if err != nil {
			return fmt.Errorf("read list of statements: %w", err)
		}
		if err := visit(string(id), state); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read list of statements: %w", err)
	}
	return nil
}

func readHashes(path string) (hashes, error) {
	h := hashes{}
	if info, err := os.Stat(path); err == nil {
		h = slices.Grow(h, int(info.Size()/64))
	}
	err := eachSeen(path, func(id string, state uint64) error {
		h = append(h, hashed{keyOf(id), state})
		return nil
	})
	slices.SortFunc(h, func(a, b hashed) int {
		switch {
		case a.id < b.id:
			return -1
		case a.id > b.id:
			return 1
		}
		return 0
	})
	return h, err
}

// goneHeading heads a companion file.
const goneHeading = "id\r\n"

// writeGone writes, as CSV of one column, the ids of the list before that are not in the list now, and says how many.
func writeGone(path, before, now string) (n int, err error) {
	current, err := readHashes(now)
	if err != nil {
		return 0, err
	}
	var b strings.Builder // ids alone: a few megabytes where all of a hundred thousand statements went
	b.WriteString(goneHeading)
	err = eachSeen(before, func(id string, _ uint64) error {
		if _, there := current.find(keyOf(id)); !there {
			b.WriteString(id + "\r\n")
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, durable.WriteFile(path, []byte(b.String()), 0o600)
}

// lists says whether a list names any of the ids.
func lists(path string, ids []string) (bool, error) {
	found := false
	err := eachSeen(path, func(id string, _ uint64) error {
		found = found || slices.Contains(ids, id)
		return nil
	})
	return found, err
}
