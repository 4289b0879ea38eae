package alert

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailHost is a mail server that speaks SMTP (RFC 5321) with STARTTLS and AUTH PLAIN, over pipes.
type mailHost struct {
	t       testing.TB
	cert    tls.Certificate
	roots   *x509.CertPool
	offers  bool                               // STARTTLS
	login   string                             // user and password as AUTH PLAIN sends them; empty: none is asked for
	answers func(verb, argument string) string // an answer instead of the usual one; "" for that

	mu      sync.Mutex
	mails   []gotMail
	dials   int
	running sync.WaitGroup
}

// gotMail is a mail that was taken.
type gotMail struct {
	at       time.Time
	from, to string
	secure   bool
	header   mail.Header
	subject  string
	plain    string
	rich     string
	raw      string
}

func newMailHost(t testing.TB) *mailHost {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.example"}, NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter: time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	h := &mailHost{t: t, offers: true, roots: roots, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}
	t.Cleanup(h.running.Wait)
	return h
}

// server is how a Service reaches it.
func (h *mailHost) server() *MailServer {
	return &MailServer{Host: "mail.example", Port: 587, From: "Rostrum <alerts@rostrum.example>", Dial: h.dial,
		TLS: &tls.Config{RootCAs: h.roots, ServerName: "mail.example", MinVersion: tls.VersionTLS12}}
}

func (h *mailHost) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	h.mu.Lock()
	h.dials++
	h.mu.Unlock()
	h.running.Go(func() {
		defer theirs.Close()
		h.serve(theirs)
	})
	return ours, nil
}

// serve speaks with one client until it hangs up.
func (h *mailHost) serve(conn net.Conn) {
	h.mu.Lock()
	offers, login, answers := h.offers, h.login, h.answers
	h.mu.Unlock()
	secure, known := false, login == ""
	lines := bufio.NewReader(conn)
	say := func(line string) bool { _, err := io.WriteString(conn, line+"\r\n"); return err == nil }
	if !say("220 mail.example ready") {
		return
	}
	from, to := "", ""
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		verb = strings.ToUpper(verb)
		if answers != nil {
			if answer := answers(verb, argument); answer != "" {
				if !say(answer) || strings.HasPrefix(answer, "421") {
					return
				}
				continue
			}
		}
		switch {
		case verb == "EHLO" || verb == "HELO":
			say("250-mail.example")
			if offers && !secure {
				say("250-STARTTLS")
			}
			if login != "" {
				say("250-AUTH PLAIN")
			}
			say("250-ENHANCEDSTATUSCODES")
			say("250 8BITMIME")
		case verb == "STARTTLS" && offers && !secure:
			say("220 go on")
			encrypted := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{h.cert}, MinVersion: tls.VersionTLS12})
			if encrypted.Handshake() != nil {
				return
			}
			conn, lines, secure = encrypted, bufio.NewReader(encrypted), true
		case verb == "AUTH":
			_, secret, _ := strings.Cut(argument, " ")
			plain, _ := base64.StdEncoding.DecodeString(secret)
			if known = strings.Trim(strings.ReplaceAll(string(plain), "\x00", " "), " ") == login; known {
				say("235 2.7.0 welcome")
			} else {
				say("535 5.7.8 no")
			}
		case verb == "MAIL" && known:
			from, to = address(argument), ""
			say("250 2.1.0 ok")
		case verb == "RCPT" && from != "":
			to = address(argument)
			say("250 2.1.5 ok")
		case verb == "DATA" && to != "":
			say("354 go on")
			data, err := io.ReadAll(textproto.NewReader(lines).DotReader())
			if err != nil {
				return
			}
			h.take(from, to, secure, data)
			say("250 2.0.0 taken")
			from, to = "", ""
		case verb == "RSET", verb == "NOOP":
			say("250 2.0.0 ok")
		case verb == "QUIT":
			say("221 2.0.0 bye")
			return
		default:
			say("503 5.5.1 not now: " + verb)
		}
	}
}

// address takes the mailbox out of "FROM:<a@b.example> BODY=8BITMIME".
func address(argument string) string {
	_, rest, _ := strings.Cut(argument, "<")
	inside, _, _ := strings.Cut(rest, ">")
	return inside
}

func (h *mailHost) take(from, to string, secure bool, data []byte) {
	m := gotMail{at: time.Now(), from: from, to: to, secure: secure, raw: string(data)}
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		h.t.Errorf("a mail can't be read: %v", err)
		return
	}
	m.header = msg.Header
	decoder := mime.WordDecoder{}
	if m.subject, err = decoder.DecodeHeader(msg.Header.Get("Subject")); err != nil {
		h.t.Error(err)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		h.t.Errorf("content type: %v", err)
		return
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			h.t.Errorf("a part can't be read: %v", err)
			return
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			h.t.Errorf("a part can't be decoded: %v", err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.rich = string(body)
		} else {
			m.plain = string(body)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mails = append(h.mails, m)
}

func (h *mailHost) taken() []gotMail {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]gotMail(nil), h.mails...)
}

// one gives the only mail there is.
func (h *mailHost) one() gotMail {
	h.t.Helper()
	got := h.taken()
	if len(got) != 1 {
		h.t.Fatalf("%d mails: %s", len(got), subjects(got))
	}
	return got[0]
}

func subjects(mails []gotMail) string {
	var out strings.Builder
	for _, m := range mails {
		fmt.Fprintf(&out, "%s to %s at %s; ", m.subject, m.to, m.at.UTC().Format(time.DateTime))
	}
	return out.String()
}

func mailTo(addresses ...string) []Channel {
	var channels []Channel
	for _, a := range addresses {
		channels = append(channels, Channel{Type: Email, To: a})
	}
	return channels
}
