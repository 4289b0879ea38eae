package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// What a bus that lost something means for alerts, and how it is made good: a damaged block, a folder that was put back to an earlier state, the
// address of another server. The server says nothing of it; it is seen by what refers to what is not there.

const (
	lostMargin = time.Hour     // between when a statement was captured and when the log had its alert
	lostAtMost = 7 * dayLength // how far back what is stored is gone through again
	lostNamed  = 3             // saved queries that are named
)

// places are how far matching and delivery had come, and how far the logs go.
type places struct {
	matched, statements uint64
	sent, alerts        uint64
}

func (s *Service) readPlaces(ctx context.Context) (p places, err error) {
	for _, read := range []struct {
		into *uint64
		from func() (uint64, error)
	}{
		{&p.matched, func() (uint64, error) { return s.readPlace(ctx, matchedKey) }},
		{&p.sent, func() (uint64, error) { return s.readPlace(ctx, sentKey) }},
		{&p.statements, func() (uint64, error) { return s.o.Statements.LastStatementSeq(ctx) }},
		{&p.alerts, func() (uint64, error) { return s.o.Alerts.LastSeq(ctx) }},
	} {
		if *read.into, err = read.from(); err != nil {
			return p, err
		}
	}
	return p, nil
}

// rebase puts right what refers to sequences that the logs do not have: the logs count on from where they end now, and what waited for a
// sequence behind that would wait for ever. What is stored since then is gone through again for every saved query, so that it is told of what it
// was not. The places are written last: where it is cut off it is done again.
func (s *Service) rebase(ctx context.Context, records []*record, p places) (places, error) {
	shortened := p.matched > p.statements || slices.ContainsFunc(records, func(r *record) bool { return r.reaches() > p.statements })
	if !shortened && p.sent <= p.alerts {
		return p, nil
	}
	since, err := s.lostSince(ctx, p, shortened)
	if err != nil {
		return p, err
	}
	s.noteLost(fmt.Sprintf("its logs of statements and alerts end at %d and %d, where %d and %d were reached: what was captured since %s is gone through again", p.statements, p.alerts,
		p.matched, p.sent, since.Format(time.RFC3339)))
	for _, r := range records {
		r.rebase(p.statements)
		if r.Again.IsZero() || since.Before(r.Again) {
			r.Again = since
		}
		if err := s.keep(ctx, r); err != nil {
			return p, err
		}
	}
	p.matched, p.sent = min(p.matched, p.statements), min(p.sent, p.alerts)
	if err := s.writePlace(ctx, matchedKey, p.matched); err != nil {
		return p, err
	}
	return p, s.writePlace(ctx, sentKey, p.sent)
}

// lostSince is from when on what was captured may lack its alert.
func (s *Service) lostSince(ctx context.Context, p places, shortened bool) (time.Time, error) {
	since := s.o.Now().UTC()
	earliest := since.Add(-lostAtMost)
	if shortened && p.statements == 0 || p.sent > p.alerts && p.alerts == 0 {
		return earliest, nil // nothing is left to tell by
	}
	if shortened {
		at, err := s.o.Statements.AnnouncedAt(ctx, p.statements)
		if err != nil {
			return since, err
		}
		since = soonest(since, at)
	}
	if p.sent > p.alerts {
		a, err := s.alert(ctx, p.alerts)
		switch {
		case err == nil:
			since = soonest(since, a.At)
		case fault.KindOf(err) != fault.NotFound:
			return since, err
		default:
			since = earliest
		}
	}
	if since = since.Add(-lostMargin); since.Before(earliest) {
		since = earliest
	}
	return since, nil
}

// soonest is the earlier of two times.
func soonest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// reaches is the latest sequence that a record refers to.
func (r *record) reaches() (last uint64) {
	for _, p := range r.Periods {
		last = max(last, p.From, p.Until)
	}
	return last
}

// rebase lets what began or ended behind last do so at last.
func (r *record) rebase(last uint64) {
	for i := range r.Periods {
		p := &r.Periods[i]
		if p.From = min(p.From, last); p.Until > 0 {
			p.Until = min(p.Until, last)
		}
	}
	r.Periods = slices.DeleteFunc(r.Periods, func(p period) bool { return p.Until > 0 && p.Until <= p.From })
}

// putBack gives the saved queries that the copy has and the bus has not, or can't read, and keeps them on the bus again.
func (s *Service) putBack(ctx context.Context, there map[string][]byte) ([]*record, error) {
	var records []*record
	var names []string
	for id, value := range s.mirror.kept {
		if there[id] != nil {
			continue
		}
		r, err := decodeRecord(id, value)
		if err != nil {
			s.log.Error("a saved query that the bus lost can't be read in its copy either", "saved", id, "file", s.mirror.path, "error", err)
			continue
		}
		if _, err := s.o.Saved.Put(ctx, id, value); err != nil {
			return nil, fmt.Errorf("keep saved query %q: %w", r.Saved.Name, err)
		}
		there[id] = value
		records = append(records, r)
		names = append(names, fmt.Sprintf("%q", r.Saved.Name))
	}
	if n := len(names); n > 0 {
		slices.Sort(names)
		s.noteLost(fmt.Sprintf("saved queries were gone from it and were put back: %d (%s)", n, strings.Join(names[:min(n, lostNamed)], ", ")))
	}
	return records, nil
}

// decodeRecord reads a saved query as it is kept under an id.
func decodeRecord(id string, value []byte) (*record, error) {
	r := &record{}
	if err := json.Unmarshal(value, r); err != nil {
		return nil, err
	}
	if r.Version > recordVersion {
		return nil, fmt.Errorf("it is of version %d, and this program reads %d", r.Version, recordVersion)
	}
	if r.Saved.ID != id {
		return nil, fmt.Errorf("it is that of %q", r.Saved.ID)
	}
	return r, nil
}

func (s *Service) noteLost(what string) {
	s.log.Error("the bus lost data", "what", what, "remedy", "look at the disk and the log of the NATS server; rostrum verify looks at the rest")
	s.lost = append(s.lost, what)
}

// Lost says what the bus had lost at the start, as far as it was seen; nothing is the rule.
func (s *Service) Lost() string { return strings.Join(s.lost, "; ") }

// alertsThere gives the ids of the alerts of a saved query that the log holds.
func (s *Service) alertsThere(ctx context.Context, saved string) (map[string]bool, error) {
	sequences, err := s.o.Alerts.Sequences(ctx, saved)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(sequences))
	for _, seq := range sequences {
		a, err := s.alert(ctx, seq)
		if err != nil {
			if fault.KindOf(err) == fault.NotFound {
				continue // it went meanwhile
			}
			return nil, err
		}
		there[a.ID] = true
	}
	return there, nil
}
