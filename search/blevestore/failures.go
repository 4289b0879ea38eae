package blevestore

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"rostrum/internal/fault"
)

// Bleve persists and merges in goroutines of its own. What they fail with they tell a function that is registered by name, one for all indexes
// of a process.
const failuresName = "rostrum"

// retryPause is how long they wait after a failure: bleve tries again at once, thousands of times a second while a disk is full.
const retryPause = 100 * time.Millisecond

// failureTold is how often the log says so.
const failureTold = time.Minute

// behind is what failed behind the open indexes of this process.
var behind = failures{last: map[string]*failure{}}

func init() { scorch.RegistryAsyncErrorCallbacks[failuresName] = behind.note }

// failures are what bleve's goroutines failed with last, by the folder of the index.
type failures struct {
	mu   sync.Mutex
	last map[string]*failure
}

type failure struct {
	log   *slog.Logger
	err   error // nil: nothing failed
	at    time.Time
	told  time.Time
	ended bool // the goroutine panicked, and none does its work until the index is opened again
}

// watch begins anew for an index that is to be opened.
func (f *failures) watch(dir string, log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last[dir] = &failure{log: log}
}

// forget ends that.
func (f *failures) forget(dir string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.last, dir)
}

// note is called by the goroutine that failed.
func (f *failures) note(err error, path string) {
	if !f.keep(filepath.Dir(path), err, errors.Is(err, scorch.ErrAsyncPanic)) {
		time.Sleep(retryPause)
	}
}

func (f *failures) keep(dir string, err error, ended bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.last[dir]
	if last == nil || last.ended {
		return ended
	}
	last.err, last.at, last.ended = err, time.Now(), ended
	if ended || last.at.Sub(last.told) >= failureTold {
		last.told = last.at
		last.log.Error("bleve could not persist or merge segments of the index", "dir", dir, "error", err, "gave_up", ended,
			"remedy", "make room on its disk; where there is room, `rostrum verify` finds damaged segments, and `rostrum reindex` makes new ones")
	}
	return ended
}

// lately gives what failed behind an index within the last seconds; nil: nothing.
func (f *failures) lately(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last := f.last[dir]; last != nil && time.Since(last.at) < 2*persistLook {
		return last.err
	}
	return nil
}

// ended says that a goroutine behind an index has ended and why; nil: none has.
func (f *failures) ended(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.last[dir]
	if last == nil || !last.ended {
		return nil
	}
	return &fault.Error{
		Kind: fault.Transient, What: fmt.Sprintf("the index in %s takes no more since %s: %v", dir, last.at.UTC().Format(time.RFC3339), last.err),
		Remedy: "run `rostrum reindex`, which makes a new one from the archive; searches go on meanwhile", Position: -1, Err: last.err,
	}
}
