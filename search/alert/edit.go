package alert

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"rostrum/internal/fault"
	"rostrum/search/percolate"
)

// Create saves a query. It sees every statement that is announced from now on. The answer alone has the secrets of its webhooks. A query
// that can't be read is a fault.Query, anything else that is refused a fault.Invalid with its field.
func (s *Service) Create(ctx context.Context, d Draft) (Saved, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	now := s.o.Now().UTC()
	if d.Name == "" {
		d.Name = nameOf(d.Query)
	}
	r := &record{Version: recordVersion, FeedSecret: rand.Text(), Scan: d.IncludeBackfill, Saved: Saved{ID: "sq-" + random(10), Name: d.Name,
		Owner: d.Owner, Query: d.Query, Rate: cmp.Or(d.Rate, Immediate), Zone: cmp.Or(d.Zone, s.usualZone(d.Owner)), DigestAt: cmp.Or(d.DigestAt, digestAt), MinChange: d.MinChange, Channels: named(d.Channels, nil), IncludeBackfill: d.IncludeBackfill,
		IncludeRevisions: d.IncludeRevisions, Paused: d.Paused, Created: now, Updated: now}}
	if err := s.room(d.Owner); err != nil {
		return Saved{}, err
	}
	if err := s.ownerFeed(ctx, d.Owner); err != nil {
		return Saved{}, err
	}
	if err := s.change(ctx, nil, r); err != nil {
		return Saved{}, err
	}
	return s.shown(r, func(*Channel) bool { return true }), nil
}

// room refuses one saved query more than there may be.
func (s *Service) room(owner string) error {
	all, own := s.book.count(owner)
	if all >= s.o.Total {
		return fault.New(fault.TooLarge, fmt.Sprintf("there are %d saved queries, which is as many as this server keeps", all), "remove some that nobody needs")
	}
	if own >= s.o.PerOwner {
		return fault.New(fault.TooLarge, fmt.Sprintf("%d saved queries are as many as one owner may have", own), "remove some, or join several with OR")
	}
	return nil
}

// Update edits a saved query of owner (empty: anybody's). The answer has the secrets of the webhooks that it adds. fault.NotFound for one
// that is not there or somebody else's.
func (s *Service) Update(ctx context.Context, owner, id string, c Change) (Saved, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	old, err := s.owned(owner, id)
	if err != nil {
		return Saved{}, err
	}
	r := old.clone()
	set(&r.Saved.Name, c.Name)
	set(&r.Saved.Query, c.Query)
	set(&r.Saved.Rate, c.Rate)
	set(&r.Saved.Zone, c.Zone)
	set(&r.Saved.DigestAt, c.DigestAt)
	r.Saved.DigestAt = cmp.Or(r.Saved.DigestAt, digestAt)
	set(&r.Saved.MinChange, c.MinChange)
	set(&r.Saved.IncludeBackfill, c.IncludeBackfill)
	set(&r.Saved.IncludeRevisions, c.IncludeRevisions)
	set(&r.Saved.Paused, c.Paused)
	if c.Channels != nil {
		r.Saved.Channels = named(*c.Channels, old.Saved.Channels)
	}
	if r.Saved.IncludeBackfill && (!old.Saved.IncludeBackfill || r.Saved.Query != old.Saved.Query) {
		r.Scan = true
	}
	if err := s.change(ctx, old, r); err != nil {
		return Saved{}, err
	}
	return s.shown(r, func(c *Channel) bool { return old.channel(c.ID) == nil }), nil
}

