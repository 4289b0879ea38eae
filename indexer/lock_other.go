//go:build !unix

package indexer

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDir opens the lock file alone: this system has no lock that goes with the process, so the operator keeps to one.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock archive: %w", err)
	}
	return f, nil
}
