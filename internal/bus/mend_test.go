//go:build linux

package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// traffic is captures that are published and consumed, announcements and values, while something happens to the disk.
type traffic struct {
	t       *testing.T
	bus     *Bus
	n       int
	stop    context.CancelFunc
	mu      sync.Mutex
	handled map[string]int
	heard   map[string]int
	ended   chan error
}

func startTraffic(t *testing.T, b *Bus) *traffic {
	f := &traffic{t: t, bus: b, handled: map[string]int{}, heard: map[string]int{}, ended: make(chan error, 2)}
	ctx, stop := context.WithCancel(testContext(t))
	f.stop = stop
	go func() {
		f.ended <- b.ConsumeCaptures(ctx, BatchOptions{}, func(_ context.Context, batch []*statement.Capture) ([]error, error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, c := range batch {
				f.handled[c.ID]++
			}
			return nil, nil
		})
	}()
	go func() {
		f.ended <- b.Statements(ctx, 1, func(_ context.Context, _ uint64, a *statement.Announcement) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.heard[a.Statement.ID]++
			return nil
		})
	}()
	return f
}

// send publishes the next captures, each with its announcement and a value.
func (f *traffic) send(ctx context.Context, captures int) error {
	for ; captures > 0; captures-- {
		c := capture(f.n)
		c.Body = append(c.Body, make([]byte, 30<<10)...)
		if err := f.bus.PublishCapture(ctx, c); err != nil {
			return err
		}
		if err := f.bus.Announce(ctx, announcements(f.n, f.n+1)); err != nil {
			return err
		}
		if _, err := f.bus.Bucket(Settings).Put(ctx, fmt.Sprint("key ", f.n), fmt.Append(nil, f.n)); err != nil && fault.KindOf(err) != fault.Transient {
			return err
		}
		f.n++
	}
	return nil
}

// survives sends through a disk that fails between storm and calm, and holds that everything arrives, in the end and by itself.
func (f *traffic) survives(storm func() (calm func())) {
	t, ctx := f.t, testContext(f.t)
	if err := f.send(ctx, 20); err != nil {
		t.Fatal(err)
	}
	calm := storm()
	sent := make(chan error, 1)
	go func() { sent <- f.send(ctx, 60) }()
	if !eventually(func() bool { return f.bus.hurt.Load() != nil }) {
		calm()
		t.Fatal("the bus does not notice")
	}
	if err := f.bus.Check(ctx); fault.KindOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "can't write") {
		t.Errorf("the check says %v", err)
	}
	calm()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if !eventually(func() bool { return f.bus.Check(ctx) == nil }) {
		t.Error("the bus is not well again")
	}
	eventually(func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.handled) == f.n && len(f.heard) == f.n
	})
	f.stop()
	for range 2 {
		if err := <-f.ended; err != nil {
			t.Error(err)
		}
	}
	for n := range f.n {
		if f.handled[capture(n).ID] == 0 {
			t.Errorf("capture %d is lost", n)
		}
		if heard := f.heard[announcements(n, n+1)[0].Statement.ID]; heard != 1 {
			t.Errorf("statement %d is announced %d times", n, heard)
		}
	}
	for n := range 20 { // that were taken before
		if value, _, err := f.bus.Bucket(Settings).Get(ctx, fmt.Sprint("key ", n)); err != nil || string(value) != fmt.Sprint(n) {
			t.Errorf("value %d is %q, %v", n, value, err)
		}
	}
	expectNothingLeft(t, f.bus)
}

// TestDiskFullAmidWrites fills the disk under the bus to its last bytes, so that a write is cut off in its midst.
func TestDiskFullAmidWrites(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Logf("NOT CHECKED on a real disk: none can be mounted: %v", err)
		return
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	for _, sync := range []SyncPolicy{SyncAlways, SyncInterval} {
		b := openTest(t, func(o *Options) { o.Dir, o.Sync = filepath.Join(dir, string(sync)), sync })
		startTraffic(t, b).survives(func() (calm func()) {
			ballast := filepath.Join(dir, "ballast")
			f, err := os.Create(ballast)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			n, err := io.Copy(f, endless{})
			if !errors.Is(err, syscall.ENOSPC) || f.Truncate(n-70_000) != nil {
				t.Fatal(n, err)
			}
			return func() { _ = os.Remove(ballast) }
		})
		closeBus(t, b)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestWritesFail lets every write beyond the first bytes of a file fail, as a disk does that is full or broken.
func TestWritesFail(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	b := openTest(t)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Error(err)
		}
	}
	startTraffic(t, b).survives(func() (calm func()) {
		limit(syscall.Rlimit{Cur: 5000, Max: before.Max})
		return func() { limit(before) }
	})
}

// TestSyncsFail puts a device that takes everything and syncs nothing in the place of each open file of messages.
func TestSyncsFail(t *testing.T) {
	dir := t.TempDir()
	b := openTest(t, func(o *Options) { o.Dir, o.Sync = dir, SyncAlways })
	startTraffic(t, b).survives(func() (calm func()) {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer null.Close()
		open, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		replaced := 0
		for _, link := range open {
			to, err := os.Readlink(link)
			if err != nil || !strings.HasPrefix(to, dir) || !strings.Contains(to, capturesStream+"/msgs") || !strings.HasSuffix(to, ".blk") {
				continue
			}
			var fd int
			if _, err := fmt.Sscan(filepath.Base(link), &fd); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Dup3(int(null.Fd()), fd, syscall.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			replaced++
		}
		if replaced == 0 {
			t.Fatal("no file of messages is open")
		}
		return func() {} // the server opens its files anew
	})
}
