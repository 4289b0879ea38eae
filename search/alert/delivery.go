package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"rostrum/internal/fault"
)

// How a delivery stands.
const (
	Waiting   = "waiting"   // for its first or its next attempt
	Delivered = "delivered" // taken
	Failed    = "failed"    // given up; it can be replayed
	Disabled  = "disabled"  // the receiver wants nothing any more
	Unknown   = "unknown"   // nothing is on record: it is too old, or the channel was switched off then
)

// maxAttempts is how many attempts of a delivery are kept, the latest.
const maxAttempts = 12

// schedule is the pauses between attempts, as the Standard Webhooks specification proposes them: three days in all.
var schedule = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	20 * time.Hour, 24 * time.Hour}

// Delivery is an alert on its way to one channel.
type Delivery struct {
	N        uint64     `json:"n" doc:"its number, to replay it by"`
	Channel  int        `json:"channel"`
	Type     string     `json:"type"`
	URL      string     `json:"url,omitempty"`
	To       string     `json:"to,omitempty"`
	Message  string     `json:"message,omitempty" doc:"the message in which it came together with other alerts"`
	Status   string     `json:"status" enum:"waiting,delivered,failed,disabled,unknown" doc:"unknown: nothing is on record, since it is too old, or the channel was switched off then"`
	Tries    int        `json:"tries"`
	Next     *time.Time `json:"next,omitempty" doc:"when the next attempt is due"`
	Attempts []Attempt  `json:"attempts" doc:"the latest, oldest first"`
}

// Attempt is one attempt at a delivery.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty" doc:"of the answer; absent where there was none"`
	Error  string    `json:"error,omitempty" doc:"why it failed"`
	TookMS int64     `json:"took_ms"`
}

// mailLane is the lane of all mail: there is one mail server.
const mailLane = "mail"

// lane names the receiver that a delivery waits for.
func (d *Delivery) lane() string {
	if d.Type == Email {
		return mailLane
	}
	return d.URL
}

// address notes where a delivery goes.
func (d *Delivery) address(to string) {
	if d.Type == Email {
		d.To = to
	} else {
		d.URL = to
	}
}

func (c *Channel) address() string {
	if c.Type == Email {
		return c.To
	}
	return c.URL
}

func (d *Delivery) ended() bool { return d.Status != Waiting }

// deliveryNumber is unique among the deliveries of all saved queries.
func deliveryNumber(seq uint64, channel int) uint64 { return seq*(maxChannels+1) + uint64(channel) }

func deliveryKey(alert string, channel int) string { return fmt.Sprintf("%s/%d", alert, channel) }

// delivery reads how an alert stands with a channel.
func (s *Service) delivery(ctx context.Context, seq uint64, a *Alert, c *Channel) (Delivery, error) {
	d := Delivery{N: deliveryNumber(seq, c.ID), Channel: c.ID, Type: c.Type, URL: c.URL, To: c.To, Status: Waiting, Attempts: []Attempt{}}
	value, _, err := s.o.Deliveries.Get(ctx, deliveryKey(a.ID, c.ID))
	if fault.KindOf(err) == fault.NotFound {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	var kept Delivery
	if err := json.Unmarshal(value, &kept); err != nil {
		s.log.Error("what became of a delivery can't be read: it is made again", "alert", a.ID, "error", err)
		return d, nil
	}
	d.Status, d.Tries, d.Next, d.Message = kept.Status, kept.Tries, kept.Next, kept.Message
	if kept.Attempts != nil {
		d.Attempts = kept.Attempts
	}
	return d, nil
}

// keepDelivery writes down how an alert stands with a channel.
func (s *Service) keepDelivery(ctx context.Context, alert string, d *Delivery) error {
	value, err := json.Marshal(d)
	if err != nil {
		return fault.Newf(fault.Internal, "encode delivery of %s: %w", alert, err)
	}
	return s.persist(ctx, "keep a delivery", func(ctx context.Context) error {
		_, err := s.o.Deliveries.Put(ctx, deliveryKey(alert, d.Channel), value)
		return err
	})
}

// take notes an attempt and what is to come of it.
func (d *Delivery) take(at time.Time, took time.Duration, o outcome, pauses []time.Duration) {
	d.Tries++
	d.Attempts = append(d.Attempts, Attempt{At: at.UTC(), Status: o.status, Error: o.reason, TookMS: took.Milliseconds()})
	d.Attempts = d.Attempts[max(0, len(d.Attempts)-maxAttempts):]
	d.Next = nil
	switch {
	case o.reason == "":
		d.Status = Delivered
	case o.gone:
		d.Status = Disabled
	case d.Tries > len(pauses):
		d.Status = Failed
	default:
		pause := max(jitter(pauses[d.Tries-1]), o.after)
		next := at.Add(took + pause).UTC()
		d.Status, d.Next = Waiting, &next
	}
}

// jitter lengthens a pause by up to a tenth, so that what failed together does not come back together.
func jitter(d time.Duration) time.Duration {
	if d < 10 {
		return d
	}
	return d + rand.N(d/10) //nolint:gosec // nothing hangs on this being guessed
}
