package bus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"rostrum/internal/statement"
)

// crashDir, when set, makes the test binary a process that consumes from the bus in that directory and kills itself.
const crashDir = "ROSTRUM_TEST_CRASH_DIR"

const crashCaptures = 5

// crashingChild consumes, says on standard output which captures each batch holds, and dies by SIGKILL in the handler of the batch
// that holds the third capture.
func crashingChild(dir string) int {
	b, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	err = b.ConsumeCaptures(context.Background(), batchOf(crashCaptures), func(_ context.Context, batch []*statement.Capture) ([]error, error) {
		fmt.Println(strings.Join(ids(batch), " "))
		if slices.Contains(ids(batch), capture(2).ID) {
			if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
				return nil, err
			}
			select {}
		}
		return nil, nil
	})
	fmt.Fprintln(os.Stderr, "the child outlived its handler:", err)
	return 1
}

func ids(batch []*statement.Capture) []string {
	out := make([]string, len(batch))
	for i, c := range batch {
		out[i] = c.ID
	}
	return out
}

// crash runs the child until it is killed, and gives the batches that it saw.
func crash(t *testing.T, dir string) [][]string {
	t.Helper()
	child := exec.CommandContext(testContext(t), os.Args[0])
	child.Env = append(os.Environ(), crashDir+"="+dir)
	var out, log bytes.Buffer
	child.Stdout, child.Stderr = &out, io.MultiWriter(&log)
	err := child.Run()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the child ended with %v: %s", err, log.String())
	}
	var batches [][]string
	for line := range strings.Lines(out.String()) {
		batches = append(batches, strings.Fields(line))
	}
	return batches
}

// holds says of a batch whether any of these is in it. An acknowledgement is delivered at least once too: what was done just before a
// kill may be done again.
func holds(some []string) func(batch []string) bool {
	return func(batch []string) bool {
		return slices.ContainsFunc(batch, func(id string) bool { return slices.Contains(some, id) })
	}
}

func TestAKillerIsFoundSinglyAndQuarantinedAtTheThirdKill(t *testing.T) {
	dir := t.TempDir()
	b := openTest(t, func(o *Options) { o.Dir = dir })
	list := captures(crashCaptures)
	publish(t, b, list...)
	closeBus(t, b)
	id := ids(list)

	if got := crash(t, dir); len(got) != 1 || !slices.Equal(got[0], id) {
		t.Fatalf("first run saw %v, want one batch of all", got)
	}
	second := crash(t, dir)
	if want := [][]string{{id[0]}, {id[1]}, {id[2]}}; !slices.EqualFunc(second, want, slices.Equal) {
		t.Fatalf("second run saw %v, want the suspects one by one up to the killer", second)
	}
	third := crash(t, dir)
	if killer := third[len(third)-1]; !slices.Equal(killer, id[2:3]) || slices.ContainsFunc(third[:len(third)-1], holds(id[2:])) {
		t.Fatalf("third run saw %v, want the killer alone, after at most repeats of what was done", third)
	}

	b = openTest(t, func(o *Options) { o.Dir = dir })
	late := capture(7)
	publish(t, b, late)
	var batches [][]string
	err := consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
		batches = append(batches, ids(batch))
		if slices.Contains(ids(batch), late.ID) {
			stop()
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	batches = slices.DeleteFunc(batches, holds(id[:2]))
	if want := [][]string{{id[3]}, {id[4]}, {late.ID}}; !slices.EqualFunc(batches, want, slices.Equal) {
		t.Errorf("fourth run saw %v, want %v", batches, want)
	}
	entry, c, err := b.Quarantine().Get(testContext(t), id[2])
	if err != nil || entry.Attempts != 3 || c == nil || !strings.Contains(entry.Reason, "3 times") {
		t.Errorf("entry %+v, capture %v, %v", entry, c, err)
	}
	expectNothingLeft(t, b)
}

func TestSuspectsOutliveACleanStop(t *testing.T) {
	dir := t.TempDir()
	b := openTest(t, func(o *Options) { o.Dir = dir })
	publish(t, b, captures(crashCaptures)...)
	closeBus(t, b)
	crash(t, dir)

	b = openTest(t, func(o *Options) { o.Dir = dir })
	for range crashCaptures { // each run stops after one capture, in the middle of the suspects
		err := consume(t, b, BatchOptions{}, func(stop func(), batch []*statement.Capture) ([]error, error) {
			if len(batch) != 1 {
				t.Errorf("got a batch of %d, want suspects singly", len(batch))
			}
			stop()
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	expectNothingLeft(t, b)
}
