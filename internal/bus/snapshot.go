package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// Of a snapshot on its way. The server gives up a reader that is silent for five seconds.
const (
	snapshotChunk = 512 << 10
	snapshotWait  = 30 * time.Second
	snapshotTries = 5 // a message block that vanishes while it is read ends a snapshot
)

// What the server answers to in snapshots; the client library has no methods for them.
const (
	snapshotSubject = "$JS.API.STREAM.SNAPSHOT."
	restoreSubject  = "$JS.API.STREAM.RESTORE."
)

// SnapshotStream is one stream of a snapshot as the server describes it.
type SnapshotStream struct {
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config"`
	State  json.RawMessage `json:"state"`
}

// SnapshotNames lists what a snapshot of the whole bus holds, in the order in which it must be taken while others go on working, each before what it says
// is done: what was fetched and what waits before what became of it; the places that were matched and sent before the alerts, and what
// fired before its alerts; what was delivered last, for no delivery may be forgotten. indexing are those that stand still while captures are not processed.
//
// Left out is what means nothing elsewhere: leases, and the marks of captures in flight, by which a crash is told.
func SnapshotNames() (fetching, indexing, telling []string) {
	kv := func(b BucketName) string { return "KV_" + string(b) }
	return []string{kv(FetchState)},
		[]string{capturesStream, string(captureBodies), kv(attemptsBucket), kv(quarantineBucket), string(quarantineBodies)},
		[]string{kv(Settings), kv(SavedQueries), statementsStream, kv(Fired), alertsStream, string(statementBodies), kv(Deliveries)}
}

// Snapshot writes one stream to w, whole and in the server's own form, which Restore reads. Sequences, times and message ids are kept. Messages that
// are appended meanwhile may be in it. w must take what comes within seconds. again is called before each further try, to begin anew.
func (b *Bus) Snapshot(ctx context.Context, stream string, w io.Writer, again func() error) (s SnapshotStream, err error) {
	ctx, done, err := b.use(ctx)
	if err != nil {
		return s, err
	}
	defer done()
	for try := 1; ; try++ {
		s, err = b.snapshot(ctx, stream, w)
		if err == nil || try == snapshotTries || ctx.Err() != nil || !retriableSnapshot(err) {
			return s, wrap(err, "take snapshot of %s", stream)
		}
		b.log.Warn("bus takes the snapshot of a stream again", "stream", stream, "error", err)
		if err := errors.Join(again(), wait(ctx, time.Duration(try)*100*time.Millisecond)); err != nil {
			return s, err
		}
	}
}

// errServer is what the server said during a snapshot.
var errServer = errors.New("the NATS server ended the snapshot")

func retriableSnapshot(err error) bool {
	_, api := errors.AsType[*jetstream.APIError](err)
	return api || errors.Is(err, errServer)
}

func (b *Bus) snapshot(ctx context.Context, stream string, w io.Writer) (s SnapshotStream, err error) {
	inbox := b.conn.NewInbox()
	sub, err := b.conn.SubscribeSync(inbox)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, sub.Unsubscribe()) }()
	if err := sub.SetPendingLimits(-1, -1); err != nil { // the server's window bounds it
		return s, err
	}
	var answer struct {
		Config json.RawMessage     `json:"config"`
		State  json.RawMessage     `json:"state"`
		Error  *jetstream.APIError `json:"error"`
	}
	if err := b.ask(ctx, snapshotSubject+stream, map[string]any{"deliver_subject": inbox, "no_consumers": true, "chunk_size": snapshotChunk}, &answer); err != nil {
		return s, err
	}
	if answer.Error != nil {
		return s, answer.Error
	}
	s = SnapshotStream{Name: stream, Config: answer.Config, State: answer.State}
	for {
		limited, cancel := context.WithTimeout(ctx, snapshotWait)
		m, err := sub.NextMsgWithContext(limited)
		cancel()
		if err != nil {
			return s, fmt.Errorf("%w: %w", errServer, err)
		}
		if len(m.Data) == 0 {
			if status := m.Header.Get("Status"); status != "" && status != "204" {
				return s, fmt.Errorf("%w: %s %s", errServer, status, m.Header.Get("Description"))
			}
			return s, nil
		}
		if _, err := w.Write(m.Data); err != nil {
			return s, fault.As(fault.Transient, fmt.Errorf("write snapshot of %s: %w", stream, err))
		}
		if m.Reply != "" {
			if err := m.Respond(nil); err != nil {
				return s, err
			}
		}
	}
}

