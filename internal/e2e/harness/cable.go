package harness

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Cable is what a process reaches NATS servers through. It can be pulled.
type Cable struct {
	URL string // of all servers, for the setting bus.url

	mu     sync.Mutex
	pulled bool
	open   map[net.Conn]bool
}

// Wire lays a cable from an address of loopback to servers, until the test ends.
func Wire(t *testing.T, host string, servers ...*NATSServer) *Cable {
	t.Helper()
	c := &Cable{open: map[net.Conn]bool{}}
	var urls []string
	var listeners []net.Listener
	var working sync.WaitGroup
	t.Cleanup(func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		c.Pull()
		working.Wait()
	})
	for _, s := range servers {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
		urls = append(urls, "nats://"+l.Addr().String())
		working.Go(func() {
			for {
				near, err := l.Accept()
				if err != nil {
					return
				}
				working.Go(func() { c.carry(near, s.address()) })
			}
		})
	}
	c.URL = strings.Join(urls, ",")
	return c
}

func (c *Cable) carry(near net.Conn, to string) {
	defer near.Close()
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close()
	c.mu.Lock()
	if c.pulled {
		c.mu.Unlock()
		return
	}
	c.open[near], c.open[far] = true, true
	c.mu.Unlock()
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(near, far)
		_ = near.Close()
	}()
	_, _ = io.Copy(far, near)
	_ = far.Close()
	<-back
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, near)
	delete(c.open, far)
}

// Pull cuts every connection, and refuses others until Plug.
func (c *Cable) Pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = true
	for conn := range c.open {
		_ = conn.Close()
	}
}

// Plug lets connections through again.
func (c *Cable) Plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = false
}
