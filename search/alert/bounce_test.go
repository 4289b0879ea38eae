package alert

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

// report is what a mail system sends when it gives a mail up.
func report(kind, action, status, to, message string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@relay.example
To: alerts@rostrum.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=%s; boundary="edge"

--edge
Content-Type: text/plain

It could not be delivered.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; %s
Action: %s
Status: %s
Diagnostic-Code: smtp; 550 5.1.1
  no such user

--edge
Content-Type: text/rfc822-headers

From: alerts@rostrum.example
Message-ID: <%s>
--edge--
`, kind, to, action, status, message), "\n", "\r\n")
}

func TestReadBounces(t *testing.T) {
	gone := []Bounce{{To: "a@b.example", Message: "msg_x@rostrum.example", Reason: "5.1.1 550 5.1.1 no such user"}}
	for name, c := range map[string]struct {
		report string
		want   []Bounce
		fails  bool
	}{
		"no such user":     {report: report("delivery-status", "failed", "5.1.1", "a@b.example", "msg_x@rostrum.example"), want: gone},
		"a delay":          {report: report("delivery-status", "delayed", "4.4.1", "a@b.example", "msg_x@rostrum.example")},
		"given up for now": {report: report("delivery-status", "failed", "4.4.7", "a@b.example", "msg_x@rostrum.example")},
		"policy":           {report: report("delivery-status", "failed", "5.7.1", "a@b.example", "msg_x@rostrum.example")},
		"a read receipt":   {report: report("disposition-notification", "failed", "5.1.1", "a@b.example", "x"), fails: true},
		"cut off":          {report: report("delivery-status", "failed", "5.1.1", "a@b.example", "x")[:420], want: []Bounce{{To: "a@b.example", Reason: "5.1.1"}}},
		"a plain mail":     {report: "From: a@b.example\r\n\r\nI am away.\r\n", fails: true},
		"nothing":          {fails: true},
	} {
		got, err := ReadBounces(strings.NewReader(c.report))
		if (fault.KindOf(err) == fault.Invalid && err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", name, diff)
		}
	}
}

func FuzzReadBounces(f *testing.F) {
	f.Add(report("delivery-status", "failed", "5.1.1", "a@b.example", "msg_x@rostrum.example"))
	f.Add("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\n--b--")
	f.Fuzz(func(t *testing.T, mail string) {
		found, err := ReadBounces(strings.NewReader(mail))
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("the error is %v", err)
		}
		for _, b := range found {
			if b.To == "" {
				t.Errorf("%+v names nobody", b)
			}
		}
	})
}

// TestMailThatCameBack switches off the address of a mail that was sent, and of no other.
func TestMailThatCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		r := mailRig(t, w, h)
		first, second := r.save(Draft{Query: "tide", Owner: "ada", Channels: mailTo("a@b.example")}), r.save(Draft{Query: "reef", Owner: "ben", Channels: mailTo("A@b.example")})
		other := r.save(Draft{Query: "tide", Channels: mailTo("other@b.example")})
		w.announce(says("a", 1, "A tide."), true)
		synctest.Wait()
		message := "<" + r.told(first.ID).ID + "@rostrum.example>"
		for _, b := range []Bounce{{}, {To: "a@b.example", Message: "msg_forged@rostrum.example"}, {To: "other@b.example", Message: message}} {
			if n, err := r.CameBack(t.Context(), b); n != 0 || err == nil {
				t.Errorf("%+v: %d, %v", b, n, err)
			}
		}
		for want := range []int{2, 0} {
			want = 2 - 2*want // twice: it is idempotent
			if n, err := r.CameBack(t.Context(), Bounce{To: "a@b.example", Message: message, Reason: "5.1.1 no\r\nsuch user"}); n != want || err != nil {
				t.Errorf("%d channels of %d, %v", n, want, err)
			}
		}
		for id, want := range map[string]string{first.ID: "mail to it came back: 5.1.1 no such user", second.ID: "mail to it came back: 5.1.1 no such user", other.ID: ""} {
			if one, err := r.Get("", id); err != nil || one.Channels[0].Disabled != want {
				t.Errorf("%+v, %v", one.Channels, err)
			}
		}
		if n, err := r.CameBack(t.Context(), Bounce{To: "other@b.example"}); n != 1 || err != nil {
			t.Errorf("an address by itself: %d, %v", n, err)
		}
		r.stop()
	})
}
