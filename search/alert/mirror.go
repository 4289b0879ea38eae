package alert

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// mirror is a second copy of the saved queries, in a file: what people typed must not hang on the bus alone, which a damaged block or
// another server's address empties without a word. A line is a saved query as it is kept, or one that was removed; the last about an id holds.
// Where the bus has a saved query, the bus is right.
type mirror struct {
	path  string // empty: there is none
	file  *os.File
	end   int64 // of what is whole; what lies behind it failed to be written
	lines int
	kept  map[string][]byte
}

// mirrored is a line.
type mirrored struct {
	ID     string          `json:"id"`
	Record json.RawMessage `json:"record,omitempty"` // absent: it was removed
}

// readMirror reads the file, which need not be there. A line that can't be read is given as bad and passed over; the last may be cut off.
func readMirror(path string) (m *mirror, bad []int, err error) {
	m = &mirror{path: path, kept: map[string][]byte{}}
	if path == "" {
		return m, nil, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open the copy of the saved queries: %w", err)
	}
	defer f.Close()
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return m, bad, nil // what has no end was never acknowledged
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read the copy of the saved queries: %w", err)
		}
		m.lines++
		var l mirrored
		switch err := json.Unmarshal(line, &l); {
		case err != nil || l.ID == "":
			bad = append(bad, m.lines)
		case l.Record == nil:
			delete(m.kept, l.ID)
		default:
			m.kept[l.ID] = l.Record
		}
	}
}

// begin makes the file hold just these, by id, and opens it for what comes. A file that holds them already stays as it is, unless most of its
// lines are of the past.
func (m *mirror) begin(records map[string][]byte) error {
	if m.path == "" {
		return nil
	}
	same := m.lines <= 2*len(records)+100
	for id, value := range records {
		same = same && bytes.Equal(m.kept[id], value)
	}
	if !same || len(m.kept) != len(records) {
		if err := m.rewrite(records); err != nil {
			return fmt.Errorf("write the copy of the saved queries: %w", err)
		}
	}
	m.kept = nil // from here on it is written alone
	f, err := os.OpenFile(m.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the copy of the saved queries: %w", err)
	}
	m.file = f
	if m.end, err = wholeLines(f); err != nil {
		return errors.Join(fmt.Errorf("read the copy of the saved queries: %w", err), m.close())
	}
	return nil
}

// rewrite puts a new file in the place of the old one.
func (m *mirror) rewrite(records map[string][]byte) error {
	ids := make([]string, 0, len(records))
	for id := range records {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return durable.Write(m.path, 0o600, func(w io.Writer) error {
		for _, id := range ids {
			if err := writeLine(w, mirrored{ID: id, Record: records[id]}); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeLine(w io.Writer, l mirrored) error {
	line, err := json.Marshal(l)
	if err == nil {
		_, err = w.Write(append(line, '\n'))
	}
	return err
}

// wholeLines is where the last line that has an end ends, in bytes.
func wholeLines(f *os.File) (int64, error) {
	var end int64
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return end, nil
		}
		if err != nil {
			return 0, err
		}
		end += int64(len(line))
	}
}

// put notes a saved query as it is kept, drop that it was removed. When they return nil it is on disk.
func (m *mirror) put(id string, record []byte) error {
	return m.append(mirrored{ID: id, Record: record})
}

func (m *mirror) drop(id string) error { return m.append(mirrored{ID: id}) }

func (m *mirror) append(l mirrored) error {
	if m.path == "" {
		return nil
	}
	var line bytes.Buffer
	err := writeLine(&line, l)
	if err == nil { // over what an earlier write left unfinished
		err = m.file.Truncate(m.end)
	}
	if err == nil {
		_, err = m.file.WriteAt(line.Bytes(), m.end)
	}
	if err == nil {
		err = m.file.Sync()
	}
	if err != nil {
		return fault.As(fault.Transient, fmt.Errorf("write the copy of saved query %s to %s: %w", l.ID, m.path, err))
	}
	m.end += int64(line.Len())
	return nil
}

func (m *mirror) close() error {
	if m == nil || m.file == nil {
		return nil
	}
	return m.file.Close()
}
