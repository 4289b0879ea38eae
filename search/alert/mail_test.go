package alert

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// said is a statement with all that a mail tells of one.
func said(id, title, text string, actors ...statement.Actor) statement.Statement {
	st := says(id, 1, text)
	published := time.Date(2026, 2, 3, 10, 0, 0, 0, time.UTC)
	st.Title, st.Published, st.PublishedFrom, st.Actors = title, &published, statement.FromFeed, actors
	return st
}

var lantern = statement.Actor{ID: "lantern", Name: "Lantern Institute", Role: statement.Issuer}

// mailRig is a Service with a mail server.
func mailRig(t *testing.T, w *world, h *mailHost, change ...func(*Options)) *rig {
	t.Helper()
	o := options(w)
	o.Mail = h.server()
	o.Names = func(kind, id string) string {
		return map[string]string{"topic safeguards": "Safeguards", "source source": "Tides Weekly"}[kind+" "+id]
	}
	for _, c := range change {
		c(&o)
	}
	return start(t, o)
}

func TestMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		h.login = "ada secret"
		r := mailRig(t, w, h, func(o *Options) { o.Mail.User, o.Mail.Password = "ada", "secret" })
		saved := r.save(Draft{Name: "Häfen & <tides>", Query: "tide", Channels: mailTo("desk@newsroom.example")})
		if saved.Channels[0].Secret != "" {
			t.Error("a mail channel shows a secret")
		}
		w.announce(said("a", "On <b>tides</b>\r\nBcc: x@y.example", "First of all. We refuse the tide, said Dr. A. Renn of it. Then more.", lantern), true)
		synctest.Wait()
		m := h.one()
		a := r.told(saved.ID)
		if !m.secure || m.from != "alerts@rostrum.example" || m.to != "desk@newsroom.example" {
			t.Errorf("from %s to %s, encrypted %v", m.from, m.to, m.secure)
		}
		for name, want := range map[string]string{"Message-Id": "<" + a.ID + "@rostrum.example>", "Auto-Submitted": "auto-generated", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"Bcc": "", "X-Mailer": "", "List-Id": "<" + saved.ID + ".rostrum.example>"} {
			if got := m.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if m.subject != "Häfen & <tides>: On <b>tides</b> Bcc: x@y.example" {
			t.Errorf("subject %q", m.subject)
		}
		for _, want := range []string{"We refuse the *tide*, said Dr. A. Renn of it.", "Lantern Institute (issuer)", "3 February 2026", "Tides Weekly", "https://rostrum.example/statements/a", "https://example.org/a",
			"Fired on: tides, tide", "Stop these mails: https://rostrum.example/unsubscribe/"} {
			if !strings.Contains(m.plain, want) {
				t.Errorf("the text lacks %q:\n%s", want, m.plain)
			}
		}
		for _, want := range []string{"We refuse the <mark>tide</mark>, said Dr. A. Renn of it.", "Häfen &amp; &lt;tides&gt;", "On &lt;b&gt;tides&lt;/b&gt;", `href="https://rostrum.example/statements/a"`, `href="https://example.org/a"`} {
			if !strings.Contains(m.rich, want) {
				t.Errorf("the HTML lacks %q:\n%s", want, m.rich)
			}
		}
		if strings.Contains(m.plain, "First of all") {
			t.Error("more than the sentence is told")
		}
		if d := a.Deliveries[0]; d.Status != Delivered || d.To != "desk@newsroom.example" || d.Attempts[0].Status != 250 {
			t.Errorf("delivery %+v", d)
		}
		results, err := r.Test(t.Context(), "", saved.ID)
		if err != nil || !results[0].Taken || len(h.taken()) != 2 || !strings.Contains(h.taken()[1].plain, "No statement fired") {
			t.Errorf("test %+v, %v", results, err)
		}
		r.stop()
	})
}

