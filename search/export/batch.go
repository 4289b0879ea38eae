package export

import (
	"context"
	"fmt"

	"rostrum/search"
)

const (
	// batchBytes is how much is read before it is handed over to be spelled: reading and spelling take turns on two cores.
	batchBytes = 128 << 10
	// batches bounds what is read and not yet spelled.
	batches = 3
)

// batch is a run of stored statements, copied out of the store's memory.
type batch struct {
	bytes []byte
	ends  [][3]int // of head, text and rest
}

func (b *batch) add(s search.Stored) {
	var end [3]int
	for i, part := range [3][]byte{s.Head, s.Text, s.Rest} {
		b.bytes = append(b.bytes, part...)
		end[i] = len(b.bytes)
	}
	b.ends = append(b.ends, end)
}

func (b *batch) each(visit func(search.Stored) error) error {
	start := 0
	for _, end := range b.ends {
		s := search.Stored{Head: b.bytes[start:end[0]], Text: b.bytes[end[0]:end[1]], Rest: b.bytes[end[1]:end[2]]}
		if err := visit(s); err != nil {
			return err
		}
		start = end[2]
	}
	return nil
}

func (b *batch) clear() { b.bytes, b.ends = b.bytes[:0], b.ends[:0] }

// ahead reads a selection in a goroutine of its own, a few batches ahead of visit. When it returns, the goroutine has ended.
func ahead(ctx context.Context, sel search.Selection, visit func(search.Stored) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	free, full, read := make(chan *batch, batches), make(chan *batch, batches), make(chan error, 1)
	for range batches {
		free <- &batch{}
	}
	go func() {
		defer close(full)
		read <- fill(ctx, sel, free, full)
	}()
	var failed error
	for b := range full {
		if failed == nil {
			if failed = b.each(visit); failed != nil {
				cancel()
			}
		}
		b.clear()
		free <- b
	}
	if err := <-read; failed == nil {
		failed = err
	}
	return failed
}

// fill reads a selection into batches.
func fill(ctx context.Context, sel search.Selection, free <-chan *batch, full chan<- *batch) error {
	b := <-free
	err := sel.Each(ctx, func(s search.Stored) error {
		if b.add(s); len(b.bytes) >= batchBytes {
			full <- b
			b = <-free
		}
		return nil
	})
	full <- b
	if err != nil {
		return fmt.Errorf("read statements: %w", err)
	}
	return nil
}
