// Package registry knows the actors, groups of actors, topics and processes that a configuration names: by id, by alias in any
// language, by membership.
package registry

import "time"

// Actor is a state, body, organisation, company, coalition, academic body or person.
type Actor struct {
	ID       string
	Kind     string            // state|igo|ngo|company|coalition|academic|person
	Name     string            // as shown
	Names    map[string]string // by language (ar zh en fr ru es …)
	Aliases  []string          // other names, official names, abbreviations
	Weak     []string          // demonyms, capitals: evidence weaker than a name; a name that is here as well is not looked for in texts
	Except   []string          // phrases that hold a name and mean something else
	Wikidata string
	MemberOf []string // group ids
	Sites    []string // hosts whose pages are its own
}

// Group is a named set of actors.
type Group struct {
	ID    string
	Name  string
	Names map[string]string
}

// Topic is a named standing query over the text.
type Topic struct {
	ID    string
	Name  string
	Names map[string]string
	Query string // words, phrases, prefixes, title: and lang: only
}

// Milestone is a dated event of a process.
type Milestone struct {
	ID   string
	Name string
	Date time.Time // a day, UTC
}

// Phase is a period of a process. From is inclusive, To exclusive; a zero To is open.
type Phase struct {
	ID   string
	Name string
	From time.Time
	To   time.Time
}

// Process is what is being watched.
type Process struct {
	ID         string
	Name       string
	Milestones []Milestone
	Phases     []Phase
}
