package pdf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"rostrum/internal/fault"
)

// slot is one PDFium, ready to make a fresh instance for each document.
type slot struct {
	pool     pdfium.Pool
	memories *memories // nil where PDFium could not be made interruptible: wazero itself ends it then
	cancel   context.CancelFunc
}

// interrupt ends whatever the slot does, and the slot with it.
func (s *slot) interrupt() {
	if s.memories != nil {
		s.memories.stop()
	}
	s.cancel()
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
	took := time.Since(began)
	if took > compiling {
		r.o.Log.Info("PDFium was compiled; the next start finds it in its cache folder", "took_ms", took.Milliseconds())
	} else {
		r.o.Log.Debug("PDFium started", "took_ms", took.Milliseconds())
	}
	return made, nil
}

// compiling is how long a start takes at least that finds no machine code.
const compiling = 1500 * time.Millisecond

func (r *Reader) newSlot() (*slot, error) {
	module, err := interruptible(wasmModule)
	if err != nil {
		r.o.Log.Warn("PDFium can't be made to look by itself whether it is to end: PDFs are read at a third of the speed", "error", err)
	}
	s := &slot{}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	if err == nil {
		s.memories = new(memories)
		ctx = experimental.WithMemoryAllocator(ctx, s.memories)
	}
	s.pool, err = webassembly.Init(webassembly.Config{
		Context: ctx, WASM: module, MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: quiet{}, Stderr: quiet{},
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(r.o.MemoryPages).WithCloseOnContextDone(s.memories == nil).WithCompilationCache(r.cache),
	})
	if err != nil {
		cancel()
		return nil, err
	}
	return s, nil
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

// giveBack ends the use of a slot, and begins the time after which nothing is in use any more.
func (r *Reader) giveBack(s *slot) {
	r.slots <- s
	r.start.Lock()
	defer r.start.Unlock()
	switch {
	case r.closed:
	case r.rest == nil:
		r.rest = time.AfterFunc(r.o.Rest, r.release)
	default:
		r.rest.Reset(r.o.Rest)
	}
}

// release ends the PDFiums that read nothing; if that is all of them, their code is given back, too.
func (r *Reader) release() {
	r.start.Lock()
	defer r.start.Unlock()
	if r.closed {
		return
	}
	resting := 0
	for range r.o.Workers {
		select {
		case s := <-r.slots:
			resting++
			if s != nil {
				s.close()
			}
		default: // it reads a document
		}
	}
	if resting == r.o.Workers && r.cache != nil && r.scratch == "" {
		_ = r.cache.Close(context.Background()) // it holds memory alone, and is made anew from the folder
		r.cache = nil
	}
	for range resting {
		r.slots <- nil
	}
}

func (s *slot) close() {
	s.interrupt()
	_ = s.pool.Close() // what an ended module says of its ending tells nothing
}

// quiet drops what PDFium prints: it names bytes of the document, not causes.
type quiet struct{}

func (quiet) Write(p []byte) (int, error) { return len(p), nil }
