package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// Codes with which a server refuses a number of replicas.
const (
	codeNotClustered jetstream.ErrorCode = 10074
	codeNoPeers      jetstream.ErrorCode = 10005
)

// undeclared says why a stream could not be declared; what the cluster can't hold, with what to do about it.
func (b *Bus) undeclared(err error, doing string) error {
	var what string
	switch code(err) {
	case codeNotClustered:
		what = "the NATS server is one alone"
	case codeNoPeers:
		what = "too few servers of the NATS cluster are up"
	default:
		return wrap(err, "%s", doing)
	}
	return &fault.Error{Kind: fault.Invalid, What: fmt.Sprintf("%s, and bus.replicas asks for %d", what, b.opt.Replicas), Field: "bus.replicas", Position: -1,
		Remedy: "start as many servers with JetStream in one cluster, or set bus.replicas to 1", Err: errors.Join(errors.New(doing), err)}
}

// adviseCluster says when a cluster keeps everything once: it then stops with the one server that has it.
func (b *Bus) adviseCluster() {
	if name := b.conn.ConnectedClusterName(); name != "" && b.opt.URL != "" && b.opt.Replicas == 1 {
		b.log.Warn("each stream is kept by one server of the cluster, and stops with it", "cluster", name, "remedy", "set bus.replicas: 3")
	}
}

// gathering is how long a cluster may take until its servers have found one another.
const gathering = 30 * time.Second

// awaitCluster waits until a cluster has a leader, without which it declares nothing: parts and servers may be started at the same time.
func (b *Bus) awaitCluster(ctx context.Context) {
	if b.conn.ConnectedClusterName() == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, gathering)
	defer cancel()
	for ctx.Err() == nil {
		asked, done := context.WithTimeout(ctx, 2*time.Second)
		_, err := b.js.AccountInfo(asked)
		done()
		if err == nil || errors.Is(err, jetstream.ErrJetStreamNotEnabled) {
			return // declaring says what else is amiss
		}
		_ = wait(ctx, resumeMin)
	}
}
