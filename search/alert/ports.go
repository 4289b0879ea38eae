package alert

import (
	"context"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
)

// Compiler reads queries; a fault.Query where one can't be read. It is idempotent.
type Compiler interface {
	Compile(ctx context.Context, input string) (search.Compiled, error)
	Explain(ctx context.Context, input string) (search.Explanation, error)
}

// Statements is the log of announcements, ordered by sequence.
type Statements interface {
	// Statements hands the announcements from a sequence on to visit, one at a time, until ctx ends, which gives nil, or visit returns
	// an error, which is returned as it is.
	Statements(ctx context.Context, from uint64, visit func(ctx context.Context, seq uint64, a *statement.Announcement) error) error
	// LastStatementSeq is the latest sequence, 0 when there is none.
	LastStatementSeq(ctx context.Context) (uint64, error)
	// AnnouncedAt is when the announcement of a sequence was appended; the zero time where it is not kept.
	AnnouncedAt(ctx context.Context, seq uint64) (time.Time, error)
}

// Groups looks at groups of copies.
type Groups interface {
	// Group gives the statement that leads a group, with the actors and topics of all its members, and the ids of the groups that became part
	// of it. fault.NotFound for a group that is not stored.
	Group(ctx context.Context, id string) (lead statement.Statement, merged []string, err error)
}

// Record is one alert for the Log.
type Record struct {
	ID   string // a repeat within the log's window is dropped
	Key  string // the saved query's id
	Data []byte
}

// Log is the log of alerts, ordered by sequence.
type Log interface {
	// Append appends; it is idempotent by Record.ID within the log's window. It tries until ctx ends.
	Append(ctx context.Context, records []Record) error
	// Follow is as Statements.Statements.
	Follow(ctx context.Context, from uint64, visit func(ctx context.Context, seq uint64, data []byte) error) error
	// Erase takes out for good what is kept and of which drop says so, and gives how many that were. It is idempotent.
	Erase(ctx context.Context, drop func(data []byte) bool) (int, error)
	// LastSeq is the latest sequence, 0 when there has been none.
	LastSeq(ctx context.Context) (uint64, error)
	LogReader
}

// LogReader reads single alerts.
type LogReader interface {
	// Get gives a fault.NotFound for what is kept no more.
	Get(ctx context.Context, seq uint64) ([]byte, error)
	// Sequences gives those of a key that are kept, oldest first.
	Sequences(ctx context.Context, key string) ([]uint64, error)
}

// Bucket keeps values by key. Put is idempotent; so is Delete, also of what is not there; Get gives a fault.NotFound for that.
type Bucket interface {
	Get(ctx context.Context, key string) (value []byte, rev uint64, err error)
	Put(ctx context.Context, key string, value []byte) (rev uint64, err error)
	Delete(ctx context.Context, key string) error
	// List visits every key, in no promised order; the error of visit ends it.
	List(ctx context.Context, visit func(key string, value []byte, rev uint64) error) error
}
