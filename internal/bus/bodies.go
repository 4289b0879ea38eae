package bus

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"rostrum/internal/fault"
)

// inlineBytes is the largest payload that travels in its message. NATS refuses a message over 1 MiB by default.
const inlineBytes = 512 << 10

// bodyTimeout bounds the transfer of one body.
const bodyTimeout = time.Minute

// A message whose payload is a body says which, and how large it is.
const (
	headerBody = "Rostrum-Body"
	headerSize = "Rostrum-Size"
)

// bodies keeps payloads that are too large for a message, by name. A body is the messages of one subject, published as one atomic
// batch: it is there whole or not at all, for one fsync. (The client library's object store costs an fsync for every 128 KiB,
// and its Put can leave a goroutine behind for good.)
type bodies struct {
	bus    *Bus
	name   bodyStore
	stream jetstream.Stream
	log    *slog.Logger
}

func (s *bodies) subject(name string) string { return string(s.name) + "." + name }

// put stores a payload under a new name that begins with prefix. Names are never used twice, so that a repeated publish can't take
// the body of the first away.
func (s *bodies) put(ctx context.Context, prefix string, payload []byte) (name string, err error) {
	ctx, cancel := context.WithTimeout(ctx, bodyTimeout)
	defer cancel()
	name = prefix + "-" + nuid.Next()
	return name, s.bus.publishAtomic(ctx, s.chunks(name, payload))
}

func (s *bodies) chunks(name string, payload []byte) []*nats.Msg {
	msgs := make([]*nats.Msg, 0, len(payload)/s.bus.inline+1)
	for {
		n := min(len(payload), s.bus.inline)
		msgs = append(msgs, &nats.Msg{Subject: s.subject(name), Data: payload[:n]})
		if payload = payload[n:]; len(payload) == 0 {
			return msgs
		}
	}
}

// get reads a body of a known size. One that is not there is fault.Poison: what refers to it can never be read.
func (s *bodies) get(ctx context.Context, name string, size int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, bodyTimeout)
	defer cancel()
	payload := make([]byte, 0, min(size, MaxCaptureBytes))
	for seq := uint64(1); len(payload) < size; {
		chunk, err := s.stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(s.subject(name)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil, fault.Newf(fault.Poison, "its body %s is lost: %d of %d bytes are there", name, len(payload), size)
		}
		if err != nil {
			return nil, wrap(err, "read body %s", name)
		}
		payload, seq = append(payload, chunk.Data...), chunk.Sequence+1
	}
	return payload, nil
}

// drop removes a body. One that stays behind is swept at a later start, so a failure is only logged.
func (s *bodies) drop(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	defer cancel()
	if err := s.stream.Purge(ctx, jetstream.WithPurgeSubject(s.subject(name))); err != nil {
		s.log.Warn("bus could not remove a body; a later start sweeps it", "body", name, "error", err)
	}
}

// list gives the names of all bodies.
func (s *bodies) list(ctx context.Context) ([]string, error) {
	info, err := s.stream.Info(ctx, jetstream.WithSubjectFilter(s.subject("*")))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		names = append(names, strings.TrimPrefix(subject, s.subject("")))
	}
	return names, nil
}

// stored says when a body was stored, by the server's clock.
func (s *bodies) stored(ctx context.Context, name string) (time.Time, error) {
	last, err := s.stream.GetLastMsgForSubject(ctx, s.subject(name))
	if err != nil {
		return time.Time{}, err
	}
	return last.Time, nil
}

// open gives a message's payload, be it its data or a body.
func (s *bodies) open(ctx context.Context, header nats.Header, data []byte) ([]byte, error) {
	if name := header.Get(headerBody); name != "" {
		return s.get(ctx, name, payloadSize(header, data))
	}
	return data, nil
}

func refer(header nats.Header, name string, size int) {
	header.Set(headerBody, name)
	header.Set(headerSize, strconv.Itoa(size))
}

// payloadSize is what a message's payload weighs when opened.
func payloadSize(header nats.Header, data []byte) int {
	if size, err := strconv.Atoi(header.Get(headerSize)); err == nil && size >= 0 {
		return size
	}
	return len(data)
}
