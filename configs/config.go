// Package configs reads what a user edits — rostrum.yaml and the folders of processes — into types, strictly and all at once: every
// problem is reported with its file, line, field and remedy. It also holds the configurations that come with Rostrum.
//
// Its duties, in order: settings from their defaults, the file, the environment; the folders of the processes; the lists of
// actors they share; then what only the whole shows: ids given twice, references to nothing, names that two actors claim. It knows
// nothing of the query language: whoever does hands in a Checker.
package configs

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
)

// Config is everything that was configured. Ids are unique and references lead somewhere when it was loaded without an error.
type Config struct {
	Settings
	Processes []Process // in the order of the setting processes
	Actors    []Actor   // of all lists, with their extensions
	Groups    []Group   // of all lists
	// Files are the SHA-256, in hexadecimal, of the files that were read beside rostrum.yaml: processes, sources, actors, topics,
	// corrections. Each by its path from there, or from the processes that come with Rostrum.
	Files map[string]string
}

// Checker looks at a whole configuration, which may be incomplete, and adds what it finds wrong.
type Checker func(*Config, *Problems)

// Options of loading. The zero Options is usable.
type Options struct {
	Env      []string                          // variables as os.Environ gives them; nil: none
	Checks   []Checker                         // run last, in this order
	ReadFile func(path string) ([]byte, error) // reads the files of secrets; nil: os.ReadFile
}

// Default is the settings when nothing is configured.
func Default() Settings {
	var s Settings
	setDefaults(reflect.ValueOf(&s).Elem())
	return s
}

// DefaultFile is the name that LoadFile looks for when it is given none.
const DefaultFile = "rostrum.yaml"

// LoadFile loads a configuration from disk. An empty path means rostrum.yaml in the working directory and, where there is none, the
// configuration that comes with Rostrum; a folder means the rostrum.yaml in it. The Config is never nil; an error is *Problems, all of them, of kind fault.Invalid.
func LoadFile(path string, o Options) (*Config, error) {
	if path == "" {
		if _, err := os.Stat(DefaultFile); err != nil {
			return LoadBuiltin("", o)
		}
		path = DefaultFile
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, DefaultFile)
	}
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	return load(tree{os.DirFS(dir), filepath.ToSlash(filepath.Clean(dir))}, name, o)
}

// LoadBuiltin loads a configuration that comes with Rostrum: "" or "demo". Result and error are those of LoadFile.
func LoadBuiltin(name string, o Options) (*Config, error) {
	if name == "" {
		return load(builtin(), DefaultFile, o)
	}
	return load(builtin(), name+"/"+DefaultFile, o)
}

// Load loads a configuration from a file of fsys; the folders it names are looked for beside it. Result and error are those of LoadFile.
func Load(fsys fs.FS, name string, o Options) (*Config, error) {
	return load(tree{fsys, "."}, name, o)
}
