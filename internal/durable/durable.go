// Package durable puts files on the disk so that a crash or a power loss leaves the old one or the new one, whole.
package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// suffix ends the name under which a file is written before it takes its place. One that a crash left behind is written over.
const suffix = ".new"

// Write has write make a file, which takes the place of the one at path once it is on the disk; when it returns nil, so is its name. On an
// error the old file, if any, is what it was. Two writers of one path must take turns. A new file gets the permissions perm, less the umask.
func Write(path string, perm fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(path+suffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	w := bufio.NewWriterSize(f, 64<<10)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(path+suffix, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), remove(path+suffix))
	}
	return SyncDir(filepath.Dir(path))
}

// WriteFile is Write for what is in memory.
func WriteFile(path string, body []byte, perm fs.FileMode) error {
	return Write(path, perm, func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
}

// Rename gives a file or a folder another name in the same folder; when it returns nil, that is on the disk. What is in it must be there
// already.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(to))
}

// SyncDir puts a folder's names on the disk, where the system has such a thing.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", dir, err)
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
