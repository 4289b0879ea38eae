// Package indexer turns captures into statements. Its duties, in order, for each batch: append it to the archive with one
// fsync, extract, annotate, find what changed, store, announce; only then is the batch acknowledged.
package indexer

import (
	"context"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// Position is a place in the archive: everything before it is in the index.
type Position struct {
	File   string `json:"file"` // name of the WARC file; empty before the first
	Offset int64  `json:"offset"`
}

// Document is a statement's latest revision with its analysis, as the store takes it.
type Document struct {
	Statement *statement.Statement
	Words     *analysis.Document
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
	// Stored gives the statements of these ids, whole; ids that are not stored are absent from the map.
	Stored(ctx context.Context, ids []string) (map[string]*statement.Statement, error)
	// Revisions gives all states of a statement, oldest first; none for an id that is not stored.
	Revisions(ctx context.Context, id string) ([]statement.Revision, error)
	// Write applies a batch. When it returns nil the batch survives SIGKILL. Writing the same batch twice changes nothing.
	Write(ctx context.Context, w Write) error
	// Position gives what the last Write committed; the zero Position for a new index.
	Position(ctx context.Context) (Position, error)
}

// Announcer tells others that statements were stored. It is at least once and keeps order; nil means the bus has them all.
type Announcer interface {
	Announce(ctx context.Context, batch []statement.Announcement) error
}
