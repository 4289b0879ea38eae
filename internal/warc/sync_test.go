package warc

import (
	"os"
	"runtime"
	"testing"

	"rostrum/internal/fault"
)

// TestAppendAfterAFailedSync lets the batch be written and its fsync fail: none of it counts as kept, and when it comes again it is written again,
// for what a failed fsync leaves in memory is on no disk.
func TestAppendAfterAFailedSync(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("NOT CHECKED: no file is known here that takes writes and no fsync")
		return
	}
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir})
	whole, before := a.file, a.end
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0) // takes every write, and no fsync
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	a.file = null
	for range 2 {
		if _, err := a.Append(groups(t, 0, 2, "text")); fault.KindOf(err) != fault.Transient {
			t.Errorf("Append: %v, want a transient fault", err)
		}
	}
	if _, end := a.End(); end != before || len(captures(t, dir)) != 0 {
		t.Errorf("after a failed fsync the end is %d, want %d, with %d captures", end, before, len(captures(t, dir)))
	}
	a.file = whole
	if _, err := a.Append(groups(t, 0, 2, "text")); err != nil {
		t.Fatal(err)
	}
	if got := len(captures(t, dir)); got != 2 {
		t.Errorf("%d captures when the disk works again, want 2", got)
	}
}
