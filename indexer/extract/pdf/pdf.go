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
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

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
	Log         *slog.Logger  // nil is silent
}

// Reader reads documents. Nothing is started before the first one comes. Any number of goroutines may use it.
type Reader struct {
	o     Options
	slots chan *slot // as many as workers; nil for one that is not started

	start   sync.Mutex // guards what follows, and lets one PDFium start at a time
	cache   wazero.CompilationCache
	scratch string // the temporary cache folder, if there is one
	closed  bool
}

// slot is one PDFium, ready to make a fresh instance for each document.
type slot struct {
	pool   pdfium.Pool
	cancel context.CancelFunc // ends whatever its instances do, and the slot with it
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
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Reader{o: o, slots: make(chan *slot, o.Workers)}
	for range o.Workers {
		r.slots <- nil
	}
	return r
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
	defer func() { r.slots <- s }()
	if s == nil {
		var err error
		if s, err = r.startSlot(); err != nil {
			return Document{}, err
		}
	}
	limited, done := context.WithTimeout(ctx, r.o.Timeout)
	defer done()
	stop := context.AfterFunc(limited, s.cancel)
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

// startSlot starts a PDFium. The machine code comes from the cache folder; making it takes some seconds, once for each version of it.
func (r *Reader) startSlot() (*slot, error) {
	r.start.Lock()
	defer r.start.Unlock()
	if r.closed {
		return nil, fault.New(fault.Canceled, "the PDF reader is closed", "")
	}
	if r.cache == nil {
		r.openCache()
	}
	began := time.Now()
	made, err := r.newSlot()
	if err != nil { // perhaps nothing can be written to the folder, or what is in it is broken
		r.o.Log.Warn("PDFium starts without its cache folder", "error", err)
		r.cache = wazero.NewCompilationCache()
		if made, err = r.newSlot(); err != nil {
			return nil, fault.As(fault.Transient, fmt.Errorf("start PDFium: %w", err))
		}
	}
	r.o.Log.Debug("PDFium started", "took_ms", time.Since(began).Milliseconds())
	return made, nil
}

func (r *Reader) newSlot() (*slot, error) {
	ctx, cancel := context.WithCancel(context.Background())
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: quiet{}, Stderr: quiet{},
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(r.o.MemoryPages).WithCloseOnContextDone(true).WithCompilationCache(r.cache),
	})
	if err != nil {
		cancel()
		return nil, err
	}
	return &slot{pool: pool, cancel: cancel}, nil
}

// openCache opens the folder of machine code; where none can be had, a temporary one that ends with the Reader, for nobody else may
// write to it.
func (r *Reader) openCache() {
	dirs := []string{r.o.CacheDir, r.o.Fallback}
	if user, err := os.UserCacheDir(); err == nil && r.o.CacheDir == "" {
		dirs[0] = filepath.Join(user, "rostrum")
	}
	var errs []error
	for _, dir := range slices.DeleteFunc(dirs, func(dir string) bool { return dir == "" }) {
		cache, err := wazero.NewCompilationCacheWithDir(dir)
		if err == nil {
			r.cache = cache
			return
		}
		errs = append(errs, err)
	}
	if r.scratch, r.cache = temporaryCache(); r.scratch == "" {
		r.cache = wazero.NewCompilationCache()
	}
	r.o.Log.Warn("no cache folder: PDFium is compiled again at each start", "error", errors.Join(errs...))
}

func temporaryCache() (string, wazero.CompilationCache) {
	dir, err := os.MkdirTemp("", "rostrum-pdf-")
	if err != nil {
		return "", nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		_ = os.RemoveAll(dir) // it is empty
		return "", nil
	}
	return dir, cache
}

// Close ends every PDFium after the document it reads, and waits for that. It is idempotent. A Read after it is a fault.Canceled.
func (r *Reader) Close() error {
	r.start.Lock()
	again := r.closed
	r.closed = true
	r.start.Unlock()
	if again {
		return nil
	}
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

func (s *slot) close() {
	s.cancel()
	_ = s.pool.Close() // what an ended module says of its ending tells nothing
}

// quiet drops what PDFium prints: it names bytes of the document, not causes.
type quiet struct{}

func (quiet) Write(p []byte) (int, error) { return len(p), nil }
