package indexer

import (
	"errors"
	"fmt"
	"os"
)

// ArchiveFile is a file of the archive, or its beginning.
type ArchiveFile struct {
	Name   string
	Length int64
}

// Files gives the files of the archive up to a position, oldest first; what lies before that position never changes. One that is missing is a
// fault.NotFound.
func (a *Archive) Files(end Position) ([]ArchiveFile, error) {
	spans, err := a.spans(Position{}, end)
	files := make([]ArchiveFile, len(spans))
	for i, s := range spans {
		files[i] = ArchiveFile{s.File, s.Length}
	}
	return files, err
}

// OpenFile opens a file of the archive, in whatever folder it lies; the caller closes it.
func (a *Archive) OpenFile(name string) (*os.File, error) {
	f, err := os.Open(a.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, isMissing(name)
	}
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	return f, nil
}
