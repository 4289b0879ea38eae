package alert

import (
	"context"

	"rostrum/internal/fault"
)

// attempt makes one attempt and says whether the delivery waits for another, and whether the receiver failed.
func (c *courier) attempt(ctx context.Context, p *parcel) (again, failed bool) {
	r := c.s.book.record(p.saved)
	var ch *Channel
	if r != nil {
		ch = r.channel(p.delivery.Channel)
	}
	if ch == nil || ch.Disabled != "" && !p.replay {
		return false, false // it was removed meanwhile, or wants nothing any more
	}
	if p.alert == nil {
		a, err := c.s.alert(ctx, p.seq)
		if err != nil {
			if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Poison {
				c.s.log.Warn("an alert is not kept any more, and was not delivered", "saved", p.saved, "seq", p.seq, "error", err)
				return false, false
			}
			c.s.log.Warn("an alert could not be read; trying again", "saved", p.saved, "seq", p.seq, "error", err)
			next := c.s.o.Now().Add(persistMax)
			p.delivery.Next = &next
			return true, false
		}
		p.alert = a
	}
	body, err := p.alert.body()
	if err != nil {
		c.s.log.Error("an alert can't be encoded, and is not delivered", "alert", p.alert.ID, "error", err)
		return false, false
	}
	at := c.s.o.Now()
	o := c.poster.post(ctx, ch.URL, p.alert.ID, r.Secrets[ch.ID], body)
	if ctx.Err() != nil {
		return true, false // the process ends: this attempt is made again
	}
	p.delivery.take(at, c.s.o.Now().Sub(at), o, c.s.o.Retries)
	c.s.metrics.deliveries.WithLabelValues(outcomeLabel(o)).Inc()
	if err := c.s.keepDelivery(ctx, p.alert.ID, &p.delivery); err != nil {
		c.s.log.Error("a delivery could not be written down", "alert", p.alert.ID, "error", err)
	}
	if o.gone {
		c.s.log.Warn("a receiver wants nothing any more; its channel is disabled", "saved", p.saved, "channel", ch.ID)
		if err := c.s.disable(ctx, p.saved, ch.ID, o.reason); err != nil {
			c.s.log.Error("a channel could not be disabled", "saved", p.saved, "error", err)
		}
	}
	if p.delivery.Status == Failed {
		c.s.log.Warn("a delivery is given up; it can be replayed", "saved", p.saved, "alert", p.alert.ID, "tries", p.delivery.Tries, "reason", o.reason)
	}
	return !p.delivery.ended(), o.reason != ""
}

func outcomeLabel(o outcome) string {
	switch {
	case o.reason == "":
		return "delivered"
	case o.gone:
		return "gone"
	case o.status == 0:
		return "unreached"
	}
	return "refused"
}
