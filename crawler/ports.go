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

// Leases says which crawler does what where several share the work. A lease lapses Options.LeaseTime after it was last taken; a clock
// that is off by less than a third of that does no harm. All methods may be called at once.
type Leases interface {
	// Take takes the lease of a name for a holder, or renews it. Idempotent. The error is of the kind fault.Conflict when another holds it.
	Take(ctx context.Context, name, holder string) error
	// Leave ends a lease if the holder has it. Idempotent: a lease that is gone is no error.
	Leave(ctx context.Context, name, holder string) error
	// List visits the names and holders of all leases, other rooms' included, in no order, and ends with the first error of visit.
	List(ctx context.Context, visit func(name, holder string) error) error
}
