// Package pdf reads the text of PDF documents and where it stands on the pages. PDFium does the reading, compiled to WebAssembly: it
// sees no file and no network, its memory is bounded, and it can be ended at any moment. What the lines make together, paragraphs and
// running heads, is found here.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"

	"rostrum/internal/fault"
)

// Options are the bounds of a Reader. A zero bound is its default.
type Options struct {
	CacheDir    string        // keeps PDFium as machine code; default "rostrum" in the user's cache folder
	Fallback    string        // is used where that can't be; a temporary folder where this can't be or is empty
	Workers     int           // documents read at one time; default GOMAXPROCS, at most 8
	MemoryPages uint32        // of 64 KiB that one document may take; default 4,096 (256 MiB)
	Timeout     time.Duration // for one document; what takes longer is a fault.Poison; default 45 s
	MaxPages    int           // that are read; later ones are left out and a note says so; default 1,000
	MaxText     int           // bytes of text, roughly; later pages are left out and a note says so; default 4 MiB
	Rest        time.Duration // after which PDFium, unused, is ended to give its memory back; default 1 minute
	Log         *slog.Logger  // nil is silent
}

// Reader reads documents. Nothing is started before the first one comes. Any number of goroutines may use it.
type Reader struct {
	o     Options
	slots chan *slot // as many as workers; nil for one that is not started

	warming sync.WaitGroup

	start   sync.Mutex // guards what follows, and lets one PDFium start at a time
	rest    *time.Timer
	cache   wazero.CompilationCache // nil before the first document, and after a rest
	scratch string                  // the temporary cache folder, if there is one
	closed  bool
	warmed  bool
}

// New makes a Reader.
func New(o Options) *Reader {
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), 8)
	}
	if o.MemoryPages == 0 {
		o.MemoryPages = 4096
	}
	if o.Timeout <= 0 {
		o.Timeout = 45 * time.Second
	}
	if o.MaxPages <= 0 {
		o.MaxPages = 1000
	}
	if o.MaxText <= 0 {
		o.MaxText = 4 << 20
	}
	if o.Rest <= 0 {
		o.Rest = time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Reader{o: o, slots: make(chan *slot, o.Workers)}
	for range o.Workers {
		r.slots <- nil
	}
	return r
}

// Warm starts a PDFium in the background and ends it again, so that its machine code is in the cache folder when the first document comes:
// to make that takes seconds. It is idempotent, and does nothing on a closed Reader.
func (r *Reader) Warm() {
	r.start.Lock()
	defer r.start.Unlock()
	if r.closed || r.warmed {
		return
	}
	r.warmed = true
	r.warming.Go(func() {
		select {
		case s := <-r.slots:
			if s == nil {
				var err error
				if s, err = r.startSlot(); err != nil {
					r.o.Log.Warn("PDFium can't be made ready; the first PDF tries again", "error", err)
				}
			}
			r.giveBack(s)
			r.release() // its memory is for documents
		default: // documents are read already
		}
	})
}

// Read reads a document. It is deterministic. One that is encrypted, broken, without text, or takes too much time or memory is a
// fault.Poison; when ctx ends first the error is a fault.Canceled; where PDFium can't be started it is a fault.Transient.
func (r *Reader) Read(ctx context.Context, body []byte) (Document, error) {
	var s *slot
	select {
	case s = <-r.slots:
	case <-ctx.Done():
		return Document{}, fault.As(fault.Canceled, fmt.Errorf("read PDF: %w", ctx.Err()))
	}
	defer func() { r.giveBack(s) }()
	if s == nil {
		var err error
		if s, err = r.startSlot(); err != nil {
			return Document{}, err
		}
	}
	limited, done := context.WithTimeout(ctx, r.o.Timeout)
	defer done()
	stop := context.AfterFunc(limited, s.interrupt)
	doc, err := r.readWith(limited, s, body)
	if stop() {
		return doc, err
	}
	s.close() // its context has ended: the next document gets a new one
	s = nil
	if ctx.Err() != nil {
		return Document{}, fault.As(fault.Canceled, fmt.Errorf("read PDF: %w", ctx.Err()))
	}
	return Document{}, fault.Newf(fault.Poison, "the PDF takes longer to read than %v", r.o.Timeout)
}

// readWith reads a document with a fresh instance, so that no document sees what another left behind.
func (r *Reader) readWith(ctx context.Context, s *slot, body []byte) (Document, error) {
	instance, err := s.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return Document{}, fault.As(fault.Transient, fmt.Errorf("start PDFium instance: %w", err))
	}
	defer instance.Close()
	f := file{ctx: ctx, p: instance, o: &r.o}
	return f.read(body)
}

// Close ends every PDFium after the document it reads, and waits for that. It is idempotent. A Read after it is a fault.Canceled.
func (r *Reader) Close() error {
	r.start.Lock()
	again := r.closed
	r.closed = true
	if r.rest != nil {
		r.rest.Stop()
	}
	r.start.Unlock()
	if again {
		return nil
	}
	r.warming.Wait()
	for range r.o.Workers {
		if s := <-r.slots; s != nil {
			s.close()
		}
	}
	for range r.o.Workers {
		r.slots <- nil
	}
	var errs []error
	if r.cache != nil {
		errs = append(errs, r.cache.Close(context.Background()))
	}
	if r.scratch != "" {
		errs = append(errs, os.RemoveAll(r.scratch))
	}
	return errors.Join(errs...)
}
