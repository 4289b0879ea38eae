//go:build unix

package indexer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"rostrum/internal/fault"
)

// lockDir takes a directory for this process until the file is closed or the process ends, however it ends. A directory that is
// taken is a fault.Conflict, at once.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock archive: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fault.New(fault.Conflict, "the archive "+dir+" is in use by another process", "stop that one, or use another data directory")
	}
	return nil, errors.Join(err, f.Close())
}
