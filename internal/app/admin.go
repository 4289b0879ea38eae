package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"rostrum/internal/bus"
	"rostrum/search/httpapi"
)

// startAdmin opens the tokens and makes what the admin endpoints work with.
func (a *App) startAdmin(ctx, work context.Context) (err error) {
	n := a.node
	n.tokens, err = openTokens(ctx, a.bus.Bucket(bus.Settings), a.cfg.Auth.AdminToken.Reveal(), a.cfg.Data, a.log.With("room", "auth"))
	if err != nil {
		return err
	}
	imports, err := newImporter(a.cfg, n.archive, a.bus.PublishCapture)
	if err != nil {
		return err
	}
	n.rebuilder = &rebuilder{node: n, work: work, run: a.running.Go, room: a.roomToRebuild, now: time.Now, log: a.log.With("room", "rebuild")}
	a.observer = newObserver(a)
	if err := a.metrics.Register(a.observer); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	n.admin = &httpapi.Admin{Importer: imports, Rebuilder: n.rebuilder, Quarantine: quarantine{a.bus.Quarantine()}, Tokens: n.tokens, Status: a.observer.status,
		Forgetter: &forgetter{node: n, erase: a.eraseTold, now: time.Now, log: a.log.With("room", "forget")},
		Checker:   &verifier{node: n, bus: a.bus, work: work, run: a.running.Go, now: time.Now, log: a.log.With("room", "verify")},
		Corrector: n.corrector, Backuper: &backupMarks{of: &backuper{cfg: a.cfg, node: n, bus: a.bus, now: time.Now, log: a.log.With("room", "backup")}, kept: a.bus.Bucket(bus.Settings), now: time.Now,
			failures: counter(a.metrics, "rostrum_backup_failures_total", "Backups that did not come to their end.")}}
	return nil
}

// authorized puts the login before what is served. An address that other machines reach demands a token of everybody.
func (a *App) authorized(next http.Handler) http.Handler {
	var proxies []netip.Prefix
	for _, text := range a.cfg.Auth.Proxies {
		if p, err := prefix(text); err == nil { // the configuration was checked
			proxies = append(proxies, p)
		}
	}
	return httpapi.Auth(next, httpapi.AuthOptions{Tokens: a.node.tokens, Open: a.cfg.Auth.Require == "auto" && loopback(a.cfg.Listen),
		ProxyHeader: a.cfg.Auth.ProxyHeader, Proxies: proxies, SecureCookies: strings.HasPrefix(a.cfg.PublicURL, "https:"), Audit: a.audit, Log: a.log.With("room", "auth")})
}

// loopback says whether an address to listen on is reached from this machine alone.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func prefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Prefix(addr.BitLen())
	}
	return netip.ParsePrefix(text)
}

// quarantine shows and settles what waits in the bus's quarantine.
type quarantine struct{ *bus.Quarantine }

// maxBodyStart bounds what is shown of a body, in bytes.
const maxBodyStart = 2000

// Show gives an entry and what there is to judge it by.
func (q quarantine) Show(ctx context.Context, capture string) (httpapi.QuarantinedCapture, error) {
	entry, c, err := q.Get(ctx, capture)
	shown := httpapi.QuarantinedCapture{QuarantineEntry: entry}
	if err != nil || c == nil {
		return shown, err
	}
	at := c.FetchedAt.UTC()
	shown.FinalURL, shown.FetchedAt, shown.Status, shown.Header, shown.BodyBytes = c.FinalURL, &at, c.Status, c.Header, len(c.Body)
	shown.BodyStart = strings.ToValidUTF8(string(c.Body[:min(len(c.Body), maxBodyStart)]), "\ufffd")
	return shown, nil
}

// Settle tries a capture again, or drops it.
func (q quarantine) Settle(ctx context.Context, capture string, retry bool) error {
	if retry {
		return q.Retry(ctx, capture)
	}
	return q.Drop(ctx, capture)
}
