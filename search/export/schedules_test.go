package export

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// valuesByName are settings in memory, which outlive the schedules.
type valuesByName struct {
	mu  sync.Mutex
	all map[string][]byte
}

func (v *valuesByName) Get(_ context.Context, key string) ([]byte, uint64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if body, ok := v.all[key]; ok {
		return body, 1, nil
	}
	return nil, 0, fault.Newf(fault.NotFound, "no %s", key)
}

func (v *valuesByName) Put(_ context.Context, key string, value []byte) (uint64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.all[key] = value
	return 1, nil
}

// clock is a time that is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// rig is an instance as far as schedules need one.
type rig struct {
	t        *testing.T
	pins     *pinned
	dir      string
	settings *valuesByName
	clock    *clock
	targets  map[string]Target
	keeper   *Keeper
	s        *Schedules
	stop     func()
}

func newRig(t *testing.T, m memory, targets map[string]Target) *rig {
	r := &rig{t: t, pins: &pinned{memory: m}, dir: t.TempDir(), settings: &valuesByName{all: map[string][]byte{}}, clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, targets: targets}
	r.start()
	return r
}

// start starts what a process has of it; a rig that was stopped goes on with what is kept.
func (r *rig) start() {
	r.t.Helper()
	r.keeper, r.stop = keeper(r.t, r.pins, filepath.Join(r.dir, "exports"), func(k *Keeper) { k.o.Now = r.clock.now })
	var err error
	r.s, err = OpenSchedules(r.t.Context(), SchedulesOptions{Keeper: r.keeper, Settings: r.settings, Dir: filepath.Join(r.dir, "schedules"), Targets: r.targets, Now: r.clock.now})
	if err != nil {
		r.t.Fatal(err)
	}
}

