package copies

import (
	"context"
	"time"
)

// Statement is what is known of a statement to find its place.
type Statement struct {
	ID       string
	Group    string    // empty for one that was not stored
	Said     time.Time // published, else first seen
	Language string    // ISO 639-1, or "und"
	Print    Fingerprint
}

// Group is a group as it is stored.
type Group struct {
	ID      string
	Since   string               // when its first member was stored: sorts as that did; empty when nobody knows
	Members []string             // ids, ascending
	Merged  []string             // ids of the groups that it took in, ascending
	Said    map[string]time.Time // by member
}

// Index looks statements up. Both methods answer from one state of the index or a later one, and change nothing.
type Index interface {
	// Candidates gives, for each fingerprint, the stored statements that share keys with it, those that share most first, ties by id, the one with
	// the id in skip left out: at most MaxCandidates each.
	Candidates(ctx context.Context, of []*Fingerprint, skip []string) ([][]Statement, error)
	// Groups gives groups by id; for one that became part of another, that one. Those that have no stored member are absent from the map.
	Groups(ctx context.Context, ids []string) (map[string]Group, error)
}

// MaxCandidates is how many statements one is compared with at most.
const MaxCandidates = 16
