package export

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/query"
)

const (
	// maxKept bounds the kept exports of an instance.
	maxKept = 500
	// DefaultDays is how long a kept export stays.
	DefaultDays = 7
	// MaxDays is how long it stays at most.
	MaxDays = 90
	// ManifestSuffix follows the name of a file in that of its manifest.
	ManifestSuffix = ".manifest.json"
	// DeletedSuffix follows it in that of the ids that are no more in an incremental export.
	DeletedSuffix = ".deleted.csv"

	jobFile  = "job.json"
	pinDir   = "pin"
	partFile = "part"
)

// Pinner keeps what matches in the present state of the index on disk, so that it can be read again after any change and any restart.
type Pinner interface {
	// Pin fills dir; it leaves a dir that is filled as it is.
	Pin(ctx context.Context, q query.Node, copies bool, dir string) error
	// OpenPin opens what Pin kept; the caller closes it.
	OpenPin(dir string) (search.Selection, error)
}

// KeeperOptions wire a Keeper.
type KeeperOptions struct {
	Dir      string // made when absent
	Exporter *Exporter
	Pinner   Pinner
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil is silent
}

// State is how far a kept export is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed" // Resume goes on with it
	// Withdrawn is an export whose file was removed, since a statement in it was forgotten.
	Withdrawn State = "withdrawn"
)

// Kept is a kept export as it is told of.
type Kept struct {
	ID          string      `json:"id"`
	Owner       string      `json:"owner"`
	File        string      `json:"file" doc:"its name"`
	Query       search.Echo `json:"query"`
	Format      string      `json:"format"`
	Shape       string      `json:"shape"`
	Columns     []string    `json:"columns,omitempty" doc:"none where whole statements are carried"`
	Compression string      `json:"compression,omitempty" doc:"gzip or zstd"`
	State       State       `json:"state" enum:"waiting,running,done,failed,withdrawn"`
	Error       string      `json:"error,omitempty"`
	Created     time.Time   `json:"created"`
	Finished    *time.Time  `json:"finished,omitempty"`
	Expires     time.Time   `json:"expires"`
	Total       int         `json:"total" doc:"statements to be read"`
	Statements  int         `json:"statements" doc:"read so far"`
	Rows        int         `json:"rows" doc:"written so far"`
	Bytes       int64       `json:"bytes" doc:"of the file; before any compression as long as it is being written"`
	SecondsLeft float64     `json:"seconds_left,omitempty"`
	LeftOut     []LeftOut   `json:"left_out,omitempty"`
	SHA256      string      `json:"sha256,omitempty"`
	Schedule    string      `json:"schedule,omitempty" doc:"id of the schedule that asked for it"`
	Unchanged   int         `json:"unchanged,omitempty" doc:"statements that are what they were in the export before: nothing is written of them"`
	Deleted     int         `json:"deleted,omitempty" doc:"statements of the export before that match no more, or are gone"`
	DeletedFile string      `json:"deleted_file,omitempty" doc:"name of the file that lists their ids"`
}

// record is a kept export as it stands on disk.
type record struct {
	Kept
	Ask    Ask    `json:"ask"`
	Origin Origin `json:"origin"`
	Pinned bool   `json:"pinned"`
	Place  *place `json:"place,omitempty"`
	Base   *Base  `json:"base,omitempty"`
	Stale  bool   `json:"stale,omitempty"` // it begins again, from the index as it is then
}

// place is where the file can be gone on with.
type place struct {
	mark
	Offset int64  `json:"offset"` // in the file
	Hash   []byte `json:"hash"`   // of what is before it, under way
	Seen   int64  `json:"seen"`   // offset in the list of statements
}

// Keeper makes exports in the background, one after another, and keeps their files for a while. What it was at when the process ended it
// goes on with at the next start. It is safe for many goroutines.
type Keeper struct {
	o     KeeperOptions
	wake  chan struct{}
	ended chan struct{} // told when an export is done or has failed

	onDisk func(w io.Writer) io.Writer // of a test: what stands before every file; nil: nothing

	mu     sync.Mutex
	all    map[string]*record
	cancel map[string]context.CancelFunc // of those under way
}

// OpenKeeper reads what there is in the folder. Run does the work.
func OpenKeeper(o KeeperOptions) (*Keeper, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	k := &Keeper{o: o, wake: make(chan struct{}, 1), ended: make(chan struct{}, 1), all: map[string]*record{}, cancel: map[string]context.CancelFunc{}}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of exports: %w", err)
	}
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() {
			k.read(e.Name())
		}
	}
	return k, nil
}

