package blevestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// checkDir names, in the environment of a child of the test, the index that it checks, and opens if nothing is wrong with it.
const checkDir = "BLEVESTORE_CHECK_DIR"

// checkAndOpen is what such a child does: it says what is wrong, else what the open index holds after one more batch.
func checkAndOpen(dir string) {
	ctx := context.Background()
	if err := Check(ctx, dir, CheckOptions{Sums: time.Minute}); err != nil {
		fmt.Println("found", strings.ReplaceAll(Why(err), "\n", " "))
		os.Exit(0)
	}
	fmt.Println("passed")
	s, err := Open(Options{Dir: dir})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(0)
	}
	at, err := s.Position(ctx)
	for n := int(at.Offset) + 1; err == nil && n <= 6; n++ {
		err = s.Write(ctx, batchNumber(n))
	}
	fmt.Println("wrote", at.Offset, errors.Join(err, s.Close()))
	os.Exit(0)
}

// checked has a child check an index and open it.
func checked(t *testing.T, dir string) string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), checkDir+"="+dir)
	out, err := child.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%s crashed %v: %.600s", bytes.Fields(append(out, '-'))[0], err, out)
	}
	return string(out)
}

// An index of several segments, with one document deleted, is harmed in every way; a check says so, and what it lets pass opens and
// answers as before.
func TestACheckFindsDamage(t *testing.T) {
	whole := t.TempDir()
	s := openStore(t, whole)
	for n := 1; n <= 5; n++ {
		write(t, s, batchNumber(n))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(whole, "g1", "store", rootFile)
	live, err := checkRoot(root, time.Second)
	if err != nil || len(live) == 0 {
		t.Fatalf("segments %v, %v", live, err)
	}
	segment := live[0]
	content, err := os.ReadFile(root)
	if err != nil {
		t.Fatal(err)
	}
	rootSize, segmentSize := sizeOf(t, root), sizeOf(t, segment)
	random := rand.New(rand.NewPCG(8, 7))
	bits, _ := strconv.Atoi(os.Getenv("ROSTRUM_DAMAGE_BITS")) // a longer run
	bits = max(bits, 3)
	type harm struct {
		name string
		do   func(store string) error
		must bool // be found
	}
	in := func(store, file string) string { return filepath.Join(store, filepath.Base(file)) }
	harms := []harm{
		{"none", func(string) error { return nil }, false},
		{"no root", func(store string) error { return os.Remove(in(store, root)) }, true},
		{"no segment", func(store string) error { return os.Remove(in(store, segment)) }, true},
		{"empty segment", func(store string) error { return os.Truncate(in(store, segment), 0) }, true},
		{"zeroes for a root", func(store string) error { return os.WriteFile(in(store, root), make([]byte, rootSize), 0o600) }, true},
		{"zeroes for a segment", func(store string) error { return os.WriteFile(in(store, segment), make([]byte, segmentSize), 0o600) }, true},
		{"no description", func(store string) error { return os.Remove(filepath.Join(filepath.Dir(store), "index_meta.json")) }, true},
	}
	for _, length := range []int64{0, 1, 100, 4096, 4097, 8192, 12288, rootSize / 2, rootSize - 4096, rootSize - 1} {
		harms = append(harms, harm{"root of " + strconv.FormatInt(length, 10), func(store string) error { return os.Truncate(in(store, root), length) }, length < 8193})
	}
	for _, at := range []int64{8, int64(os.Getpagesize()) + 8} {
		harms = append(harms, harm{fmt.Sprintf("kind of the page at %d", at-8), func(store string) error { return flip(in(store, root), at) }, true})
	}
	for range bits {
		at := random.Int64N(segmentSize)
		harms = append(harms, harm{fmt.Sprintf("bit of a segment at %d", at), func(store string) error { return flip(in(store, segment), at) }, true},
			harm{fmt.Sprintf("segment of %d", at), func(store string) error { return os.Truncate(in(store, segment), at) }, true})
		place := random.Int64N(rootSize)
		for before := place; content[place] == 0 && place != (before+rootSize-1)%rootSize; { // where it says something
			place = (place + 1) % rootSize
		}
		harms = append(harms, harm{fmt.Sprintf("bit of the root at %d", place), func(store string) error { return flip(in(store, root), place) }, false})
	}
	for _, h := range harms {
		t.Run(h.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := errors.Join(os.CopyFS(dir, os.DirFS(whole)), h.do(filepath.Join(dir, "g1", "store"))); err != nil {
				t.Fatal(err)
			}
			said := checked(t, dir)
			t.Logf("%.300s", said)
			switch passed := strings.HasPrefix(said, "passed"); {
			case passed && h.must:
				t.Error("not found")
			case passed && !strings.Contains(said, "wrote"):
				t.Error("passed, and can't be opened")
			case passed:
				checkUpTo(t, dir, 6)
			}
		})
	}
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// flip turns one bit of a file where it lies: a file that is mapped must keep its length.
func flip(path string, at int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return err
	}
	b[0] ^= 0x10
	_, err = f.WriteAt(b[:], at)
	return err
}

func TestSumsOfAnOpenIndex(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	for n := range 3 {
		write(t, s, batchNumber(n))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	var last, all int64
	found, err := s.CheckSums(t.Context(), func(done, total int64) { last, all = done, total })
	if err != nil || len(found) > 0 || last == 0 || last != all {
		t.Fatalf("%v %v, %d of %d bytes", found, err, last, all)
	}
	snap, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(flip(snap.parts[0].path, 70), snap.close()); err != nil {
		t.Fatal(err)
	}
	if found, err = s.CheckSums(t.Context(), func(int64, int64) {}); err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
	if err := Check(t.Context(), dir, CheckOptions{LockWait: 50 * time.Millisecond}); err == nil || errors.Is(err, ErrRebuild) {
		t.Errorf("a held index: %v", err)
	}
}
