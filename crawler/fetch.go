package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/gocolly/colly/v2"

	"rostrum/crawler/robots"
	"rostrum/crawler/transport"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

const accept = "text/html,application/xhtml+xml,application/pdf,application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.5"

// get fetches what a task is about. A robots.txt that is to tell of sitemaps is the one that is known already.
func (c *Crawler) get(ctx context.Context, t *task, since validator) (*transport.Exchange, error) {
	u, err := url.Parse(t.address)
	if err != nil || t.page != nil || u.Path != "/robots.txt" || t.source.Type != Sitemap {
		return c.fetch(ctx, t.address, since)
	}
	ex := &transport.Exchange{Hops: []transport.Hop{{URL: t.address, Status: http.StatusOK}}, Status: http.StatusOK}
	rules, err := c.robots.Rules(ctx, u)
	if err != nil {
		return ex, err
	}
	for _, sitemap := range rules.Sitemaps {
		ex.Body = fmt.Appendf(ex.Body, "Sitemap: %s\n", sitemap)
	}
	return ex, nil
}

// fetch asks for an address, follows redirects, and gives the exchange. With a validator it asks only for what changed since.
func (c *Crawler) fetch(ctx context.Context, address string, v validator) (ex *transport.Exchange, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("a fetch panicked", "url", address, "panic", r, "stack", string(debug.Stack()))
			err = fault.Newf(fault.Poison, "the page makes the crawler fail: %v", r)
		}
	}()
	f := c.transport.Fetch(c.gate())
	ex = &f.Exchange
	header := http.Header{"User-Agent": {c.agent}, "Accept": {accept}, "Accept-Encoding": {transport.AcceptEncoding}}
	if v.ETag != "" {
		header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		header.Set("If-Modified-Since", v.LastModified)
	}
	return ex, c.shell(ctx, f).Request(http.MethodGet, address, nil, nil, header)
}

// shell makes the collector of one fetch. It is not made by NewCollector, which lets COLLY_ variables of the environment overrule
// everything; robots, pace, sizes, encodings and charsets are the transport's business.
func (c *Crawler) shell(ctx context.Context, f *transport.Fetch) *colly.Collector {
	shell := new(colly.Collector)
	shell.Init()
	shell.Context = ctx
	shell.IgnoreRobotsTxt = true
	shell.AllowURLRevisit = true
	shell.ParseHTTPErrorResponse = true
	shell.MaxBodySize = 0
	shell.SetRequestTimeout(0)
	shell.WithTransport(f)
	shell.SetRedirectHandler(func(req *http.Request, via []*http.Request) error {
		if len(via) <= c.options.MaxRedirects {
			return nil
		}
		return fault.Newf(fault.Poison, "redirected more than %d times, at last to %s", c.options.MaxRedirects, req.URL.Redacted())
	})
	return shell
}

// gate lets pass what is this crawler's to ask for and what robots.txt allows, on every hop; it is nil if nobody is to be asked.
func (c *Crawler) gate() transport.Gate {
	ours := c.ours()
	if c.options.IgnoreRobots {
		return ours
	}
	return func(ctx context.Context, u *url.URL) error {
		if ours != nil {
			if err := ours(ctx, u); err != nil {
				return err
			}
		}
		rules, err := c.robots.Rules(ctx, u)
		if err != nil {
			return err
		}
		if rules.Delay > 0 {
			c.lanes.Slow(u.Host, min(rules.Delay, maxCrawlDelay))
		}
		if u.Path != "/robots.txt" && !rules.Allows(u) { // RFC 9309, 2.2.2
			return fault.Newf(fault.Forbidden, "robots.txt of %s does not allow %s: the site does not want it fetched", u.Host, u.EscapedPath())
		}
		return nil
	}
}

// ours lets pass hosts that no other crawler has, for robots.txt as well; it is nil where there is no other.
func (c *Crawler) ours() transport.Gate {
	if c.share == nil {
		return nil
	}
	return c.share.enter
}

// maxCrawlDelay bounds what a site may ask for between two requests.
const maxCrawlDelay = 5 * time.Minute

// robotsSize is how much of a robots.txt is fetched.
const robotsSize = 512 << 10

// fetchRobots gets a robots.txt. After five redirects it gives up and reports the last status: RFC 9309, 2.3.1.2.
func (c *Crawler) fetchRobots(ctx context.Context, address string) (robots.Answer, error) {
	f := c.transport.Truncated(c.ours(), robotsSize)
	client := http.Client{Transport: f, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return robots.Answer{}, err
	}
	req.Header = http.Header{"User-Agent": {c.agent}, "Accept": {"text/plain,*/*;q=0.5"}, "Accept-Encoding": {transport.AcceptEncoding}}
	res, err := client.Do(req)
	if err != nil {
		return robots.Answer{}, err
	}
	defer res.Body.Close()
	return robots.Answer{Status: f.Status, Body: f.Body, RetryAfter: retryAfter(f.Header, c.now())}, nil
}

// capture makes the record of an exchange. The payload is kept inflated, so the headers that describe it as it travelled are moved.
func capture(p *page, ex *transport.Exchange, wishes robots.Wishes, at time.Time) *statement.Capture {
	header := ex.Header.Clone()
	if header.Get("Content-Encoding") != "" {
		for _, name := range []string{"Content-Encoding", "Content-Length"} {
			if v, ok := header[name]; ok {
				header["X-Archive-Orig-"+name] = v
				delete(header, name)
			}
		}
	}
	c := &statement.Capture{
		Version: statement.WireVersion, ID: statement.CaptureID(p.URL, at), URL: p.URL, Source: p.Source, FetchedAt: at,
		Method: http.MethodGet, Request: ex.Request, Status: ex.Status, Header: header, Body: ex.Body, IP: ex.IP,
		Hint: p.Hint, Backfill: p.FirstPass && p.ChangedAt.IsZero(), NoArchive: wishes.NoArchive,
	}
	for _, hop := range ex.Hops[:max(len(ex.Hops)-1, 0)] {
		c.Redirects = append(c.Redirects, statement.Redirect{URL: hop.URL, Status: hop.Status})
	}
	if final := ex.URL(); final != p.URL {
		c.FinalURL = final
	}
	return c
}

// publish hands a capture on, and while others can't take it waits and tries again.
func (c *Crawler) publish(ctx context.Context, captured *statement.Capture) error {
	c.log.Debug("capture fetched", "capture", captured.ID, "url", captured.URL, "source", captured.Source, "status", captured.Status, "bytes", len(captured.Body))
	pause := firstPause
	for {
		err := c.publisher.PublishCapture(ctx, captured)
		if err == nil {
			c.metrics.bytes.Add(float64(len(captured.Body)))
			c.log.Debug("capture published", "capture", captured.ID)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if fault.KindOf(err).Fate() == fault.Quarantine {
			return fmt.Errorf("publish capture %s: %w", captured.ID, err)
		}
		if pause == firstPause {
			c.log.Warn("a capture can't be handed on and waits", "capture", captured.ID, "url", captured.URL, "error", err)
		}
		c.metrics.publishRetries.Inc()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// How long a capture waits between tries to hand it on.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)
