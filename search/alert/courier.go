package alert

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rostrum/internal/fault"
)

// Bounds of delivery.
const (
	laneWidth    = 4      // attempts at one receiver at the same time; one while it fails
	maxAttempted = 128    // attempts at the same time over all receivers
	maxFailing   = 64     // of these at receivers whose last attempt failed, so that the dead leave room for the living
	maxLane      = 10_000 // deliveries that wait for one receiver
	maxMailLane  = 50_000 // mails that wait for the mail server
	stopGrace    = 3 * time.Second
)

// courier follows the log of alerts and brings each to each channel. A receiver has a lane of its own, so that a slow one holds up itself.
//
// The place that it writes down is the last alert before which every delivery has ended: what lies behind it is looked at again after a
// restart, and is passed over where its delivery is on record as ended.
type courier struct {
	s       *Service
	poster  *poster
	mailer  *mailer // nil: no mail is sent
	slots   chan struct{}
	failing chan struct{}

	mu       sync.Mutex
	lanes    map[string]*lane     // by receiver
	open     map[uint64]int       // deliveries that have not ended, by the alert's sequence
	underway map[string]time.Time // by delivery key: when the message is due that it waits for; zero where it waits for none
	sent     uint64               // the place as it was last written down
	followed uint64               // the last alert that was taken from the log
	running  sync.WaitGroup       // lanes and attempts
	work     context.Context      // nil while the courier does not run

	gatherings map[string]*gathering // messages that are still being filled
	closed     map[string]time.Time  // by key, when the latest gathering was due that was sent
	told       map[string]time.Time  // by receiver, when it last took a message
	wake       chan struct{}         // a gathering is there, or full
	floods     map[string]flood      // by saved query and channel; the follower's own
}

func newCourier(s *Service) *courier {
	return &courier{s: s, poster: newPoster(&s.o), mailer: newMailer(&s.o), slots: make(chan struct{}, maxAttempted), failing: make(chan struct{}, maxFailing),
		lanes: map[string]*lane{}, open: map[uint64]int{}, underway: map[string]time.Time{}, gatherings: map[string]*gathering{},
		closed: map[string]time.Time{}, told: map[string]time.Time{}, wake: make(chan struct{}, 1), floods: map[string]flood{}}
}

// run delivers until ctx ends. What is on its way then has a moment to arrive.
func (c *courier) run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	c.mu.Lock()
	c.work, c.followed = work, c.sent
	c.mu.Unlock()
	following, stopPlaces := context.WithCancel(ctx)
	defer stopPlaces()
	var beside sync.WaitGroup
	beside.Go(func() { c.writePlaces(following) })
	err := c.resume(ctx)
	if err == nil {
		err = c.readFloods(ctx)
	}
	if err == nil {
		err = c.complain(ctx)
	}
	if err == nil {
		beside.Go(func() { c.gather(following) })
		beside.Go(func() { c.beat(following) })
		err = c.s.o.Alerts.Follow(ctx, c.sent+1, c.take)
	}
	c.stop(cancel)
	stopPlaces()
	beside.Wait()
	c.s.leavePlace(ctx, sentKey, c.place(), c.sent)
	c.poster.close()
	return err
}

// stop ends the lanes, and after a moment the attempts.
func (c *courier) stop(cancel context.CancelFunc) {
	c.mu.Lock()
	c.work = nil
	for _, l := range c.lanes {
		l.stop()
	}
	c.mu.Unlock()
	ended := make(chan struct{})
	go func() { defer close(ended); c.running.Wait() }()
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
		cancel()
		<-ended
	}
}

// writePlaces writes the place down while it moves.
func (c *courier) writePlaces(ctx context.Context) {
	tick := time.NewTicker(placeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		place := c.place()
		if place == c.sent {
			continue
		}
		if err := c.s.writePlace(ctx, sentKey, place); err != nil {
			continue // ctx ended; the last place is left at the end
		}
		c.sent = place
	}
}

// place is the last alert before which every delivery has ended.
func (c *courier) place() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	place := c.followed
	for seq := range c.open {
		place = min(place, seq-1)
	}
	c.s.metrics.waiting.Set(float64(len(c.underway)))
	return place
}

