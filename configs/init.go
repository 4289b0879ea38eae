package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"rostrum/internal/fault"
)

const templateFolder = "template"

// Init writes a process to edit into a folder, which it makes where there is none: rostrum.yaml, process.yaml, sources.yaml,
// actors.yaml, topics.yaml and corrections.yaml, each commented. What it writes loads without a problem. It gives the paths written, in
// order; where one of the files exists already it writes none and fails as fault.Conflict.
func Init(dir string) ([]string, error) {
	files, err := fs.Glob(embedded, templateFolder+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fault.New(fault.Conflict, dir+" is a file", "name a folder that is not there, or is empty")
	}
	var taken []string
	for _, file := range files {
		if _, err := os.Lstat(filepath.Join(dir, path.Base(file))); !errors.Is(err, fs.ErrNotExist) {
			taken = append(taken, path.Base(file))
		}
	}
	if len(taken) > 0 {
		return nil, fault.New(fault.Conflict, fmt.Sprintf("%s holds %s already", dir, strings.Join(taken, ", ")), "choose another folder, or move these files away")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder %s: %w", dir, err)
	}
	var written []string
	for _, file := range files {
		target := filepath.Join(dir, path.Base(file))
		if err := writeNew(target, file); err != nil {
			return written, fmt.Errorf("write %s: %w", target, err)
		}
		written = append(written, target)
	}
	return written, nil
}

// writeNew copies an embedded file to a path where nothing stands.
func writeNew(target, file string) (err error) {
	text, err := embedded.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = f.Write(text)
	return err
}
