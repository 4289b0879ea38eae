package crawler

import (
	"context"
	"time"

	"rostrum/crawler/discover"
	"rostrum/crawler/robots"
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
	s.pass.pages++
	c.takeIn(s, &page{URL: canonical, Hint: link.Hint, Modified: link.Modified, key: key, Next: now, FirstPass: s.health.FirstPass.IsZero() && !s.discovered})
	c.schedule(c.pages[key])
	return true
}

// takeIn adds a page to a source; schedule is to follow. The caller holds mu.
func (c *Crawler) takeIn(s *source, p *page) {
	p.Source = s.ID
	c.pages[p.key] = p
	s.tally(p, 1)
}

// papers takes up the files that a page links to, where its source wants them, and gives their records. They are scheduled when these
// are written: a record of a file not yet visited must not come after that of its visit.
func (c *Crawler) papers(t *task, found discover.Found, now time.Time) (taken []page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := t.source
	for _, link := range found.Pages {
		canonical, key, err := keyOf(link.URL)
		if err != nil || !s.takesPaper(canonical) || c.pages[key] != nil {
			continue
		}
		if s.known >= c.options.MaxKnown {
			s.health.Bounds = addLine(s.health.Bounds, maxKnownText(c.options.MaxKnown))
			break
		}
		p := &page{URL: canonical, Hint: link.Hint, key: key, Next: now, FirstPass: t.page.FirstPass && s.health.FirstPass.IsZero(), Paper: true}
		c.takeIn(s, p)
		taken = append(taken, *p)
	}
	if found.Bound != "" {
		s.health.Bounds = addLine(s.health.Bounds, found.Bound)
	}
	return taken
}

// papersOf reads the files that a page links to, if its source wants them.
func (c *Crawler) papersOf(t *task, ex *transport.Exchange) (found discover.Found) {
	if !t.source.Papers || t.page.Paper {
		return found
	}
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("a page makes the parser of links panic", "source", t.source.ID, "url", ex.URL(), "panic", r)
		}
	}()
	found, err := discover.Papers(discover.Document{URL: ex.URL(), ContentType: ex.Header.Get("Content-Type"), Body: ex.Body})
	if err != nil {
		c.log.Debug("the links of a page can't be read", "url", ex.URL(), "error", err)
	}
	return found
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

// scheduleAll queues pages that were taken in.
func (c *Crawler) scheduleAll(taken []page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range taken {
		if p := c.pages[taken[i].key]; p != nil && p.task == nil {
			c.schedule(p)
		}
	}
}

// resume schedules a page when a run starts, by the settings as they now are. The caller holds mu.
func (c *Crawler) resume(p *page) {
	if now := c.now().UTC(); p.TriedAt.After(now) { // the clock was wrong then: it would keep the page waiting for its own time
		p.TriedAt = now
		if p.ChangedAt.After(now) {
			p.ChangedAt = now
		}
		p.Next = now
	} else if !p.TriedAt.IsZero() && p.Failures == 0 {
		p.Next = c.options.nextVisit(&c.byID[p.Source].Source, p, p.TriedAt)
	}
	c.schedule(p)
}

// visited ends the visit of a page: publishes it if it is new or has changed, then writes the visit down.
func (c *Crawler) visited(ctx context.Context, t *task, since validator, ex *transport.Exchange, failed *failure, at time.Time) {
	outcome, seen, wishes := "unchanged", since, robots.Wishes{NoIndex: t.page.NoIndex}
	var found discover.Found
	if failed == nil && ex.Status != notModified {
		if failed = unreadable(ex); failed == nil {
			wishes = robots.PageWishes(ex.Header, ex.Body, c.product)
			seen = validator{ETag: ex.Header.Get("ETag"), LastModified: ex.Header.Get("Last-Modified"), Hash: hash(ex.Body), FullAt: at}
		}
	}
	if failed == nil && wishes.NoIndex {
		outcome, seen = "noindex", validator{} // so that it is asked for in full again, should it change its mind in a header alone
	}
	changed := failed == nil && !wishes.NoIndex && seen.Hash != since.Hash
	if changed {
		outcome, found = "published", c.papersOf(t, ex)
		if err := c.publish(ctx, capture(t.page, ex, wishes, at)); err != nil {
			if ctx.Err() != nil {
				return
			}
			failed, changed = &failure{line: "the capture can't be handed on: " + err.Error(), final: true}, false
		}
	}
	if failed == nil && outcome == "unchanged" {
		c.sawUnchanged(ctx, t, ex, wishes, at)
	}
	if failed != nil {
		outcome = "failed"
		c.log.Debug("a page failed", "source", t.source.ID, "url", t.address, "error", failed.line)
	}
	c.metrics.fetches.WithLabelValues("page", outcome).Inc()
	after := c.afterVisit(t, seen, failed, changed, at)
	after.NoIndex = wishes.NoIndex
	after.Next = c.nextAfter(t, &after, failed)
	taken := c.papers(t, found, at)
	for _, p := range taken {
		_ = c.put(p.key, p) // before the page that tells of them: nothing else would, after a crash
	}
	_ = c.put(after.key, after) // put has logged it
	c.scheduleAll(taken)
	c.settle(t, after, failed)
}

// afterVisit gives a page as it is after a visit.
func (c *Crawler) afterVisit(t *task, seen validator, failed *failure, changed bool, at time.Time) page {
	c.mu.Lock()
	p := *t.page
	c.mu.Unlock()
	p.TriedAt = at
	if changed && !p.ChangedAt.IsZero() {
		p.Changes++
	}
	if changed {
		p.ChangedAt = at
	}
	if failed == nil {
		p.Validator, p.Failures, p.Failure, p.Final = seen, 0, "", false
	} else {
		p.Failures++
		p.Failure, p.Final = failed.line, failed.final
	}
	return p
}

// nextAfter is when a page is due that has just been visited.
func (c *Crawler) nextAfter(t *task, p *page, failed *failure) time.Time {
	now := c.now().UTC()
	next := c.options.nextVisit(&t.source.Source, p, now)
	if failed != nil {
		next = later(next, now.Add(failed.askedTo))
	}
	return next
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
	if s.bodies[p.Validator.Hash] > 1 {
		s.lastSame = p
	}
	if s.Type == Page {
		s.looked(failed, p.TriedAt, p.Next)
	}
	c.schedule(p)
	c.touch(s)
	c.checkPass(s)
}
