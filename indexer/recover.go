package indexer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"rostrum/internal/warc"
)

// open makes the archive whole again after whatever ended the last run: first the index over the full files, then the newest file.
func (a *Archive) open(ctx context.Context) error {
	files, err := a.list()
	if err != nil {
		return err
	}
	for _, name := range files {
		if _, err := warc.FileNumber(archivePrefix, name); err != nil {
			return err
		}
	}
	a.checkFolders(files)
	if a.ids, err = openIDs(a.o.Dir); err != nil {
		return err
	}
	full, newest, err := a.split(files)
	if err != nil {
		return err
	}
	if err := a.openFull(ctx, full, newest); err != nil {
		return err
	}
	return a.openNewest(newest)
}

// split tells the full files from the newest one, which is written to: the last, if it is in the archive's own folder, else the next to come.
func (a *Archive) split(files []string) (full []string, newest string, err error) {
	if len(files) == 0 {
		return nil, warc.FileName(archivePrefix, 1), nil
	}
	last := files[len(files)-1]
	own, err := warc.Files(a.o.Dir, archivePrefix)
	if err != nil {
		return nil, "", err
	}
	if slices.Contains(own, last) {
		return files[:len(files)-1], last, nil
	}
	return files, warc.FileName(archivePrefix, a.number(last)+1), nil
}

// openFull brings the sorted index of ids to the last full file.
func (a *Archive) openFull(ctx context.Context, full []string, newest string) error {
	if a.ids.covered >= a.number(newest) {
		if err := a.ids.close(); err != nil {
			return err
		}
		a.ids = &idIndex{dir: a.o.Dir, live: a.ids.live, seen: a.ids.seen}
	}
	for _, name := range full {
		if a.number(name) <= a.ids.covered {
			continue
		}
		a.log.Info("archive makes the index of a full file again", "file", name)
		if err := a.reindexFile(ctx, name); err != nil {
			return err
		}
		if err := a.seal(name); err != nil {
			return err
		}
	}
	return nil
}

// reindexFile reads a full archive file and writes the files beside it anew.
func (a *Archive) reindexFile(ctx context.Context, name string) error {
	base := sidecarBase(a.o.Dir, name)
	if err := errors.Join(removeFile(base+cdxjSuffix), removeFile(base+logSuffix)); err != nil {
		return err
	}
	size, err := a.size(name)
	if err != nil {
		return err
	}
	if a.side, _, err = openSidecar(a.o.Dir, name, 0); err != nil {
		return err
	}
	a.file = name
	err = a.walk(ctx, name, 0, size, a.note)
	if a.side != nil {
		a.dropSide()
	}
	return err
}

// note shelves one capture that was read from the archive.
func (a *Archive) note(f found) error {
	s, err := shelve(f.capture, f.response, f.span, warc.Span{File: f.span.File, Offset: f.response.Offset, Length: f.response.Length})
	if err != nil {
		a.log.Warn("archive left a capture out of the CDXJ", "capture", f.capture.ID, "error", err)
	}
	a.index([]shelved{s})
	return nil
}

// openNewest opens the newest file for appending: what its log knows is taken as it is, the rest is read.
func (a *Archive) openNewest(newest string) error {
	known, err := a.openSide(newest)
	if err != nil {
		return err
	}
	var tail []found
	g := grouping{file: a.file}
	a.appender, err = warc.OpenAppender(warc.AppenderOptions{
		Dir: a.o.Dir, Prefix: archivePrefix, First: a.number(newest), MaxFile: a.o.MaxFile, Limits: a.pages, Software: a.o.Software, Log: a.log,
		Known: func(string) int64 { return known },
		Tail: func(_ string, rec *warc.Record) {
			if f := g.add(rec, a.log); f != nil {
				f.capture.Body, f.response.Block = nil, headOf(f.response.Block) // the bodies of a whole file would be too much
				tail = append(tail, *f)
			}
		},
	})
	if err != nil {
		return err
	}
	for _, f := range tail {
		if err := a.note(f); err != nil {
			return err
		}
	}
	return nil
}

// openSide opens the files beside the newest archive file, which need not be there yet. It gives how far the log knows it.
func (a *Archive) openSide(newest string) (known int64, err error) {
	a.file = newest
	info, err := os.Stat(filepath.Join(a.o.Dir, newest))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	size := int64(0)
	if err == nil {
		size = info.Size()
	}
	side, held, err := openSidecar(a.o.Dir, a.file, size)
	if err != nil {
		return 0, err
	}
	a.side = side
	for _, s := range held {
		a.ids.add(s.entries(a.number(a.file))...)
		a.ids.sees(s.address, s.at)
		known = s.span.Offset + s.span.Length
	}
	return known, nil
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
