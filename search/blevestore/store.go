// Package blevestore keeps statements and their revisions in a bleve index on disk, and answers queries over them.
//
// Bleve writes, merges and maps the segments. Reading is done here, segment by segment: a query is turned into bitmaps of
// documents, from which totals are exact and facets, date sorts and scores are collected over columns made once a segment.
package blevestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"github.com/prometheus/client_golang/prometheus"
	bolterrors "go.etcd.io/bbolt/errors"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
	"rostrum/search/analysis"
)

// Options say where the index is and what bounds hold.
type Options struct {
	// Dir is the folder of the index; it is made when absent.
	Dir string
	// PrefixTerms is how many words a prefix may stand for; past it the first in their order are taken and a note says so.
	// 0 means 1,000.
	PrefixTerms int
	// MaxReading bounds what one search may read beside posting lists, in nanoseconds of one core, roughly: positions that are compared, times that
	// are compared. A query that would take more is a fault. 0 means 500 million, some 250 ms on two cores; negative is without a bound.
	MaxReading int64
	// MaxScored bounds how many postings one search reads for its scores. What must be read is known before: the words that stand in the most
	// statements, which tell least, then add nothing to the order, and a note says so. 0 means 5 million.
	MaxScored uint64
	// KeepBytes bounds the memory for what segments have of queries that took long to match, so that the same query is answered faster again.
	// 0 means 32 MB; negative keeps nothing.
	KeepBytes int
	// FacetValues is how many values of a facet are given, the most frequent ones. 0 means 1,000.
	FacetValues int
	// LockWait is how long Open waits for another holder of the index to let go. 0 means a second.
	LockWait time.Duration
	// CloseWait is how long Close waits for a write under way. 0 means 30 seconds.
	CloseWait time.Duration
	// Members gives the actors of a group; without it a Members node is a fault.
	Members func(group string) []string
	// Phases are the periods that the phase facet counts; several of one id are their union.
	Phases []Phase
	// Now is the clock that freshness is told by; nil means time.Now.
	Now func() time.Time

	Logger     *slog.Logger
	Registerer prometheus.Registerer

	// filedFrom is how many documents a segment has at least whose columns are filed: those of smaller ones are made in no time, and the
	// segments are soon merged. 0 means 20,000.
	filedFrom uint64
	// keepAbove is from how many nanoseconds of work, as reckoned, on what a segment has of a query is kept. 0 means 500,000.
	keepAbove int64
}

// Phase is a named period: From inclusive, To exclusive; a zero bound is open.
type Phase struct {
	ID   string
	From time.Time
	To   time.Time
}

func (o Options) withDefaults() Options {
	if o.PrefixTerms == 0 {
		o.PrefixTerms = 1000
	}
	if o.MaxReading == 0 {
		o.MaxReading = 500_000_000
	}
	if o.MaxScored == 0 {
		o.MaxScored = 5_000_000
	}
	if o.keepAbove == 0 {
		o.keepAbove = 500_000
	}
	if o.KeepBytes == 0 {
		o.KeepBytes = 32 << 20
	}
	if o.filedFrom == 0 {
		o.filedFrom = 20_000
	}
	if o.FacetValues == 0 {
		o.FacetValues = 1000
	}
	if o.LockWait == 0 {
		o.LockWait = time.Second
	}
	if o.CloseWait == 0 {
		o.CloseWait = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Store is an open index. One goroutine at a time writes; any number read. It implements indexer.Store, search.Searcher,
// search.Scanner and search.Knower; Reader gives search.Reader.
type Store struct {
	options   Options
	now       atomic.Pointer[opened] // the generation that answers; it changes by Become alone
	key       []byte
	metrics   *metrics
	kept      keeper
	lent      lenders
	analyzers sync.Pool // of *analysis.Analyzer, for snippets: they remember words

	cold       chan struct{} // asks the warmer for a round
	warming    sync.Mutex    // one round at a time
	stop       chan struct{} // ends the warmer
	background sync.WaitGroup

	writing chan struct{} // holds one token: whoever has it may write
	closing sync.Once
	given   atomic.Bool // its index went to another Store
	spare   bool        // made by Beside: until Become nothing answers from it
	closed  chan struct{}
	failed  error // of Close; read after closed
}

// opened is a generation while it is open.
type opened struct {
	dir     string
	name    string
	bleve   bleve.Index
	scorch  index.Index
	columns columnCache
}

// close is not to be called while somebody writes.
func (o *opened) close() error {
	defer behind.forget(o.dir)
	o.columns.keep(nil)
	return o.bleve.Close()
}

// Open opens the current generation of the index in Options.Dir, and makes an empty one where there is none. It gives a
// fault.Conflict when another process holds the index. What a rebuild that did not end has left is removed. An index of another mapping,
// or one that is damaged, is an error that wraps ErrRebuild.
func Open(options Options) (*Store, error) {
	o := options.withDefaults()
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("make index folder: %w", err)
	}
	g, exists, err := currentGeneration(o.Dir)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.Dir, g.Name)
	if !exists {
		if err := create(o.Dir, dir, g); err != nil {
			return nil, err
		}
	}
	s, err := openGeneration(o, g.Name)
	if err != nil {
		return nil, err
	}
	if err := sweep(o.Dir, g.Name); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	o.Logger.Info("index open", "dir", dir, "generation", g.Name)
	return s, nil
}

