package indexer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"rostrum/internal/durable"
)

// blocksFile keeps a memory in its index's folder: one line for each thing that was learnt, in order.
const blocksFile = "boilerplate.log"

// manyBlocks is the length in bytes from which the file is written anew at start, without what was forgotten.
const manyBlocks = 8 << 20

// Foldered is a Store with a folder in which something may be kept that belongs to it and goes with it. Of another Store, what repeats on
// the pages of a source is forgotten when the process ends.
type Foldered interface {
	// Folder is the folder of the index that answers now.
	Folder() string
}

// memories hands out the memory of each index: of the one in use, and of the one that a rebuild makes.
type memories struct {
	log *slog.Logger

	mu  sync.Mutex
	all map[any]*repeats // by folder, else by store
}

func newMemories(log *slog.Logger) *memories { return &memories{log: log, all: make(map[any]*repeats)} }

// of gives the memory of a store, read from its folder when it is asked for first. What can't be read is said and begins empty.
func (ms *memories) of(store Store) *repeats {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	var key any = store
	file := ""
	if f, ok := store.(Foldered); ok {
		file = filepath.Join(f.Folder(), blocksFile)
		key = file
	}
	if m := ms.all[key]; m != nil {
		return m
	}
	for other := range ms.all { // of an index that is gone
		if path, isFile := other.(string); isFile && !exists(filepath.Dir(path)) {
			delete(ms.all, other)
		}
	}
	m := &repeats{log: ms.log, file: file, sources: make(map[string]*sourceBlocks), seen: make(map[string]int), told: make(map[string]bool)}
	if err := m.load(); err != nil {
		ms.log.Error("what repeats on the pages of sources can't be read; it is learnt anew", "file", file, "error", err)
	}
	ms.all[key] = m
	return m
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// note adds a line to what is to be written.
func (m *repeats) note(what verdict, source string, key uint64, statement string) {
	if m.file == "" {
		return
	}
	m.fresh = append(m.fresh, byte(what))
	m.fresh = strconv.AppendUint(m.fresh, key, 36)
	m.fresh = append(append(append(append(append(m.fresh, '\t'), source...), '\t'), statement...), '\n')
}

// save writes what was learnt since the last call.
func (m *repeats) save() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.fresh) == 0 {
		return nil
	}
	f, err := os.OpenFile(m.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("keep what repeats on pages: %w", err)
	}
	_, err = f.Write(m.fresh)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("keep what repeats on pages: %w", err)
	}
	m.fresh = m.fresh[:0]
	return nil
}

// load reads the file. A line that a crash cut is passed over.
func (m *repeats) load() error {
	if m.file == "" {
		return nil
	}
	f, err := os.Open(m.file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	rd := bufio.NewReader(f)
	size := 0
	for {
		line, err := rd.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		size += len(line)
		m.recall(strings.TrimSuffix(line, "\n"))
	}
	m.fresh = m.fresh[:0]
	if size > manyBlocks {
		return durable.Write(m.file, 0o600, m.write)
	}
	return nil
}

// recall takes one line of the file.
func (m *repeats) recall(line string) {
	number, rest, _ := strings.Cut(line, "\t")
	source, statement, whole := strings.Cut(rest, "\t")
	if len(number) < 2 || !whole {
		return
	}
	key, err := strconv.ParseUint(number[1:], 36, 64)
	if err != nil {
		return
	}
	switch what := verdict(number[0]); what {
	case young:
		m.carry(source, key, statement)
	case boilerplate, label, said:
		if s := m.sources[source]; s == nil || s.blocks[key] == nil {
			m.carry(source, key, "")
		}
		if m.sources[source].blocks[key].verdict == young {
			m.settle(source, key, what)
		}
	}
}

// write writes all that is remembered.
func (m *repeats) write(w io.Writer) error {
	for source, s := range m.sources {
		for key, b := range s.blocks {
			if b.verdict != young {
				m.note(b.verdict, source, key, "")
			}
		}
		for _, key := range s.queue {
			if b := s.blocks[key]; b != nil && b.verdict == young {
				for _, c := range b.carriers {
					m.note(young, source, key, c)
				}
			}
		}
	}
	_, err := w.Write(m.fresh)
	m.fresh = m.fresh[:0]
	return err
}
