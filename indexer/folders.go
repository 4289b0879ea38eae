package indexer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"rostrum/internal/fault"
	"rostrum/internal/warc"
)

// list gives the names of all archive files, oldest first: those of the archive's own folder and those that were moved to others.
func (a *Archive) list() ([]string, error) {
	var all []string
	for _, dir := range a.folders() {
		files, err := warc.Files(dir, archivePrefix)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func (a *Archive) folders() []string { return append([]string{a.o.Dir}, a.o.Folders...) }

// path is where a file lies: in the archive's own folder, else in the first other one that has it. It is looked for every time, so that
// full files may be moved while the archive is open.
func (a *Archive) path(file string) string {
	for _, dir := range a.folders() {
		path := filepath.Join(dir, file)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join(a.o.Dir, file)
}

// missing gives the names of files that should be there: files are numbered from 1 without gaps.
func (a *Archive) missing(files []string) []string {
	var gone []string
	next := 1
	for _, name := range files {
		number := a.number(name)
		for ; next < number; next++ {
			gone = append(gone, warc.FileName(archivePrefix, next))
		}
		next = number + 1
	}
	return gone
}

// isMissing is the fault of an archive file that is nowhere.
func isMissing(file string) error {
	return fault.New(fault.NotFound, "the archive file "+file+" is missing", findFile)
}

// findFile is what helps where an archive file is missing.
const findFile = "put it back, or name its folder in archive.folders; if it is lost for good, put an empty file of that name in its place"

// checkFolders says at start what is not as it should be: folders that can't be read, and files that are in none.
func (a *Archive) checkFolders(files []string) {
	for _, dir := range a.o.Folders {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			a.log.Error("a folder of archive files can't be read; pages in it can be shown and the index rebuilt when it is there again", "folder", dir, "error", err)
		}
	}
	if gone := a.missing(files); len(gone) > 0 {
		a.log.Error("archive files are missing; the index can't be rebuilt without them", "files", len(gone), "error", isMissing(gone[0]))
	}
}

// size is the length of a file.
func (a *Archive) size(file string) (int64, error) {
	info, err := os.Stat(a.path(file))
	if errors.Is(err, os.ErrNotExist) {
		return 0, isMissing(file)
	}
	if err != nil {
		return 0, fmt.Errorf("read archive: %w", err)
	}
	return info.Size(), nil
}