// read takes a job up again; what is none is left alone.
func (k *Keeper) read(id string) {
	body, err := os.ReadFile(filepath.Join(k.o.Dir, id, jobFile))
	var r record
	if err == nil {
		err = json.Unmarshal(body, &r)
	}
	if err != nil || r.ID != id {
		k.o.Log.Warn("a folder of exports holds no export", "folder", id, "error", err)
		return
	}
	if r.State == Running {
		r.State = Waiting
	}
	k.all[id] = &r
	if r.State == Withdrawn {
		if err := k.empty(id); err != nil {
			k.o.Log.Warn("an export that was withdrawn leaves files", "export", id, "error", err)
		}
	}
}

// Wish is a kept export that is asked for.
type Wish struct {
	Ask
	Owner       string
	Compression string // by name; empty for none
	Days        int    // 0: DefaultDays

	repeat *repeat // nil: it is asked for once
}

// repeat is what a schedule says of an export that it asks for.
type repeat struct {
	schedule string
	id       string // of the export: if that is kept already, nothing is made
	stem     string // of the file's name
	base     *Base
	// incremental waits for a whole index: what one that is being built anew lacks yet would be told as deleted.
	incremental bool
}

// Base is the export before, of which only the differences are wanted.
type Base struct {
	File string    `json:"file" doc:"name of the export before"`
	At   time.Time `json:"at" doc:"when its state of the index was taken"`
	Seen string    `json:"seen,omitempty"` // path of its list of statements
}

// Create takes the state of the index that the export is about and lets it be made. Its faults are those of Plan.
func (k *Keeper) Create(ctx context.Context, w Wish) (Kept, error) {
	plan, err := k.o.Exporter.Plan(ctx, w.Ask)
	if err != nil {
		return Kept{}, err
	}
	suffix, err := plan.suffixOf(w.Compression)
	if err != nil {
		return Kept{}, err
	}
	if w.Days == 0 {
		w.Days = DefaultDays
	}
	if w.Days < 1 || w.Days > MaxDays {
		return Kept{}, invalid("days", fmt.Sprintf("%d days are not within 1 and %d", w.Days, MaxDays), "ask for fewer, and download the file")
	}
	now := k.o.Now().UTC()
	id := strings.ToLower(rand.Text()[:16])
	stem := fmt.Sprintf("rostrum-%s-%s-%s", plan.Shape, now.Format("20060102"), id[:6])
	if w.repeat != nil {
		id, stem = w.repeat.id, w.repeat.stem
		if kept, err := k.Get("", id); err == nil {
			return kept, nil
		}
	}
	from := plan.Origin(ctx)
	if w.repeat != nil && w.repeat.incremental && from.Note != "" {
		return Kept{}, fault.New(fault.Transient, "the index is being built anew, and what it lacks would be told as deleted", "it is made when the index is whole")
	}
	r := &record{Ask: w.Ask, Origin: from, Kept: Kept{ID: id, Owner: w.Owner, File: stem + suffix,
		Query: search.Echo{Input: w.Query, Parsed: plan.Parsed}, Format: plan.Format, Shape: plan.Shape, Columns: plan.Columns, Compression: w.Compression, State: Waiting, Created: now,
		Expires: now.AddDate(0, 0, w.Days)}}
	if w.repeat != nil {
		r.Schedule, r.Base = w.repeat.schedule, w.repeat.base
	}
	k.mu.Lock()
	full := len(k.all) >= maxKept
	k.mu.Unlock()
	if full {
		return Kept{}, fault.New(fault.Conflict, fmt.Sprintf("%d exports are kept already", maxKept), "remove some: rostrum exports remove ID")
	}
	if err := k.pin(ctx, plan, r); err != nil {
		return Kept{}, errors.Join(roomless(err, k.o.Dir), os.RemoveAll(k.dir(id)))
	}
	k.mu.Lock()
	k.all[id] = r
	kept := r.Kept
	k.mu.Unlock()
	k.nudge()
	return kept, nil
}

