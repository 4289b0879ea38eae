package alert

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// network is hosts that receive webhooks over pipes, so that simulated time goes by while they work.
type network struct {
	t     testing.TB
	hosts map[string]*receiver // by host:port
}

// receiver is one host. Its answers are its handler's; it keeps every message.
type receiver struct {
	conns  chan net.Conn
	done   chan struct{}
	mu     sync.Mutex
	got    []message
	handle func(w http.ResponseWriter, m message)
}

type message struct {
	at     time.Time
	path   string
	header http.Header
	body   []byte
	gone   <-chan struct{} // the sender has hung up
}

func newNetwork(t testing.TB) *network { return &network{t: t, hosts: map[string]*receiver{}} }

// host adds a receiver at name:80. A nil handle takes everything.
func (n *network) host(name string, handle func(http.ResponseWriter, message)) *receiver {
	r := &receiver{conns: make(chan net.Conn), done: make(chan struct{}), handle: handle}
	n.hosts[name+":80"] = r
	server := &http.Server{Handler: r}
	go func() { _ = server.Serve(r) }()
	n.t.Cleanup(func() { _ = server.Close() })
	return r
}

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	r := n.hosts[address]
	if r == nil {
		return nil, fault.Newf(fault.Forbidden, "%s is a private or reserved address", address)
	}
	ours, theirs := net.Pipe()
	select {
	case r.conns <- theirs:
		return ours, nil
	case <-r.done:
		return nil, io.ErrClosedPipe
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (r *receiver) Accept() (net.Conn, error) {
	select {
	case c := <-r.conns:
		return c, nil
	case <-r.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (r *receiver) Close() error {
	select {
	case <-r.done:
	default:
		close(r.done)
	}
	return nil
}

// Addr implements net.Listener.
func (r *receiver) Addr() net.Addr { return &net.IPAddr{} }

// ServeHTTP keeps the message and answers.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	m := message{at: time.Now(), path: req.URL.Path, header: req.Header.Clone(), body: body, gone: req.Context().Done()}
	r.mu.Lock()
	r.got = append(r.got, m)
	r.mu.Unlock()
	if r.handle != nil {
		r.handle(w, m)
	}
}

func (r *receiver) messages() []message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message(nil), r.got...)
}

// ids counts the messages by webhook-id.
func (r *receiver) ids() map[string]int {
	counts := map[string]int{}
	for _, m := range r.messages() {
		counts[m.header.Get("Webhook-Id")]++
	}
	return counts
}

func hook(url string) []Channel { return []Channel{{Type: Webhook, URL: url}} }
