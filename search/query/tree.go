// Package query is the query language: one sealed tree that the store, the percolator, the topics and the highlighter compile,
// its parser, its canonical form and its cost.
package query

import "time"

// Field names what a leaf looks at.
type Field string

// The fields of the language. Text leaves (Word, Phrase, Near, Prefix) take Any, Title or URL; Term takes the others.
const (
	Any       Field = ""      // title and text
	Title     Field = "title" // the title alone
	URL       Field = "url"   // words of the URL
	Speaker   Field = "actor" // speaks in any role: issuer, signatory or quoted
	Issuer    Field = "issuer"
	Signatory Field = "signatory"
	Quoted    Field = "quoted"
	Mentions  Field = "mentions"
	Topic     Field = "topic"
	Process   Field = "process"
	Phase     Field = "phase"
	Source    Field = "source"
	Lang      Field = "lang"
	Kind      Field = "kind"
	Cue       Field = "cue"
)

// Node is a query. The set of nodes is sealed: And, Or, Not, All, Word, Phrase, Near, Prefix, Term, Members, Period.
// Nodes are values that nobody changes once they are made.
type Node interface {
	// String is the canonical form: it parses to an equal node.
	String() string
	node()
}

type (
	// And matches what every kid matches. It has two kids or more.
	And struct{ Kids []Node }
	// Or matches what any kid matches. It has two kids or more.
	Or struct{ Kids []Node }
	// Not matches what its kid does not match.
	Not struct{ Kid Node }
	// All matches every statement: the empty query.
	All struct{}

	// Word matches a word in any of its inflected forms, in the language of each document.
	Word struct {
		Field Field
		Text  string // as typed
	}
	// Phrase matches words next to each other as written, folded.
	Phrase struct {
		Field Field
		Text  string // between the quotation marks, as typed
	}
	// Near matches all words, in any order, with at most Distance other words between the first and the last.
	Near struct {
		Field    Field
		Text     string
		Distance int
	}
	// Prefix matches words that begin so, folded. Text is without the star.
	Prefix struct {
		Field Field
		Text  string
	}
	// Term matches one exact value of a field: an actor's id, a topic's id, a language.
	Term struct {
		Field Field
		Value string // as typed until resolved, then an id
	}
	// Members matches any member of a group of actors in one of the actor fields.
	Members struct {
		Field Field
		Group string
	}
	// Period matches statements whose time t has From <= t < To. A zero bound is open. Text is how the canonical form
	// prints it: "after:2024-07".
	Period struct {
		From, To time.Time
		Text     string
	}
)

func (And) node()     {}
func (Or) node()      {}
func (Not) node()     {}
func (All) node()     {}
func (Word) node()    {}
func (Phrase) node()  {}
func (Near) node()    {}
func (Prefix) node()  {}
func (Term) node()    {}
func (Members) node() {}
func (Period) node()  {}
