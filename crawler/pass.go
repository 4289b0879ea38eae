package crawler

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"rostrum/crawler/discover"
	"rostrum/crawler/transport"
)

const notModified = http.StatusNotModified

// begin schedules a source when a run starts: where it was, or at once if its last pass may not have been carried out. The caller holds mu.
func (c *Crawler) begin(s *source) {
	now := c.now()
	if s.Type == Page {
		c.beginPage(s, now)
		return
	}
	due := c.options.nextLook(&s.Source, 0, false, s.health.LastFound, s.health.LastFetch)
	if s.health.NextFetch.Before(due) {
		due = s.health.NextFetch
	}
	if s.health.FirstPass.IsZero() || s.health.PagesWaiting > 0 || s.health.LastFetch.After(now) { // the clock was wrong then
		due = now
	}
	c.look(s, due)
}

// beginPage takes up the page that is its own source.
func (c *Crawler) beginPage(s *source, now time.Time) {
	canonical, key, err := keyOf(s.URL)
	if err != nil {
		return // check has refused it
	}
	p := c.pages[key]
	if p == nil {
		p = &page{URL: canonical, FirstPass: s.health.FirstPass.IsZero(), Next: now, key: key}
		c.pages[key] = p
	} else {
		c.byID[p.Source].tally(p, -1)
	}
	p.Source = s.ID // though another source's document may have told of it before
	s.tally(p, 1)
	c.checkPass(s)
}

// look schedules a pass: a look at the source's own address, and from there at other documents.
func (c *Crawler) look(s *source, due time.Time) {
	host := hostOf(s.URL)
	s.meets(host)
	c.frontier.add(&task{address: s.URL, host: host, due: due, source: s, first: true})
}

// How long a server is believed that says nothing has changed.
const (
	fullDocument = 24 * time.Hour
	fullPage     = 30 * 24 * time.Hour
)

// validatorOf is by what the answer to a task may turn out unchanged. For a document it is empty as long as pages may hang on its
// being read.
func (c *Crawler) validatorOf(t *task) validator {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, full := t.source.validators[t.address], fullDocument
	if t.page != nil {
		v, full = t.page.Validator, fullPage
	} else if t.source.health.FirstPass.IsZero() {
		return validator{}
	}
	if c.now().Sub(v.FullAt) > full {
		v.ETag, v.LastModified = "", "" // what is then sent is judged by its hash
	}
	return v
}

// looked ends the look at a document: takes up the pages it tells of and asks for further documents.
func (c *Crawler) looked(t *task, since validator, ex *transport.Exchange, failed *failure, at time.Time) {
	var found discover.Found
	seen, outcome := since, "unchanged"
	if failed == nil && ex.Status != notModified {
		seen = validator{ETag: ex.Header.Get("ETag"), LastModified: ex.Header.Get("Last-Modified"), Hash: hash(ex.Body), FullAt: at}
		if seen.Hash != since.Hash {
			outcome = "read"
			found, failed = c.read(t.source, ex)
		}
	}
	if failed != nil {
		outcome = "failed"
	}
	c.metrics.fetches.WithLabelValues("document", outcome).Inc()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := t.source
	if s.pass == nil {
		s.pass = &pass{began: at, open: 1, seen: map[string]bool{t.address: true}, validators: map[string]validator{}}
	}
	if failed != nil {
		s.pass.fail(t, failed)
	} else {
		c.takeUp(t, found, seen, at)
	}
	if s.pass.open--; s.pass.open == 0 {
		c.endPass(s)
	}
}

// read parses a document by its source's type.
func (c *Crawler) read(s *source, ex *transport.Exchange) (found discover.Found, failed *failure) {
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("a document makes its parser panic", "source", s.ID, "url", ex.URL(), "panic", r)
			failed = &failure{line: fmt.Sprintf("the document makes its parser fail: %v", r), final: true}
		}
	}()
	d := discover.Document{URL: ex.URL(), ContentType: ex.Header.Get("Content-Type"), Body: ex.Body, MaxBody: c.options.MaxBody}
	var err error
	switch s.Type {
	case Feed:
		found, err = discover.Feed(d)
	case Sitemap:
		found, err = discover.Sitemap(d)
	default:
		found, err = discover.List(d, s.Next)
	}
	if err != nil {
		return found, explain(err)
	}
	return found, nil
}

// fail records that a document could not be had or read.
func (p *pass) fail(t *task, failed *failure) {
	if t.depth == 0 {
		p.root = failed
	} else {
		failed = &failure{line: t.address + ": " + failed.line, final: failed.final}
	}
	p.failures = append(p.failures, failed)
	p.incomplete = p.incomplete || !failed.final
}

// takeUp takes up what a document tells of. The caller holds mu.
func (c *Crawler) takeUp(t *task, found discover.Found, seen validator, at time.Time) {
	s, p := t.source, t.source.pass
	p.links += len(found.Pages)
	fresh, before, oursBefore := 0, len(p.met), p.ours
	for _, link := range found.Pages {
		ours := p.ours
		if c.discovered(s, link, at) {
			fresh++
		}
		if s.Type != Sitemap && p.ours > ours && !slices.Contains(found.Documents, link.URL) {
			p.meet(link.URL)
		}
	}
	if found.Bound != "" {
		p.bound(found.Bound)
	}
	if found.Partial != "" {
		p.failures = append(p.failures, &failure{line: found.Partial})
		p.incomplete = true
	}
	if s.Type != Sitemap || len(found.Documents) == 0 { // an index that stays the same may list sitemaps that don't
		p.validators[t.address] = seen
	}
	if s.Type == List && (fresh == 0 && s.clean || p.endless(len(p.met) > before, len(found.Documents) > 0)) {
		return // what comes after is older, and known
	}
	if s.Type == Feed && len(found.Documents) > 0 && (s.reaches(fresh, p.ours-oursBefore) || p.endless(len(p.met) > before, true)) {
		return
	}
	for _, address := range found.Documents {
		c.ask(t, address, at)
	}
}

