package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// BucketName names a bucket of keys and values.
type BucketName string

// The buckets that others use. Those that the bus keeps for itself are not exported.
const (
	FetchState   BucketName = "FETCH_STATE"   // crawler: by URL or source, validators and when to fetch next
	SavedQueries BucketName = "SAVED_QUERIES" // alert: by id, with the ten latest edits
	Deliveries   BucketName = "DELIVERIES"    // alert: by alert id, what was sent to whom
	Fired        BucketName = "FIRED"         // alert: by group, which saved queries it met
	Leases       BucketName = "LEASES"        // by task, who does it; who sees that a holder does not renew for LeaseTime may take it over
	Settings     BucketName = "SETTINGS"      // by name, what outlives a process and is in no file: tokens, generation

	attemptsBucket   BucketName = "ATTEMPTS"
	inFlightBucket   BucketName = "IN_FLIGHT"
	quarantineBucket BucketName = "QUARANTINE"
)

// LeaseTime is how long a holder in Leases keeps its task after its latest write.
const LeaseTime = 30 * time.Second

const (
	capturesStream   = "CAPTURES"
	statementsStream = "STATEMENTS"
	alertsStream     = "ALERTS"

	statementsSubject = "statements"
	alertsSubject     = "alerts"

	indexerConsumer = "indexer"
)

// How long a message id is remembered. It must outlast a crawler's restart between its publish and its fetch state; each id costs
// about 100 bytes of memory.
const dedupeWindow = 10 * time.Minute

// How long the consumer waits for an acknowledgement before it delivers again. The batch in hand is kept alive while its handler works;
// this bounds what waits behind it, and what was lost with a connection. A restart does not wait for it.
const ackWait = 5 * time.Minute

// How long a deleted key's tombstone stays, for watchers that were away.
const tombstoneTime = 24 * time.Hour

// logDedupe keeps the window within the age bound of a log, as the server demands.
func (o Options) logDedupe() time.Duration { return min(dedupeWindow, o.StatementsMaxAge) }

func (o Options) streams() []jetstream.StreamConfig {
	return []jetstream.StreamConfig{{
		Name:        capturesStream,
		Description: "captures on their way from the crawlers to the indexer",
		// captures.<hash of source>.<inline|body>: the server counts messages by subject, which gives what waits of each source; sources
		// are few hundreds, so the subjects are few (a subject a URL would live in the server's memory). "body" finds those that travel by
		// reference without reading the others.
		Subjects: []string{"captures.*.*"},
		// A capture is gone once it is acknowledged.
		Retention: jetstream.WorkQueuePolicy,
		// Full means that the indexer is behind: publishers wait, nothing is dropped.
		Discard:  jetstream.DiscardNew,
		MaxBytes: o.CapturesMaxBytes,
		Storage:  jetstream.FileStorage,
		// The capture id is the message id.
		Duplicates: dedupeWindow,
		// The sweep looks up messages by subject.
		AllowDirect: true,
	}, {
		Name:        statementsStream,
		Description: "announcements of statements and revisions, in the order they were stored",
		Subjects:    []string{statementsSubject},
		// Many followers, each at its own sequence.
		Retention: jetstream.LimitsPolicy,
		// Bounded by age. A follower that was away for longer is told which sequences it missed.
		MaxAge:  o.StatementsMaxAge,
		Discard: jetstream.DiscardOld,
		Storage: jetstream.FileStorage,
		// Text halves; blocks are compressed when they are full, not on the way in.
		Compression: jetstream.S2Compression,
		Duplicates:  o.logDedupe(),
		// A batch costs one fsync: 15 times the throughput under SyncAlways.
		AllowAtomicPublish: true,
		AllowDirect:        true,
	}, {
		Name:        alertsStream,
		Description: "alerts on their way to their channels",
		// alerts.<saved query>: other programs can listen to one, and those of one can be listed.
		Subjects:           []string{alertsSubject, alertsSubject + ".*"},
		Retention:          jetstream.LimitsPolicy,
		MaxAge:             o.StatementsMaxAge,
		Discard:            jetstream.DiscardOld,
		Storage:            jetstream.FileStorage,
		Compression:        jetstream.S2Compression,
		Duplicates:         o.logDedupe(),
		AllowAtomicPublish: true,
		AllowDirect:        true,
	}}
}

// keyValues declares the buckets. A bucket without a TTL sheds its tombstones by LimitMarkerTTL; where there is a TTL they go with it.
func (o Options) keyValues() []jetstream.KeyValueConfig {
	return []jetstream.KeyValueConfig{
		{Bucket: string(FetchState), Description: "what the crawler knows of each URL and source", History: 1, LimitMarkerTTL: tombstoneTime},
		{Bucket: string(SavedQueries), Description: "saved queries with their latest edits", History: 10, LimitMarkerTTL: tombstoneTime},
		// A delivery is looked up again only while its alert can be delivered again, or is listed.
		{Bucket: string(Deliveries), Description: "which alerts were delivered", History: 1, LimitMarkerTTL: tombstoneTime},
		{Bucket: string(Fired), Description: "which saved queries a group met", History: 1, LimitMarkerTTL: tombstoneTime},
		// Not by TTL: a server would end leases too early or too late when its clock is set.
		{Bucket: string(Leases), Description: "who does what", History: 1, LimitMarkerTTL: tombstoneTime},
		{Bucket: string(Settings), Description: "what outlives a process and is in no file", History: 1, LimitMarkerTTL: tombstoneTime},
		// A capture that did not fail for a week starts counting anew.
		{Bucket: string(attemptsBucket), Description: "failures of captures that are to be tried again", History: 1, TTL: 7 * 24 * time.Hour},
		{Bucket: string(inFlightBucket), Description: "the captures whose handler is at work", History: 1, LimitMarkerTTL: tombstoneTime},
		{Bucket: string(quarantineBucket), Description: "captures that could not be processed", History: 1, LimitMarkerTTL: tombstoneTime},
	}
}

