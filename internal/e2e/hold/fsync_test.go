package hold

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// TestFsyncFails lets every fsync of the archive, of the index, of the bus and of all else fail while a page is on its way, and kills the
// process in the midst of it or lets it live: what was told as kept is kept, what was not comes again, and the log says what is amiss.
func TestFsyncFails(t *testing.T) {
	disk, ok := harness.NewDisk(t)
	if !ok {
		return
	}
	data := filepath.Join(t.TempDir(), "data")
	rooms := []string{"archive", "index", "bus", ""}
	p := newPress(2*len(rooms), time.Now().Add(-5*time.Minute).Truncate(time.Second))
	c := (&cast{disk: disk}).begin(t, p, 0, data)
	defer func() {
		if t.Failed() {
			t.Logf("the log:\n%s", c.node.Stderr)
		}
	}()
	step := 0
	for _, killed := range []bool{false, true} {
		for _, room := range rooms {
			said, failed := len(c.node.Stderr.String()), disk.Failed()
			p.turn(step)
			<-p.fresh
			disk.Fail(func(path string) bool { return strings.HasPrefix(path, filepath.Join(data, room)) })
			began := time.Now()
			harness.Await(t, 30*time.Second, "the log says that the disk failed", func() bool {
				return strings.Contains(c.node.Stderr.String()[said:], "input/output error")
			})
			t.Logf("%q: said after %s, %d failed", room, time.Since(began).Round(time.Millisecond), disk.Failed()-failed)
			if got := len(c.node.Members("")); got == 0 {
				t.Error("searches find nothing while the disk fails")
			}
			if killed {
				c.kill(c.node)
			}
			disk.Fail(nil)
			if killed {
				c.startNode()
			}
			began = time.Now()
			c.settled(step)
			t.Logf("%q: all stored %s after the disk was well (%d failed)", room, time.Since(began).Round(time.Millisecond), disk.Failed()-failed)
			step++
			c.saveLast()
		}
	}
	harness.Await(t, 30*time.Second, "ready: the bus too was started anew", func() bool {
		return c.node.Get("/readyz", nil) == http.StatusOK
	})
	c.end()
	t.Logf("%d failed; errors in the log: %v", disk.Failed(), c.errors)
}
