package export

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"rostrum/internal/fault"
)

const (
	// settingsKey is the name under which the schedules are kept.
	settingsKey = "export-schedules"
	// lookEvery is how often the schedules are looked through.
	lookEvery = 30 * time.Second
	// firstRetry and lastRetry bound the pause before a failed run is tried again; it doubles.
	firstRetry, lastRetry = time.Minute, time.Hour
	// beginAgain is the pause after a run that could not begin.
	beginAgain = 10 * time.Minute
)

// Settings keeps values by name, durably. Get gives fault.NotFound for one that is not there.
type Settings interface {
	Get(ctx context.Context, key string) (value []byte, rev uint64, err error)
	Put(ctx context.Context, key string, value []byte) (rev uint64, err error)
}

// Target is a place to which exports are brought.
type Target interface {
	// Put lets the file appear under name in folder, whole or not at all, in the place of what has that name. It is idempotent.
	Put(ctx context.Context, folder, name, file string) error
}

// SchedulesOptions wire Schedules.
type SchedulesOptions struct {
	Keeper   *Keeper
	Settings Settings
	Dir      string            // for the lists of what was brought; made when absent
	Targets  map[string]Target // by kind; a kind that is not there is refused
	Now      func() time.Time  // nil: time.Now
	Log      *slog.Logger      // nil is silent
}

// Schedules makes exports again and again, and brings each to its place. It is safe for many goroutines.
type Schedules struct {
	o    SchedulesOptions
	wake chan struct{}

	mu  sync.Mutex
	all []*scheduled
}

// OpenSchedules reads the schedules that there are. Run keeps to them.
func OpenSchedules(ctx context.Context, o SchedulesOptions) (*Schedules, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Schedules{o: o, wake: make(chan struct{}, 1)}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of schedules: %w", err)
	}
	body, _, err := o.Settings.Get(ctx, settingsKey)
	if fault.KindOf(err) == fault.NotFound {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &s.all)
	}
	if err != nil {
		return nil, fmt.Errorf("read schedules of exports: %w", err)
	}
	return s, nil
}

// Run keeps to the schedules until ctx ends.
func (s *Schedules) Run(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		s.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.wake:
		case <-s.o.Keeper.ended:
		}
	}
}

// look takes each schedule a step further, where one is due.
func (s *Schedules) look(ctx context.Context) {
	s.mu.Lock()
	ids := make([]string, len(s.all))
	for i, v := range s.all {
		ids[i] = v.ID
	}
	s.mu.Unlock()
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		if err := s.step(ctx, id); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("a schedule of exports is not kept to", "schedule", id, "error", err)
		}
	}
}

// step takes one schedule a step further. Only the goroutine of Run comes here, so that nothing else moves a run; the schedule may be removed
// meanwhile.
func (s *Schedules) step(ctx context.Context, id string) error {
	v, ok := s.copy(id)
	if !ok {
		return nil
	}
	now := s.o.Now().UTC()
	switch {
	case v.Now == nil && now.Before(v.Next):
		return nil
	case v.Now == nil:
		return s.begin(ctx, v, now)
	case v.Now.Retry != nil && now.Before(*v.Now.Retry):
		return nil
	}
	kept, err := s.o.Keeper.Get("", v.Now.Export)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return s.lost(ctx, v, "its export was removed before it was brought")
	case err != nil:
		return err
	case kept.State == Withdrawn:
		v.Next = now // another is made at once
		return s.lost(ctx, v, kept.Error)
	case kept.State == Failed && v.Now.Retry == nil:
		return s.failed(ctx, v, kept.Error)
	case kept.State == Failed:
		v.Now.Retry = nil
		if err := s.put(ctx, v); err != nil {
			return err
		}
		_, err := s.o.Keeper.Resume("", kept.ID)
		return err
	case kept.State == Done:
		return s.bring(ctx, v, kept)
	}
	return nil
}

