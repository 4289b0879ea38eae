package bus

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// Bucket keeps values by key. A key is any string, a value at most 512 KiB. Each write has a revision, which rises over the whole
// bucket. Writes are durable by the sync policy when they return. Errors that say so with their kind: fault.NotFound, fault.Conflict,
// fault.TooLarge; anything else is the server's or the network's, mostly fault.Transient.
type Bucket struct {
	bus  *Bus
	name string
	kv   jetstream.KeyValue
}

// Entry is one state of one key.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
	At       time.Time // of the write, by the server's clock
	Deleted  bool      // the key was deleted; Value is empty
}

// Bucket gives the bucket of a name, which must be one of this package's.
func (b *Bus) Bucket(name BucketName) *Bucket { return b.buckets[name] }

// Get gives the value of a key and its revision; fault.NotFound for a key that is not there.
func (k *Bucket) Get(ctx context.Context, key string) (value []byte, rev uint64, err error) {
	entry, err := k.kv.Get(ctx, hashKey(key))
	if err != nil {
		return nil, 0, wrap(err, "get %s from %s", key, k.name)
	}
	_, value, ok := unseal(entry.Value())
	if !ok {
		return nil, 0, fault.Newf(fault.Internal, "get %s from %s: it is not in an envelope", key, k.name)
	}
	return value, entry.Revision(), nil
}

// Put sets a value, whatever is there. It is idempotent, but each call makes a revision.
func (k *Bucket) Put(ctx context.Context, key string, value []byte) (rev uint64, err error) {
	sealed, err := k.seal(key, value)
	if err != nil {
		return 0, err
	}
	rev, err = k.kv.Put(ctx, hashKey(key), sealed)
	return rev, wrap(err, "put %s into %s", key, k.name)
}

// Create sets the value of a key that is not there; fault.Conflict for one that is. A repeat after an unknown outcome is a Conflict as well.
func (k *Bucket) Create(ctx context.Context, key string, value []byte) (rev uint64, err error) {
	sealed, err := k.seal(key, value)
	if err != nil {
		return 0, err
	}
	rev, err = k.kv.Create(ctx, hashKey(key), sealed)
	return rev, wrap(err, "create %s in %s", key, k.name)
}

// Update sets the value of a key whose revision is rev; fault.Conflict when it is another, or the key is not there.
func (k *Bucket) Update(ctx context.Context, key string, value []byte, rev uint64) (newRev uint64, err error) {
	sealed, err := k.seal(key, value)
	if err != nil {
		return 0, err
	}
	newRev, err = k.kv.Update(ctx, hashKey(key), sealed, rev)
	return newRev, wrap(err, "update %s in %s", key, k.name)
}

func (k *Bucket) seal(key string, value []byte) ([]byte, error) {
	sealed := seal(key, value)
	if len(sealed) > k.bus.inline {
		return nil, fault.Newf(fault.TooLarge, "put %s into %s: key and value have %d bytes, over the bound of %d", key, k.name, len(sealed), k.bus.inline)
	}
	return sealed, nil
}

// Delete removes a key with its history. It is idempotent: a key that is not there is no error.
func (k *Bucket) Delete(ctx context.Context, key string) error { return k.delete(ctx, key, 0) }

// DeleteRevision removes a key whose revision is rev; fault.Conflict when it is another. A key that is not there is no error.
func (k *Bucket) DeleteRevision(ctx context.Context, key string, rev uint64) error {
	return k.delete(ctx, key, rev)
}

// delete removes a key, if its revision is rev or rev is 0; else fault.Conflict. The client library's own delete leaves no trace of the
// clear key for watchers, so the tombstone here carries the envelope.
func (k *Bucket) delete(ctx context.Context, key string, rev uint64) error {
	if _, _, err := k.Get(ctx, key); err != nil && fault.KindOf(err) == fault.NotFound {
		return nil
	}
	msg := &nats.Msg{Subject: "$KV." + k.name + "." + hashKey(key), Data: seal(key, nil), Header: nats.Header{}}
	msg.Header.Set("KV-Operation", "PURGE")
	msg.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	if rev > 0 {
		msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(rev, 10))
	}
	options := []jetstream.PublishOpt{}
	if k.shedsTombstones() {
		options = append(options, jetstream.WithMsgTTL(tombstoneTime))
	}
	_, err := k.bus.send(ctx, msg, options...)
	return wrap(err, "delete %s from %s", key, k.name)
}

func (k *Bucket) shedsTombstones() bool {
	return BucketName(k.name) != attemptsBucket // which forgets everything after its TTL
}

// History gives the states of a key that the bucket still keeps, oldest first; fault.NotFound for a key that is not there.
func (k *Bucket) History(ctx context.Context, key string) ([]Entry, error) {
	kept, err := k.kv.History(ctx, hashKey(key))
	if err != nil {
		return nil, wrap(err, "list history of %s in %s", key, k.name)
	}
	entries := make([]Entry, 0, len(kept))
	for _, e := range kept {
		_, value, ok := unseal(e.Value())
		deleted := e.Operation() != jetstream.KeyValuePut
		if ok && !deleted {
			entries = append(entries, Entry{Key: key, Value: value, Revision: e.Revision(), At: e.Created()})
		}
	}
	if len(entries) == 0 {
		return nil, fault.Newf(fault.NotFound, "list history of %s in %s: no such key", key, k.name)
	}
	return entries, nil
}

// List hands each key to visit with its latest value, in the order of their revisions. A key that is written meanwhile may come twice,
// the later value last. Memory does not grow with the bucket. The error of visit ends it and is returned as it is.
func (k *Bucket) List(ctx context.Context, visit func(key string, value []byte, rev uint64) error) error {
	ctx, done, err := k.bus.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	return k.cursor(0).toEnd(ctx, func(_ context.Context, m *message) error {
		e, ok := entryOf(m)
		if !ok || e.Deleted {
			return nil
		}
		return visit(e.Key, e.Value, e.Revision)
	})
}

// Watch hands the latest state of each key to visit, one at a time in the order of revisions, and goes on with every write and deletion
// until ctx ends, which gives nil, or visit returns an error, which is returned as it is. A lost connection is waited for. Expiry by
// age is not reported.
func (k *Bucket) Watch(ctx context.Context, visit func(ctx context.Context, e Entry) error) error {
	ctx, done, err := k.bus.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	return k.cursor(0).follow(ctx, func(ctx context.Context, m *message) error {
		if e, ok := entryOf(m); ok {
			return visit(ctx, e)
		}
		return nil
	})
}

// cursor reads the bucket from the first write after rev; with 0, the latest of each key.
func (k *Bucket) cursor(rev uint64) *cursor {
	c := &cursor{bus: k.bus, stream: "KV_" + k.name, latest: true}
	if rev > 0 {
		c.next = rev + 1
	}
	return c
}

// entryOf reads a bucket's message; ok is false for what the server itself put there.
func entryOf(m *message) (e Entry, ok bool) {
	key, value, ok := unseal(m.Data())
	if !ok {
		return Entry{}, false
	}
	e = Entry{Key: key, Value: value, Revision: m.seq, Deleted: m.Headers().Get("KV-Operation") != ""}
	if meta, err := m.Metadata(); err == nil {
		e.At = meta.Timestamp
	}
	return e, true
}
