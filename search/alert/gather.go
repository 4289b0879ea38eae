package alert

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	floodBound = 100       // alerts of one saved query that one channel takes singly within floodTime
	floodTime  = time.Hour // from the first of them on
	settle     = 2 * time.Second
	maxFloods  = 1000 // windows that are remembered before those that are over are dropped

	floodPrefix = "alerts.flood/" // in Settings: when a flood began
)

// gathering is a bundle that is still being filled.
type gathering struct {
	bundle
	key string
	due time.Time
	n   int
}

// flood counts the alerts of one saved query for one channel.
type flood struct {
	began time.Time
	n     int
}

// flooded counts an alert, and says whether it is past the bound, and since when. It needs no lock: alerts come from the log one by one.
func (c *courier) flooded(ctx context.Context, saved string, channel int, at time.Time) (over bool, since time.Time, err error) {
	key := fmt.Sprintf("%s/%d", saved, channel)
	f, ok := c.floods[key]
	if !ok || at.Sub(f.began) >= floodTime {
		if len(c.floods) >= maxFloods {
			for k, old := range c.floods {
				if at.Sub(old.began) >= floodTime {
					delete(c.floods, k)
				}
			}
		}
		f = flood{began: at}
	}
	f.n++
	c.floods[key] = f
	if f.n == c.s.o.Flood+1 {
		err = c.s.persist(ctx, "note a flood", func(ctx context.Context) error {
			_, err := c.s.o.Settings.Put(ctx, floodPrefix+key, f.began.UTC().AppendFormat(nil, time.RFC3339Nano))
			return err
		})
	}
	return f.n > c.s.o.Flood, f.began, err
}

// readFloods takes up the floods that were on when the process ended.
func (c *courier) readFloods(ctx context.Context) error {
	var over []string
	err := c.s.persist(ctx, "read floods", func(ctx context.Context) error {
		over = nil
		return c.s.o.Settings.List(ctx, func(key string, value []byte, _ uint64) error {
			name, ok := strings.CutPrefix(key, floodPrefix)
			if !ok {
				return nil
			}
			if began, err := time.Parse(time.RFC3339Nano, string(value)); err == nil && c.s.o.Now().Sub(began) < floodTime {
				c.floods[name] = flood{began: began, n: c.s.o.Flood + 1}
			} else {
				over = append(over, key)
			}
			return nil
		})
	})
	for _, key := range over {
		if err == nil {
			err = c.s.persist(ctx, "drop a flood", func(ctx context.Context) error { return c.s.o.Settings.Delete(ctx, key) })
		}
	}
	return err
}

// digestKey tells the digests apart: mails to one address come as one, a webhook's are signed with its own secret.
func digestKey(r *record, ch *Channel) string {
	if ch.Type == Email {
		return fmt.Sprintf("%s\n%s\n%s\n%s\n%s", whyDigest, r.Saved.Owner, ch.To, r.Saved.Rate, r.Saved.clock())
	}
	return fmt.Sprintf("%s\n%s/%d\n%s\n%s", whyDigest, r.Saved.ID, ch.ID, r.Saved.Rate, r.Saved.clock())
}

// toDigest puts an alert into the next digest of a channel.
func (c *courier) toDigest(r *record, ch *Channel, seq uint64, a *Alert) {
	at := r.Saved.clock()
	c.collect(digestKey(r, ch), r, ch, seq, a, func(last time.Time) *gathering {
		from := a.At
		if last.After(from) {
			from = last // it comes late for the digest that it belongs to
		}
		due := nextDigest(r.Saved.Rate, at, from)
		return &gathering{due: due, bundle: bundle{Why: whyDigest, From: periodStart(r.Saved.Rate, at.zone, due), Until: due}}
	})
}

// toFlood puts an alert into the message that ends a flood.
func (c *courier) toFlood(r *record, ch *Channel, seq uint64, a *Alert, since time.Time) {
	key := fmt.Sprintf("%s\n%s/%d", whyFlood, r.Saved.ID, ch.ID)
	c.collect(key, r, ch, seq, a, func(time.Time) *gathering {
		due := since.Add(floodTime)
		return &gathering{due: due, bundle: bundle{Why: whyFlood, From: since, Until: due}}
	})
}

