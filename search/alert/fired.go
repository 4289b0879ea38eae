package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"rostrum/internal/fault"
)

// Bounds of what is remembered of one (saved query, group). Past them the oldest go: a capture that is announced again comes soon.
const (
	maxMetCaptures   = 16
	maxMetStatements = 64
	maxMetActors     = 400
)

// maxPart bounds one value of what a group met, in bytes; a group that met more has several.
const maxPart = 256 << 10

// met is what is remembered of a group that met a saved query, for ever.
type met struct {
	Told       bool     `json:"t,omitempty"` // an alert fired; else it was backfill, and passed in silence
	Statements []string `json:"s"`           // the members that met it: revisions of these repeat
	Captures   []string `json:"c"`           // decided upon, the latest
	Actors     []string `json:"a,omitempty"` // that made it match
	Last       string   `json:"l,omitempty"` // the capture that was told of last, or passed in silence first
}

func (m *met) add(statement, capture string, actors []string) {
	m.Statements = remember(m.Statements, maxMetStatements, statement)
	m.Captures = remember(m.Captures, maxMetCaptures, capture)
	m.Actors = remember(m.Actors, maxMetActors, actors...)
}

// remember appends what is not there yet and keeps the latest.
func remember(list []string, bound int, values ...string) []string {
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list[max(0, len(list)-bound):]
}

// size is about what it takes in a value, in bytes.
func (m *met) size() int {
	n := 60
	for _, list := range [][]string{m.Statements, m.Captures, m.Actors} {
		for _, v := range list {
			n += len(v) + 3
		}
	}
	return n
}

// history is what a group met, by saved query, in as many parts as it needs.
type history struct {
	group   string
	parts   []map[string]*met
	sizes   []int
	changed map[int]bool
}

// readHistory reads what a group met; nothing for a group that met nothing. What can't be read is nothing as well, for it would stand in the
// way of every later alert of the group; damaged says so.
func readHistory(ctx context.Context, b Bucket, group string) (h *history, damaged, err error) {
	h = &history{group: group, changed: map[int]bool{}}
	for {
		value, _, err := b.Get(ctx, h.key(len(h.parts)))
		if fault.KindOf(err) == fault.NotFound {
			return h, damaged, nil
		}
		if err != nil {
			return nil, nil, err
		}
		part := map[string]*met{}
		if err := json.Unmarshal(value, &part); err != nil {
			part, damaged = map[string]*met{}, err
		}
		h.parts, h.sizes = append(h.parts, part), append(h.sizes, len(value))
	}
}

func (h *history) key(n int) string { return fmt.Sprintf("%s/%d", h.group, n) }

func (h *history) met(saved string) *met {
	for _, p := range h.parts {
		if m := p[saved]; m != nil {
			return m
		}
	}
	return nil
}

// set remembers m: in the part that has it while there is room, else in the last.
func (h *history) set(saved string, m *met) {
	at := slices.IndexFunc(h.parts, func(p map[string]*met) bool { return p[saved] != nil })
	if at >= 0 {
		h.sizes[at] -= h.parts[at][saved].size()
		delete(h.parts[at], saved)
		h.changed[at] = true
	} else {
		at = len(h.parts) - 1
	}
	if at < 0 || h.sizes[at]+m.size() > maxPart {
		if at = len(h.parts) - 1; at < 0 || h.sizes[at]+m.size() > maxPart {
			h.parts, h.sizes = append(h.parts, map[string]*met{}), append(h.sizes, 0)
			at++
		}
	}
	h.parts[at][saved] = m
	h.sizes[at] += m.size()
	h.changed[at] = true
}

// write keeps what was set, the last part first: what moved there is never in none. It is idempotent.
func (h *history) write(ctx context.Context, b Bucket) error {
	for at := len(h.parts) - 1; at >= 0; at-- {
		if !h.changed[at] {
			continue
		}
		value, err := json.Marshal(h.parts[at])
		if err != nil {
			return fault.Newf(fault.Internal, "encode what group %s met: %w", h.group, err)
		}
		if _, err := b.Put(ctx, h.key(at), value); err != nil {
			return err
		}
		delete(h.changed, at)
	}
	return nil
}
