package configs

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed rostrum.yaml actors/*.yaml actors/NOTICE all:demo all:cybercrime-convention all:template
var embedded embed.FS

// Builtin is the files that come with Rostrum: rostrum.yaml, actors/, and one folder per process. They are the ones that LoadBuiltin reads.
func Builtin() fs.FS { return embedded }

func builtin() tree { return tree{embedded, "builtin"} }

// builtinProcesses lists the processes that come with Rostrum.
func builtinProcesses() []string { return names("*/process.yaml", path.Dir) }

// builtinLists lists the lists of actors that come with Rostrum.
func builtinLists() []string {
	return names("actors/*.yaml", func(p string) string { return strings.TrimSuffix(path.Base(p), ".yaml") })
}

func names(glob string, name func(string) string) []string {
	found, _ := fs.Glob(embedded, glob) // the pattern is well formed
	for i, p := range found {
		found[i] = name(p)
	}
	return slices.DeleteFunc(found, func(n string) bool { return n == templateFolder })
}
