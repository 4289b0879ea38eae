package alert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
)

const (
	toldPrefix = "alerts.told/"                // in Settings: when a receiver was last told anything
	quiet      = 6*24*time.Hour + 12*time.Hour // without a message, after which a receiver is told at the next weekly moment how things are
	toldEvery  = 24 * time.Hour                // how often that a receiver was told is written down
)

// addressee is an address that saved queries tell, and which of them.
type addressee struct {
	key   string
	since time.Time // its channels are there since
	at    clock
	parts []part
	kind  string
	to    string
	rate  string
}

// receiverKey tells receivers apart: a mail address of an owner, or one webhook.
func receiverKey(r *record, ch *Channel) string {
	sum := sha256.Sum256([]byte(ch.Type + "\n" + r.Saved.Owner + "\n" + ch.address()))
	if ch.Type == Webhook {
		sum = sha256.Sum256([]byte(ch.Type + "\n" + r.Saved.ID + "\n" + ch.address()))
	}
	return hex.EncodeToString(sum[:12])
}

// receivers gives everybody who is told of something, by key.
func (s *Service) receivers() []*addressee {
	found := map[string]*addressee{}
	records := s.book.all(func(r *record) bool { return !r.Saved.Paused && len(r.Saved.Channels) > 0 })
	slices.SortFunc(records, byID)
	var list []*addressee
	for _, r := range records {
		for i := range r.Saved.Channels {
			ch := &r.Saved.Channels[i]
			if ch.Disabled != "" {
				continue
			}
			key := receiverKey(r, ch)
			to := found[key]
			if to == nil {
				to = &addressee{key: key, since: ch.Created, at: r.Saved.clock(), kind: ch.Type, to: ch.address(), rate: r.Saved.Rate}
				found[key] = to
				list = append(list, to)
			}
			if ch.Created.Before(to.since) {
				to.since = ch.Created
			}
			to.parts = append(to.parts, part{Saved: r.Saved.ID, Channel: ch.ID})
		}
	}
	slices.SortFunc(list, func(a, b *addressee) int { return strings.Compare(a.key, b.key) })
	return list
}

// beat tells those who have heard nothing for a week, at the weekly moment of their time zone, until ctx ends.
func (c *courier) beat(ctx context.Context) {
	for {
		now := c.s.o.Now()
		wait := time.Hour
		for _, to := range c.s.receivers() {
			wait = min(wait, nextDigest(Weekly, to.at, now).Sub(now))
			moment := lastWeekly(to.at, now)
			if moment.Sub(to.since) < quiet {
				continue
			}
			last, err := c.lastTold(ctx, to.key)
			if err != nil {
				return // ctx ended
			}
			if moment.Sub(last) < quiet {
				continue
			}
			if err := c.heartbeat(ctx, to, moment); err != nil {
				return
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// heartbeat sends one, once for its moment.
func (c *courier) heartbeat(ctx context.Context, to *addressee, moment time.Time) error {
	b := c.note(whyHeartbeat, to)
	b.From, b.Until = moment.AddDate(0, 0, -7), moment
	return c.sendOnce(ctx, b, to.key, moment.UTC().Format(time.RFC3339))
}

func (c *courier) note(why string, to *addressee) *bundle {
	b := &bundle{Why: why, Type: to.kind, To: to.to, Rate: to.rate, Zone: to.at.zone.String(), Parts: to.parts}
	b.Delivery = Delivery{Type: to.kind, Status: Waiting, Attempts: []Attempt{}}
	b.Delivery.address(to.to)
	return b
}

// sendOnce sends a bundle that has no alerts, unless one about the same was sent before.
func (c *courier) sendOnce(ctx context.Context, b *bundle, about ...string) error {
	parts := b.Parts
	b.Parts = nil
	b.identify(about...)
	b.Parts = parts
	var known error
	err := c.s.persist(ctx, "read a message", func(ctx context.Context) error {
		if _, known = c.s.bundleOf(ctx, b.ID); fault.KindOf(known) == fault.NotFound {
			return nil
		}
		return known
	})
	if err != nil || known == nil {
		return err
	}
	return c.send(ctx, b)
}

// complain tells owners of the saved queries that can't be matched any more, once for each reason.
func (c *courier) complain(ctx context.Context) error {
	for _, r := range c.s.book.all(func(r *record) bool { return !r.Saved.Paused }) {
		why := c.s.book.problem(r.Saved.ID)
		if why == "" {
			continue
		}
		for i := range r.Saved.Channels {
			ch := &r.Saved.Channels[i]
			if ch.Disabled != "" {
				continue
			}
			to := &addressee{at: r.Saved.clock(), kind: ch.Type, to: ch.address(), rate: r.Saved.Rate, parts: []part{{Saved: r.Saved.ID, Channel: ch.ID}}}
			b := c.note(whyProblem, to)
			b.From, b.Until = r.Saved.Updated, c.s.o.Now()
			if err := c.sendOnce(ctx, b, r.Saved.ID, r.Saved.Query, why); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastTold says when a receiver was last told anything; the zero time when never.
func (c *courier) lastTold(ctx context.Context, key string) (last time.Time, err error) {
	c.mu.Lock()
	last, ok := c.told[key]
	c.mu.Unlock()
	if ok {
		return last, nil
	}
	err = c.s.persist(ctx, "read when a receiver was told", func(ctx context.Context) error {
		value, _, err := c.s.o.Settings.Get(ctx, toldPrefix+key)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err == nil {
			last, _ = time.Parse(time.RFC3339, string(value)) // what can't be read was never
		}
		return err
	})
	return last, err
}

// wasTold notes that a receiver took a message.
func (c *courier) wasTold(ctx context.Context, key string) {
	now := c.s.o.Now().UTC()
	last, err := c.lastTold(ctx, key)
	if err != nil {
		return
	}
	if now.Sub(last) >= toldEvery {
		err = c.s.persist(ctx, "note that a receiver was told", func(ctx context.Context) error {
			_, err := c.s.o.Settings.Put(ctx, toldPrefix+key, now.AppendFormat(nil, time.RFC3339))
			return err
		})
		if err != nil {
			return
		}
		last = now
	}
	c.mu.Lock()
	c.told[key] = last
	c.mu.Unlock()
}