// openGeneration opens a generation that exists.
func openGeneration(o Options, name string) (*Store, error) {
	key, err := cursorKey(o.Dir)
	if err != nil {
		return nil, err
	}
	now := &opened{dir: filepath.Join(o.Dir, name), name: name, columns: columnCache{bySeg: map[uint64]*columns{}}}
	behind.watch(now.dir, o.Logger)
	if now.bleve, err = openIndex(now.dir, o.LockWait); err != nil {
		return nil, err
	}
	if now.scorch, err = now.bleve.Advanced(); err != nil {
		return nil, errors.Join(fmt.Errorf("open index %s: %w", now.dir, err), now.bleve.Close())
	}
	s := &Store{options: o, key: key, kept: keeper{most: o.KeepBytes, above: o.keepAbove}, cold: make(chan struct{}, 1), stop: make(chan struct{}), writing: make(chan struct{}, 1),
		closed: make(chan struct{}), metrics: newMetrics(o.Registerer)}
	s.now.Store(now)
	s.analyzers.New = func() any { return analysis.NewAnalyzer() }
	s.writing <- struct{}{}
	s.background.Go(s.keepWarm)
	s.wantWarm()
	return s, nil
}

// create makes an empty generation, unless its folder is there, and makes it the one that answers.
func create(root, dir string, g generation) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := makeIndex(dir); err != nil {
			return err
		}
	}
	return g.save(root)
}

// makeIndex makes an empty index beside its place and moves it there, so that a crash leaves all of it or nothing.
func makeIndex(dir string) error {
	tmp := dir + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("make index %s: %w", dir, err)
	}
	idx, err := bleve.NewUsing(tmp, indexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return fmt.Errorf("make index %s: %w", dir, err)
	}
	if err := errors.Join(idx.Close(), durable.Rename(tmp, dir)); err != nil {
		return fmt.Errorf("make index %s: %w", dir, err)
	}
	return nil
}

// openIndex opens an index that exists. Damaged files make bleve's key-value store panic.
func openIndex(dir string, wait time.Duration) (idx bleve.Index, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(dir, fmt.Errorf("open index %s: %v", dir, r))
		}
	}()
	idx, err = bleve.OpenUsing(dir, map[string]any{"bolt_timeout": wait.String(), "asyncErrorCallbackName": failuresName, "unsafe_batch": true}) // Store.persist waits in its place
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, held(dir, err)
	case err != nil:
		return nil, damaged(dir, fmt.Errorf("open index %s: %w", dir, err))
	}
	return idx, nil
}

// Close waits for a write under way and closes the index. Searches under way end by themselves; later calls are refused. It is
// idempotent, and gives up after Options.CloseWait.
func (s *Store) Close() error {
	s.closing.Do(func() {
		defer close(s.closed)
		close(s.stop)
		s.background.Wait()
		select {
		case <-s.writing: // kept: nobody writes after this
		case <-time.After(s.options.CloseWait):
			s.failed = fault.Newf(fault.Transient, "close index %s: a write did not end within %s", s.dir(), s.options.CloseWait)
			return
		}
		if err := s.now.Load().close(); err != nil {
			s.failed = fmt.Errorf("close index %s: %w", s.dir(), err)
		}
	})
	<-s.closed
	return s.failed
}

// Folder is the folder of the generation that answers; what is kept in it goes with the generation.
func (s *Store) Folder() string { return s.dir() }

// dir is the folder of the generation that answers.
func (s *Store) dir() string { return s.now.Load().dir }

// begin waits for the turn to write and gives the function that ends it.
func (s *Store) begin(ctx context.Context) (end func(), err error) {
	select {
	case <-s.writing:
		return func() { s.writing <- struct{}{} }, nil
	case <-s.closed:
		return nil, closedFault()
	case <-ctx.Done():
		return nil, ended(ctx.Err())
	}
}
