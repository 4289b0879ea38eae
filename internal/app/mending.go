package app

import (
	"context"
	"fmt"
	"sync"

	"rostrum/indexer"
	"rostrum/search/httpapi"
)

// mending is whether the index lacks most of what the archive holds, because it was lost or set aside and is being built anew. Answers say so.
type mending struct {
	mu     sync.Mutex
	on     bool
	reason string
	// stopped says why the index can't be built; empty: it can.
	stopped string
}

// begin says that the index is to be built anew, and why.
func (m *mending) begin(reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.on {
		m.on, m.reason = true, reason
	}
}

// end says that it holds the archive.
func (m *mending) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on, m.stopped = false, ""
}

// stop says that it can't be, and why.
func (m *mending) stop(why error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopped = why.Error()
}

// lacks says why the archive does not hold what the index knows of; empty: it does.
func (m *mending) lacks() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stopped
}

// state gives whether it goes on, and why it was begun since the start; empty: it was not.
func (m *mending) state() (on bool, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.on, m.reason
}

// note is what answers say while the index is built anew; empty otherwise.
func (n *node) note() string {
	if on, _ := n.mending.state(); !on {
		return ""
	}
	if stopped := n.mending.lacks(); stopped != "" {
		return "The index lacks part of the archive and can't be built anew (" + stopped + "): this answer is of what is there."
	}
	return notWhole(n.rebuilder.State())
}

// wholeEnough is how many bytes of archive an index may lack without being called one that is built anew: an archive without captures has a
// record all the same.
const wholeEnough = 4 << 10

// startMending finds out whether the index was lost, or a rebuild of it was cut off.
func (n *node) startMending(ctx context.Context) error {
	at, err := n.store.Position(ctx)
	if err != nil {
		return err
	}
	left, err := n.behind(ctx, n.store)
	switch {
	case err != nil:
		return nil //nolint:nilerr // catchUp tells
	case at == indexer.Position{} && left > wholeEnough:
		n.mending.begin("there was none")
	case left > smallTail:
		n.mending.begin("it lacked a part of the archive")
	}
	return nil
}

func notWhole(s httpapi.RebuildState) string {
	far := ""
	if s.BytesTotal > 0 {
		far = fmt.Sprintf(" %d %% of it is read;", 100*s.BytesDone/s.BytesTotal)
	}
	return "The index is being built anew from the archive:" + far + " this answer is of what is ready, and lacks the rest."
}
