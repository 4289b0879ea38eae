//go:build unix

package bus

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"rostrum/internal/fault"
)

// lockDir takes the directory for this process, until the file is closed or the process ends, however it ends. A directory that is
// taken is fault.Conflict, at once.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "rostrum.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock bus directory: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		defer f.Close()
		return nil, errHeld(dir, f)
	}
	if err == nil {
		err = writeHolder(f)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock bus directory %s: %w", dir, err)
	}
	return f, nil
}

func errHeld(dir string, f io.Reader) error {
	holder := "another process"
	if pid, err := io.ReadAll(io.LimitReader(f, 20)); err == nil && len(pid) > 0 {
		holder += " (" + strings.TrimSpace(string(pid)) + ")"
	}
	return fault.New(fault.Conflict, fmt.Sprintf("%s is in use by %s", dir, holder), "stop that one, or use another data directory")
}

func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	return err
}