// until takes steps until the schedule is as wanted.
func (r *rig) until(id string, want func(*Schedule) bool) Schedule {
	r.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		r.s.look(r.t.Context())
		v, err := r.s.Get("", id)
		if err != nil {
			r.t.Fatal(err)
		}
		if want(&v) {
			return v
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("the schedule is %+v, now %+v", v, v.Now)
		}
		select {
		case <-r.keeper.ended:
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// next lets the schedule's next export be made and brought.
func (r *rig) next(id string) RunOf {
	r.t.Helper()
	v, err := r.s.Get("", id)
	if err != nil {
		r.t.Fatal(err)
	}
	r.clock.set(v.Next)
	due := v.Next
	return r.until(id, func(v *Schedule) bool { return len(v.Runs) > 0 && v.Runs[0].Due.Equal(due) && v.Now == nil }).Runs[0]
}

func (r *rig) change(m memory) {
	r.pins.mu.Lock()
	defer r.pins.mu.Unlock()
	r.pins.memory = m
}

func TestAnIncrementalScheduleBringsWhatIsNewChangedAndGone(t *testing.T) {
	b := newBucketServer(t)
	for kind, target := range map[string]Target{ToFolder: NewFolder(filepath.Join(t.TempDir(), "out")), ToS3: b.target()} {
		t.Run(kind, func(t *testing.T) {
			read := func(name string) string {
				if kind == ToS3 {
					return string(b.object(name))
				}
				body, err := os.ReadFile(filepath.Join(target.(Folder).dir, name))
				if err != nil {
					t.Fatal(err)
				}
				return string(body)
			}
			r := newRig(t, several(4), map[string]Target{kind: target})
			v, err := r.s.Add(t.Context(), ScheduleWish{Ask: Ask{Format: "csv", Columns: []string{"id", "title"}}, Owner: "ada", To: kind, Path: "/nightly/csv/", Incremental: true, Timing: Timing{Clock: "02:30", Zone: "Europe/Paris"}})
			if err != nil {
				t.Fatal(err)
			}
			if want := time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC); !v.Next.Equal(want) {
				t.Fatalf("next at %s, want %s", v.Next, want)
			}
			first := r.next(v.ID)
			if first.Rows != 4 || !strings.HasPrefix(first.File, "nightly/csv/rostrum-statements-20260302-013000-") {
				t.Fatalf("%+v", first)
			}
			changed := several(5) // one more
			changed[1].Title = "Another title"
			changed = slices.Delete(changed, 2, 3)
			r.change(changed)
			r.stop()
			r.start() // what was brought is known after a restart
			second := r.next(v.ID)
			if second.Rows != 2 || second.Unchanged != 2 || second.Deleted != 1 {
				t.Errorf("%+v", second)
			}
			ids := []string{}
			for _, row := range strings.Split(strings.TrimSpace(read(second.File)), "\r\n")[1:] {
				if len(row) > 3 && row[0] == 's' {
					ids = append(ids, row[:4])
				}
			}
			if diff := gocmp.Diff([]string{"s001", "s004"}, ids); diff != "" {
				t.Error(diff)
			}
			if got := read(second.File + DeletedSuffix); got != "id\r\ns002\r\n" {
				t.Errorf("gone: %q", got)
			}
			var m Manifest
			if err := json.Unmarshal([]byte(read(second.File+ManifestSuffix)), &m); err != nil {
				t.Fatal(err)
			}
			if s := m.Rostrum.Since; s == nil || s.Deleted != 1 || s.Unchanged != 2 || "nightly/csv/"+s.File != first.File || m.Rostrum.Statements != 2 {
				t.Errorf("the manifest says %+v of %d statements", s, m.Rostrum.Statements)
			}
			third := r.next(v.ID)
			if third.Rows != 0 || third.Unchanged != 4 || third.Deleted != 0 || len(r.keeper.List("")) != 0 {
				t.Errorf("%+v, kept %d", third, len(r.keeper.List("")))
			}
			if err := r.s.Remove(t.Context(), "bob", v.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("bob removes it: %v", err)
			}
			if err := r.s.Remove(t.Context(), "ada", v.ID); err != nil {
				t.Fatal(err)
			}
			r.stop()
			if left, err := os.ReadDir(filepath.Join(r.dir, "schedules")); err != nil || len(left) != 0 || len(r.s.List("")) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestARefusedBucketIsTriedAgain(t *testing.T) {
	b := newBucketServer(t)
	b.refuse = func(r *http.Request) (int, string) {
		if strings.HasSuffix(r.URL.Path, ManifestSuffix) {
			return http.StatusForbidden, "AccessDenied"
		}
		return 0, ""
	}
	r := newRig(t, several(3), map[string]Target{ToS3: b.target()})
	v, err := r.s.Add(t.Context(), ScheduleWish{To: ToS3})
	if err != nil {
		t.Fatal(err)
	}
	r.clock.set(v.Next)
	refused := r.until(v.ID, func(v *Schedule) bool { return v.Now != nil && v.Now.Retry != nil })
	if !strings.Contains(refused.Now.Error, "AccessDenied") || !strings.Contains(refused.Now.Error, "let the key put objects") || !refused.Now.Retry.Equal(v.Next.Add(firstRetry)) {
		t.Errorf("%+v", refused.Now)
	}
	made := refused.Now.Export
	r.stop()
	r.start()
	r.clock.set(*refused.Now.Retry)
	again := r.until(v.ID, func(v *Schedule) bool { return v.Now != nil && v.Now.Tries == 2 })
	if pause := again.Now.Retry.Sub(r.clock.now()); pause != 2*firstRetry {
		t.Errorf("it waits %s", pause)
	}
	b.mu.Lock()
	b.refuse = nil
	b.mu.Unlock()
	if _, err := r.s.RunNow(t.Context(), "", v.ID); err != nil {
		t.Fatal(err)
	}
	done := r.until(v.ID, func(v *Schedule) bool { return v.Now == nil && len(v.Runs) == 1 })
	if done.Runs[0].Export != made || done.Runs[0].Rows != 3 || done.Runs[0].Tries != 2 || len(b.keys()) != 2 {
		t.Errorf("%+v, %v", done.Runs[0], b.keys())
	}
	r.stop()
}

func TestAScheduledExportThatFailsIsGoneOnWith(t *testing.T) {
	r := newRig(t, several(50), map[string]Target{ToFolder: NewFolder(t.TempDir())})
	defer func() { r.stop() }()
	v, err := r.s.Add(t.Context(), ScheduleWish{})
	if err != nil {
		t.Fatal(err)
	}
	r.pins.mu.Lock()
	r.pins.failAt = 20
	r.pins.mu.Unlock()
	r.clock.set(v.Next)
	failed := r.until(v.ID, func(v *Schedule) bool { return v.Now != nil && v.Now.Retry != nil })
	r.clock.set(*failed.Now.Retry)
	done := r.until(v.ID, func(v *Schedule) bool { return v.Now == nil && len(v.Runs) > 0 })
	if done.Runs[0].Rows != 50 || done.Runs[0].Tries != 1 || !done.Next.Equal(v.Next.AddDate(0, 0, 1)) {
		t.Errorf("%+v, next %s", done.Runs[0], done.Next)
	}
}

func TestAFolderThatCannotBeWrittenIsTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if err := NewFolder(dir).Put(t.Context(), "", "name", file); err == nil || !strings.Contains(placed(err), "folder cannot be written to: not a directory") {
			t.Errorf("%s: %v, told as %s", dir, err, placed(err))
		}
	}
	out := t.TempDir()
	if err := os.Symlink(t.TempDir(), filepath.Join(out, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if err := NewFolder(out).Put(t.Context(), "elsewhere", "name", file); err == nil {
		t.Error("a link leads out of the folder")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := NewFolder(out).Put(ctx, "a", "name", file); err == nil {
		t.Error("it ends though it was ended")
	}
	if left, err := os.ReadDir(filepath.Join(out, "a")); err != nil || len(left) != 0 {
		t.Errorf("half a file is left: %v, %v", left, err)
	}
}

func TestWhatASchedulesWishMustBe(t *testing.T) {
	r := newRig(t, several(1), map[string]Target{ToFolder: NewFolder(t.TempDir())})
	defer func() { r.stop() }()
	for field, w := range map[string]ScheduleWish{
		"format": {Ask: Ask{Format: "xlsx"}}, "columns": {Ask: Ask{Columns: []string{"titel"}}}, "shape": {Ask: Ask{Format: "ris", Shape: "topics"}}, "compression": {Compression: "br"},
		"every": {Timing: Timing{Every: "hourly"}}, "at": {Timing: Timing{Clock: "2:00"}}, "zone": {Timing: Timing{Zone: "Local"}}, "day": {Timing: Timing{Day: "monday"}},
		"to": {To: ToS3}, "path": {Path: "a/../../etc"}, "incremental": {Ask: Ask{Shape: "panel", Format: "csv"}, Incremental: true},
	} {
		_, err := r.s.Add(t.Context(), w)
		f, _ := err.(*fault.Error) //nolint:errorlint // it is the fault itself
		if f == nil || f.Kind != fault.Invalid || f.Field != field || f.Remedy == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, p := range []string{"..", "../x", "a//b", "a/./b", "/..", "a b", "ü", strings.Repeat("x", maxPath+1)} {
		if _, err := cleanPath(p); err == nil {
			t.Errorf("%q is taken", p)
		}
	}
}

func TestTimingsFollowTheZone(t *testing.T) {
	for _, c := range []struct {
		timing Timing
		now    string
		want   []string
	}{
		{Timing{Clock: "02:30", Zone: "Europe/Paris"}, "2026-03-27T12:00:00Z", []string{"2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"}}, // the second falls into the hour that is left out
		{Timing{Clock: "02:30", Zone: "Europe/Paris"}, "2026-10-24T12:00:00Z", []string{"2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"}},                         // an hour that comes twice has one
		{Timing{Every: Weekly, Clock: "23:00", Day: "Sunday", Zone: "America/New_York"}, "2026-11-23T12:00:00Z", []string{"2026-11-30T04:00:00Z", "2026-12-07T04:00:00Z"}},
	} {
		if err := c.timing.clear(); err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			now = c.timing.after(now)
			if got := now.Format(time.RFC3339); got != want {
				t.Errorf("%+v: %s, want %s", c.timing, got, want)
			}
		}
	}
}

func TestForgettingReachesKeptExports(t *testing.T) {
	p := &pinned{memory: several(6)}
	k, stop := keeper(t, p, t.TempDir())
	defer stop()
	with, err := k.Create(t.Context(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	awaitState(t, k, with.ID, Done)
	p.mu.Lock()
	p.failAt = 3
	p.mu.Unlock()
	open, err := k.Create(t.Context(), Wish{Ask: Ask{Format: "csv"}})
	if err != nil {
		t.Fatal(err)
	}
	awaitState(t, k, open.ID, Failed)
	p.mu.Lock()
	p.memory = slices.DeleteFunc(several(6), func(s *statement.Statement) bool { return s.ID == "s002" })
	p.mu.Unlock()
	without, err := k.Create(t.Context(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	awaitState(t, k, without.ID, Done)
	withdrawn, renewed, err := k.Forget(t.Context(), []string{"s002"})
	if err != nil || withdrawn != 1 || renewed != 1 {
		t.Fatalf("%d withdrawn, %d renewed, %v", withdrawn, renewed, err)
	}
	if _, _, err := k.Path("", with.ID, false); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "forgotten") {
		t.Errorf("the file of an export that held it: %v", err)
	}
	if left, err := os.ReadDir(k.dir(with.ID)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
	if left, err := os.ReadDir(k.dir(open.ID)); err != nil || len(left) != 1 {
		t.Errorf("a pin holds on to it: %v, %v", left, err)
	}
	if _, err := k.Resume("", open.ID); err != nil {
		t.Fatal(err)
	}
	if done := awaitState(t, k, open.ID, Done); done.Rows != 5 || done.Total != 5 || strings.Contains(string(fileOf(t, k, open.ID)), "s002") {
		t.Errorf("%+v", done)
	}
	if got := fileOf(t, k, without.ID); len(got) == 0 {
		t.Error("an export without it is gone")
	}
}

func TestAnInterruptedForgettingIsMadeGoodAtTheNextStart(t *testing.T) {
	p, dir := &pinned{memory: several(3)}, t.TempDir()
	k, stop := keeper(t, p, dir)
	kept, err := k.Create(t.Context(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	awaitState(t, k, kept.ID, Done)
	for _, id := range []string{"s001", "s002"} {
		if err := k.Intend([]string{id}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	k, stop = keeper(t, p, dir)
	defer stop()
	if withdrawn, renewed, err := k.Mend(t.Context()); err != nil || withdrawn != 1 || renewed != 0 {
		t.Errorf("%d withdrawn, %d renewed, %v", withdrawn, renewed, err)
	}
	if got, err := k.Get("", kept.ID); err != nil || got.State != Withdrawn {
		t.Errorf("it is %+v, %v", got, err)
	}
	if withdrawn, _, err := k.Mend(t.Context()); err != nil || withdrawn != 0 {
		t.Errorf("mended twice: %d, %v", withdrawn, err)
	}
}

// What an index lacks that is being built anew is not gone: exports say so, and an incremental schedule waits.
func TestAnIndexThatIsBuiltAnewIsSaidAndTakenForNoDeletion(t *testing.T) {
	r := newRig(t, several(4), map[string]Target{ToFolder: NewFolder(t.TempDir())})
	defer func() { r.stop() }()
	var note atomic.Value
	note.Store("")
	e := r.keeper.o.Exporter
	e.options.Origin = func(context.Context) Origin { return Origin{Generation: "g2", Note: note.Load().(string)} }
	v, err := r.s.Add(t.Context(), ScheduleWish{Ask: Ask{Format: "csv"}, Incremental: true})
	if err != nil {
		t.Fatal(err)
	}
	r.next(v.ID)
	note.Store("half of it is there")
	r.change(several(2))
	r.clock.set(r.until(v.ID, func(v *Schedule) bool { return v.Now == nil }).Next)
	waits := r.until(v.ID, func(v *Schedule) bool { return len(v.Runs) == 2 })
	if waits.Now != nil || !strings.Contains(waits.Runs[0].Error, "built anew") || waits.Next.Sub(r.clock.now()) > beginAgain {
		t.Errorf("%+v", waits)
	}
	kept, err := r.keeper.Create(t.Context(), Wish{Ask: Ask{Format: "csv"}})
	if err != nil {
		t.Fatal(err)
	}
	awaitState(t, r.keeper, kept.ID, Done)
	_, path, err := r.keeper.Path("", kept.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if told, err := Verify(path); err != nil || told.Manifest.Rostrum.From.Note != note.Load() {
		t.Errorf("the manifest says %+v, %v", told.Manifest.Rostrum.From, err)
	}
	plan, err := e.Plan(t.Context(), Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := plan.Estimate(t.Context()); err != nil || found.Note != note.Load() {
		t.Errorf("the dry run says %+v, %v", found, err)
	}
	note.Store("")
	r.change(several(5))
	if run := r.next(v.ID); run.Deleted != 0 || run.Rows != 1 {
		t.Errorf("%+v", run)
	}
}
