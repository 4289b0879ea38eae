// Package annotate finds who speaks and about what: actors with their roles, signatories, quotes, topics and cues, each with its
// evidence. It is pure.
package annotate

import (
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// Input is one statement as extracted, with its words.
type Input struct {
	URL      string
	Source   string
	Issuer   string // the source's issuer: an actor id; empty for an aggregator
	Title    string
	Text     string
	Author   string
	SiteName string
	Kind     string
	Types    string             // what the page says it is, in words of schema.org and Open Graph
	Section  string             // where its site files it
	Given    string             // the kind that the configuration says the source's statements are of; empty: as found
	Gathered bool               // the source gathers what others say, and the page stands on its own site
	Words    *analysis.Document // of Title and Text
}

// Findings is what was found, each actor and topic once a role.
type Findings struct {
	Kind        string
	Actors      []statement.Actor // the issuer, signatories in the order of the list, then those mentioned in the order of the text
	Topics      []string          // by id
	Quotes      []statement.Quote
	Cues        []statement.Cue
	Evidence    []statement.Evidence // of one mentioned actor, the first places
	Signatories int                  // distinct
	Notes       []string             // what was cut by a bound
}
