package pdf

import (
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is the memory of one PDFium. Its mutex guards the change from a small buffer to a larger one against stop.
type memory struct {
	mu      sync.Mutex
	bytes   []byte
	max     uint64
	stopped bool
}

// Reallocate makes room. What was there stays.
func (m *memory) Reallocate(size uint64) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if size > m.max {
		return nil
	}
	if size > uint64(cap(m.bytes)) {
		grown := make([]byte, size, min(m.max, max(size, uint64(cap(m.bytes))*3/2)))
		copy(grown, m.bytes)
		m.bytes = grown
	}
	m.bytes = m.bytes[:size]
	m.mark()
	return m.bytes
}

// Free lets the memory go.
func (m *memory) Free() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bytes = nil
}

// stop makes the module fail within microseconds, now or as soon as it runs.
func (m *memory) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopped = true
	m.mark()
}

func (m *memory) mark() {
	if m.stopped && len(m.bytes) > stopAt {
		m.bytes[stopAt] = 1
	}
}

// memories makes the memory of each instance, and knows the last.
type memories struct {
	mu   sync.Mutex
	last *memory
}

// Allocate makes a memory for an instance that begins.
func (m *memories) Allocate(initial, most uint64) experimental.LinearMemory {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = &memory{bytes: make([]byte, 0, initial), max: most}
	return m.last
}

// stop ends the last instance.
func (m *memories) stop() {
	m.mu.Lock()
	last := m.last
	m.mu.Unlock()
	if last != nil {
		last.stop()
	}
}
