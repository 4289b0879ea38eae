package alert

import (
	"context"
	"time"

	"rostrum/internal/fault"
)

// attempt makes one attempt and says whether the delivery waits for another, and whether the receiver failed.
func (c *courier) attempt(ctx context.Context, p *parcel) (again, failed bool) {
	if p.bundle != nil {
		return c.attemptBundle(ctx, p)
	}
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
			return c.later(p), false
		}
		p.alert = a
	}
	at := c.s.o.Now()
	o := c.hand(ctx, r, ch, c.s.letterOfOne(r, p.alert))
	if ctx.Err() != nil {
		return true, false // the process ends: this attempt is made again
	}
	c.settleAttempt(ctx, r, ch, &p.delivery, at, o)
	c.traceDelivery(p, ch, o)
	if err := c.s.keepDelivery(ctx, p.alert.ID, &p.delivery); err != nil {
		c.s.log.Error("a delivery could not be written down", "alert", p.alert.ID, "error", err)
	}
	if o.gone {
		c.closeChannel(ctx, p.saved, ch, o.reason)
	}
	return !p.delivery.ended(), o.failing()
}

// attemptBundle is attempt for a message of several alerts.
func (c *courier) attemptBundle(ctx context.Context, p *parcel) (again, failed bool) {
	b := p.bundle
	l, err := c.s.letterOf(ctx, b)
	if err != nil {
		c.s.log.Warn("the alerts of a message could not be read; trying again", "message", b.ID, "error", err)
		return c.later(p), false
	}
	var r *record
	var ch *Channel
	for _, part := range b.Parts {
		if r = c.s.book.record(part.Saved); r != nil && r.wants(part.Channel) {
			ch = r.channel(part.Channel)
			break
		}
	}
	if ch == nil {
		p.delivery.Status, p.delivery.Next = Disabled, nil // they were removed meanwhile, or want nothing any more
		p.delivery.Attempts = append(p.delivery.Attempts, Attempt{At: c.s.o.Now().UTC(), Error: "the channel was removed or switched off before it was sent"})
	} else {
		at := c.s.o.Now()
		o := c.hand(ctx, r, ch, l)
		if ctx.Err() != nil {
			return true, false
		}
		c.settleAttempt(ctx, r, ch, &p.delivery, at, o)
		failed = o.failing()
		if o.gone {
			for _, part := range b.Parts {
				c.closeChannel(ctx, part.Saved, &Channel{ID: part.Channel, Type: ch.Type, To: ch.To}, o.reason)
			}
		}
	}
	b.Delivery = p.delivery
	keep := c.s.keepBundle
	if p.delivery.ended() {
		keep = c.s.endBundle
	}
	if err := keep(ctx, b); err != nil {
		c.s.log.Error("a message could not be written down", "message", b.ID, "error", err)
	}
	return !p.delivery.ended(), failed
}

// later puts a parcel off that could not be read.
func (c *courier) later(p *parcel) (again bool) {
	next := c.s.o.Now().Add(persistMax)
	p.delivery.Next = &next
	return true
}

// hand brings a letter to a channel.
func (c *courier) hand(ctx context.Context, r *record, ch *Channel, l *letter) outcome {
	if ch.Type == Email {
		if c.mailer == nil {
			return outcome{reason: "this server sends no mail any more"}
		}
		l.to, l.unsubscribe = ch.To, c.s.unsubscribeLink(r, ch, l.why != whyAlert && l.why != whyFlood)
		return c.mailer.send(ctx, l, c.s.names())
	}
	body, err := l.body()
	if err != nil {
		c.s.log.Error("a message can't be encoded", "message", l.id, "error", err)
		return outcome{reason: "the message can't be encoded"}
	}
	return c.poster.post(ctx, ch.URL, l.id, r.signers(ch.ID, c.s.o.Now()), body)
}

// settleAttempt notes what became of an attempt.
func (c *courier) settleAttempt(ctx context.Context, r *record, ch *Channel, d *Delivery, at time.Time, o outcome) {
	d.take(at, c.s.o.Now().Sub(at), o, c.s.o.Retries)
	c.s.metrics.deliveries.WithLabelValues(outcomeLabel(o)).Inc()
	switch d.Status {
	case Delivered:
		c.wasTold(ctx, receiverKey(r, ch))
	case Failed:
		c.s.log.Warn("a delivery is given up; it can be replayed", "saved", r.Saved.ID, "tries", d.Tries, "reason", o.reason)
	}
}

// closeChannel notes that a receiver wants nothing any more: for a mail address wherever it stands.
func (c *courier) closeChannel(ctx context.Context, saved string, ch *Channel, why string) {
	c.s.log.Warn("a receiver wants nothing any more; its channel is disabled", "saved", saved, "channel", ch.ID, "reason", why)
	err := c.s.disable(ctx, saved, ch.ID, why)
	if err == nil && ch.Type == Email {
		_, err = c.s.Bounced(ctx, ch.To, why)
	}
	if err != nil {
		c.s.log.Error("a channel could not be disabled", "saved", saved, "error", err)
	}
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
