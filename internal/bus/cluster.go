package bus

import (
	"errors"
	"fmt"

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
