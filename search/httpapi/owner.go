package httpapi

import "context"

// OwnerOf is whose saved queries the request of a context is about; empty for an admin, who may have anybody's.
func OwnerOf(ctx context.Context) string { return owner(ctx) }

// AskerOf is whom a saved query belongs to that the request of a context makes.
func AskerOf(ctx context.Context) string { return asker(ctx) }
