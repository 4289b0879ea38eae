package transport

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"rostrum/internal/fault"
)

// Guard decides which addresses may be dialed. It looks at the address a connection is really made to, so that neither a name's
// changing answers nor a redirect get past it.
type Guard struct {
	networks []netip.Prefix
	names    map[string]bool
	hosts    map[string]string
	resolver *net.Resolver // nil: the system's
}

// NewGuard makes a guard that refuses private and reserved addresses but for those allowed: networks (10.0.0.0/8), addresses
// (127.0.0.1) or host names. hosts gives names an address:port to dial in their place, which must be allowed as well.
func NewGuard(allow []string, hosts map[string]string) (Guard, error) {
	g := Guard{names: map[string]bool{}, hosts: map[string]string{}}
	for _, entry := range allow {
		if p, err := netip.ParsePrefix(entry); err == nil {
			g.networks = append(g.networks, p.Masked())
		} else if ip, err := netip.ParseAddr(entry); err == nil {
			ip = ip.Unmap()
			g.networks = append(g.networks, netip.PrefixFrom(ip, ip.BitLen()))
		} else if strings.ContainsAny(entry, "/: ") || entry == "" {
			return Guard{}, fault.Newf(fault.Invalid, "%q is not a network, an address or a host name", entry)
		} else {
			g.names[strings.ToLower(entry)] = true
		}
	}
	for name, address := range hosts {
		if _, err := netip.ParseAddrPort(address); err != nil {
			return Guard{}, fault.Newf(fault.Invalid, "host %s is mapped to %q, which is not ADDRESS:PORT", name, address)
		}
		g.hosts[strings.ToLower(name)] = address
	}
	return g, nil
}

// refused lists networks that are not the public internet: what "this host", an intranet or a transition mechanism could stand behind.
// Loopback, private, link-local, multicast and unspecified addresses are refused by their own methods.
var refused = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),           // IPv4-compatible
	netip.MustParsePrefix("::ffff:0:0:0/96"), // IPv4-translated
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64
	netip.MustParsePrefix("64:ff9b:1::/48"),  // NAT64, local
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // Teredo, ORCHID and other protocol assignments
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("5f00::/16"),
	netip.MustParsePrefix("fec0::/10"), // site-local, deprecated
}

// Permits says whether an address may be dialed. IPv4 addresses mapped into IPv6 are judged as IPv4.
func (g Guard) Permits(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, p := range g.networks {
		if p.Contains(ip) {
			return true
		}
	}
	if !ip.IsValid() || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return false
	}
	for _, p := range refused {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

func (g Guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read dialed address %q: %w", address, err)
	}
	if !g.Permits(ap.Addr()) {
		return fault.New(fault.Forbidden, fmt.Sprintf("%s is a private or reserved address", ap.Addr()),
			"add it to fetch.allow_private if the source is really meant to be inside")
	}
	return nil
}

func (g Guard) dialer(timeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	guarded := &net.Dialer{Timeout: timeout, Resolver: g.resolver, Control: g.control}
	trusted := &net.Dialer{Timeout: timeout, Resolver: g.resolver}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, fmt.Errorf("read address %q: %w", addr, err)
		}
		host = strings.ToLower(host)
		d := guarded
		if g.names[host] {
			d = trusted
		}
		if mapped, ok := g.hosts[host]; ok {
			addr = mapped
		}
		return d.DialContext(ctx, network, addr)
	}
}