// periodStart is the digest before the one that is due.
func periodStart(rate string, zone *time.Location, due time.Time) time.Time {
	switch rate {
	case Hourly:
		return due.Add(-time.Hour)
	case Daily:
		return due.In(zone).AddDate(0, 0, -1)
	}
	return due.In(zone).AddDate(0, 0, -7)
}

// collect puts an alert into the gathering of a key, which open makes when there is none; it is given when the key's last one was due.
func (c *courier) collect(key string, r *record, ch *Channel, seq uint64, a *Alert, open func(last time.Time) *gathering) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delivery := deliveryKey(a.ID, ch.ID)
	if _, ok := c.underway[delivery]; ok {
		return
	}
	g := c.gatherings[key]
	if g == nil {
		g = open(c.closed[key])
		if soon := c.s.o.Now().Add(settle); g.due.Before(soon) {
			g.due = soon // what the log brings now is late: a moment, and it comes together
		}
		g.key, g.Type, g.To, g.Rate, g.Zone = key, ch.Type, ch.address(), r.Saved.Rate, r.Saved.zone().String()
		g.Delivery = Delivery{Type: ch.Type, Status: Waiting, Attempts: []Attempt{}}
		g.Delivery.address(g.To)
		c.gatherings[key] = g
		c.notify()
	}
	g.add(r.Saved.ID, ch.ID, item{Seq: seq, ID: a.ID})
	c.underway[delivery] = g.due
	c.open[seq]++
	if g.n++; g.n == maxBundle {
		g.due = c.s.o.Now()
		c.notify()
	}
}

func (b *bundle) add(saved string, channel int, i item) {
	for at := range b.Parts {
		if p := &b.Parts[at]; p.Saved == saved && p.Channel == channel {
			p.Alerts = append(p.Alerts, i)
			return
		}
	}
	b.Parts = append(b.Parts, part{Saved: saved, Channel: channel, Alerts: []item{i}})
}

func (c *courier) notify() {
	select {
	case c.wake <- struct{}{}:
	default: // it is awake
	}
}

// gather sends the gatherings as they fall due, until ctx ends. What is not due then is gathered anew from the log at the next start.
func (c *courier) gather(ctx context.Context) {
	for {
		ready, wait := c.ready()
		for _, g := range ready {
			if err := c.send(ctx, &g.bundle); err != nil {
				return // ctx ended
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-c.wake:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// ready takes out the gatherings that are due, and says how long until the next one is; an hour at most.
func (c *courier) ready() (ready []*gathering, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.s.o.Now()
	wait = time.Hour
	for key, g := range c.gatherings {
		if left := g.due.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		ready = append(ready, g)
		delete(c.gatherings, key)
		c.closed[key] = g.Until
	}
	return ready, wait
}

// send writes a bundle down and puts it on its way.
func (c *courier) send(ctx context.Context, b *bundle) error {
	if b.ID == "" {
		b.identify()
	}
	if err := c.s.keepBundle(ctx, b); err != nil {
		return err
	}
	return c.enqueue(ctx, parcel{bundle: b, delivery: b.Delivery})
}

// resume takes up the bundles that were on their way when the process ended.
func (c *courier) resume(ctx context.Context) error {
	open, err := c.s.readBundles(ctx)
	if err != nil {
		return err
	}
	for _, b := range open {
		if ended, err := c.s.bundleOf(ctx, b.ID); err == nil && ended.Delivery.ended() {
			if err := c.s.endBundle(ctx, ended); err != nil {
				return err
			}
			continue
		}
		c.mu.Lock()
		for _, p := range b.Parts {
			for _, i := range p.Alerts {
				c.underway[deliveryKey(i.ID, p.Channel)] = time.Time{}
				c.open[i.Seq]++
			}
		}
		c.mu.Unlock()
		if err := c.enqueue(ctx, parcel{bundle: b, delivery: b.Delivery}); err != nil {
			return err
		}
	}
	return nil
}
