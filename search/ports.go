// Package search answers queries: it parses and resolves them, asks the store, and says what was found in the words of the
// contract.
package search

import (
	"context"
	"time"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Order is how results are sorted.
type Order string

// The orders. Ties are broken by id.
const (
	Relevance Order = "relevance"
	Newest    Order = "newest"
	Oldest    Order = "oldest"
)

// Facets that can be asked for, and the values that they count.
const (
	FacetActor  = "actor" // who speaks, once a group
	FacetTopic  = "topic"
	FacetSource = "source"
	FacetLang   = "lang"
	FacetKind   = "kind"
	FacetMonth  = "month" // 2006-01
	FacetPhase  = "phase"
	FacetRole   = "role"
	FacetCue    = "cue" // polarity

	// Actors by what they are in a statement; FacetActor counts the first three together.
	FacetIssuer    = "issuer"
	FacetSignatory = "signatory"
	FacetQuoted    = "quoted"
	FacetMentions  = "mentions"
)

// Request is one page of results, asked of the store.
type Request struct {
	Query    query.Node // resolved: ids in every Term
	Order    Order
	Limit    int      // statements on the page, at least 0
	After    string   // opaque, a previous Page's Next; empty for the first page
	Facets   []string // the Facet constants
	Values   int      // how many values a facet may have, the most frequent; 0 for the store's own bound
	Copies   bool     // count and list every member of a group instead of its lead
	Snippets bool
	Explain  bool // say what each score is made of

	// Admit is asked once, when the work is reckoned and nothing is read yet; nil: nobody is asked.
	Admit Admit
}

// Snippet is a piece of the text with the places that matched. Marks count code points into Text, end exclusive.
type Snippet struct {
	Text  string   `json:"text"`
	Marks [][2]int `json:"marks"`
	// Statement is the member of the group whose text it is, where that is not the statement that is shown.
	Statement string `json:"statement,omitempty" doc:"the copy whose text it is, where the statement shown does not match itself"`
}

// Hit is a statement (without its text, quotes, cues and evidence) and why it matched.
type Hit struct {
	statement.Statement
	Snippets []Snippet `json:"snippets"`
	Score    float64   `json:"-"`
	Ranking  *Ranking  `json:"explanation,omitempty" doc:"with explain: what the score is made of"`
}

// Ranking says what a score is made of: the sum of its parts and of a least score, times what freshness adds.
type Ranking struct {
	Score     float64    `json:"score"`
	Parts     []RankPart `json:"parts" doc:"in the order of the query"`
	Freshness float64    `json:"freshness" doc:"the factor by which newer statements gain"`
}

// RankPart is what one leaf of the query adds.
type RankPart struct {
	Query string  `json:"query"`
	Score float64 `json:"score"`
}

// Count is how many groups carry a value.
type Count struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Page is one page of results. Total is exact and counts groups (members with Request.Copies).
type Page struct {
	Total  int
	Hits   []Hit
	Facets map[string][]Count // by descending count, then id; Name is empty until the service fills it
	Next   string             // the cursor of the next page; empty at the end
	Notes  []string           // bounds that were hit, in sentences
}

// Searcher finds statements. Search is ordered as asked and gives a fault.Invalid for a cursor that is not its own.
type Searcher interface {
	Search(ctx context.Context, r Request) (Page, error)
}

// Reader reads single statements. Both give a fault.NotFound for an id that is not stored; merged group ids redirect.
type Reader interface {
	// Statement gives the whole statement.
	Statement(ctx context.Context, id string) (statement.Statement, error)
	// Revisions gives all states of a statement, oldest first.
	Revisions(ctx context.Context, id string) ([]statement.Revision, error)
	// Copies gives the other members of a statement's group, without text.
	Copies(ctx context.Context, id string) ([]statement.Statement, error)
}

// Scanner visits every statement that matches, in no promised order, from one state of the index.
type Scanner interface {
	// Scan calls visit with each match, whole, until visit returns an error, which Scan returns. The statement is the visitor's to keep.
	Scan(ctx context.Context, q query.Node, copies bool, visit func(*statement.Statement) error) error
}

// Stored is a statement as it is stored, undecoded: two JSON objects and the text between them. It is good until the visit returns.
type Stored struct {
	Head []byte // the statement without text, quotes, cues and evidence
	Text []byte // UTF-8
	Rest []byte // quotes, cues and evidence; empty where there are none
}

// Selection is what matches a query in one state of the index, however long it is read. It is safe for many goroutines until it is closed.
type Selection interface {
	// Total is the number of matches.
	Total() int
	// Each calls visit with each match, in an order that is the same each time, until visit returns an error, which Each returns.
	Each(ctx context.Context, visit func(Stored) error) error
	// Members calls visit with each member of a group in the same state, its lead included.
	Members(ctx context.Context, group string, visit func(Stored) error) error
	// Close gives the state back.
	Close() error
}

// Selector takes a selection, which the caller closes.
type Selector interface {
	Select(ctx context.Context, q query.Node, copies bool) (Selection, error)
}

// Knower says which values of a field the store holds, and what they are called, for ids that no registry knows.
type Knower interface {
	// Holds says whether any statement carries value in the keyword field.
	Holds(ctx context.Context, field query.Field, value string) (bool, error)
	// ActorNames gives what statements call actors, by id; actors that none names are absent. With an error it gives what it found before.
	ActorNames(ctx context.Context, ids []string) (map[string]string, error)
}

// Status is what the store says of itself.
type Status struct {
	Statements int       // leads and members
	Newest     time.Time // when the last statement was first seen; zero if there is none
	Bytes      int64     // on disk
	Generation string    // the index generation's name
	Refused    error     // why what was written just now is not on disk or not merged; nil: it is
}
