package alert

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// MailServer is the server through which mail leaves.
type MailServer struct {
	Host           string
	Port           int
	User, Password string // empty: no login
	From           string // the sender, as in "Rostrum <alerts@example.org>"
	Plain          bool   // without encryption, for a server on this machine
	TLS            *tls.Config
	Dial           func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network's own
}

const smtps = 465 // the port at which TLS begins with the connection

// mailer sends mail.
type mailer struct {
	o       *MailServer
	agent   string
	timeout time.Duration
	domain  string // of message ids
	now     func() time.Time
}

func newMailer(o *Options) *mailer {
	if o.Mail == nil {
		return nil
	}
	m := &mailer{o: o.Mail, agent: o.UserAgent, timeout: o.Timeout, now: o.Now, domain: "rostrum.invalid"}
	if from, err := mail.ParseAddress(o.Mail.From); err == nil {
		if _, domain, ok := strings.Cut(from.Address, "@"); ok {
			m.domain = domain
		}
	}
	return m
}

// client makes a client that dials by dial.
func (m *mailer) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	policy, auth := gomail.TLSMandatory, gomail.SMTPAuthAutoDiscover
	if m.o.Plain || m.o.Port == smtps { // not encrypted, or from the first byte, which is dial's work
		policy, auth = gomail.NoTLS, gomail.SMTPAuthPlainNoEnc
	}
	options := []gomail.Option{gomail.WithPort(m.o.Port), gomail.WithTimeout(m.timeout), gomail.WithTLSPolicy(policy), gomail.WithoutNoop(), gomail.WithDialContextFunc(dial)}
	if m.o.User != "" {
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(m.o.User), gomail.WithPassword(m.o.Password))
	}
	if m.o.TLS != nil {
		options = append(options, gomail.WithTLSConfig(m.o.TLS))
	}
	return gomail.NewClient(m.o.Host, options...)
}

// connect opens the connection to the mail server.
func (m *mailer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	dial := m.o.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, network, address)
	if err != nil || m.o.Port != smtps || m.o.Plain {
		return conn, err
	}
	config := &tls.Config{ServerName: m.o.Host, MinVersion: tls.VersionTLS12}
	if m.o.TLS != nil {
		config = m.o.TLS
	}
	encrypted := tls.Client(conn, config)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return encrypted, nil
}

// send makes one attempt to bring a letter to its addressee.
func (m *mailer) send(ctx context.Context, l *letter, names namer) outcome {
	msg, err := m.message(l, names)
	if err != nil {
		return outcome{reason: "the mail can't be written: " + shorten(err.Error()), fine: true}
	}
	whole, cancel := context.WithTimeout(ctx, 4*m.timeout)
	defer cancel()
	client, err := m.client(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := m.connect(ctx, network, address)
		if err == nil { // the client leaves it open when it fails, and heeds no context once it is there
			context.AfterFunc(whole, func() { _ = conn.Close() })
		}
		return conn, err
	})
	if err != nil {
		return outcome{reason: "the mail server can't be used: " + shorten(err.Error())}
	}
	err = client.DialAndSendWithContext(whole, msg)
	if err == nil || msg.IsDelivered() { // what goes wrong after it was taken changes nothing
		return outcome{status: 250}
	}
	return refusal(err)
}

// refusal says what an error of the mail server means: whether it is about this addressee for good, about this message for now, or about
// the server.
func refusal(err error) outcome {
	sent, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		o := outcome{reason: shorten("the mail server was not reached: " + err.Error())}
		if answer, ok := errors.AsType[*textproto.Error](err); ok {
			o.status, o.reason = answer.Code, shorten(fmt.Sprintf("the mail server answers %d %s", answer.Code, oneLine(answer.Msg)))
		}
		return o
	}
	code := sent.ErrorCode()
	o := outcome{status: code, reason: shorten("the mail server answers: " + oneLine(sent.Error()))}
	switch sent.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		o.fine = code > 0
		// 5.7.x is a policy: it is about how this server sends, not about the addressee
		o.gone = code >= 500 && code < 600 && !strings.HasPrefix(sent.EnhancedStatusCode(), "5.7.")
	}
	if o.gone {
		o.reason = shorten("the mail server refuses the address for good: " + oneLine(sent.Error()))
	}
	return o
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// message writes a letter as a mail: plain text and HTML that say the same.
func (m *mailer) message(l *letter, names namer) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.o.From); err != nil {
		return nil, err
	}
	if err := msg.To(l.to); err != nil {
		return nil, err
	}
	view := newMailView(l, names)
	plain, rich, err := view.render()
	if err != nil {
		return nil, err
	}
	msg.Subject(view.Subject)
	msg.SetMessageIDWithValue(l.id + "@" + m.domain)
	msg.SetDateWithValue(l.at)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if len(l.queries) == 1 {
		msg.SetGenHeader("List-Id", "<"+l.queries[0].ID+"."+m.domain+">")
	}
	if l.unsubscribe != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+l.unsubscribe+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, plain)
	msg.AddAlternativeString(gomail.TypeTextHTML, rich)
	return msg, nil
}

// hostName gives the host of an address, for people.
func hostName(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return address
	}
	return u.Hostname()
}
