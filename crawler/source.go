package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// source is a Source under watch. What changes in it is guarded by the crawler's mu.
type source struct {
	Source
	health       SourceHealth
	validators   map[string]validator // of its documents, by address
	pass         *pass                // the look at its documents that is under way; nil between two
	discovered   bool                 // in this run, a pass has read all documents
	clean        bool                 // in this run, the last pass had nothing missing
	known        int                  // pages
	fetched      int                  // pages published at least once
	failed       int                  // pages whose last try failed
	waiting      int                  // pages not tried yet
	unsettled    int                  // pages of the first pass that it waits for
	noIndex      int                  // pages that asked at last not to be stored
	unwanted     int                  // of them, those that were published before
	lastUnwanted *page                // one of them; it may have changed its mind
	bodies       map[string]int       // hashes of bodies, and how many pages have them
	same         int                  // pages whose body is another's, too
	lastSame     *page                // one of them; it may have changed
	reasons      map[string]int       // why pages failed, and how many did for that
	lastFailed   *page                // of those that failed; it may have recovered
	hosts        map[string]bool      // that its pages and documents are on
	dirty        bool                 // its health is to be written
	held         context.Context      // ends when the crawler gives the source up; nil while it is not this crawler's
	end          context.CancelFunc   // ends held
	read         bool                 // its validators are to be written, once the pages found have been tried
}

// maxHosts bounds the hosts a source is told about in its health.
const maxHosts = 100

func (s *source) meets(host string) {
	if len(s.hosts) < maxHosts {
		s.hosts[host] = true
	}
}

// tally counts a page in (n = 1) or out (n = -1), as it now is.
func (s *source) tally(p *page, n int) {
	s.known += n
	if !p.ChangedAt.IsZero() {
		s.fetched += n
	}
	if p.Failures > 0 {
		s.failed += n
		s.reason(p.Failure, n)
	}
	if p.NoIndex {
		s.noIndex += n
	}
	if p.unwanted() {
		s.unwanted += n
	}
	if p.TriedAt.IsZero() {
		s.waiting += n
	}
	s.body(p.Validator.Hash, n)
	if p.FirstPass && !p.settled() {
		s.unsettled += n
	}
}

// reason counts a page in or out of those that failed for one reason.
func (s *source) reason(line string, n int) {
	if s.reasons == nil {
		s.reasons = map[string]int{}
	}
	if s.reasons[line] += n; s.reasons[line] <= 0 {
		delete(s.reasons, line)
	}
}

// body counts a page in or out of those that have one body.
func (s *source) body(hash string, n int) {
	if hash == "" {
		return
	}
	if s.bodies == nil {
		s.bodies = map[string]int{}
	}
	before := s.bodies[hash]
	if s.bodies[hash] = before + n; before+n <= 0 {
		delete(s.bodies, hash)
	}
	s.same += max(before+n-1, 0) - max(before-1, 0)
}

// fewSame is how many pages may be the same as others before it is said.
const fewSame = 3

// sameText says how many pages are the same as others; empty for few.
func (s *source) sameText() string {
	if s.same < fewSame {
		return ""
	}
	line := fmt.Sprintf("%d of %d pages are to the byte the same as others", s.same, s.known)
	if s.lastSame != nil {
		line += ", such as " + s.lastSame.URL
	}
	return line + ": perhaps a session stands in their addresses, or an error page is served as a good one; leave them out by links.exclude"
}

// looked records a look at the source's own address.
func (s *source) looked(failed *failure, at, next time.Time) {
	s.health.LastFetch, s.health.NextFetch = at, next
	if failed != nil {
		s.health.Failures++
		s.health.Error = failed.line
		return
	}
	s.health.LastSuccess, s.health.Failures, s.health.Error = at, 0, ""
}

// pass is one look at all documents of a source.
type pass struct {
	began      time.Time
	open       int             // documents asked for and not yet looked at
	seen       map[string]bool // documents asked for
	pages      int             // new pages
	links      int             // links in its documents
	ours       int             // links that are pages of the source
	met        map[string]bool // pages that its list pages told of
	barren     int             // list pages in a row that told of nothing else
	validators map[string]validator
	failures   []*failure
	root       *failure // why the source's own address failed
	incomplete bool     // something is missing that another pass may find
	bounds     []string
	notes      []string
}

// maxLines bounds how many lines of a kind a health tells.
const maxLines = 5

func (p *pass) bound(line string) { p.bounds = addLine(p.bounds, line) }
func (p *pass) note(line string)  { p.notes = addLine(p.notes, line) }

func addLine(lines []string, line string) []string {
	if slices.Contains(lines, line) || len(lines) >= maxLines {
		return lines
	}
	return append(lines, line)
}

func maxPagesText(n int) string {
	return fmt.Sprintf("a pass takes up %d new pages at most; the rest comes in the next (fetch.max_pages)", n)
}

func maxKnownText(n int) string {
	return fmt.Sprintf("%d pages of the source are known, and no more are taken up: narrow it by links.include", n)
}
