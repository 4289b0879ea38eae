package crawler

import (
	"context"

	"rostrum/internal/statement"
)

// Publisher takes captures. PublishCapture returns nil when the capture is safe with others. The same capture may be published twice;
// captures of different addresses come in no order. An error whose kind means Quarantine on the bus is final for this capture, after
// any other the crawler waits and tries again, so that a full bus slows the crawl.
type Publisher interface {
	PublishCapture(ctx context.Context, c *statement.Capture) error
}

// State remembers what was fetched, over restarts and for other processes: small JSON records by key. Keys have letters, digits,
// hyphens and dots. All methods may be called at once.
type State interface {
	// Get gives a record and its revision; the error for a missing one is of the kind fault.NotFound.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)
	// Put replaces a record and gives its revision. Idempotent but for the revision.
	Put(ctx context.Context, key string, value []byte) (revision uint64, err error)
	// List visits all records in no order, and ends with the first error of visit.
	List(ctx context.Context, visit func(key string, value []byte) error) error
}
