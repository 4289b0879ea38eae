package alert

import (
	"cmp"
	"net/url"
	"slices"
)

// Trouble is a receiver that does not take its messages.
type Trouble struct {
	To      string `json:"to" doc:"host of the webhook, or mail"` // never the whole address: it may hold a secret
	Waiting int    `json:"waiting" doc:"deliveries that wait for it"`
	Reason  string `json:"reason,omitempty" doc:"why the last attempt failed"`
}

// Reached is the sequence of the last announcement that was matched.
func (s *Service) Reached() uint64 { return s.reached.Load() }

// Waiting is how many deliveries have not ended.
func (s *Service) Waiting() int {
	s.courier.mu.Lock()
	defer s.courier.mu.Unlock()
	return len(s.courier.underway)
}

// Troubles gives the receivers whose last attempt failed and for whom something waits, those with the most first.
func (s *Service) Troubles() []Trouble {
	s.courier.mu.Lock()
	defer s.courier.mu.Unlock()
	out := []Trouble{}
	for to, l := range s.courier.lanes {
		l.mu.Lock()
		if l.failing {
			t := Trouble{To: hostOf(to), Waiting: len(l.queue) + l.flying}
			for i := range l.queue {
				if a := l.queue[i].delivery.Attempts; len(a) > 0 && a[len(a)-1].Error != "" {
					t.Reason = a[len(a)-1].Error
					break
				}
			}
			out = append(out, t)
		}
		l.mu.Unlock()
	}
	slices.SortFunc(out, func(a, b Trouble) int { return cmp.Or(b.Waiting-a.Waiting, cmp.Compare(a.To, b.To)) })
	return out
}

func hostOf(to string) string {
	if u, err := url.Parse(to); err == nil && u.Host != "" {
		return u.Host
	}
	return to
}

// traceDelivery says in the log and the metrics that an alert reached its channel.
func (c *courier) traceDelivery(p *parcel, ch *Channel, o outcome) {
	if p.delivery.Status != Delivered {
		c.s.log.Debug("capture not delivered yet", "capture", p.alert.Statement.Capture, "alert", p.alertID, "channel", ch.Type, "status", p.delivery.Status, "reason", o.reason)
		return
	}
	c.s.log.Debug("capture delivered", "capture", p.alert.Statement.Capture, "alert", p.alertID, "channel", ch.Type, "tries", p.delivery.Tries)
	if !p.replay {
		c.s.metrics.delivery.WithLabelValues(ch.Type).Observe(max(0, c.s.o.Now().Sub(p.alert.At).Seconds()))
	}
}
