package bus

import (
	"context"
	"regexp"

	"rostrum/internal/fault"
)

// about is the subject of what is about a key.
func (l *Log) about(key string) string {
	if key == "" {
		return l.subject
	}
	return l.subject + "." + key
}

var keyForm = regexp.MustCompile(`^[a-z0-9-]*$`)

// checkKey refuses a key whose subject the stream does not take: such a publish would be tried again for ever.
func (l *Log) checkKey(key string) error {
	if !keyForm.MatchString(key) || key != "" && l.stream != alertsStream {
		return fault.Newf(fault.Invalid, "append to %s: it takes no key %q", l.stream, key)
	}
	return nil
}

// Get gives the message of a sequence; fault.NotFound for one that is gone or never was.
func (l *Log) Get(ctx context.Context, seq uint64) ([]byte, error) {
	stream, err := l.bus.js.Stream(ctx, l.stream)
	if err != nil {
		return nil, wrap(err, "get message %d of %s", seq, l.stream)
	}
	m, err := stream.GetMsg(ctx, seq)
	if err != nil {
		return nil, wrap(err, "get message %d of %s", seq, l.stream)
	}
	data, err := l.bus.bodies[statementBodies].open(ctx, m.Header, m.Data)
	if err != nil && fault.KindOf(err) == fault.Poison {
		return nil, fault.Newf(fault.NotFound, "get message %d of %s: %w", seq, l.stream, err)
	}
	return data, err
}

// Sequences gives the sequences of the messages about a key that are still kept, oldest first.
func (l *Log) Sequences(ctx context.Context, key string) ([]uint64, error) {
	ctx, done, err := l.bus.use(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	var seqs []uint64
	c := &cursor{bus: l.bus, stream: l.stream, subject: l.about(key), headers: true}
	err = c.toEnd(ctx, func(_ context.Context, m *message) error {
		seqs = append(seqs, m.seq)
		return nil
	})
	return seqs, err
}
