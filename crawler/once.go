package crawler

import (
	"context"

	"rostrum/crawler/robots"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// FetchOne fetches one address as the crawler would, robots.txt, private networks and bounds included, and publishes nothing. Its error
// says what, why and, where there is one, the remedy. A status other than 200 is no error.
func FetchOne(ctx context.Context, o Options, address, source string) (*statement.Capture, error) {
	o.Registerer, o.Leases = nil, nil // those are a crawler's
	c, err := New(o, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	defer c.transport.Close()
	canonical, err := statement.Canonicalize(address)
	if err != nil {
		return nil, fault.As(fault.Invalid, err)
	}
	if o.Contact == "" && !o.local(canonical) {
		return nil, fault.New(fault.Invalid, "no contact is set", "set fetch.contact to a web or mail address at which a site's operator reaches you")
	}
	ex, err := c.fetch(ctx, canonical, validator{})
	if err != nil {
		return nil, fault.New(fault.Transient, explain(err).line, "")
	}
	wishes := robots.PageWishes(ex.Header, ex.Body, o.product())
	return capture(&page{URL: canonical, Source: source}, ex, wishes, c.now().UTC()), nil
}
