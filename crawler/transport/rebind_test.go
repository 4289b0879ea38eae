package transport

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"rostrum/internal/fault"
)

// nameserver answers on loopback for every name with the next of its addresses, and stays at the last.
type nameserver struct {
	conn *net.UDPConn

	mu      sync.Mutex
	answers [][]netip.Addr
	asked   int
}

func newNameserver(t *testing.T, answers ...[]netip.Addr) *nameserver {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	n := &nameserver{conn: conn, answers: answers}
	var wg sync.WaitGroup
	wg.Go(n.serve)
	t.Cleanup(func() { conn.Close(); wg.Wait() })
	return n
}

func (n *nameserver) serve() {
	buffer := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		if reply, err := n.reply(buffer[:size]); err == nil {
			_, _ = n.conn.WriteToUDPAddrPort(reply, from)
		}
	}
}

func (n *nameserver) reply(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	for _, ip := range n.next(q.Type) {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case q.Type == dnsmessage.TypeA && ip.Is4():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case q.Type == dnsmessage.TypeAAAA && ip.Is6():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	return m.Pack()
}

// next gives the current answer; a question for IPv4 moves on to the next.
func (n *nameserver) next(kind dnsmessage.Type) []netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	current := n.answers[min(n.asked, len(n.answers)-1)]
	if kind == dnsmessage.TypeA {
		n.asked++
	}
	return current
}

func (n *nameserver) questions() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

func (n *nameserver) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", n.conn.LocalAddr().String())
	}}
}

// TestRebinding has names answer with private addresses: at once, among public ones, in every form, and at the second question only.
func TestRebinding(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	list := func(texts ...string) (ips []netip.Addr) {
		for _, text := range texts {
			ips = append(ips, netip.MustParseAddr(text))
		}
		return ips
	}
	for name, answers := range map[string][][]netip.Addr{
		"loopback":                          {list("127.0.0.1")},
		"IPv6":                              {list("::1")},
		"mapped":                            {list("::ffff:127.0.0.1")},
		"NAT64":                             {list("64:ff9b::7f00:1")},
		"6to4":                              {list("2002:7f00:1::1")},
		"metadata":                          {list("169.254.169.254")},
		"this host":                         {list("0.0.0.0")},
		"unspecified":                       {list("::")},
		"among others that are private too": {list("10.0.0.1", "127.0.0.1", "fd00::1")},
	} {
		t.Run(name, func(t *testing.T) {
			guard, err := NewGuard(nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			guard.resolver = newNameserver(t, answers...).resolver()
			tr := New(Options{Guard: guard}, NewLanes(0, 1))
			defer tr.Close()
			if _, err := get(t, tr.Fetch(nil), "http://rebind.example:"+port+"/"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("fetched, or failed otherwise: %v", err)
			}
		})
	}
	t.Run("between check and connect", func(t *testing.T) {
		// The first answer may be dialed; what a second question would give may not. There is no second question between the two:
		// a fetch is made to the address that was looked at, and the next fetch is looked at anew.
		guard, err := NewGuard([]string{"127.0.0.1"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		names := newNameserver(t, list("127.0.0.1"), list("127.0.0.2"))
		guard.resolver = names.resolver()
		tr := New(Options{Guard: guard}, NewLanes(0, 1))
		defer tr.Close()
		address := "http://rebind.example:" + port + "/"
		f := tr.Fetch(nil)
		if _, err := get(t, f, address); err != nil || f.IP != "127.0.0.1" || names.questions() != 1 {
			t.Errorf("first fetch: from %q after %d questions, %v", f.IP, names.questions(), err)
		}
		tr.Close() // the connection that is kept alive is the one that was looked at
		if _, err := get(t, tr.Fetch(nil), address); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("second fetch, of a name that now answers otherwise: %v", err)
		}
	})
	if n := asked.Load(); n != 1 {
		t.Errorf("the server was asked %d times, want once", n)
	}
	for _, host := range []string{"2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "[::ffff:7f00:1]", "[::1%25lo]", "localhost", "127.0.0.1."} {
		guard, err := NewGuard(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		tr := New(Options{Guard: guard}, NewLanes(0, 1))
		if _, err := get(t, tr.Fetch(nil), "http://"+host+":"+port+"/"); err == nil {
			t.Errorf("%s was fetched", host)
		}
		tr.Close()
	}
	if asked.Load() != 1 {
		t.Error("an address written oddly was fetched")
	}
}
