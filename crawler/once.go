package crawler

import (
	"context"
	"net/url"

	"rostrum/crawler/robots"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Visitor fetches single addresses as the crawler would, robots.txt, pace, private networks and bounds included, and publishes nothing.
// It asks each host for its robots.txt once. Close it.
type Visitor struct {
	c *Crawler
}

// NewVisitor makes a visitor. Its error is of the kind fault.Invalid.
func NewVisitor(o Options) (*Visitor, error) {
	o.Registerer, o.Leases = nil, nil // those are a crawler's
	c, err := New(o, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return &Visitor{c}, nil
}

// Close drops idle connections.
func (v *Visitor) Close() { v.c.transport.Close() }

// Rules gives what the robots.txt of an address's site says.
func (v *Visitor) Rules(ctx context.Context, u *url.URL) (*robots.Rules, error) {
	if err := v.known(u.String()); err != nil {
		return nil, err
	}
	return v.c.robots.Rules(ctx, u)
}

// known refuses the open web to those who can't be reached by its operators.
func (v *Visitor) known(address string) error {
	if v.c.options.Contact == "" && !v.c.options.local(address) {
		return fault.New(fault.Invalid, "no contact is set", "set fetch.contact to a web or mail address at which a site's operator reaches you")
	}
	return nil
}

// Fetch fetches one address. Its error says what, why and, where there is one, the remedy. A status other than 200 is no error.
func (v *Visitor) Fetch(ctx context.Context, address, source string) (*statement.Capture, error) {
	canonical, err := statement.Canonicalize(address)
	if err != nil {
		return nil, fault.As(fault.Invalid, err)
	}
	if err := v.known(canonical); err != nil {
		return nil, err
	}
	ex, err := v.c.fetch(ctx, canonical, validator{})
	if err != nil {
		return nil, fault.New(fault.Transient, explain(err).line, "")
	}
	wishes := robots.PageWishes(ex.Header, ex.Body, v.c.product)
	return capture(&page{URL: canonical, Source: source}, ex, wishes, v.c.now().UTC()), nil
}

// FetchOne fetches one address as a Visitor does.
func FetchOne(ctx context.Context, o Options, address, source string) (*statement.Capture, error) {
	v, err := NewVisitor(o)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Fetch(ctx, address, source)
}
