package alert

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// Replay makes a delivery of a saved query of owner (empty: anybody's) again, with the alert's id as before; n is its number. It is also made
// to a channel that is disabled. fault.NotFound for one that is not there, or whose alert is kept no more.
func (s *Service) Replay(ctx context.Context, owner, id string, n uint64) (Delivery, error) {
	r, err := s.owned(owner, id)
	if err != nil {
		return Delivery{}, err
	}
	missing := fault.New(fault.NotFound, fmt.Sprintf("the saved query has no delivery %d", n), "its alerts list the deliveries with their numbers, `n`")
	seq := n / (maxChannels + 1)
	ch := r.channel(int(n % (maxChannels + 1)))
	if ch == nil {
		return Delivery{}, missing
	}
	a, err := s.alert(ctx, seq)
	if fault.KindOf(err) == fault.NotFound || err == nil && a.Saved.ID != id {
		return Delivery{}, missing
	}
	if err != nil {
		return Delivery{}, err
	}
	d, err := s.delivery(ctx, seq, a, ch)
	if err != nil {
		return Delivery{}, err
	}
	if !d.ended() && s.courier.carries(a.ID, ch.ID) {
		return Delivery{}, fault.New(fault.Conflict, "the delivery is on its way already", "wait for its next attempt")
	}
	now := s.o.Now().UTC()
	d.Status, d.Tries, d.Next = Waiting, 0, &now
	if err := s.keepDelivery(ctx, a.ID, &d); err != nil {
		return Delivery{}, err
	}
	return d, s.courier.enqueue(ctx, parcel{seq: seq, saved: id, delivery: d, alert: a, alertID: a.ID, replay: true})
}

// carries says whether a delivery has not ended.
func (c *courier) carries(alert string, channel int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.underway[deliveryKey(alert, channel)]
	return ok
}

// due says when the message is sent that an alert waits for; the zero time where it waits for none.
func (c *courier) due(alert string, channel int) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := c.underway[deliveryKey(alert, channel)]
	if due.IsZero() {
		return due
	}
	return due.UTC()
}

// TestResult is what became of a test message to one channel.
type TestResult struct {
	Channel int    `json:"channel"`
	Type    string `json:"type"`
	URL     string `json:"url,omitempty"`
	To      string `json:"to,omitempty"`
	Taken   bool   `json:"taken"`
	Status  int    `json:"status,omitempty" doc:"of the answer"`
	Error   string `json:"error,omitempty" doc:"why it was not taken"`
	TookMS  int64  `json:"took_ms"`
}

// Test sends a message of type test to every channel of a saved query of owner (empty: anybody's), once, and says what became of it.
func (s *Service) Test(ctx context.Context, owner, id string) ([]TestResult, error) {
	r, err := s.owned(owner, id)
	if err != nil {
		return nil, err
	}
	results := []TestResult{}
	for i := range r.Saved.Channels {
		c := &r.Saved.Channels[i]
		at := s.o.Now()
		l := &letter{id: "msg_test_" + random(20), why: whyTest, rate: r.Saved.Rate, at: at, zone: r.Saved.zone(), public: s.o.Public(),
			queries: []Part{{Ref: Ref{ID: r.Saved.ID, Name: strings.TrimSpace(r.Saved.Name), Query: r.Saved.Parsed}, Link: s.savedLink(id)}}}
		o := s.courier.hand(ctx, r, c, l)
		results = append(results, TestResult{Channel: c.ID, Type: c.Type, URL: c.URL, To: c.To, Taken: o.reason == "", Status: o.status, Error: o.reason,
			TookMS: s.o.Now().Sub(at).Milliseconds()})
	}
	return results, nil
}