// TestMailIsRefused has what mail servers answer, and what becomes of the channel.
func TestMailIsRefused(t *testing.T) {
	refuse := func(verb, answer string) func(string, string) string {
		return func(v, _ string) string {
			if v == verb {
				return answer
			}
			return ""
		}
	}
	for name, c := range map[string]struct {
		host     func(*mailHost)
		plain    bool
		status   string
		reason   string // of the last attempt
		disabled bool
	}{
		"no such user":     {host: func(h *mailHost) { h.answers = refuse("RCPT", "550 5.1.1 no such user") }, status: Disabled, reason: "no such user", disabled: true},
		"refused as spam":  {host: func(h *mailHost) { h.answers = refuse("DATA", "554 5.6.0 not wanted") }, status: Disabled, reason: "not wanted", disabled: true},
		"relaying denied":  {host: func(h *mailHost) { h.answers = refuse("RCPT", "550 5.7.1 relaying denied") }, status: Waiting, reason: "relaying denied"},
		"greylisted":       {host: func(h *mailHost) { h.answers = refuse("RCPT", "451 4.7.1 come back later") }, status: Waiting, reason: "come back later"},
		"sender refused":   {host: func(h *mailHost) { h.answers = refuse("MAIL", "553 5.1.8 sender unknown") }, status: Waiting, reason: "sender unknown"},
		"no TLS":           {host: func(h *mailHost) { h.offers = false }, status: Waiting, reason: "STARTTLS"},
		"no TLS, and none": {host: func(h *mailHost) { h.offers = false }, plain: true, status: Delivered},
		"wrong password":   {host: func(h *mailHost) { h.login = "ada other" }, status: Waiting, reason: "5.7.8"},
		"hangs up":         {host: func(h *mailHost) { h.answers = refuse("EHLO", "421 4.3.2 closing") }, status: Waiting, reason: "closing"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, h := newWorld(), newMailHost(t)
				c.host(h)
				r := mailRig(t, w, h, func(o *Options) {
					o.Mail.Plain = c.plain
					if h.login != "" {
						o.Mail.User, o.Mail.Password = "ada", "secret"
					}
				})
				saved := r.save(Draft{Query: "tide", Channels: mailTo("a@b.example")})
				second := r.save(Draft{Query: "reef", Channels: mailTo("a@b.example")})
				w.announce(says("a", 1, "A tide."), true)
				synctest.Wait()
				d := r.told(saved.ID).Deliveries[0]
				last := d.Attempts[len(d.Attempts)-1]
				if d.Status != c.status || !strings.Contains(last.Error, c.reason) || c.reason == "" && last.Error != "" {
					t.Errorf("delivery %+v", d)
				}
				for _, id := range []string{saved.ID, second.ID} {
					if shown, err := r.Get("", id); err != nil || (shown.Channels[0].Disabled != "") != c.disabled {
						t.Errorf("channel %+v, %v", shown.Channels[0], err)
					}
				}
				if c.status == Waiting { // it comes back when the server takes it
					h.mu.Lock()
					h.answers, h.offers, h.login = nil, true, strings.Replace(h.login, "other", "secret", 1)
					h.mu.Unlock()
					time.Sleep(2 * time.Minute)
					synctest.Wait()
					if d := r.told(saved.ID).Deliveries[0]; d.Status != Delivered || d.Tries != 2 || len(h.taken()) != 1 {
						t.Errorf("afterwards %+v", d)
					}
				}
				r.stop()
			})
		})
	}
}

