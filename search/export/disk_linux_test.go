package export

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rostrum/internal/statement"
)

// TestADiskFullAtEachWrite asks for an export while a real disk has room for ever more pages: it is there whole, at the next start too, or it is
// refused with why and what to do, and leaves nothing.
func TestADiskFullAtEachWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "exports")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Logf("NOT CHECKED: what a full disk does, since none can be mounted: %v", err)
		return
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	var m memory
	for i := range 5 {
		m = append(m, said(i, func(s *statement.Statement) { s.Text = strings.Repeat("The committee met again. ", 100) }))
	}
	p := &pinned{memory: m}
	open := func() *Keeper {
		e, err := New(Options{Compiler: p, Selector: p, Captures: archive{}})
		if err != nil {
			t.Fatal(err)
		}
		k, err := OpenKeeper(KeeperOptions{Dir: dir, Exporter: e, Pinner: p})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if _, err := open().Create(t.Context(), Wish{Owner: "first"}); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	refused := 0
	for pages := 0; ; pages++ {
		fillAllBut(t, ballast, pages*os.Getpagesize())
		k := open()
		_, failed := k.Create(t.Context(), Wish{Owner: "second"})
		if failed != nil {
			refused++
			if said := failed.Error(); !strings.Contains(said, "export") || !strings.Contains(said, "no space left") || !strings.Contains(said, "make room") {
				t.Errorf("%d pages: %q does not say what, why and what to do", pages, said)
			}
		}
		want := map[bool]int{true: 1, false: 2}[failed != nil]
		for when, k := range map[string]*Keeper{"at once": k, "after a start": open()} {
			if got := len(k.List("")); got != want {
				t.Errorf("%d pages, %v: %d exports %s, want %d", pages, failed, got, when, want)
			}
		}
		folders, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil || failed != nil && len(folders) != 2 {
			t.Errorf("%d pages: there are %v, %v, want those of the first alone", pages, folders, err)
		}
		if failed == nil {
			break
		}
	}
	if refused < 3 {
		t.Errorf("refused %d times: the test has lost its grip", refused)
	}
}

// fillAllBut leaves so many bytes on a small disk.
func fillAllBut(t *testing.T, path string, left int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, block := 0, make([]byte, 1024)
	for {
		k, err := f.Write(block)
		n += k
		if err != nil {
			break
		}
	}
	if err := f.Truncate(int64(max(0, n-left))); err != nil {
		t.Fatal(fmt.Errorf("leave %d bytes: %w", left, err))
	}
}
