package app

import (
	"context"
	"fmt"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
)

// leases are the leases of crawlers that share the work, kept in a bucket of the bus, which lets them lapse.
type leases struct{ *bus.Bucket }

// Take takes or renews a lease; fault.Conflict when another holds it.
func (l leases) Take(ctx context.Context, name, holder string) error {
	value, revision, err := l.Get(ctx, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		_, err = l.Create(ctx, name, []byte(holder))
	case err != nil:
	case string(value) != holder:
		return fault.Newf(fault.Conflict, "%s is held by %s", name, value)
	default:
		_, err = l.Update(ctx, name, []byte(holder), revision)
	}
	if err != nil {
		return fmt.Errorf("take lease: %w", err)
	}
	return nil
}

// Leave gives a lease back.
func (l leases) Leave(ctx context.Context, name, holder string) error {
	value, _, err := l.Get(ctx, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return fmt.Errorf("leave lease: %w", err)
	case string(value) != holder:
		return nil
	}
	return l.Delete(ctx, name)
}

// List visits the leases that have not lapsed.
func (l leases) List(ctx context.Context, visit func(name, holder string) error) error {
	return l.Bucket.List(ctx, func(name string, value []byte, _ uint64) error { return visit(name, string(value)) })
}