// take puts an alert from the log on its way.
func (c *courier) take(ctx context.Context, seq uint64, data []byte) error {
	a, err := c.s.decode(data)
	if err != nil {
		c.s.log.Error("an alert can't be read, and is not delivered", "seq", seq, "error", err)
		a = nil
	}
	if a != nil {
		c.s.recent.note(a.Saved.ID, seq)
		if err := c.dispatch(ctx, seq, a); err != nil {
			return err
		}
	}
	c.mu.Lock()
	c.followed = max(c.followed, seq)
	c.mu.Unlock()
	return nil
}

// dispatch puts an alert into the lanes of its channels, unless its delivery there has ended.
func (c *courier) dispatch(ctx context.Context, seq uint64, a *Alert) error {
	r := c.s.book.record(a.Saved.ID)
	if r == nil {
		return nil // it was removed
	}
	for i := range r.Saved.Channels {
		ch := &r.Saved.Channels[i]
		if ch.Disabled != "" || !ch.tells(a) || c.carries(a.ID, ch.ID) { // asked first: what ends later than this is on record when it is read below
			continue
		}
		flooded, since, err := c.flooded(ctx, r.Saved.ID, ch.ID, a.At)
		if err != nil {
			return err
		}
		var d Delivery
		err = c.s.persist(ctx, "read a delivery", func(ctx context.Context) (err error) {
			d, err = c.s.delivery(ctx, seq, a, ch)
			return err
		})
		if err != nil {
			return err
		}
		switch {
		case d.ended():
			continue
		case d.Tries > 0: // it is on its way singly
		case r.Saved.Rate != Immediate:
			c.toDigest(r, ch, seq, a)
			continue
		case flooded:
			c.toFlood(r, ch, seq, a, since)
			continue
		}
		if err := c.enqueue(ctx, parcel{seq: seq, saved: r.Saved.ID, delivery: d, alert: a, alertID: a.ID}); err != nil {
			return err
		}
	}
	return nil
}

var errStopped = fault.New(fault.Transient, "deliveries are not being made now", "try again in a moment")

// enqueue puts a parcel into its lane. Where the lane is full the delivery fails, which its log says.
func (c *courier) enqueue(ctx context.Context, p parcel) error {
	c.mu.Lock()
	key := p.key()
	if c.work == nil {
		c.mu.Unlock()
		return errStopped
	}
	if _, ok := c.underway[key]; ok {
		c.mu.Unlock()
		return nil
	}
	to := p.delivery.lane()
	l := c.lanes[to]
	if l == nil {
		l = newLane(c, to)
		c.lanes[to] = l
		work := c.work
		c.running.Go(func() { l.run(work) })
	}
	full := !l.push(p)
	if !full {
		c.underway[key] = time.Time{}
		if p.bundle == nil {
			c.open[p.seq]++
		}
	}
	c.mu.Unlock()
	if !full {
		return nil
	}
	c.s.log.Warn("too many deliveries wait for one receiver: this one is given up, and can be replayed", "saved", p.saved, "alert", p.alertID, "waiting", l.room)
	d := p.delivery
	d.Status, d.Next = Failed, nil
	d.Attempts = append(d.Attempts, Attempt{At: c.s.o.Now().UTC(), Error: fmt.Sprintf("%d deliveries wait for this receiver: replay this one when it takes them again", l.room)})
	if p.bundle == nil {
		return c.s.keepDelivery(ctx, p.alertID, &d)
	}
	p.bundle.Delivery = d
	err := c.s.endBundle(ctx, p.bundle)
	c.finished(&p)
	return err
}

// finished takes a parcel whose delivery has ended off the books.
func (c *courier) finished(p *parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.underway, p.key())
	if p.bundle == nil {
		c.shut(p.seq)
		return
	}
	for _, part := range p.bundle.Parts {
		for _, i := range part.Alerts {
			delete(c.underway, deliveryKey(i.ID, part.Channel))
			c.shut(i.Seq)
		}
	}
}

// shut takes one delivery of an alert off the books. It needs the lock.
func (c *courier) shut(seq uint64) {
	if c.open[seq]--; c.open[seq] <= 0 {
		delete(c.open, seq)
	}
}