// ask sends a request to the server's API and reads its answer.
func (b *Bus) ask(ctx context.Context, subject string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, snapshotWait)
	defer cancel()
	reply, err := b.conn.RequestWithContext(ctx, subject, body)
	if err != nil {
		return err
	}
	return json.Unmarshal(reply.Data, answer)
}

// Restorer puts snapshots into a bus that has no streams yet.
type Restorer struct{ bus *Bus }

// OpenRestorer starts the embedded server in opt.Dir, or connects to opt.URL, and declares nothing. The caller closes it.
func OpenRestorer(ctx context.Context, opt Options) (*Restorer, error) {
	b, err := undeclared(ctx, opt)
	if err != nil {
		return nil, err
	}
	return &Restorer{b}, nil
}

// undeclared is Open without its declarations.
func undeclared(ctx context.Context, opt Options) (*Bus, error) {
	opt = opt.withDefaults()
	if err := opt.check(); err != nil {
		return nil, err
	}
	b := newBus(opt)
	if err := b.reach(ctx); err != nil {
		b.cancel()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
		defer cancel()
		return nil, errors.Join(err, b.drain(closing), b.shut(closing))
	}
	return b, nil
}

// Restore puts a stream back as Snapshot gave it; fault.Conflict when there is one of that name, fault.Invalid for a name that no snapshot has.
func (r *Restorer) Restore(ctx context.Context, s SnapshotStream, from io.Reader) error {
	fetching, indexing, telling := SnapshotNames()
	if !slices.Contains(slices.Concat(fetching, indexing, telling), s.Name) {
		return fault.Newf(fault.Invalid, "restore stream %q: Rostrum has none of that name", s.Name)
	}
	return wrap(r.restore(ctx, s, from), "restore stream %s", s.Name)
}

func (r *Restorer) restore(ctx context.Context, s SnapshotStream, from io.Reader) error {
	var answer struct {
		Deliver string              `json:"deliver_subject"`
		Error   *jetstream.APIError `json:"error"`
	}
	if err := r.bus.ask(ctx, restoreSubject+s.Name, map[string]any{"config": s.Config, "state": s.State}, &answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return answer.Error
	}
	chunk := make([]byte, snapshotChunk)
	for {
		n, err := io.ReadFull(from, chunk)
		if n > 0 {
			if err := r.hand(ctx, answer.Deliver, chunk[:n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return r.hand(ctx, answer.Deliver, nil)
		case err != nil:
			return err
		}
	}
}

// hand gives the server a chunk, or with none the end, and waits until it has taken it.
func (r *Restorer) hand(ctx context.Context, subject string, chunk []byte) error {
	ctx, cancel := context.WithTimeout(ctx, snapshotWait)
	defer cancel()
	reply, err := r.bus.conn.RequestMsgWithContext(ctx, &nats.Msg{Subject: subject, Data: chunk})
	if err != nil {
		return err
	}
	var answer struct {
		Error *jetstream.APIError `json:"error"`
	}
	if len(reply.Data) > 0 {
		if err := json.Unmarshal(reply.Data, &answer); err != nil {
			return err
		}
	}
	if answer.Error != nil {
		return answer.Error
	}
	return nil
}

// Close stops the server. What was restored is on disk.
func (r *Restorer) Close(ctx context.Context) error { return r.bus.Close(ctx) }

// SettleRestored takes those captures out of CAPTURES that travel by reference and whose body is gone: they were settled between the snapshot of the one stream
// and that of the other, so that the archive or the quarantine has them. It gives how many went.
func (b *Bus) SettleRestored(ctx context.Context) (int, error) {
	names, err := b.bodies[captureBodies].list(ctx)
	if err != nil {
		return 0, wrap(err, "list bodies of captures")
	}
	held := make(map[string]bool, len(names))
	for _, name := range names {
		held[name] = true
	}
	gone := 0
	for seq := uint64(1); ; {
		msg, err := b.captures.GetMsg(ctx, seq, jetstream.WithGetMsgSubject("captures.*.body"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return gone, nil
		}
		if err != nil {
			return gone, wrap(err, "read waiting captures")
		}
		if !held[msg.Header.Get(headerBody)] {
			if err := b.captures.DeleteMsg(ctx, msg.Sequence); err != nil {
				return gone, wrap(err, "remove capture %d", msg.Sequence)
			}
			gone++
		}
		seq = msg.Sequence + 1
	}
}
