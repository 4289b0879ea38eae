package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// replayMark is the key, in the bucket of what is in flight, of what a Guard has in hand.
const replayMark = "replay"

// Guard finds what kills the process while captures are read that do not come from the bus: a replay of the archive. It is to those what the
// mark is to a consumer's, and both know the killers of the other. One goroutine uses it, and one process has one at a time.
type Guard struct {
	bus      *Bus
	killers  killers
	suspects map[string]int // kills by capture id, of those that were in hand when a process died
	marked   bool
}

// Guard reads who was in hand, of a Guard or of the consumer, when a process died.
func (b *Bus) Guard(ctx context.Context) (*Guard, error) {
	g := &Guard{bus: b, suspects: map[string]int{}}
	if err := g.killers.load(ctx, b); err != nil {
		return nil, err
	}
	for _, key := range []string{indexerConsumer, replayMark} {
		value, _, err := b.buckets[inFlightBucket].Get(ctx, key)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		var left markRecord
		if err := json.Unmarshal(value, &left); err != nil {
			b.log.Error("bus can't read the mark of captures in flight; nobody is suspected", "error", err)
			continue
		}
		for _, s := range left.Running {
			g.suspects[s.ID] += s.Kills + 1
		}
		for _, s := range left.Waiting {
			g.suspects[s.ID] += s.Kills
		}
		if key == replayMark && len(left.Running) > 0 {
			b.metrics.kills.Inc()
			b.log.Warn("a replay finds captures that were in hand when its process ended; taking them one by one", "captures", len(left.Running)+len(left.Waiting))
		}
	}
	return g, nil
}

// Judge says whether a capture must be a batch of its own. One that killed its process Options.MaxKills times, or that has the content of one that did,
// is fault.Poison: it must be left out. The first is in quarantine then, whose retry lets it in again.
func (g *Guard) Judge(ctx context.Context, c *statement.Capture) (alone bool, err error) {
	hash := contentHash(append([]byte{'\n'}, c.Body...))
	if killer := g.killers[hash]; killer != "" {
		return false, errContent(killer)
	}
	kills := g.suspects[c.ID]
	if kills < g.bus.opt.MaxKills {
		return kills > 0, nil
	}
	failure := fault.New(fault.Poison, fmt.Sprintf("its worker died %d times while it was in flight", kills), "")
	if err := g.quarantine(ctx, c, failure, kills); err != nil {
		return false, err
	}
	if hash != "" {
		if _, err := g.bus.buckets[inFlightBucket].Put(ctx, killerKeys+hash, []byte(c.ID)); err != nil {
			return false, err
		}
		g.killers[hash] = c.ID
	}
	delete(g.suspects, c.ID)
	return false, failure
}

func (g *Guard) quarantine(ctx context.Context, c *statement.Capture, failure error, kills int) error {
	payload, err := encodeCapture(c)
	if err != nil {
		return err
	}
	g.bus.log.Error("bus puts a capture of the archive into quarantine", "capture", c.ID, "url", c.URL, "error", failure)
	g.bus.metrics.quarantined.WithLabelValues(fault.Poison.String()).Inc()
	return g.bus.Quarantine().put(ctx, QuarantineEntry{Capture: c.ID, URL: c.URL, Source: c.Source, Reason: failure.Error(), Kind: fault.Poison.String(),
		Attempts: kills, At: time.Now().UTC(), Size: len(payload)}, payload)
}

// Begin marks captures as being in hand, which ends with the next Begin, or End. It is one write.
func (g *Guard) Begin(ctx context.Context, batch []*statement.Capture) error {
	record := markRecord{Running: make([]suspect, len(batch))}
	for i, c := range batch {
		record.Running[i] = suspect{ID: c.ID, Kills: g.suspects[c.ID]}
		delete(g.suspects, c.ID)
	}
	for id, kills := range g.suspects {
		record.Waiting = append(record.Waiting, suspect{ID: id, Kills: kills})
	}
	g.marked = true
	return g.write(ctx, record)
}

// End says that nothing is in hand any more. Suspects whose turn has not come stay on record.
func (g *Guard) End(ctx context.Context) error {
	if !g.marked {
		return nil
	}
	g.marked = false
	if len(g.suspects) == 0 {
		return g.bus.buckets[inFlightBucket].Delete(ctx, replayMark)
	}
	record := markRecord{}
	for id, kills := range g.suspects {
		record.Waiting = append(record.Waiting, suspect{ID: id, Kills: kills})
	}
	return g.write(ctx, record)
}

func (g *Guard) write(ctx context.Context, record markRecord) error {
	value, err := boundedMark(&record, g.bus.log)
	if err != nil {
		return err
	}
	return g.bus.untilTaken(ctx, string(inFlightBucket), func(ctx context.Context) error {
		_, err := g.bus.buckets[inFlightBucket].Put(ctx, replayMark, value)
		return err
	})
}
