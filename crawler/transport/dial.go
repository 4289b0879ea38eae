package transport

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Dialer opens connections as the guard allows; an address that it refuses is a fault.Forbidden.
func (g Guard) Dialer(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	return g.dialer(timeout)
}

// PermitsHost says whether a host may be dialed as far as its spelling shows: a name is looked at when it is resolved.
func (g Guard) PermitsHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if g.names[host] {
		return true
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return g.Permits(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	ip, err := netip.ParseAddr(host)
	return err != nil || g.Permits(ip)
}
