package app

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"rostrum/configs"
	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// SourceEntry is a source as it is added to a file.
type SourceEntry struct {
	ID, Name, Type, URL string
	Issuer              string // an actor's id; empty: an aggregator
	Include             string // pattern of the links of a list; empty: a wide one, to be narrowed
}

// With gives the entry with what another one says instead.
func (e SourceEntry) With(o SourceEntry) SourceEntry {
	return SourceEntry{ID: cmp.Or(o.ID, e.ID), Name: cmp.Or(o.Name, e.Name), Type: cmp.Or(o.Type, e.Type), URL: e.URL, Issuer: cmp.Or(o.Issuer, e.Issuer),
		Include: cmp.Or(o.Include, e.Include)}
}

// YAML is the entry in a list of sources whose items stand behind indent.
func (e SourceEntry) YAML(indent string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s- id: %s\n", indent, e.ID)
	line := func(key, value string) { fmt.Fprintf(&b, "%s  %s: %s\n", indent, key, value) }
	line("name", strconv.Quote(strings.Map(plainRune, e.Name)))
	line("type", e.Type)
	line("url", strconv.Quote(e.URL))
	if e.Issuer != "" {
		line("issuer", e.Issuer)
	} else {
		line("aggregator", "true  # or issuer: ID, the actor whose statements these are")
	}
	if e.Type == "list" {
		include := e.Include
		if include == "" {
			include = "."
		}
		line("links", "{include: ['"+strings.ReplaceAll(include, "'", "''")+"']}  # a pattern of the addresses that are statements")
	}
	return b.String()
}

// plainRune keeps a title within what a quoted YAML text takes as it is.
func plainRune(r rune) rune {
	if r < ' ' || r == '\\' || r == 0x7f {
		return ' '
	}
	return r
}

const sourcesFile = "sources.yaml"

// AddSource appends a source to the sources.yaml of a process (by id; empty where there is only one), and checks the configuration that
// results: when it has a problem the file is put back, and the problem is the error. It gives the file. A configuration that comes
// with Rostrum is refused.
func AddSource(cfg *configs.Config, settings, process string, e SourceEntry, o configs.Options) (file string, err error) {
	if file, err = sourcesOf(cfg, process); err != nil {
		return "", err
	}
	before, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return file, fault.As(fault.Invalid, err)
	}
	existed := err == nil
	if err := replaceText(file, appended(before, e)); err != nil {
		return file, err
	}
	if _, err = configs.LoadFile(settings, o); err == nil {
		return file, nil
	}
	if !existed {
		return file, errors.Join(err, os.Remove(file))
	}
	return file, errors.Join(err, replaceText(file, before))
}

// sourcesOf finds the file of a process on disk.
func sourcesOf(cfg *configs.Config, process string) (string, error) {
	var found []configs.Process
	for _, p := range cfg.Processes {
		if process == "" || p.ID == process {
			found = append(found, p)
		}
	}
	switch {
	case len(found) == 0:
		return "", fault.New(fault.Invalid, "there is no process "+process, "name one of `processes` in rostrum.yaml")
	case len(found) > 1:
		return "", fault.New(fault.Invalid, "several processes are configured", "say which with --process ID")
	}
	folder := found[0].Folder
	if info, err := os.Stat(folder); err != nil || !info.IsDir() || strings.HasPrefix(folder, "builtin") {
		return "", fault.New(fault.Invalid, "the process "+found[0].ID+" comes with Rostrum and can't be changed", "write your own with: rostrum init DIR")
	}
	return filepath.Join(folder, sourcesFile), nil
}

var (
	listItem  = regexp.MustCompile(`(?m)^( *)- `)
	emptyList = regexp.MustCompile(`(?m)^sources:\s*(\[\s*\]|null|~)?\s*(#.*)?$`)
)

// appended adds an entry behind the last source, indented as the others are.
func appended(text []byte, e SourceEntry) []byte {
	indent := "  "
	if m := listItem.FindSubmatch(text); m != nil {
		indent = string(m[1])
	} else {
		text = emptyList.ReplaceAll(text, nil)
		text = append(bytes.TrimSpace(text), "\nsources:\n"...)
		text = bytes.TrimLeft(text, "\n")
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(bytes.Clone(text), '\n')
	}
	return append(bytes.Clone(text), e.YAML(indent)...)
}

// replaceText writes a file whole or not at all, with the permissions that it had.
func replaceText(path string, text []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	return durable.WriteFile(path, text, mode)
}
