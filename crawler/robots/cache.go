package robots

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"rostrum/internal/fault"
)

// How long an answer is believed.
const (
	maxAge        = 24 * time.Hour // RFC 9309, 2.4
	maxAgeTrouble = 5 * time.Minute
	maxRetryAfter = 24 * time.Hour
	maxSites      = 10_000 // remembered; the oldest answers are forgotten first
)

// Answer is what a site said to a request for its robots.txt.
type Answer struct {
	Status     int           // of the last hop
	Body       []byte        // its first bytes; more than 512 KiB are of no use
	RetryAfter time.Duration // 0 if it does not say
}

// Fetcher gets a robots.txt and follows at least five redirects. An error means that the site could not be reached.
type Fetcher func(ctx context.Context, address string) (Answer, error)

// Cache knows the rules of sites. It asks each site once at a time, and again after a day, or after some minutes if it was
// in trouble. It is safe for many goroutines.
type Cache struct {
	fetch   Fetcher
	product string
	now     func() time.Time

	flight singleflight.Group
	mu     sync.Mutex
	sites  map[string]verdict
}

type verdict struct {
	rules   *Rules // nil if err is not
	err     error  // why nothing may be fetched for now
	expires time.Time
}

// NewCache makes an empty cache for the rules of one product token.
func NewCache(fetch Fetcher, product string, now func() time.Time) *Cache {
	return &Cache{fetch: fetch, product: product, now: now, sites: map[string]verdict{}}
}

// Rules gives the rules of the site that an address is on, asking the site if needed. An error says why nothing of it may be fetched
// for now; its kind is fault.Unreachable, or it is the fetcher's own.
func (c *Cache) Rules(ctx context.Context, u *url.URL) (*Rules, error) {
	site := u.Scheme + "://" + u.Host
	if v, ok := c.known(site); ok {
		return v.rules, v.err
	}
	answer, err, _ := c.flight.Do(site, func() (any, error) {
		if v, ok := c.known(site); ok {
			return v, nil
		}
		v, err := c.ask(ctx, site)
		if err == nil {
			c.remember(site, v)
		}
		return v, err
	})
	if err != nil {
		return nil, err
	}
	v := answer.(verdict)
	return v.rules, v.err
}

// ask gets a site's rules. Its error is one that says nothing of the site's wishes and is not remembered.
func (c *Cache) ask(ctx context.Context, site string) (verdict, error) {
	address := site + "/robots.txt"
	a, err := c.fetch(ctx, address)
	now := c.now()
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Forbidden {
		return verdict{err: fmt.Errorf("fetch %s: %w", address, err), expires: now.Add(maxAgeTrouble)}, nil // a refusal that lasts
	}
	if err != nil {
		return verdict{}, fmt.Errorf("fetch %s: %w", address, err)
	}
	switch {
	// RFC 9309, 2.3.1.4, would let us go in after 30 days of this, as if there were no robots.txt. We stay out: who runs the site has not
	// said that we may, and the source's health says why there is nothing, which an operator can settle with them.
	case a.Status == http.StatusTooManyRequests || a.Status >= 500:
		wait := min(max(a.RetryAfter, maxAgeTrouble), maxRetryAfter)
		err := fault.Newf(fault.Unreachable, "%s answers %d, so nothing on the site may be fetched until it answers", address, a.Status)
		return verdict{err: err, expires: now.Add(wait)}, nil
	case a.Status >= 200 && a.Status < 300:
		return verdict{rules: Parse(a.Body, c.product), expires: now.Add(maxAge)}, nil
	}
	return verdict{rules: &Rules{Status: a.Status}, expires: now.Add(maxAge)}, nil // there is none, or it can't be had: RFC 9309, 2.3.1.3
}

func (c *Cache) known(site string) (verdict, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.sites[site]
	return v, ok && c.now().Before(v.expires)
}

func (c *Cache) remember(site string, v verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sites) >= maxSites {
		c.forgetOldest()
	}
	c.sites[site] = v
}

func (c *Cache) forgetOldest() {
	var oldest string
	for site, v := range c.sites {
		if oldest == "" || v.expires.Before(c.sites[oldest].expires) {
			oldest = site
		}
	}
	delete(c.sites, oldest)
}
