package crawler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// flushEvery bounds how often health is written.
const flushEvery = 250 * time.Millisecond

// touch marks a source's health as changed. The caller holds mu.
func (c *Crawler) touch(s *source) {
	s.dirty = true
	select {
	case c.dirty <- struct{}{}:
	default:
	}
}

// keepHealth writes health that has changed, until ctx ends.
func (c *Crawler) keepHealth(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.dirty:
			c.writeHealth()
		}
		select { // gather what changes meanwhile
		case <-ctx.Done():
		case <-time.After(flushEvery):
		}
	}
}

// writeHealth writes the health that has changed, and gives up at the first record that can't be written.
func (c *Crawler) writeHealth() {
	c.writing.Lock()
	defer c.writing.Unlock()
	for _, s := range c.sources {
		c.mu.Lock()
		if !s.dirty || s.held == nil {
			c.mu.Unlock()
			continue
		}
		health, validators := c.healthOf(s), map[string]validator(nil)
		if s.read && s.waiting == 0 && s.pass == nil {
			validators = maps.Clone(s.validators)
		}
		s.dirty, s.read = false, s.read && validators == nil
		c.mu.Unlock()
		err := c.put(sourceKey(sourceKeys, s.ID), health)
		if err == nil && validators != nil {
			err = c.put(sourceKey(validatorKeys, s.ID), validators)
		}
		if err != nil {
			c.mu.Lock()
			s.dirty, s.read = true, true
			c.mu.Unlock()
			return
		}
	}
}

// Health gives the health of all sources that are this crawler's, as of now.
func (c *Crawler) Health() []SourceHealth {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]SourceHealth, 0, len(c.sources))
	for _, s := range c.sources {
		if s.held != nil || c.share == nil {
			all = append(all, c.healthOf(s))
		}
	}
	return all
}

// healthOf puts together a source's health. The caller holds mu.
func (c *Crawler) healthOf(s *source) SourceHealth {
	h := s.health
	h.PagesKnown, h.PagesFetched, h.PagesFailed, h.PagesWaiting, h.PagesNoIndex = s.known, s.fetched, s.failed, s.waiting, s.noIndex
	h.Pages, h.NoIndex, h.Same = "", "", s.sameText()
	if s.failed > 0 && s.Type != Page {
		h.Pages = s.failing(c.failedPage(s))
	}
	if s.noIndex > 0 {
		h.NoIndex = c.noIndexText(s)
	}
	h.Waiting = nil
	for _, name := range slices.Sorted(maps.Keys(s.hosts)) {
		if until, reason, waiting := c.frontier.parked(name); reason != "" && len(h.Waiting) < maxLines {
			fetches := "fetches"
			if waiting == 1 {
				fetches = "fetch"
			}
			h.Waiting = append(h.Waiting, fmt.Sprintf("%s is left alone until %s UTC, with %d %s waiting: %s",
				name, until.UTC().Format(time.DateTime), waiting, fetches, reason))
		}
	}
	return h
}

// failing says how many pages fail and why: the reason of one, which is named, and the commonest others.
func (s *source) failing(p *page) string {
	line := fmt.Sprintf("%d of %d pages failed, such as %s: %s", s.failed, s.known, p.URL, p.Failure)
	others := slices.DeleteFunc(slices.Collect(maps.Keys(s.reasons)), func(reason string) bool { return reason == p.Failure })
	slices.SortFunc(others, func(a, b string) int { return cmp.Or(cmp.Compare(s.reasons[b], s.reasons[a]), cmp.Compare(a, b)) })
	for _, reason := range others[:min(len(others), maxLines)] {
		line += fmt.Sprintf("; %d others: %s", s.reasons[reason], reason)
	}
	return line
}

// noIndexText says how many pages ask not to be stored, and of those that were stored before, what becomes of them.
func (c *Crawler) noIndexText(s *source) string {
	line := fmt.Sprintf("%d of %d pages ask not to be indexed and are not kept", s.noIndex, s.known)
	if s.unwanted == 0 {
		return line
	}
	if p := s.lastUnwanted; p == nil || !p.unwanted() {
		for _, p := range c.pages {
			if p.Source == s.ID && p.unwanted() {
				s.lastUnwanted = p
				break
			}
		}
	}
	return line + fmt.Sprintf("; %d of them were stored before they asked, such as %s: that stays until you remove it with rostrum forget", s.unwanted, s.lastUnwanted.URL)
}

// failedPage gives a page of the source whose last try failed: the last of them, if it has not recovered. There is one.
func (c *Crawler) failedPage(s *source) *page {
	if s.lastFailed == nil || s.lastFailed.Failures == 0 {
		for _, p := range c.pages {
			if p.Source == s.ID && p.Failures > 0 {
				s.lastFailed = p
				break
			}
		}
	}
	return s.lastFailed
}