// bodyStore names a stream of payloads that are too large for a message.
type bodyStore string

const (
	captureBodies    bodyStore = "CAPTURE_BODIES"    // captures; a body goes when its capture is acknowledged
	statementBodies  bodyStore = "STATEMENT_BODIES"  // announcements and alerts
	quarantineBodies bodyStore = "QUARANTINE_BODIES" // captures in quarantine, of any size
)

func (o Options) bodyStreams() []jetstream.StreamConfig {
	configs := []jetstream.StreamConfig{
		// Full means what a full CAPTURES means.
		{Name: string(captureBodies), Description: "captures over the inline size", MaxBytes: o.BodiesMaxBytes},
		// A body outlives by a day the message that refers to it.
		{Name: string(statementBodies), Description: "announcements and alerts over the inline size", MaxAge: o.StatementsMaxAge + 24*time.Hour},
		// When it is full, captures that belong here come back later instead.
		{Name: string(quarantineBodies), Description: "captures in quarantine", MaxBytes: o.BodiesMaxBytes},
	}
	for i := range configs {
		c := &configs[i]
		// One subject a body. They are few, and short-lived but for those in quarantine.
		c.Subjects = []string{c.Name + ".*"}
		c.Storage = jetstream.FileStorage
		c.Discard = jetstream.DiscardNew
		// A body is one batch: whole or not there.
		c.AllowAtomicPublish = true
		c.AllowDirect = true
	}
	return configs
}

// captureConsumer is the sole indexer's. It is made anew at every start.
func captureConsumer() jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:     indexerConsumer,
		Description: "the indexer",
		// A work queue knows no other; each capture has its own fate.
		AckPolicy: jetstream.AckExplicitPolicy,
		AckWait:   ackWait,
		// The bus counts the attempts: an exhausted message would be stuck, not gone.
		MaxDeliver: -1,
		// Captures put off count as well, so it is far over a batch.
		MaxAckPending: 50_000,
	}
}

// declare makes the streams and buckets, or brings those that exist up to this declaration.
func (b *Bus) declare(ctx context.Context) error {
	if err := b.declareStreams(ctx); err != nil {
		return err
	}
	b.buckets = make(map[BucketName]*Bucket)
	for _, config := range b.opt.keyValues() {
		config.Replicas = b.opt.Replicas
		doing := "declare bucket " + config.Bucket
		var kv jetstream.KeyValue
		err := b.comeUp(ctx, b.declareTimeout(), doing, func(ctx context.Context) (err error) {
			kv, err = b.js.CreateOrUpdateKeyValue(ctx, config)
			return err
		})
		if err != nil {
			return b.undeclared(err, doing)
		}
		b.buckets[BucketName(config.Bucket)] = &Bucket{bus: b, name: config.Bucket, kv: kv}
	}
	b.bodies = make(map[bodyStore]*bodies)
	for _, config := range b.opt.bodyStreams() {
		stream, err := b.declareStream(ctx, config)
		if err != nil {
			return err
		}
		name := bodyStore(config.Name)
		b.bodies[name] = &bodies{bus: b, name: name, stream: stream, log: b.log}
	}
	b.alerts = &Log{bus: b, stream: alertsStream, subject: alertsSubject}
	b.stated = &Log{bus: b, stream: statementsStream, subject: statementsSubject}
	return nil
}

func (b *Bus) declareStreams(ctx context.Context) error {
	for _, config := range b.opt.streams() {
		stream, err := b.declareStream(ctx, config)
		if err != nil {
			return err
		}
		if config.Name == capturesStream {
			b.captures = stream
		}
	}
	return nil
}

func (b *Bus) declareStream(ctx context.Context, config jetstream.StreamConfig) (stream jetstream.Stream, err error) {
	config.Replicas = b.opt.Replicas
	doing := "declare stream " + config.Name
	err = b.comeUp(ctx, b.declareTimeout(), doing, func(ctx context.Context) (err error) {
		stream, err = b.js.CreateOrUpdateStream(ctx, config)
		return err
	})
	if err != nil {
		return nil, b.undeclared(err, doing)
	}
	return stream, nil
}

// captureSubject is where captures of a source travel. kind is "inline", "body", or "*" for both.
func captureSubject(source, kind string) string {
	return fmt.Sprintf("captures.%s.%s", hashKey(source), kind)
}
