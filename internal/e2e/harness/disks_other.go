//go:build !linux

package harness

import (
	"runtime"
	"testing"
)

// Disk stands between programs and the disk, on Linux alone.
type Disk struct{}

// NewDisk gives none.
func NewDisk(t testing.TB) (d *Disk, ok bool) {
	t.Helper()
	t.Logf("NOT CHECKED: what a disk does whose fsync fails, since none can be had on %s", runtime.GOOS)
	return nil, false
}

// Fail does nothing.
func (d *Disk) Fail(func(path string) bool) {}

// Failed is 0.
func (d *Disk) Failed() int64 { return 0 }

// Start is Start.
func (d *Disk) Start(t testing.TB, args ...string) *Process {
	t.Helper()
	return Start(t, args...)
}

func becomeProgram() {}
