package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// Codes with which a server refuses a number of replicas.
const (
	codeNotClustered jetstream.ErrorCode = 10074
	codeNoPeers      jetstream.ErrorCode = 10005
)

// codeNoStorage is that of a server alone that has no room for a stream's bound; a cluster says it in the words of codeNoPeers.
const codeNoStorage jetstream.ErrorCode = 10047

// undeclared says why a stream could not be declared; what the cluster can't hold, with what to do about it.
func (b *Bus) undeclared(err error, doing string) error {
	var what string
	switch c := code(err); {
	case c == codeNoStorage, c == codeNoPeers && strings.Contains(err.Error(), "insufficient storage"):
		need := b.opt.CapturesMaxBytes + 2*b.opt.BodiesMaxBytes
		return &fault.Error{Kind: fault.Invalid, What: fmt.Sprintf("the NATS server sets too little storage aside to %s", doing), Position: -1, Err: err,
			Remedy: fmt.Sprintf("set jetstream max_file_store of the server to more than %d GB: it is three quarters of the free disk where nothing is set", need>>30)}
	case c == codeNotClustered:
		what = "the NATS server is one alone"
	case c == codeNoPeers:
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

// Between tries of what an outside server that is coming up does not take yet, between the lines in the log that say so, and how long one try may take:
// a server whose cluster has no leader yet may never answer.
const (
	comingUpAgain = 500 * time.Millisecond
	comingUpSaid  = 15 * time.Second
	comingUpAsked = 2 * time.Second
)

// awaitCluster waits until a cluster has a leader, without which it declares nothing: parts and servers may be started at the same time.
func (b *Bus) awaitCluster(ctx context.Context) error {
	if b.conn.ConnectedClusterName() == "" {
		return nil
	}
	return b.comeUp(ctx, comingUpAsked, "find the leader of the cluster", func(ctx context.Context) error {
		_, err := b.js.AccountInfo(ctx)
		return wrap(err, "find the leader of the cluster")
	})
}

// declareTimeout bounds one try to declare: a cluster that is coming up may lose the answer, not what was asked for, and the next try finds it done.
func (b *Bus) declareTimeout() time.Duration {
	if b.opt.URL == "" {
		return requestTimeout
	}
	return comingUpAsked
}

// comeUp does what an outside server may refuse while it, or its cluster, is coming up: it tries again until the patience of this opening is at its
// end, says so, and gives the last error. What may be tried must change nothing the second time.
func (b *Bus) comeUp(ctx context.Context, each time.Duration, doing string, try func(context.Context) error) error {
	said := time.Time{}
	for {
		asked, done := context.WithTimeout(ctx, each)
		err := try(asked)
		done()
		if err == nil || ctx.Err() != nil || time.Now().After(b.until) || !b.comingUp(err) {
			return err
		}
		if time.Since(said) > comingUpSaid {
			said = time.Now()
			b.log.Warn("bus waits for its NATS servers to come up", "doing", doing, "at_most", time.Until(b.until).Round(time.Second), "error", err,
				"remedy", "check bus.url, start the server; of a cluster more than half of the servers, at least as many as bus.replicas, with JetStream")
		}
		_ = wait(ctx, comingUpAgain) // when ctx ends, the next try says so
	}
}

// comingUp says whether an outside server refused what it may take when it, and its cluster, are up.
func (b *Bus) comingUp(err error) bool {
	if b.opt.URL == "" {
		return false
	}
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		off := api.ErrorCode == jetstream.JSErrCodeJetStreamNotEnabled || api.ErrorCode == jetstream.JSErrCodeJetStreamNotEnabledForAccount
		return api.ErrorCode == codeNoPeers || api.Code == http.StatusServiceUnavailable && (!off || b.conn.ConnectedClusterName() != "")
	}
	if _, network := errors.AsType[net.Error](err); network {
		return true // refused, timed out, a name that is not known yet
	}
	return isAny(err, context.DeadlineExceeded, io.EOF, nats.ErrNoServers, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse)
}