// begin asks for the export that is due. Its id is made of the schedule and the moment: asked for again after a crash it is the same.
func (s *Schedules) begin(ctx context.Context, v *scheduled, now time.Time) error {
	sum := sha256.Sum256([]byte(v.ID + v.Next.Format(time.RFC3339Nano)))
	run := &RunOf{Export: hex.EncodeToString(sum[:8]), Due: v.Next}
	w := Wish{Ask: v.Ask, Owner: v.Owner, Compression: v.Compression, Days: MaxDays,
		repeat: &repeat{schedule: v.ID, id: run.Export, stem: fmt.Sprintf("rostrum-%s-%s-%s", v.Shape, v.Next.Format("20060102-150405"), v.ID[:6]), base: v.Base, incremental: v.Incremental}}
	_, err := s.o.Keeper.Create(ctx, w)
	v.Now, v.Next = run, v.after(now)
	if err != nil {
		if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Query { // a full disk, not what was asked for
			v.Next = earlier(v.Next, now.Add(beginAgain))
		}
		return errors.Join(err, s.lost(ctx, v, told(err)))
	}
	return s.put(ctx, v)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// lost ends a run without a file.
func (s *Schedules) lost(ctx context.Context, v *scheduled, why string) error {
	v.Now.Error, v.Now.Retry = why, nil
	v.remember(*v.Now)
	return s.put(ctx, v)
}

// failed writes down when a run is tried again.
func (s *Schedules) failed(ctx context.Context, v *scheduled, why string) error {
	pause := min(firstRetry<<min(v.Now.Tries, 10), lastRetry)
	retry := s.o.Now().UTC().Add(pause)
	v.Now.Tries, v.Now.Error, v.Now.Retry = v.Now.Tries+1, why, &retry
	return s.put(ctx, v)
}

// bring puts what was made into its place: the manifest last, so that all is there where it is.
func (s *Schedules) bring(ctx context.Context, v *scheduled, kept Kept) error {
	target := s.o.Targets[v.To]
	if target == nil {
		return s.failed(ctx, v, noTarget(v.To).Error())
	}
	names := []string{kept.File, kept.DeletedFile, kept.File + ManifestSuffix}
	for _, name := range names {
		if name == "" {
			continue
		}
		if err := target.Put(ctx, v.Path, name, filepath.Join(s.o.Keeper.dir(kept.ID), name)); err != nil {
			if ctx.Err() != nil {
				return ctx.Err() // the next start brings it
			}
			s.o.Log.Warn("an export is not brought to its place", "schedule", v.ID, "export", kept.ID, "error", err)
			return s.failed(ctx, v, placed(err))
		}
	}
	return s.brought(ctx, v, kept)
}

// placed says why a file could not be brought. A folder's errors name what was tried; they hold no secret.
func placed(err error) string {
	if errors.Is(err, syscall.ENOSPC) {
		return "the disk of the folder is full: make room"
	}
	if pathError, ok := errors.AsType[*os.PathError](err); ok && fault.KindOf(err) == fault.Internal {
		return "the folder cannot be written to: " + pathError.Err.Error()
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return told(err)
	}
	return "the place of the file cannot be reached; the server's log says why"
}

// brought ends a run. What an incremental one is held against from now on is kept under the run's id before the schedule names it; what is not
// named any more is removed after.
func (s *Schedules) brought(ctx context.Context, v *scheduled, kept Kept) error {
	before := v.Base
	if v.Incremental {
		list := filepath.Join(s.o.Dir, kept.ID)
		if err := copyFile(filepath.Join(s.o.Keeper.dir(kept.ID), seenFile), list); err != nil {
			return err
		}
		v.Base = &Base{File: kept.File, At: kept.Created, Seen: list}
	}
	now := s.o.Now().UTC()
	run := *v.Now
	run.File, run.Finished, run.Rows, run.Bytes, run.SHA256, run.Unchanged, run.Deleted = path.Join(v.Path, kept.File), &now, kept.Rows, kept.Bytes, kept.SHA256, kept.Unchanged, kept.Deleted
	run.Error, run.Retry = "", nil
	v.remember(run)
	if err := s.put(ctx, v); err != nil {
		return err
	}
	if before != nil && v.Base != nil && before.Seen != v.Base.Seen {
		_ = os.Remove(before.Seen) // what is left takes room, no more
	}
	return s.o.Keeper.Remove("", kept.ID)
}

// remember puts a run that has ended among the latest; of many that fail for the same reason the last stands for all.
func (v *scheduled) remember(run RunOf) {
	if len(v.Runs) > 0 && run.File == "" && v.Runs[0].File == "" && v.Runs[0].Error == run.Error {
		v.Runs = v.Runs[1:]
	}
	v.Runs = slices.Insert(v.Runs, 0, run)
	v.Runs = v.Runs[:min(len(v.Runs), maxRuns)]
	v.Now = nil
}

// Add begins a schedule. Its faults are those of Plan, and fault.Invalid for a time or place that there is not.
func (s *Schedules) Add(ctx context.Context, w ScheduleWish) (Schedule, error) {
	plan, err := s.o.Keeper.o.Exporter.Plan(ctx, w.Ask)
	if err != nil {
		return Schedule{}, err
	}
	if _, err := plan.suffixOf(w.Compression); err != nil {
		return Schedule{}, err
	}
	if w.Incremental {
		if err := plan.incremental(); err != nil {
			return Schedule{}, err
		}
	}
	if err := w.clear(); err != nil {
		return Schedule{}, err
	}
	if w.To == "" {
		w.To = ToFolder
	}
	if s.o.Targets[w.To] == nil {
		return Schedule{}, noTarget(w.To)
	}
	if w.Path, err = cleanPath(w.Path); err != nil {
		return Schedule{}, err
	}
	now := s.o.Now().UTC()
	v := &scheduled{Ask: w.Ask, Schedule: Schedule{ID: strings.ToLower(rand.Text()[:12]), Owner: w.Owner, Query: w.Query, Parsed: plan.Parsed, Format: plan.Format, Shape: plan.Shape, Columns: plan.Columns,
		Compression: w.Compression, Timing: w.Timing, To: w.To, Path: w.Path, Incremental: w.Incremental, Created: now, Next: w.after(now), Runs: []RunOf{}}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxSchedules {
		return Schedule{}, fault.New(fault.Conflict, fmt.Sprintf("there are %d schedules already", maxSchedules), "remove some: rostrum exports schedule remove ID")
	}
	return v.Schedule, s.save(ctx, append(slices.Clone(s.all), v))
}

// Takes says whether there is a place of a kind.
func (s *Schedules) Takes(kind string) bool { return s.o.Targets[kind] != nil }

// noTarget is the fault of a place that there is not.
func noTarget(kind string) error {
	switch kind {
	case ToS3:
		return invalid("to", "this server has no bucket", "set exports.s3.endpoint, bucket and keys in its rostrum.yaml")
	case ToFolder:
		return invalid("to", "this server has no folder for exports", "set exports.folder in its rostrum.yaml")
	}
	return unknown("to", "place", kind, []string{ToFolder, ToS3})
}

// List gives the schedules of an owner, the oldest first; of all for an empty owner.
func (s *Schedules) List(owner string) []Schedule {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Schedule{}
	for _, v := range s.all {
		if owner == "" || v.Owner == owner {
			list = append(list, v.clone().Schedule)
		}
	}
	return list
}

// Get gives one schedule; fault.NotFound for one that is not there or somebody else's.
func (s *Schedules) Get(owner, id string) (Schedule, error) {
	v, ok := s.copy(id)
	if !ok || owner != "" && v.Owner != owner {
		return Schedule{}, fault.New(fault.NotFound, "there is no schedule "+id, "see rostrum exports schedule list")
	}
	return v.Schedule, nil
}

// Remove ends a schedule. What it brought to its place stays there.
func (s *Schedules) Remove(ctx context.Context, owner, id string) error {
	if _, err := s.Get(owner, id); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.all, func(v *scheduled) bool { return v.ID == id })
	if at < 0 {
		return nil
	}
	v := s.all[at]
	if err := s.save(ctx, slices.Delete(slices.Clone(s.all), at, at+1)); err != nil {
		return err
	}
	if v.Now != nil {
		if err := s.o.Keeper.Remove("", v.Now.Export); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if v.Base != nil {
		_ = os.Remove(v.Base.Seen) // what is left takes room, no more
	}
	return nil
}

// RunNow lets a schedule make its next export now, or try again at once what failed.
func (s *Schedules) RunNow(ctx context.Context, owner, id string) (Schedule, error) {
	if _, err := s.Get(owner, id); err != nil {
		return Schedule{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.all, func(v *scheduled) bool { return v.ID == id })
	if at < 0 {
		return Schedule{}, fault.New(fault.NotFound, "there is no schedule "+id, "")
	}
	v := s.all[at].clone()
	now := s.o.Now().UTC()
	switch {
	case v.Now == nil:
		v.Next = now
	case v.Now.Retry != nil:
		v.Now.Retry = &now
	}
	all := slices.Clone(s.all)
	all[at] = v
	defer nudge(s.wake)
	return v.clone().Schedule, s.save(ctx, all)
}

func (v *scheduled) clone() *scheduled {
	c := *v
	c.Runs = slices.Clone(v.Runs)
	if v.Now != nil {
		now := *v.Now
		c.Now = &now
	}
	return &c
}

func (s *Schedules) copy(id string) (*scheduled, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.all {
		if v.ID == id {
			return v.clone(), true
		}
	}
	return nil, false
}

// put writes a schedule down that a step has changed; one that was removed meanwhile stays removed.
func (s *Schedules) put(ctx context.Context, v *scheduled) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.all)
	for i := range all {
		if all[i].ID == v.ID {
			all[i] = v.clone()
			return s.save(ctx, all)
		}
	}
	return nil
}

// save writes all schedules down, and has them from then on. The caller holds the lock.
func (s *Schedules) save(ctx context.Context, all []*scheduled) error {
	body, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("encode schedules: %w", err)
	}
	if _, err := s.o.Settings.Put(ctx, settingsKey, body); err != nil {
		return fmt.Errorf("keep schedules: %w", err)
	}
	s.all = all
	return nil
}
