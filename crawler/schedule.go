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
	oldRevisit   = 7 // a page that was old when it was found waits up to seven times as long
	maxRevisit   = 90 * 24 * time.Hour
	finalRevisit = 7 * 24 * time.Hour // for a page that failed for good, should the site change its mind
)

// nextVisit is when a page is due after a visit; zero is never. A statement is edited in its first days, so that the time
// between visits grows from the source's Revisit with the time that the page has stood unchanged.
func (o Options) nextVisit(s *Source, p *page, now time.Time) time.Time {
	switch {
	case s.Type == Page:
		return o.nextLook(s, p.Failures, p.Final, p.ChangedAt, now)
	case p.NoIndex:
		return now.Add(max(s.Revisit, finalRevisit))
	case p.Final:
		return now.Add(max(s.Revisit, finalRevisit))
	case p.Failures > 0:
		return now.Add(o.pause(p.Failures))
	case s.Revisit == 0:
		return time.Time{}
	}
	wait := max(now.Sub(p.ChangedAt)/agePart, min(p.ageBefore()/agePart, oldRevisit*s.Revisit))
	return now.Add(max(s.Revisit, min(wait, maxRevisit)))
}

// ageBefore is how old a page was when it was found, as far as is known, once it has been looked at again and never changed: such a
// page is not as likely to be edited as one that is new.
func (p *page) ageBefore() time.Duration {
	if p.Changes > 0 || !p.TriedAt.After(p.ChangedAt) {
		return 0
	}
	for _, t := range []time.Time{p.Modified, p.Hint.Published} {
		if !t.IsZero() && t.Before(p.ChangedAt) {
			return p.ChangedAt.Sub(t)
		}
	}
	return 0
}

// quietPart is the part of the time without news that a source may wait for its next look.
const quietPart = 8

// nextLook is when a source's own address is due after a look at it: after Every, and later the longer nothing new has come, but never by
// more than an eighth of that time, nor than Longest.
func (o Options) nextLook(s *Source, failures int, final bool, news, now time.Time) time.Time {
	every := s.Every
	if longest := max(s.Every, s.Longest); !news.IsZero() {
		every = min(max(s.Every, now.Sub(news)/quietPart), longest)
	}
	switch {
	case failures == 0:
		return now.Add(every)
	case final:
		return now.Add(max(s.Every, o.pause(failures)))
	}
	return now.Add(o.pause(failures))
}
