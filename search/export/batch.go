package export

import (
	"context"
	"fmt"
	"slices"
	"unsafe"

	"rostrum/internal/statement"
	"rostrum/search"
)

const (
	// batchBytes is how much is read before it is handed over to be decoded and spelled: reading, decoding and spelling go on beside each other.
	batchBytes = 128 << 10
	// firstBatch is how much is before anything was, so that the first bytes come soon.
	firstBatch = 16 << 10
	// batches bounds what is read and not yet spelled.
	batches = 5
)

// read is a statement as an encoder gets it, good until the visit returns. Where the encoder wants statements decoded, st is it, and Text may
// be left out.
type read struct {
	search.Stored
	st *statement.Statement
}

// wanted is what an encoder wants decoded, and whether what it gets is its own to keep: else the strings are good until the visit returns.
type wanted struct{ decoded, text, rest, keep bool }

// decoding is an encoder that wants statements decoded, which is done beside it.
type decoding interface{ wants() wanted }

// batch is a run of stored statements, copied out of the store's memory.
type batch struct {
	wanted
	bytes   []byte
	ends    [][3]int // of head, text and rest
	decoded []statement.Statement
	failed  error // after the last of ends
}

func (b *batch) add(s search.Stored) {
	if b.wanted.decoded && !b.text {
		s.Text = nil
	}
	var end [3]int
	for i, part := range [3][]byte{s.Head, s.Text, s.Rest} {
		b.bytes = append(b.bytes, part...)
		end[i] = len(b.bytes)
	}
	b.ends = append(b.ends, end)
}

// decode decodes each statement, into the memory of an earlier batch. The strings of all are parts of one.
func (b *batch) decode() {
	b.decoded = slices.Grow(b.decoded[:0], len(b.ends))[:len(b.ends)]
	all, start := b.strings(), 0
	for i, end := range b.ends {
		st := &b.decoded[i]
		if b.failed = search.DecodeHead(all[start:end[0]], st); b.failed == nil && b.rest {
			b.failed = search.DecodeRest(b.bytes[end[1]:end[2]], st)
		}
		if b.failed != nil {
			b.ends = b.ends[:i]
			return
		}
		if b.text {
			st.Text = all[end[0]:end[1]]
		}
		start = end[2]
	}
}

// strings gives all bytes as a string, which changes with the next batch where nobody keeps parts of it.
func (b *batch) strings() string {
	if b.keep {
		return string(b.bytes)
	}
	return unsafe.String(unsafe.SliceData(b.bytes), len(b.bytes)) //nolint:gosec // read only until the batch is cleared
}

func (b *batch) each(visit func(read) error) error {
	start := 0
	for i, end := range b.ends {
		r := read{Stored: search.Stored{Head: b.bytes[start:end[0]], Text: b.bytes[end[0]:end[1]], Rest: b.bytes[end[1]:end[2]]}}
		if b.wanted.decoded {
			r.st = &b.decoded[i]
		}
		if err := visit(r); err != nil {
			return err
		}
		start = end[2]
	}
	return b.failed
}

func (b *batch) clear() { b.bytes, b.ends, b.failed = b.bytes[:0], b.ends[:0], nil }

// ahead reads a selection in a goroutine of its own, a few batches ahead of visit, and decodes what is wanted in another. When it returns,
// both have ended.
func ahead(ctx context.Context, sel search.Selection, w wanted, visit func(read) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	free, full, done := make(chan *batch, batches), make(chan *batch, batches), make(chan error, 1)
	for range batches {
		free <- &batch{wanted: w}
	}
	go func() {
		defer close(full)
		done <- fill(ctx, sel, free, full)
	}()
	ready := full
	if w.decoded {
		ready = make(chan *batch, batches)
		go func() {
			defer close(ready)
			for b := range full {
				b.decode()
				ready <- b
			}
		}()
	}
	var failed error
	for b := range ready {
		if failed == nil {
			if failed = b.each(visit); failed != nil {
				cancel()
			}
		}
		b.clear()
		free <- b
	}
	if err := <-done; failed == nil {
		failed = err
	}
	return failed
}

// fill reads a selection into batches.
func fill(ctx context.Context, sel search.Selection, free <-chan *batch, full chan<- *batch) error {
	b, enough := <-free, firstBatch
	err := sel.Each(ctx, func(s search.Stored) error {
		if b.add(s); len(b.bytes) >= enough {
			full <- b
			b, enough = <-free, batchBytes
		}
		return nil
	})
	full <- b
	if err != nil {
		return fmt.Errorf("read statements: %w", err)
	}
	return nil
}
