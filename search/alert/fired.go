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
const maxPart = 400 << 10

// met is what is remembered of a group that met a saved query, for ever.
type met struct {
	Told       bool     `json:"t,omitempty"` // an alert fired; else it was backfill, and passed in silence
	Statements []string `json:"s"`           // the members that met it: revisions of these repeat
	Captures   []string `json:"c"`           // decided upon, the latest
	Actors     []string `json:"a,omitempty"` // that made it match
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

// history is what a group met, by saved query.
type history struct {
	group   string
	parts   []part
	changed map[int]bool
}

type part map[string]*met

// readHistory reads what a group met; nothing for a group that met nothing.
func readHistory(ctx context.Context, b Bucket, group string) (*history, error) {
	h := &history{group: group, changed: map[int]bool{}}
	for {
		value, _, err := b.Get(ctx, h.key(len(h.parts)))
		if fault.KindOf(err) == fault.NotFound && err != nil {
			return h, nil //nolint:nilerr // the part that is not there ends the history
		}
		if err != nil {
			return nil, err
		}
		var p part
		if err := json.Unmarshal(value, &p); err != nil {
			return nil, fault.Newf(fault.Internal, "read what group %s met: %w", group, err)
		}
		h.parts = append(h.parts, p)
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

// set remembers m, in the part that has it or the last.
func (h *history) set(saved string, m *met) {
	at := slices.IndexFunc(h.parts, func(p part) bool { return p[saved] != nil })
	if at < 0 {
		if at = len(h.parts) - 1; at < 0 || len(h.parts[at]) >= maxPart/512 && weight(h.parts[at]) > maxPart/2 {
			h.parts = append(h.parts, part{})
			at++
		}
	}
	h.parts[at][saved] = m
	h.changed[at] = true
}

func weight(p part) int {
	value, err := json.Marshal(p)
	if err != nil {
		return 0
	}
	return len(value)
}

// write keeps what was set. It is idempotent.
func (h *history) write(ctx context.Context, b Bucket) error {
	for at := range h.changed {
		value, err := json.Marshal(h.parts[at])
		if err != nil {
			return fault.Newf(fault.Internal, "encode what group %s met: %w", h.group, err)
		}
		if _, err := b.Put(ctx, h.key(at), value); err != nil {
			return err
		}
	}
	clear(h.changed)
	return nil
}
