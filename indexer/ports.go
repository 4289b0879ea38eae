// Package indexer turns captures into statements. Its duties, in order, for each batch: append it to the archive with one
// fsync, extract, annotate, find what changed, store, announce; only then is the batch acknowledged.
package indexer

import (
	"context"

	"rostrum/indexer/copies"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// Position is a place in the archive: everything before it is in the index.
type Position struct {
	File   string `json:"file"` // name of the WARC file; empty before the first
	Offset int64  `json:"offset"`
}

// Document is a statement's latest revision with its analysis, as the store takes it. Its actors, topics and source are its own.
type Document struct {
	Statement *statement.Statement
	Words     *analysis.Document
	Copies    *Copies // nil for a statement that stands alone and that no copy shall find
}

// Copies is what the store keeps of a statement for its group.
type Copies struct {
	Print  *copies.Fingerprint
	Since  string   // copies.Group.Since
	Merged []string // copies.Group.Merged
	// Other says that another member leads the group: searches count and list that one.
	Other bool
	// Union is what the lead of several stands for: the statement with the actors, topics, sources, signatories and translation of all
	// members. Nil for others.
	Union *statement.Statement
}

// Write is one batch for the store: applied whole or not at all.
type Write struct {
	Documents []Document           // replace by statement id
	Revisions []statement.Revision // replace by (statement, capture)
	Drop      []statement.Revision // revisions that turned out to be none: by (statement, capture)
	Forget    []string             // statement ids to remove, with all their revisions
	Position  Position             // the archive position that the batch brings the index to
}

// Store keeps statements and revisions. All methods may be called by one goroutine at a time while others read.
type Store interface {
	// Stored gives the statements of these ids, whole, each with what is its own; ids that are not stored are absent from the map.
	Stored(ctx context.Context, ids []string) (map[string]*statement.Statement, error)
	// Revisions gives all states of a statement, oldest first; none for an id that is not stored.
	Revisions(ctx context.Context, id string) ([]statement.Revision, error)
	// Write applies a batch. When it returns nil the batch survives SIGKILL. Writing the same batch twice changes nothing.
	Write(ctx context.Context, w Write) error
	// Position gives what the last Write committed; the zero Position for a new index.
	Position(ctx context.Context) (Position, error)
	copies.Index
}

// Announcer tells others that statements were stored. It is at least once and keeps order; nil means the bus has them all.
type Announcer interface {
	Announce(ctx context.Context, batch []statement.Announcement) error
}

// Guard finds what kills the process while the archive is replayed. One goroutine uses it.
type Guard interface {
	// Judge says whether a capture must be a batch of its own; fault.Poison leaves it out of the replay, any other error ends that.
	Judge(ctx context.Context, c *statement.Capture) (alone bool, err error)
	// Begin records what is read next, in the place of what was.
	Begin(ctx context.Context, batch []*statement.Capture) error
	// End records that nothing is being read. Idempotent.
	End(ctx context.Context) error
}