// roomless says what to do where an export could not be written down since the disk is full; any other error is given as it is.
func roomless(err error, dir string) error {
	if !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	return &fault.Error{Kind: fault.Transient, What: "the export can't be kept: no space left on the disk of " + dir, Remedy: "make room, or remove exports that nobody needs: rostrum exports remove ID", Position: -1, Err: err}
}

// pin writes the job down with the state that it is about.
func (k *Keeper) pin(ctx context.Context, plan *Plan, r *record) error {
	if err := os.MkdirAll(k.dir(r.ID), 0o700); err != nil {
		return fmt.Errorf("make folder of export: %w", err)
	}
	if err := k.o.Pinner.Pin(ctx, plan.node, plan.copies, filepath.Join(k.dir(r.ID), pinDir)); err != nil {
		return err
	}
	sel, err := k.o.Pinner.OpenPin(filepath.Join(k.dir(r.ID), pinDir))
	if err != nil {
		return err
	}
	r.Total, r.Pinned = sel.Total(), true
	if err := sel.Close(); err != nil {
		return fmt.Errorf("close pin: %w", err)
	}
	return k.save(r)
}

func (p *Plan) suffixOf(compression string) (string, error) {
	if compression == "" {
		return p.Suffix(), nil
	}
	if p.format.packed {
		return "", invalid("compression", p.Format+" is compressed by itself", "leave the compression out")
	}
	for _, c := range Compressions() {
		if c.Name == compression {
			return p.Suffix() + c.Suffix, nil
		}
	}
	return "", unknown("compression", "compression", compression, []string{"gzip", "zstd"})
}

func (k *Keeper) dir(id string) string { return filepath.Join(k.o.Dir, id) }

func (k *Keeper) nudge() { nudge(k.wake) }

// nudge wakes who waits, now or when it next does.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// save writes a job's record, whole or not at all.
func (k *Keeper) save(r *record) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode export %s: %w", r.ID, err)
	}
	return durable.WriteFile(filepath.Join(k.dir(r.ID), jobFile), body, 0o600)
}

// List gives the kept exports of an owner, the latest first; of all for an empty owner.
func (k *Keeper) List(owner string) []Kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := []Kept{}
	for _, r := range k.all {
		if owner == "" || r.Owner == owner {
			all = append(all, r.Kept)
		}
	}
	slices.SortFunc(all, func(a, b Kept) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

// Get gives one kept export; fault.NotFound for one that is not there or somebody else's.
func (k *Keeper) Get(owner, id string) (Kept, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.all[id]
	if r == nil || owner != "" && r.Owner != owner {
		return Kept{}, fault.New(fault.NotFound, "no export "+id+" is kept", "see rostrum exports list; exports are removed when they expire")
	}
	return r.Kept, nil
}

// Path gives where the file of a finished export is, or its manifest.
func (k *Keeper) Path(owner, id string, manifest bool) (Kept, string, error) {
	kept, err := k.Get(owner, id)
	if err != nil {
		return kept, "", err
	}
	if kept.State == Withdrawn {
		return kept, "", fault.New(fault.NotFound, "the file of the export "+id+" was removed: "+kept.Error, "ask for it again: rostrum export --keep")
	}
	if kept.State != Done {
		return kept, "", fault.New(fault.Conflict, "the export "+id+" is "+string(kept.State), "wait until it is done: rostrum exports show "+id)
	}
	name := kept.File
	if manifest {
		name += ManifestSuffix
	}
	return kept, filepath.Join(k.dir(id), name), nil
}

// Remove ends an export and removes its files.
func (k *Keeper) Remove(owner, id string) error {
	if _, err := k.Get(owner, id); err != nil {
		return err
	}
	k.mu.Lock()
	if cancel := k.cancel[id]; cancel != nil {
		cancel()
	}
	delete(k.all, id)
	k.mu.Unlock()
	if err := os.RemoveAll(k.dir(id)); err != nil {
		return fmt.Errorf("remove export %s: %w", id, err)
	}
	return nil
}

// Resume lets a failed export be gone on with; one that did not fail is left as it is.
func (k *Keeper) Resume(owner, id string) (Kept, error) {
	if _, err := k.Get(owner, id); err != nil {
		return Kept{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.all[id]
	if r == nil {
		return Kept{}, fault.New(fault.NotFound, "no export "+id+" is kept", "")
	}
	if r.State == Failed {
		r.State, r.Error = Waiting, ""
		defer k.nudge()
		return r.Kept, k.save(r)
	}
	return r.Kept, nil
}
