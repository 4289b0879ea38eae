package alert

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// maxBundle bounds the alerts of one message: what is over that comes with another.
const maxBundle = 5000

// bundle is a message of several alerts, or of none: a digest, a flood, a heartbeat. It is written down before it is sent, so that a crash
// repeats it as it was, with its id, and so that the alerts in it can be listed afterwards.
type bundle struct {
	ID       string    `json:"id"`
	Why      string    `json:"why"`
	Type     string    `json:"type"` // of the channel
	To       string    `json:"to"`   // its address
	Rate     string    `json:"rate"`
	Zone     string    `json:"zone"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Parts    []part    `json:"parts"`
	Delivery Delivery  `json:"delivery"`
}

// part is what a bundle has of one saved query, for one of its channels.
type part struct {
	Saved   string `json:"saved"`
	Channel int    `json:"channel"`
	Alerts  []item `json:"alerts"`
}

// item is one alert of a bundle.
type item struct {
	Seq uint64 `json:"s"`
	ID  string `json:"i"`
}

func (b *bundle) zone() *time.Location {
	if zone, err := zoneOf(b.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// identify gives the bundle an id that depends on nothing but what it says and to whom.
func (b *bundle) identify(about ...string) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n%s", b.Why, b.Type, b.To, strings.Join(about, "\n"))
	for _, p := range b.Parts {
		fmt.Fprintf(sum, "\n%s/%d", p.Saved, p.Channel)
		for _, i := range p.Alerts {
			fmt.Fprintf(sum, " %d", i.Seq)
		}
	}
	b.ID = "msg_" + letters.EncodeToString(sum.Sum(nil))[:26]
}

const (
	openBundles = "alerts.bundle/" // in Settings: those on their way
	sentBundles = "bundle/"        // in Deliveries: those that have ended
)

// keepBundle writes down a bundle that is on its way.
func (s *Service) keepBundle(ctx context.Context, b *bundle) error {
	return s.putBundle(ctx, s.o.Settings, openBundles+b.ID, b)
}

func (s *Service) putBundle(ctx context.Context, in Bucket, key string, b *bundle) error {
	value, err := json.Marshal(b)
	if err != nil {
		return fault.Newf(fault.Internal, "encode message %s: %w", b.ID, err)
	}
	return s.persist(ctx, "keep a message", func(ctx context.Context) error {
		_, err := in.Put(ctx, key, value)
		return err
	})
}

// endBundle writes down what became of a bundle and of each alert in it. It is idempotent; cut off, it is done again.
func (s *Service) endBundle(ctx context.Context, b *bundle) error {
	if err := s.putBundle(ctx, s.o.Deliveries, sentBundles+b.ID, b); err != nil {
		return err
	}
	for _, p := range b.Parts {
		for _, i := range p.Alerts {
			d := b.Delivery
			d.N, d.Channel, d.Type, d.Message, d.Next = deliveryNumber(i.Seq, p.Channel), p.Channel, b.Type, b.ID, nil
			d.address(b.To)
			d.Attempts = d.Attempts[max(0, len(d.Attempts)-1):]
			if err := s.keepDelivery(ctx, i.ID, &d); err != nil {
				return err
			}
		}
	}
	return s.persist(ctx, "close a message", func(ctx context.Context) error { return s.o.Settings.Delete(ctx, openBundles+b.ID) })
}

// readBundles gives the bundles that are on their way, by id.
func (s *Service) readBundles(ctx context.Context) ([]*bundle, error) {
	var open []*bundle
	err := s.persist(ctx, "read messages", func(ctx context.Context) error {
		open = nil
		return s.o.Settings.List(ctx, func(key string, value []byte, _ uint64) error {
			if !strings.HasPrefix(key, openBundles) {
				return nil
			}
			b := &bundle{}
			if err := json.Unmarshal(value, b); err != nil {
				s.log.Error("a message can't be read; its alerts are told anew", "key", key, "error", err)
				return nil
			}
			open = append(open, b)
			return nil
		})
	})
	slices.SortFunc(open, func(x, y *bundle) int { return cmp.Compare(x.ID, y.ID) })
	return open, err
}

// bundleOf reads a bundle, whether it is on its way or has ended; fault.NotFound for one that is not there.
func (s *Service) bundleOf(ctx context.Context, id string) (*bundle, error) {
	value, _, err := s.o.Deliveries.Get(ctx, sentBundles+id)
	if fault.KindOf(err) == fault.NotFound {
		value, _, err = s.o.Settings.Get(ctx, openBundles+id)
	}
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "there is no message "+id, "it may be too old to be kept")
	}
	if err != nil {
		return nil, err
	}
	b := &bundle{}
	if err := json.Unmarshal(value, b); err != nil {
		return nil, fault.Newf(fault.Internal, "decode message %s: %w", id, err)
	}
	return b, nil
}
