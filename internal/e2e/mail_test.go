package e2e

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/mail"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// mailbox is a mail server on loopback that speaks enough of SMTP to be sent mail, without encryption.
type mailbox struct {
	listener net.Listener
	running  sync.WaitGroup
	mu       sync.Mutex
	got      []*mail.Message
	bodies   []string
	refuse   map[string]string // answers by mailbox
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailbox{listener: l, refuse: map[string]string{}}
	m.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			m.running.Go(func() { defer conn.Close(); m.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); m.running.Wait() })
	return m
}

func (m *mailbox) serve(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	lines := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 ready")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-mail.example")
			say("250 ENHANCEDSTATUSCODES")
		case "RCPT":
			to := strings.Trim(strings.TrimPrefix(argument, "TO:"), "<>")
			say(cmp.Or(m.refuse[to], "250 2.1.5 ok"))
		case "DATA":
			say("354 go on")
			msg, err := mail.ReadMessage(textproto.NewReader(lines).DotReader())
			if err != nil {
				return
			}
			body, _ := io.ReadAll(msg.Body)
			m.mu.Lock()
			m.got, m.bodies = append(m.got, msg), append(m.bodies, string(body))
			m.mu.Unlock()
			say("250 2.0.0 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 2.0.0 ok")
		}
	}
}

func (m *mailbox) all() []*mail.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]*mail.Message(nil), m.got...)
}

// TestMailAlerts runs an instance with a mail server: a statement is mailed, the link in the mail stops it without a login, a refused address is
// switched off, and what is forgotten leaves the alerts.
func TestMailAlerts(t *testing.T) {
	box := newMailbox(t)
	box.refuse["gone@b.example"] = "550 5.1.1 no such user"
	host, port, err := net.SplitHostPort(box.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	news := newNewsroom()
	news.publish("old", "An old tide.")
	settings := maps.Clone(newsConfig)
	settings["rostrum.yaml"] += fmt.Sprintf("  smtp: {host: %s, port: %s, from: Rostrum <alerts@rostrum.example>, tls: none}\n", host, port)
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, settings, harness.ServeSite(t, "news.example", news)), data)
	i.WaitIndexed(20 * time.Second)
	kept := i.Save(harness.Object{"query": "tide", "name": "Tides", "channels": []harness.Object{{"type": "email", "to": "desk@b.example"}}})
	refused := i.Save(harness.Object{"query": "tide", "channels": []harness.Object{{"type": "email", "to": "gone@b.example"}}})
	news.publish("new", "A new tide came in at the harbour.")
	harness.Await(t, time.Minute, "a mail comes", func() bool { return len(box.all()) == 1 })
	m := box.all()[0]
	told := i.Alerts(kept.ID)[0]
	if got := m.Header.Get("Message-Id"); got != "<"+told.ID+"@rostrum.example>" {
		t.Errorf("Message-ID %s of alert %s", got, told.ID)
	}
	harness.Await(t, time.Minute, "a refused address is switched off", func() bool {
		var shown struct{ Channels []struct{ Disabled string } }
		i.Get("/api/v1/saved-queries/"+refused.ID, &shown)
		return strings.Contains(shown.Channels[0].Disabled, "no such user")
	})
	link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
	res, err := http.PostForm(link, url.Values{"List-Unsubscribe": {"One-Click"}})
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("one click at %s: %v, %v", link, res, err)
	}
	_ = res.Body.Close()
	news.publish("later", "A later tide came in.")
	harness.Await(t, time.Minute, "the saved query goes on firing", func() bool { return len(i.Alerts(kept.ID)) == 2 })
	if n := len(box.all()); n != 1 {
		t.Errorf("%d mails after it was stopped", n)
	}
	i.MustAdmin(data, "forget", told.Statement.ID)
	if left := i.Alerts(kept.ID); len(left) != 1 || left[0].Statement.ID == told.Statement.ID {
		t.Errorf("after it was forgotten the alerts are %+v", left)
	}
}
