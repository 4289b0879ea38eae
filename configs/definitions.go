package configs

import (
	"fmt"
	"maps"
	"slices"
)

// definitions are the ids of one kind of thing, and where each was defined.
type definitions struct {
	kind    string
	at      map[string]Position
	partial bool // a file of definitions could not be read: a reference to nothing proves nothing
}

func newDefinitions(kind string) definitions {
	return definitions{kind: kind, at: map[string]Position{}}
}

// define notes an id and says whether it is new; a second definition is a problem, whose remedy goes on with hint. An id that did
// not fit is empty, and was reported.
func (d definitions) define(problems *Problems, at Place, id, hint string) bool {
	if id == "" {
		return true
	}
	if first, twice := d.at[id]; twice {
		problems.Add(at, "id", id, fmt.Sprintf("%s %q is defined already at %v", d.kind, id, first), "choose another id or remove one of the two"+hint)
		return false
	}
	d.at[id] = at.Of("id")
	return true
}

// refer checks that what a field refers to is defined.
func (d definitions) refer(problems *Problems, at Place, field, id string) {
	if _, known := d.at[id]; known || id == "" || d.partial {
		return
	}
	problems.Add(at, field, id, fmt.Sprintf("no %s %q is defined", d.kind, shorten(id)), suggest(id, sortedKeys(d.at)))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