// named gives the channels that an edit names: those that are there already as they are, and enabled.
func named(edited, there []Channel) []Channel {
	out := slices.Clone(edited)
	for i := range out {
		c := &out[i]
		c.ID, c.Secret, c.Disabled, c.Created = 0, "", "", time.Time{}
		if at := slices.IndexFunc(there, c.same); at >= 0 {
			c.ID, c.Created = there[at].ID, there[at].Created
		}
	}
	return out
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// change checks an edited record, puts it in force and keeps it; where that fails old is in force again (nil: nothing). It needs writing.
func (s *Service) change(ctx context.Context, old, r *record) error {
	if err := s.validate(&r.Saved); err != nil {
		return err
	}
	if err := r.equip(old, s.o.Now().UTC()); err != nil {
		return err
	}
	r.forget(s.matched.Load())
	if len(r.Periods) > maxEdits {
		return fault.New(fault.RateLimited, "the query was edited more often than statements could be matched", "wait until the matcher has caught up, and edit it again")
	}
	queries, err := s.compile(ctx, r)
	if err != nil {
		return err
	}
	last, err := s.o.Statements.LastStatementSeq(ctx)
	if err != nil {
		return err
	}
	if old != nil {
		r.Saved.Updated = s.o.Now().UTC()
	}
	err = s.book.install(r, queries, last, func(from uint64) {
		if r.Saved.Paused {
			r.end(from)
		} else {
			r.begin(from)
		}
	})
	if err != nil {
		return err
	}
	if err := s.keep(ctx, r); err != nil {
		s.undo(ctx, old, r)
		return err
	}
	s.wakeScan()
	return nil
}

// compile reads the queries of a record's periods and the current one, which is named in its canonical form.
func (s *Service) compile(ctx context.Context, r *record) (compiled, error) {
	queries := compiled{}
	c, err := s.o.Compiler.Compile(ctx, r.Saved.Query)
	if err != nil {
		return nil, err
	}
	r.Saved.Parsed, queries[r.Saved.Query], r.dear = c.Parsed, c.Node, percolate.IsDear(c.Node, s.o.Members)
	for _, p := range r.Periods {
		if queries[p.Query] != nil {
			continue
		}
		earlier, err := s.o.Compiler.Compile(ctx, p.Query)
		if err != nil {
			s.log.Warn("an earlier form of a saved query can't be read any more", "saved", r.Saved.ID, "error", err)
			continue
		}
		queries[p.Query] = earlier.Node
	}
	return queries, nil
}

// keep writes a record down. It needs writing.
func (s *Service) keep(ctx context.Context, r *record) error {
	value, err := json.Marshal(r)
	if err != nil {
		return fault.Newf(fault.Internal, "encode saved query %s: %w", r.Saved.ID, err)
	}
	if _, err = s.o.Saved.Put(ctx, r.Saved.ID, value); err != nil {
		return fmt.Errorf("keep saved query %q: %w", r.Saved.Name, err)
	}
	if err := s.mirror.put(r.Saved.ID, value); err != nil {
		s.log.Error("a saved query is kept on the bus, but its second copy is not: the next start makes it", "saved", r.Saved.ID, "error", err)
	}
	return nil
}

// undo takes back an edit that could not be kept. Whether the write arrived is not known, so that what was kept is put right as well.
func (s *Service) undo(ctx context.Context, old, r *record) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	id := r.Saved.ID
	if old == nil {
		s.book.remove(id)
		if err := s.o.Saved.Delete(ctx, id); err != nil {
			s.log.Error("a saved query that was refused may come back at the next start", "saved", id, "error", err)
		}
		return
	}
	queries, err := s.compile(ctx, old.clone())
	if err == nil {
		err = s.book.install(old, queries, 0, func(uint64) {})
	}
	if err == nil {
		err = s.keep(ctx, old)
	}
	if err != nil {
		s.log.Error("an edit that was refused may come back at the next start", "saved", id, "error", err)
	}
}

// Remove removes a saved query of owner (empty: anybody's). Deliveries that wait are not made any more.
func (s *Service) Remove(ctx context.Context, owner, id string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.owned(owner, id); err != nil {
		return err
	}
	if err := s.mirror.drop(id); err != nil { // first: a start puts back what the copy alone has
		return err
	}
	if err := s.o.Saved.Delete(ctx, id); err != nil {
		return err
	}
	s.book.remove(id)
	s.recent.drop(id)
	s.wakeSweep()
	return nil
}

// disable notes why nothing is sent to a channel any more.
func (s *Service) disable(ctx context.Context, id string, channel int, why string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.amend(ctx, id, func(r *record) {
		if c := r.channel(channel); c != nil {
			c.Disabled = why
		}
	})
}

// amend changes what has nothing to do with matching. It needs writing.
func (s *Service) amend(ctx context.Context, id string, edit func(*record)) error {
	old := s.book.record(id)
	if old == nil {
		return nil // it was removed meanwhile
	}
	r := old.clone()
	edit(r)
	if err := s.persist(ctx, "keep a saved query", func(ctx context.Context) error { return s.keep(ctx, r) }); err != nil {
		return err
	}
	s.book.swap(r)
	return nil
}
