package configs

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// checkSettings looks at settings that only make sense together.
func (l *loader) checkSettings() {
	s := &l.cfg.Settings
	add := func(field, what, remedy string) { l.problems.Add(s.At, field, "", what, remedy) }
	switch logins := s.Bus.logins(); {
	case logins > 0 && s.Bus.URL == "":
		add("bus", "a login is given, but no outside server to log in to", "set bus.url, or remove the login")
	case logins > 1:
		add("bus", "more than one login is given", "keep one of token, user with password, and credentials")
	case (s.Bus.User == "") != s.Bus.Password.IsZero():
		add("bus.user", "user and password go together", "set bus.user and bus.password, or neither")
	}
	if s.Alerts.SMTP.Host != "" && s.Alerts.SMTP.From == "" {
		add("alerts.smtp.from", "mail needs a sender", "give one of the mails, such as Rostrum <alerts@example.org>")
	}
	if (s.Alerts.SMTP.User == "") != s.Alerts.SMTP.Password.IsZero() {
		add("alerts.smtp.user", "user and password go together", "set alerts.smtp.user and alerts.smtp.password, or neither")
	}
	if (s.Auth.ProxyHeader == "") != (len(s.Auth.Proxies) == 0) {
		add("auth.proxy_header", "a header is believed from known proxies only", "set auth.proxy_header and auth.proxies, or neither")
	}
	if b := &s.Exports.S3; b.Endpoint != "" && (b.Bucket == "" || b.AccessKey == "" || b.SecretKey.IsZero()) {
		add("exports.s3", "a bucket needs its name and a key", "set exports.s3.bucket, exports.s3.access_key and exports.s3.secret_key")
	}
	if what, remedy := splitFault(s.Roles, s.Bus.URL); what != "" {
		add("roles", what, remedy)
	}
	l.checkMappedHosts(s)
}

// logins counts the ways to log in that are given.
func (b *Bus) logins() int {
	n := 0
	for _, given := range []bool{!b.Token.IsZero(), b.User != "" || !b.Password.IsZero(), b.Credentials != ""} {
		if given {
			n++
		}
	}
	return n
}

// checkMappedHosts refuses hosts mapped to a private address that may not be fetched: every fetch would fail.
func (l *loader) checkMappedHosts(s *Settings) {
	for _, host := range sortedKeys(s.Fetch.Hosts) {
		target, err := netip.ParseAddrPort(s.Fetch.Hosts[host])
		if err != nil || !validHost(host) || !private(target.Addr()) || allowed(s.Fetch.AllowPrivate, host, target.Addr()) {
			continue
		}
		l.problems.Add(s.At, "fetch.hosts."+host, target.String(), "is mapped to a private address that may not be fetched",
			fmt.Sprintf("add %s to fetch.allow_private", target.Addr()))
	}
}

func private(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}

func allowed(list []string, host string, addr netip.Addr) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		return strings.EqualFold(s, host) || network(s).Contains(addr.Unmap())
	})
}