// maxBarren is how many list pages in a row may tell of nothing that others have not told of: calendars have empty months.
const maxBarren = 3

// meet remembers a page that a list told of.
func (p *pass) meet(address string) {
	if p.met == nil {
		p.met = map[string]bool{}
	}
	if len(p.met) < maxMet {
		p.met[address] = true
	}
}

// endless says whether a list goes on and on without anything new: a trap, or its end.
func (p *pass) endless(anything, goesOn bool) bool {
	if anything {
		p.barren = 0
		return false
	}
	if p.barren++; p.barren < maxBarren || !goesOn {
		return false
	}
	p.bound(fmt.Sprintf("it goes on, but %d pages of it in a row had no page that others had not: it was read no further", maxBarren))
	return true
}

// maxMet bounds the links of a pass that are remembered.
const maxMet = 100_000

// ask asks for a further document of a pass.
func (c *Crawler) ask(from *task, address string, at time.Time) {
	s := from.source
	limit, text := maxSitemaps, fmt.Sprintf("a pass reads %d sitemaps at most", maxSitemaps)
	switch s.Type {
	case Feed:
		limit, text = maxFeedPages, fmt.Sprintf("a pass reads %d pages of a feed at most", maxFeedPages)
	case List:
		limit = cmp.Or(s.Limit, defaultLimit)
		text = fmt.Sprintf("a pass reads %d list pages at most (next.limit)", limit)
	}
	switch {
	case s.pass.seen[address]:
		return
	case len(s.pass.seen) >= limit:
		s.pass.bound(text)
		return
	}
	s.pass.seen[address] = true
	s.pass.open++
	host := hostOf(address)
	s.meets(host)
	c.frontier.add(&task{address: address, host: host, due: at, source: s, depth: from.depth + 1, first: true})
}

// maxFeedPages bounds the pages of one feed, and its archives, that one pass reads.
const maxFeedPages = 100

// reaches says whether a page of a feed reaches back to what is known, so that its older pages have nothing new: never in the first pass,
// nor where all of it is new.
func (s *source) reaches(fresh, ours int) bool {
	return !s.health.FirstPass.IsZero() && (ours == 0 || fresh < ours)
}

// defaultLimit is how many list pages a pass reads where the source doesn't say.
const defaultLimit = 10

// endPass ends a look at all documents. The caller holds mu.
func (c *Crawler) endPass(s *source) {
	p, now := s.pass, c.now().UTC()
	s.pass = nil
	if p.links > 0 && p.ours == 0 {
		p.note(fmt.Sprintf("none of the %d links found is a page of the source: check sites and links.include", p.links))
	}
	failed := p.summary()
	failures := s.health.Failures + 1
	if failed == nil {
		failures = 0
	}
	if p.pages > 0 || s.health.LastFound.IsZero() {
		s.health.LastFound = p.began
	}
	next := c.options.nextLook(&s.Source, failures, failed != nil && failed.final, s.health.LastFound, now)
	if failed != nil {
		next = later(next, now.Add(failed.askedTo))
		c.log.Info("a source failed", "source", s.ID, "error", failed.line, "next", next)
	}
	s.looked(failed, p.began, next)
	s.health.Bounds, s.health.Notes = p.bounds, p.notes
	if p.root == nil {
		s.health.LastSuccess = p.began
	}
	s.clean = p.root == nil && !p.incomplete
	s.discovered = s.discovered || s.clean || p.root == nil && failures >= enoughTries
	s.remember(p)
	c.look(s, next)
	c.touch(s)
	c.checkPass(s)
}

// remember keeps the validators of a pass; of one that misses something it keeps none, so that the next reads everything again.
func (s *source) remember(p *pass) {
	s.read = true
	if !s.clean {
		clear(s.validators)
		return
	}
	for address, v := range p.validators {
		s.validators[address] = v
	}
	for address := range s.validators {
		if len(s.validators) > maxSitemaps && !p.seen[address] {
			delete(s.validators, address)
		}
	}
}

// summary joins the failures of a pass; nil if there are none.
func (p *pass) summary() *failure {
	switch {
	case p.root != nil:
		return p.root
	case len(p.failures) == 0:
		return nil
	case len(p.seen) == 1:
		return p.failures[0]
	}
	last := p.failures[len(p.failures)-1]
	return &failure{
		line:  fmt.Sprintf("%d of %d documents failed, the last: %s", len(p.failures), len(p.seen), last.line),
		final: last.final,
	}
}

// checkPass notes when a source's first pass is complete. The caller holds mu.
func (c *Crawler) checkPass(s *source) {
	whole := s.discovered || s.Type == Page
	if !s.health.FirstPass.IsZero() || !whole || s.unsettled > 0 || s.waiting > 0 {
		return
	}
	s.health.FirstPass = c.now().UTC()
	c.log.Info("a source's first pass is complete", "source", s.ID, "pages", s.known, "failed", s.failed)
	c.touch(s)
	c.checkPassed()
}

// checkPassed closes passed when all first passes are complete. The caller holds mu.
func (c *Crawler) checkPassed() {
	for _, s := range c.sources {
		if s.health.FirstPass.IsZero() {
			return
		}
	}
	select {
	case <-c.passed:
	default:
		close(c.passed)
	}
}
