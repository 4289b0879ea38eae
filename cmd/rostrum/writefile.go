package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// writeFile writes a file whole or not at all: under a temporary name in the same folder, which becomes the final one once
// everything is on the disk. What is no plain file, such as a pipe, is written as it is.
func writeFile(path string, write func(w io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return fault.New(fault.Invalid, path+" is a folder", "name a file in it")
		}
		return writeTo(path, os.O_WRONLY, write)
	}
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.part", filepath.Base(path), os.Getpid()))
	defer func() {
		if err != nil {
			err = errors.Join(err, removed(temporary))
		}
	}()
	if err := writeTo(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, write); err != nil {
		return err
	}
	if err := durable.Rename(temporary, path); err != nil {
		return failed(fmt.Errorf("name file %s: %w", path, err))
	}
	return nil
}

func writeTo(path string, flags int, write func(w io.Writer) error) (err error) {
	f, err := os.OpenFile(path, flags, 0o666) // the user's umask says who may read it
	if err != nil {
		return failed(fmt.Errorf("open file: %w", err))
	}
	defer func() { err = errors.Join(err, failed(f.Close())) }()
	if err := write(f); err != nil {
		return err
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		return failed(f.Sync())
	}
	return nil
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return failed(err)
	}
	return nil
}
