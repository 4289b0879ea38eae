package crawler

import (
	"context"
	"time"

	"rostrum/crawler/discover"
	"rostrum/crawler/transport"
)

// discovered takes up a page that a document of a source tells of. It says whether the page is new to the crawler. The caller holds mu.
func (c *Crawler) discovered(s *source, link discover.Link, now time.Time) bool {
	canonical, key, err := keyOf(link.URL)
	if err != nil || !s.takes(canonical) {
		return false
	}
	s.pass.ours++
	if p := c.pages[key]; p != nil {
		c.remind(s, p, link, now)
		return false
	}
	switch {
	case s.pass.pages >= c.options.MaxPages:
		s.pass.bound(maxPagesText(c.options.MaxPages))
		s.pass.incomplete = true
		return false
	case s.known >= c.options.MaxKnown:
		s.pass.bound(maxKnownText(c.options.MaxKnown))
		return false
	}
	p := &page{
		URL: canonical, Source: s.ID, Hint: link.Hint, Modified: link.Modified, key: key,
		FirstPass: s.health.FirstPass.IsZero() && !s.discovered, Next: now,
	}
	c.pages[key] = p
	s.pass.pages++
	s.tally(p, 1)
	c.schedule(p)
	return true
}

// remind hastens a page that its document says has changed since it was fetched, though not more often than it is revisited anyway.
func (c *Crawler) remind(s *source, p *page, link discover.Link, now time.Time) {
	if p.Source != s.ID || s.Revisit == 0 || !link.Modified.After(p.Modified) {
		return
	}
	p.Modified = link.Modified
	if p.task == nil || p.TriedAt.IsZero() || !link.Modified.After(p.TriedAt) {
		return
	}
	if soon := later(p.TriedAt.Add(s.Revisit), now); soon.Before(p.Next) {
		p.Next = soon
		c.frontier.hasten(p.task, soon)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// schedule queues a page for its next visit. The caller holds mu.
func (c *Crawler) schedule(p *page) {
	p.task = nil
	s := c.byID[p.Source]
	if p.Next.IsZero() && s.Revisit == 0 {
		return
	}
	p.task = &task{address: p.URL, host: hostOf(p.URL), due: p.Next, source: s, page: p, first: p.TriedAt.IsZero()}
	s.meets(p.task.host)
	c.frontier.add(p.task)
}

// resume schedules a page when a run starts, by the settings as they now are. The caller holds mu.
func (c *Crawler) resume(p *page) {
	if !p.TriedAt.IsZero() && p.Failures == 0 {
		p.Next = c.options.nextVisit(&c.byID[p.Source].Source, p, p.TriedAt)
	}
	c.schedule(p)
}

// visited ends the visit of a page: publishes it if it is new or has changed, then writes the visit down.
func (c *Crawler) visited(ctx context.Context, t *task, since validator, ex *transport.Exchange, failed *failure, at time.Time) {
	outcome, seen := "unchanged", since
	if failed == nil && ex.Status != notModified {
		if failed = unreadable(ex); failed == nil {
			seen = validator{ETag: ex.Header.Get("ETag"), LastModified: ex.Header.Get("Last-Modified"), Hash: hash(ex.Body), FullAt: at}
		}
	}
	changed := failed == nil && seen.Hash != since.Hash
	if changed {
		outcome = "published"
		if err := c.publish(ctx, capture(t.page, ex, at)); err != nil {
			if ctx.Err() != nil {
				return
			}
			failed, changed = &failure{line: "the capture can't be handed on: " + err.Error(), final: true}, false
		}
	}
	if failed != nil {
		outcome = "failed"
		c.log.Debug("a page failed", "source", t.source.ID, "url", t.address, "error", failed.line)
	}
	c.metrics.fetches.WithLabelValues("page", outcome).Inc()
	after := c.afterVisit(t, seen, failed, changed, at)
	_ = c.put(after.key, after) // put has logged it
	c.settle(t, after, failed)
}

// afterVisit gives a page as it is after a visit.
func (c *Crawler) afterVisit(t *task, seen validator, failed *failure, changed bool, at time.Time) page {
	c.mu.Lock()
	p := *t.page
	c.mu.Unlock()
	p.TriedAt = at
	if changed {
		p.ChangedAt = at
	}
	if failed == nil {
		p.Validator, p.Failures, p.Failure, p.Final = seen, 0, "", false
	} else {
		p.Failures++
		p.Failure, p.Final = failed.line, failed.final
	}
	now := c.now().UTC()
	p.Next = c.options.nextVisit(&t.source.Source, &p, now)
	if failed != nil {
		p.Next = later(p.Next, now.Add(failed.askedTo))
	}
	return p
}

// settle puts a page in the place of what it was before a visit, once that is written down, and schedules the next visit.
func (c *Crawler) settle(t *task, after page, failed *failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, s := t.page, t.source
	if after.ChangedAt.After(p.ChangedAt) {
		s.health.LastNew = after.ChangedAt
	}
	after.Modified = p.Modified // a document may have told of a later change meanwhile
	s.tally(p, -1)
	*p = after
	s.tally(p, 1)
	if failed != nil {
		s.lastFailed = p
	}
	if s.Type == Page {
		s.looked(failed, p.TriedAt, p.Next)
	}
	c.schedule(p)
	c.touch(s)
	c.checkPass(s)
}
