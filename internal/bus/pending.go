package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Pending is what waits between the crawlers and the indexer.
type Pending struct {
	Captures   uint64        // not yet acknowledged, those in hand included
	Bytes      uint64        // of their messages in the stream; bodies that travel by reference are in BodyBytes
	BodyBytes  uint64        // of bodies that travel by reference
	AckPending int           // handed out and not yet acknowledged, those put off included
	OldestAge  time.Duration // since the oldest of them was published; 0 when there is none
}

// Pending says what waits for the indexer.
func (b *Bus) Pending(ctx context.Context) (Pending, error) {
	info, err := b.captures.Info(ctx)
	if err != nil {
		return Pending{}, wrap(err, "count pending captures")
	}
	p := Pending{Captures: info.State.Msgs, Bytes: info.State.Bytes}
	if p.Captures > 0 {
		p.OldestAge = ageAt(info.State.FirstTime, time.Now())
	}
	bodies, err := b.bodies[captureBodies].stream.Info(ctx)
	if err != nil {
		return Pending{}, wrap(err, "count pending bodies")
	}
	p.BodyBytes = bodies.State.Bytes
	consumer, err := b.captures.Consumer(ctx, indexerConsumer)
	switch {
	case err == nil:
		p.AckPending = consumer.CachedInfo().NumAckPending
	case !isAny(err, jetstream.ErrConsumerNotFound):
		return Pending{}, wrap(err, "count captures in hand")
	}
	return p, nil
}

// ageAt is how long ago something was by the clock, which may have been set back since.
func ageAt(then, now time.Time) time.Duration { return max(0, now.Sub(then)) }

// PendingBySource gives, for each of the sources, how many of its captures are not yet acknowledged. It is one request, however many
// sources.
func (b *Bus) PendingBySource(ctx context.Context, sources []string) (map[string]uint64, error) {
	info, err := b.captures.Info(ctx, jetstream.WithSubjectFilter("captures.>"))
	if err != nil {
		return nil, wrap(err, "count pending captures by source")
	}
	pending := make(map[string]uint64, len(sources))
	for _, source := range sources {
		pending[source] = info.State.Subjects[captureSubject(source, "inline")] + info.State.Subjects[captureSubject(source, "body")]
	}
	return pending, nil
}
