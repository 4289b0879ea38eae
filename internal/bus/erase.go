package bus

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/statement"
)

// erased is a message that is to go, and the name of its body where that is kept apart.
type erased struct {
	seq  uint64
	body string
}

// Erase takes those messages out for good of whose data drop says so: what they held is overwritten on the disk. It reads everything that
// is kept, and is idempotent. It gives how many went. What is appended meanwhile is not looked at.
func (l *Log) Erase(ctx context.Context, drop func(data []byte) bool) (int, error) {
	ctx, done, err := l.bus.use(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	var found []erased
	c := &cursor{bus: l.bus, stream: l.stream}
	err = c.toEnd(ctx, func(ctx context.Context, m *message) error {
		data, err := l.bus.bodies[statementBodies].open(ctx, m.Headers(), m.Data())
		if err != nil {
			return l.bus.passOver(l.stream, m.seq, err)
		}
		if drop(data) {
			found = append(found, erased{seq: m.seq, body: m.Headers().Get(headerBody)})
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	stream, err := l.bus.js.Stream(ctx, l.stream)
	if err != nil {
		return 0, wrap(err, "erase from %s", l.stream)
	}
	for n, e := range found {
		if err := stream.SecureDeleteMsg(ctx, e.seq); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return n, wrap(err, "erase message %d of %s", e.seq, l.stream)
		}
		if e.body != "" {
			l.bus.bodies[statementBodies].drop(ctx, e.body)
		}
	}
	return len(found), nil
}

// EraseStatement takes every announcement of a statement out of STATEMENTS: see Log.Erase.
func (b *Bus) EraseStatement(ctx context.Context, id string) (int, error) {
	return b.stated.Erase(ctx, func(data []byte) bool {
		var a statement.Announcement
		return json.Unmarshal(data, &a) == nil && a.Statement.ID == id
	})
}
