package hold

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// disk is a small disk of its own, which a test can fill.
type disk struct{ dir string }

// mount makes a disk of some bytes at dir; ok is false where the system does not let us.
func mount(t *testing.T, dir string) (d *disk, ok bool) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=48m"); err != nil {
		t.Logf("NOT CHECKED: what a full disk does, since none can be mounted: %v", err)
		return nil, false
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return &disk{dir}, true
}

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// fill leaves so many bytes.
func (d *disk) fill(t *testing.T, left int64) {
	t.Helper()
	f, err := os.Create(d.ballast())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := io.Copy(f, endless{})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(max(0, n-left)); err != nil {
		t.Fatal(err)
	}
}

func (d *disk) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		t.Fatal(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestDiskFull fills the disk of the archive, of the index and of the bus while a page is on its way, with some bytes left or none: the process goes
// on, says what is amiss, and makes up for it when there is room.
func TestDiskFull(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var disks []*disk
	rooms := []string{"archive", "index", "bus"}
	for _, room := range rooms {
		d, ok := mount(t, filepath.Join(data, room))
		if !ok {
			return
		}
		disks = append(disks, d)
	}
	p := newPress(2*len(rooms), time.Now().Add(-5*time.Minute).Truncate(time.Second))
	c := begin(t, p, false, 0, data)
	defer func() {
		if t.Failed() {
			t.Logf("the log:\n%s", c.node.Stderr)
		}
	}()
	step := 0
	for _, left := range []int64{1 << 20, 0} {
		for i, d := range disks {
			said := len(c.node.Stderr.String())
			p.turn(step)
			<-p.fresh
			d.fill(t, left)
			began := time.Now()
			harness.Await(t, 30*time.Second, "the log says that the disk is full", func() bool {
				return strings.Contains(c.node.Stderr.String()[said:], "no space left")
			})
			t.Logf("%s with %d bytes left: said after %s", rooms[i], left, time.Since(began).Round(time.Millisecond))
			if out, _, _ := c.node.Admin(data, "status"); !strings.Contains(out, "no space left on the disk of "+d.dir) {
				t.Errorf("the status does not say it:\n%s", out)
			}
			if got := len(c.node.Members("")); got == 0 {
				t.Error("searches find nothing while the disk is full")
			}
			d.free(t)
			began = time.Now()
			c.settled(step)
			t.Logf("%s: all stored %s after there was room", rooms[i], time.Since(began).Round(time.Millisecond))
			step++
			c.saveLast()
		}
	}
	harness.Await(t, 30*time.Second, "ready: the bus too was started anew where its disk was full", func() bool {
		return c.node.Get("/readyz", nil) == http.StatusOK
	})
	c.end()
	t.Logf("errors in the log: %v", c.errors)
}
