package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Bounds of one atomic batch. The server takes 1,000 messages.
const (
	batchMessages = 900
	batchBytes    = 8 << 20
)

const (
	headerBatch       = "Nats-Batch-Id"
	headerBatchSeq    = "Nats-Batch-Sequence"
	headerBatchCommit = "Nats-Batch-Commit"
)

// Log is a stream that is appended to and followed by sequence. Sequences begin at 1, rise with each message, and never come back.
type Log struct {
	bus     *Bus
	stream  string
	subject string
}

// Record is one message for a Log.
type Record struct {
	ID   string // message id: a repeat within the dedupe window is dropped in silence
	Key  string // what it is about, [a-z0-9-]+: part of its subject, by which ALERTS can be read; empty: nothing
	Data []byte // any size; over 512 KiB it travels by reference
}

// Append appends records in their order. When it returns nil all of them are durable by the sync policy; on an error, any first part of
// them may be. While the server does not answer it tries again until ctx ends. It is idempotent by Record.ID within the dedupe window.
func (l *Log) Append(ctx context.Context, records []Record) error {
	ctx, done, err := l.bus.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	for _, r := range records {
		if err := l.checkKey(r.Key); err != nil {
			return err
		}
	}
	for len(records) > 0 {
		n := fit(records)
		if err := l.appendBatch(ctx, records[:n]); err != nil {
			return wrap(err, "append to %s", l.stream)
		}
		l.bus.metrics.appended.WithLabelValues(l.stream).Add(float64(n))
		records = records[n:]
	}
	return nil
}

// fit is how many of the first records make one batch.
func fit(records []Record) int {
	size := 0
	for i, r := range records {
		size += min(len(r.Data), inlineBytes)
		if i == batchMessages || i > 0 && size > batchBytes {
			return i
		}
	}
	return len(records)
}

func (l *Log) appendBatch(ctx context.Context, records []Record) error {
	msgs := make([]*nats.Msg, len(records))
	for i, r := range records {
		err := l.bus.untilTaken(ctx, l.stream, func(ctx context.Context) (err error) {
			msgs[i], err = l.message(ctx, r)
			return err
		})
		if err != nil {
			return err
		}
	}
	return l.bus.untilTaken(ctx, l.stream, func(ctx context.Context) error {
		err := l.bus.publishAtomic(ctx, msgs)
		if code(err) == codeBatchDuplicate {
			return l.bus.publishEach(ctx, msgs) // some are known already: an atomic batch is refused whole
		}
		return err
	})
}

func (l *Log) message(ctx context.Context, r Record) (*nats.Msg, error) {
	msg := &nats.Msg{Subject: l.about(r.Key), Data: r.Data, Header: nats.Header{}}
	msg.Header.Set(jetstream.MsgIDHeader, r.ID)
	if len(r.Data) <= l.bus.inline {
		return msg, nil
	}
	name, err := l.bus.bodies[statementBodies].put(ctx, hashKey(r.ID), r.Data)
	if err != nil {
		return nil, err
	}
	msg.Data = nil
	refer(msg.Header, name, len(r.Data))
	return msg, nil
}

// publishAtomic stores all messages or none, in order, with one fsync.
func (b *Bus) publishAtomic(ctx context.Context, msgs []*nats.Msg) error {
	if len(msgs) == 1 {
		_, err := b.send(ctx, clone(msgs[0]))
		return err
	}
	id := nuid.Next()
	for i, m := range msgs {
		part := clone(m)
		part.Header.Set(headerBatch, id)
		part.Header.Set(headerBatchSeq, strconv.Itoa(i+1))
		if i == len(msgs)-1 {
			part.Header.Set(headerBatchCommit, "1")
			return b.commit(ctx, part)
		}
		if err := b.conn.PublishMsg(part); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bus) commit(ctx context.Context, last *nats.Msg) error {
	var reply *nats.Msg
	err := b.request(ctx, func(ctx context.Context) (err error) {
		reply, err = b.conn.RequestMsgWithContext(ctx, last)
		return err
	})
	if err != nil {
		return fmt.Errorf("commit batch: %w", err)
	}
	var ack struct {
		Error *jetstream.APIError `json:"error"`
		Seq   uint64              `json:"seq"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return fmt.Errorf("commit batch: read answer: %w", err)
	}
	if ack.Error != nil {
		return fmt.Errorf("commit batch: %w", ack.Error)
	}
	if ack.Seq == 0 {
		return fmt.Errorf("commit batch: answer %q has no sequence", reply.Data)
	}
	return nil
}

// clone makes a message of which the client may change header and reply.
func clone(m *nats.Msg) *nats.Msg {
	header := make(nats.Header, len(m.Header)+3)
	maps.Copy(header, m.Header)
	return &nats.Msg{Subject: m.Subject, Data: m.Data, Header: header}
}

// publishEach publishes message by message, in order.
func (b *Bus) publishEach(ctx context.Context, msgs []*nats.Msg) error {
	for _, m := range msgs {
		if _, err := b.send(ctx, clone(m)); err != nil {
			return err
		}
	}
	return nil
}

// LastSeq is the sequence of the latest message, 0 when there has never been one.
func (l *Log) LastSeq(ctx context.Context) (uint64, error) {
	stream, err := l.bus.js.Stream(ctx, l.stream)
	if err != nil {
		return 0, wrap(err, "read last sequence of %s", l.stream)
	}
	return stream.CachedInfo().State.LastSeq, nil
}

// Follow hands the messages from sequence from on (0: from the oldest that is kept) to visit, one at a time and in order, and goes on with new
// ones until ctx ends, which gives nil, or visit returns an error, which is returned as it is: the caller resumes after the sequence it
// recorded. A lost connection is waited for. Messages that are gone (over age) or whose body is, are passed over and logged.
func (l *Log) Follow(ctx context.Context, from uint64, visit func(ctx context.Context, seq uint64, data []byte) error) error {
	ctx, done, err := l.bus.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	c := &cursor{bus: l.bus, stream: l.stream, next: from}
	return c.follow(ctx, func(ctx context.Context, m *message) error {
		if m.gap > 0 {
			l.bus.log.Warn("bus follower was away too long: messages are gone", "stream", l.stream, "missing", m.gap, "before", m.seq)
		}
		data, err := l.bus.bodies[statementBodies].open(ctx, m.Headers(), m.Data())
		if err != nil {
			return l.bus.passOver(l.stream, m.seq, err)
		}
		return visit(ctx, m.seq, data)
	})
}
