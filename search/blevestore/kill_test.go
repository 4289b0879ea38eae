package blevestore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"rostrum/indexer"
	"rostrum/internal/statement"
)

// childDir names, in the environment of a child of the test, the folder it writes to until it is killed.
const childDir = "BLEVESTORE_CHILD_DIR"

const perBatch = 7

// batchNumber makes the n-th batch: new statements, one that is replaced each time, and their revisions.
func batchNumber(n int) indexer.Write {
	w := indexer.Write{Position: indexer.Position{File: "a.warc.gz", Offset: int64(n)}}
	statements := []*statement.Statement{said(0, "Always", "version "+strconv.Itoa(n), "en")}
	for i := range perBatch {
		statements = append(statements, said(1+n*perBatch+i, "Draft", "apples", "en"))
	}
	for _, st := range statements {
		w.Revisions = append(w.Revisions, statement.Revision{Statement: st.ID, Capture: strconv.Itoa(n), CapturedAt: epoch.AddDate(0, 0, n), Text: st.Text})
	}
	w.Documents = documents(statements...)
	return w
}

// writeUntilKilled goes on after the last batch that is stored, and says each that was acknowledged.
func writeUntilKilled(dir string) {
	s, err := Open(Options{Dir: dir})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	ctx := context.Background()
	position, err := s.Position(ctx)
	for n := int(position.Offset) + 1; err == nil && n < 10_000; n++ {
		if err = s.Write(ctx, batchNumber(n)); err == nil {
			fmt.Println("stored", n)
		}
	}
	fmt.Println("error", err)
	os.Exit(1)
}

func TestNothingAcknowledgedIsLostBySIGKILL(t *testing.T) {
	dir := t.TempDir()
	acknowledged := 0
	for range 8 {
		acknowledged = runAndKill(t, dir, acknowledged+1+rand.IntN(12))
		checkUpTo(t, dir, acknowledged)
	}
}

// runAndKill kills a child as soon as it has acknowledged batch until, and gives the last that it acknowledged.
func runAndKill(t *testing.T, dir string, until int) (last int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "stored %d", &last); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
		if last == until {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait()
	if last < until {
		t.Fatalf("the child ended at %d before %d", last, until)
	}
	return last
}

// checkUpTo checks that each batch up to the position is there whole, and that the position is at what was acknowledged or the
// batch after it.
func checkUpTo(t *testing.T, dir string, acknowledged int) {
	t.Helper()
	s, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	position, err := s.Position(t.Context())
	at := int(position.Offset)
	if err != nil || at < acknowledged || at > acknowledged+1 {
		t.Fatalf("at %d, %v, acknowledged %d", at, err, acknowledged)
	}
	if got := ask(t, s, "apples").Total; got != at*perBatch {
		t.Errorf("%d statements, want %d", got, at*perBatch)
	}
	always, err := s.Reader().Statement(t.Context(), "s0000")
	if err != nil || always.Text != "version "+strconv.Itoa(at) {
		t.Errorf("the statement that changes is at %q, %v, want %d", always.Text, err, at)
	}
	if revisions, err := s.Revisions(t.Context(), "s0000"); err != nil || len(revisions) != at {
		t.Errorf("%d revisions, %v, want %d", len(revisions), err, at)
	}
}
