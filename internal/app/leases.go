package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
)

// leases are the leases of crawlers that share the work, kept in a bucket of the bus. One has lapsed for this process when it saw it unchanged for
// bus.LeaseTime by its own running clock, which nobody sets: neither the time of day of this machine nor that of the servers ends a lease
// early or keeps one that nobody renews. So a process that has just started waits once for leases of the dead.
type leases struct {
	bucket *bus.Bucket

	mu   sync.Mutex
	seen map[string]sighting // by name, of others' leases
}

// sighting is when a lease was first seen as it is.
type sighting struct {
	revision uint64
	at       time.Time
}

func newLeases(bucket *bus.Bucket) *leases {
	return &leases{bucket: bucket, seen: map[string]sighting{}}
}

// Take takes or renews a lease; fault.Conflict when another holds it.
func (l *leases) Take(ctx context.Context, name, holder string) error {
	value, revision, err := l.bucket.Get(ctx, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		_, err = l.bucket.Create(ctx, name, []byte(holder))
	case err != nil:
	case string(value) != holder && !l.lapsed(name, revision):
		return fault.Newf(fault.Conflict, "%s is held by %s", name, value)
	default:
		_, err = l.bucket.Update(ctx, name, []byte(holder), revision)
	}
	if err != nil {
		return fmt.Errorf("take lease: %w", err)
	}
	return nil
}

// lapsed says whether a lease was not renewed for as long as one lasts.
func (l *leases) lapsed(name string, revision uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.seen[name]
	if !ok || s.revision != revision {
		s = sighting{revision, time.Now()}
		l.seen[name] = s
	}
	return time.Since(s.at) >= bus.LeaseTime
}

// Leave gives a lease back.
func (l *leases) Leave(ctx context.Context, name, holder string) error {
	value, revision, err := l.bucket.Get(ctx, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return fmt.Errorf("leave lease: %w", err)
	case string(value) != holder:
		return nil
	}
	return l.drop(ctx, name, revision)
}

// drop removes a lease, unless somebody wrote it meanwhile.
func (l *leases) drop(ctx context.Context, name string, revision uint64) error {
	if err := l.bucket.DeleteRevision(ctx, name, revision); err != nil && fault.KindOf(err) != fault.Conflict {
		return fmt.Errorf("remove lease: %w", err)
	}
	return nil
}

// List visits the leases that have not lapsed, and removes those that have.
func (l *leases) List(ctx context.Context, visit func(name, holder string) error) error {
	there, lapsed := map[string]bool{}, map[string]uint64{}
	err := l.bucket.List(ctx, func(name string, value []byte, revision uint64) error {
		there[name] = true
		if l.lapsed(name, revision) {
			lapsed[name] = revision
			return nil
		}
		delete(lapsed, name) // written while the list was read
		return visit(name, string(value))
	})
	if err != nil {
		return err
	}
	l.forget(there)
	for name, revision := range lapsed {
		if err := l.drop(ctx, name, revision); err != nil {
			return err
		}
	}
	return nil
}

// forget drops the sightings of leases that are not there.
func (l *leases) forget(there map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.seen {
		if !there[name] {
			delete(l.seen, name)
		}
	}
}