func TestMailAddresses(t *testing.T) {
	h := newMailHost(t)
	o := options(newWorld())
	o.Mail = h.server()
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example\n", "Ada <a@b.example>", "a@b.example, c@d.example", "a b@c.example", "a@b@c.example", strings.Repeat("a", 250) + "@b.example",
		"a@b.example\u2028", "<a@b.example>", `"a b"@c.example`} {
		_, err := s.Create(t.Context(), Draft{Query: "tide", Channels: mailTo(bad)})
		if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Field != "channels[0].to" || f.Remedy == "" { //nolint:errorlint // these are not wrapped
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"a@b.example", "first.last+tag@sub.b.example"} {
		if _, err := s.Create(t.Context(), Draft{Query: "tide", Channels: mailTo(good)}); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	if _, err := s.Create(t.Context(), Draft{Query: "tide", Channels: []Channel{{Type: Email, To: "a@b.example", URL: "http://x.example/"}}}); err == nil {
		t.Error("a mail channel with a url was taken")
	}
}

func TestUnsubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		r := mailRig(t, w, h)
		one := r.save(Draft{Owner: "ada", Name: "one", Query: "tide", Channels: mailTo("a@b.example")})
		two := r.save(Draft{Owner: "ada", Name: "two", Query: "tide", Rate: Daily, Channels: mailTo("a@b.example")})
		other := r.save(Draft{Owner: "ben", Name: "other", Query: "reef", Channels: mailTo("a@b.example")})
		w.announce(says("a", 1, "A tide."), true)
		synctest.Wait()
		token := tokenOf(t, h.one())
		for _, bad := range []string{"", token + "x", strings.Replace(token, ".one.", ".all.", 1), "a.b.c.d", strings.Replace(token, one.ID, other.ID, 1)} {
			if _, err := r.Unsubscribe(t.Context(), bad, true); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q: %v", bad, err)
			}
		}
		look, err := r.Unsubscribe(t.Context(), token, false)
		if err != nil || look.Done || look.To != "a@b.example" || len(look.Names) != 1 {
			t.Errorf("before: %+v, %v", look, err)
		}
		disabled := func(id string) bool { v, _ := r.Get("", id); return v.Channels[0].Disabled != "" }
		if disabled(one.ID) {
			t.Error("looking stopped it")
		}
		for range 2 {
			if done, err := r.Unsubscribe(t.Context(), token, true); err != nil || !done.Done {
				t.Errorf("stopped: %+v, %v", done, err)
			}
		}
		if !disabled(one.ID) || disabled(two.ID) || disabled(other.ID) {
			t.Error("it stopped others, or not itself")
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		mails := h.taken()
		digest := mails[len(mails)-1]
		if _, err := r.Unsubscribe(t.Context(), tokenOf(t, digest), true); err != nil {
			t.Error(err)
		}
		if !disabled(two.ID) || disabled(other.ID) {
			t.Error("the digest's link did not stop it, or another owner's")
		}
		if n, err := r.Bounced(t.Context(), "A@b.example", "bounced: mailbox unknown"); n != 1 || err != nil || !disabled(other.ID) {
			t.Errorf("%d paused, %v", n, err)
		}
		r.stop()
	})
}

// tokenOf takes the token out of List-Unsubscribe.
func tokenOf(t *testing.T, m gotMail) string {
	t.Helper()
	token, ok := strings.CutPrefix(strings.Trim(m.header.Get("List-Unsubscribe"), "<>"), "https://rostrum.example/unsubscribe/")
	if !ok {
		t.Fatalf("List-Unsubscribe is %q", m.header.Get("List-Unsubscribe"))
	}
	return token
}

// TestMailServerDownHoldsUpNoWebhook has the mail server hang, and the webhooks go on.
func TestMailServerDownHoldsUpNoWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h, net := newWorld(), newMailHost(t), newNetwork(t)
		release := make(chan struct{})
		h.answers = func(string, string) string { <-release; return "421 4.3.2 closing" }
		hooks := net.host("hooks.example", func(http.ResponseWriter, message) {})
		r := mailRig(t, w, h, func(o *Options) { o.Dial = net.dial })
		for i := range 50 {
			r.save(Draft{Query: "tide", Channels: mailTo(fmt.Sprintf("a%d@b.example", i))})
		}
		r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/")})
		for i := range 20 {
			w.announce(says(fmt.Sprint("s", i), 1, "A tide."), true)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(hooks.messages()); n != 20 {
			t.Errorf("the webhook has %d of 20", n)
		}
		close(release)
		r.stop()
	})
}
