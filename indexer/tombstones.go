package indexer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Tombstone says that a statement was removed for good.
type Tombstone struct {
	Statement string    `json:"statement"` // id
	URL       string    `json:"url,omitempty"`
	Captures  []string  `json:"captures,omitempty"` // ids of those known to hold it
	At        time.Time `json:"at"`                 // UTC
	By        string    `json:"by,omitempty"`       // who removed it
	Reason    string    `json:"reason,omitempty"`
}

// Tombstones are the statements that were removed for good. They lie in one file beside the archive, a JSON object a line, so that
// they outlive every index that is made from it. The methods are safe for concurrent use; a nil *Tombstones knows none.
type Tombstones struct {
	file *os.File

	mu    sync.RWMutex
	all   []Tombstone
	known map[string]bool // statements and captures: their forms never meet
}

// OpenTombstones opens the file of tombstones, which is made when absent. A last line that a crash cut off is removed: its tombstone
// was not acknowledged.
func OpenTombstones(path string) (*Tombstones, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open tombstones: %w", err)
	}
	t := &Tombstones{file: f, known: map[string]bool{}}
	if err := t.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read tombstones: %w", err), f.Close())
	}
	return t, durable.SyncDir(filepath.Dir(path))
}

func (t *Tombstones) load() error {
	text, err := io.ReadAll(t.file)
	if err != nil {
		return err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	n := 0
	for line := range bytes.Lines(text[:whole]) {
		n++
		var stone Tombstone
		if err := json.Unmarshal(line, &stone); err != nil {
			return fault.New(fault.Invalid, fmt.Sprintf("line %d of %s is damaged (%v)", n, t.file.Name(), err), "put the file back from a backup: without it what was forgotten would be shown again")
		}
		t.keep(stone)
	}
	if err := t.file.Truncate(int64(whole)); err != nil {
		return err
	}
	_, err = t.file.Seek(int64(whole), io.SeekStart)
	return err
}

func (t *Tombstones) keep(stone Tombstone) {
	t.all = append(t.all, stone)
	t.known[stone.Statement] = true
	for _, capture := range stone.Captures {
		t.known[capture] = true
	}
}

// Add writes a tombstone; when it returns nil the tombstone is on disk. One that says nothing new is not written again.
func (t *Tombstones) Add(stone Tombstone) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	missing := func(capture string) bool { return !t.known[capture] }
	if t.known[stone.Statement] && !slices.ContainsFunc(stone.Captures, missing) {
		return nil
	}
	line, err := json.Marshal(stone)
	if err != nil {
		return fmt.Errorf("write tombstone of %s: %w", stone.Statement, err)
	}
	end, err := t.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return fmt.Errorf("write tombstone of %s: %w", stone.Statement, err)
	}
	if _, err = t.file.Write(append(line, '\n')); err == nil {
		err = t.file.Sync()
	}
	if err != nil { // what was written of the line goes, lest the next one hang on to it
		_, again := t.file.Seek(end, io.SeekStart)
		return errors.Join(fmt.Errorf("write tombstone of %s: %w", stone.Statement, err), t.file.Truncate(end), again)
	}
	t.keep(stone)
	return nil
}

// Has says whether a statement was removed.
func (t *Tombstones) Has(id string) bool { return t.has(id) }

func (t *Tombstones) has(key string) bool {
	if t == nil {
		return false
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.known[key]
}

// Covers says whether a capture is one of a statement that was removed, as far as its id and address tell; a page that calls another
// address its own (rel=canonical) is known only when it is read.
func (t *Tombstones) Covers(c *statement.Capture) bool {
	if t == nil {
		return false
	}
	if t.has(c.ID) {
		return true
	}
	canonical, err := statement.Canonicalize(c.PageURL())
	return err == nil && t.has(statement.ID(canonical))
}

// Len is how many tombstones there are.
func (t *Tombstones) Len() int {
	if t == nil {
		return 0
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.all)
}

// Since gives the statements of all tombstones but the first n, in the order of their removal.
func (t *Tombstones) Since(n int) []string {
	if t == nil {
		return nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	var ids []string
	for _, stone := range t.all[min(n, len(t.all)):] {
		ids = append(ids, stone.Statement)
	}
	return ids
}

// Close closes the file.
func (t *Tombstones) Close() error { return t.file.Close() }
