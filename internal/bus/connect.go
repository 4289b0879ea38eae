package bus

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// The outside server must know atomic batches, which came with this version.
const needMajor, needMinor = 2, 12

// What a message weighs beside its payload, at most; and the least that must be left for it: a mark or a value of a usual size.
const (
	headroom  = 16 << 10
	minInline = 200 << 10
)

// How often an outside server is asked whether it is there.
const pingEvery = 10 * time.Second

func (b *Bus) connect() error {
	conn, err := nats.Connect(b.opt.URL, b.connectOptions()...)
	if err != nil {
		what := fmt.Sprintf("the NATS server %s can't be reached: %v", redacted(b.opt.URL), err)
		return &fault.Error{Kind: fault.Unreachable, What: what, Remedy: "check bus.url and its login, and that the server runs", Position: -1, Err: err}
	}
	b.conn = conn
	b.inline = min(inlineBytes, int(conn.MaxPayload())-headroom)
	if b.inline < minInline {
		return fault.New(fault.Invalid, fmt.Sprintf("the NATS server takes messages of %d bytes at most", conn.MaxPayload()), "set its max_payload to 1MB, the default")
	}
	if err := checkVersion(conn.ConnectedServerVersion()); err != nil {
		return err
	}
	b.js, err = jetstream.New(conn, jetstream.WithDefaultTimeout(requestTimeout))
	if err != nil {
		return fmt.Errorf("open bus: %w", err)
	}
	return nil
}

func (b *Bus) connectOptions() []nats.Option {
	options := []nats.Option{
		nats.Name("rostrum"),
		nats.MaxReconnects(-1),
		nats.DisconnectErrHandler(b.disconnected),
		nats.ReconnectHandler(b.reconnected),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			b.log.Warn("bus connection reports an error", "error", err, "subscribed", sub != nil)
		}),
	}
	if b.server != nil {
		return append(options, nats.InProcessServer(b.server), nats.ReconnectWait(100*time.Millisecond))
	}
	// A network that drops everything says nothing: it is found out after three pings.
	options = append(options, nats.ReconnectWait(time.Second), nats.PingInterval(pingEvery))
	switch {
	case b.opt.Token != "":
		options = append(options, nats.Token(b.opt.Token))
	case b.opt.User != "":
		options = append(options, nats.UserInfo(b.opt.User, b.opt.Password))
	case b.opt.CredsFile != "":
		options = append(options, nats.UserCredentials(b.opt.CredsFile))
	}
	return options
}

func (b *Bus) disconnected(_ *nats.Conn, err error) {
	b.metrics.connected.Set(0)
	if b.ctx.Err() == nil {
		b.log.Warn("bus disconnected; reconnecting for as long as it takes", "error", err)
	}
}

func (b *Bus) reconnected(conn *nats.Conn) {
	b.metrics.connected.Set(1)
	b.renew()
	b.log.Info("bus reconnected", "server", redacted(conn.ConnectedUrl()))
}

// connection is a context that ends when the connection that is up now has been lost and made anew.
func (b *Bus) connection() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.link
}

// renew ends the context of the connection before, and begins that of this one.
func (b *Bus) renew() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlink()
	b.link, b.unlink = context.WithCancel(b.ctx)
}

func checkVersion(version string) error {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return fault.Newf(fault.Invalid, "the NATS server gives an unreadable version %q", version)
	}
	if major < needMajor || major == needMajor && minor < needMinor {
		return fault.New(fault.Invalid, fmt.Sprintf("the NATS server is version %s", version),
			fmt.Sprintf("upgrade it to %d.%d or later", needMajor, needMinor))
	}
	return nil
}

// redacted is a list of server addresses fit for a log: without passwords and tokens.
func redacted(urls string) string {
	out := strings.Split(urls, ",")
	for i, s := range out {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil {
			out[i] = "(unreadable address)"
			continue
		}
		if u.User != nil {
			u.User = url.User("xxxxx")
		}
		out[i] = u.String()
	}
	return strings.Join(out, ",")
}
