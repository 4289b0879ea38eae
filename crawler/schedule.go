package crawler

import "time"

// pause is how long to wait after a number of failures in a row, at least one.
func (o Options) pause(failures int) time.Duration {
	pause := o.Backoff
	for n := 1; n < failures && pause < o.MaxBackoff; n++ {
		pause *= 2
	}
	return min(pause, o.MaxBackoff)
}

// Bounds of the schedule of revisits.
const (
	agePart      = 4 // a page is fetched again after a quarter of the time it has stood unchanged
	maxRevisit   = 90 * 24 * time.Hour
	finalRevisit = 7 * 24 * time.Hour // for a page that failed for good, should the site change its mind
)

// nextVisit is when a page is due after a visit; zero is never. A statement is edited in its first days, so that the time
// between visits grows from the source's Revisit with the time that the page has stood unchanged.
func (o Options) nextVisit(s *Source, p *page, now time.Time) time.Time {
	switch {
	case s.Type == Page:
		return o.nextLook(s, p.Failures, p.Final, now)
	case p.Final:
		return now.Add(max(s.Revisit, finalRevisit))
	case p.Failures > 0:
		return now.Add(o.pause(p.Failures))
	case s.Revisit == 0:
		return time.Time{}
	}
	age := now.Sub(p.ChangedAt)
	return now.Add(max(s.Revisit, min(age/agePart, maxRevisit)))
}

// nextLook is when a source's own address is due after a look at it.
func (o Options) nextLook(s *Source, failures int, final bool, now time.Time) time.Time {
	switch {
	case failures == 0:
		return now.Add(s.Every)
	case final:
		return now.Add(max(s.Every, o.pause(failures)))
	}
	return now.Add(o.pause(failures))
}
