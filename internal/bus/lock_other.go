//go:build !unix

package bus

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDir has no lock to take here that dies with its process; the index's own lock keeps a second process out.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "rostrum.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock bus directory: %w", err)
	}
	return f, nil
}
