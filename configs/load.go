package configs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

// tree is files to load from, and how their place is shown to a user.
type tree struct {
	fs   fs.FS
	show string
}

func (t tree) shown(name string) string { return path.Join(t.show, name) }

func (t tree) has(name string) bool {
	_, err := fs.Stat(t.fs, name)
	return !errors.Is(err, fs.ErrNotExist)
}

// loader carries one loading.
type loader struct {
	home     tree   // where rostrum.yaml lies
	dir      string // its folder there
	secrets  secretReader
	problems *Problems
	cfg      *Config
	lists    map[string]bool // files of actors that were read, as shown
	listsBad bool            // some list of actors could not be read
	extend   []Extension
}

func load(home tree, name string, o Options) (*Config, error) {
	l := &loader{
		home: home, dir: path.Dir(name), secrets: o.ReadFile,
		problems: &Problems{}, cfg: &Config{Settings: Default(), Files: map[string]string{}}, lists: map[string]bool{},
	}
	if l.secrets == nil {
		l.secrets = os.ReadFile
	}
	l.cfg.Settings.At = Place{Position: Position{File: home.shown(name)}, spots: map[string]Position{}}
	l.decode(home, name, true, &l.cfg.Settings)
	l.override(&l.cfg.Settings, o.Env)
	l.processes()
	l.applyExtensions()
	l.checkSettings()
	l.checkProcesses(l.checkActors())
	for _, check := range o.Checks {
		check(l.cfg, l.problems)
	}
	return l.cfg, l.problems.Err()
}

// decode reads one file of a tree into target, and says whether there was one to decode.
func (l *loader) decode(t tree, name string, needed bool, target any) bool {
	show := t.shown(name)
	top, ok := readDocument(t.fs, name, show, needed, l.problems)
	if ok {
		l.hash(t, name)
		d := decoder{file: show, problems: l.problems, secrets: l.secrets}
		d.decode(top, target)
	}
	return ok
}

// hash remembers what a file was when it was read.
func (l *loader) hash(t tree, name string) {
	body, err := fs.ReadFile(t.fs, name)
	if err != nil || path.Base(name) == DefaultFile {
		return
	}
	sum := sha256.Sum256(body)
	l.cfg.Files[path.Clean(name)] = hex.EncodeToString(sum[:])
}

// processes reads the folder of every process that the settings name.
func (l *loader) processes() {
	seen := map[string]bool{}
	for i, name := range l.cfg.ProcessFolders {
		t, folder, found := l.find(name)
		field := fmt.Sprintf("processes[%d]", i)
		switch show := t.shown(folder); {
		case !found:
			l.problems.Add(l.cfg.Settings.At, field, name, fmt.Sprintf("%q is neither a folder with a process.yaml nor a process that comes with Rostrum", shorten(name)),
				suggest(name, builtinProcesses()))
		case seen[show]:
			l.problems.Add(l.cfg.Settings.At, field, name, fmt.Sprintf("%q is named a second time", name), "keep one of the two")
		default:
			seen[show] = true
			l.process(t, folder)
		}
	}
}

// find looks for a process's folder beside rostrum.yaml first, then among those that come with Rostrum. A folder named "." is taken
// as it is, so that what is missing in it can be said.
func (l *loader) find(name string) (t tree, folder string, found bool) {
	folder = path.Join(l.dir, name)
	if !fs.ValidPath(folder) {
		return tree{}, "", false
	}
	if path.Clean(name) == "." || l.home.has(path.Join(folder, "process.yaml")) {
		return l.home, folder, true
	}
	name = path.Clean(name)
	return builtin(), name, slices.Contains(builtinProcesses(), name)
}

// process reads one folder and the shared lists of actors that it names.
func (l *loader) process(t tree, folder string) {
	p := Process{Folder: t.shown(folder)}
	var (
		sources     sourcesFile
		topics      topicsFile
		corrections correctionsFile
	)
	l.decode(t, path.Join(folder, "process.yaml"), true, &p)
	l.decode(t, path.Join(folder, "sources.yaml"), false, &sources)
	l.decode(t, path.Join(folder, "topics.yaml"), false, &topics)
	l.decode(t, path.Join(folder, "corrections.yaml"), false, &corrections)
	p.Sources, p.Topics, p.Corrections = sources.Sources, topics.Topics, corrections.Corrections
	for i := range p.Sources {
		l.complete(&p.Sources[i])
	}
	for i, name := range p.SharedActors {
		l.sharedActors(p.At, fmt.Sprintf("shared_actors[%d]", i), name)
	}
	l.actors(t, path.Join(folder, "actors.yaml"))
	l.cfg.Processes = append(l.cfg.Processes, p)
}

// complete gives a source the intervals of the settings, and the host of its address, where it says none itself.
func (l *loader) complete(s *Source) {
	if !s.At.Has("every") {
		s.Every = l.cfg.Fetch.Every
	}
	if !s.At.Has("every_max") {
		s.EveryMax = l.cfg.Fetch.EveryMax
	}
	if !s.At.Has("revisit") {
		s.Revisit = l.cfg.Fetch.Revisit
	}
	if u, err := url.Parse(s.URL); err == nil && u.Hostname() != "" && len(s.Sites) == 0 {
		s.Sites = []string{strings.ToLower(u.Hostname())}
	}
}

// sharedActors reads actors/NAME.yaml beside rostrum.yaml, else the list of that name that comes with Rostrum.
func (l *loader) sharedActors(at Place, field, name string) {
	file := "actors/" + name + ".yaml"
	own, beside := builtin(), path.Join(l.dir, file)
	switch {
	case !validID(name): // said already
	case l.home.has(beside):
		l.actors(l.home, beside)
	case own.has(file):
		l.actors(own, file)
	default:
		l.listsBad = true
		l.problems.Add(at, field, name, fmt.Sprintf("there is no list of actors %q", shorten(name)), suggest(name, builtinLists()))
	}
}

// actors reads a list of actors, once however many processes share it.
func (l *loader) actors(t tree, name string) {
	if l.lists[t.shown(name)] {
		return
	}
	l.lists[t.shown(name)] = true
	var list actorsFile
	if !l.decode(t, name, false, &list) && t.has(name) {
		l.listsBad = true
	}
	l.cfg.Groups = append(l.cfg.Groups, list.Groups...)
	l.cfg.Actors = append(l.cfg.Actors, list.Actors...)
	l.extend = append(l.extend, list.Extend...)
}
