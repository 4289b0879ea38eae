package alert

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rostrum/internal/fault"
)

// told gives the one alert of a saved query.
func (r *rig) told(id string) Told {
	r.t.Helper()
	page, err := r.Alerts(context.Background(), "", id, 10, "")
	if err != nil || len(page.Alerts) != 1 {
		r.t.Fatalf("alerts %+v, %v", page, err)
	}
	return page.Alerts[0]
}

func TestWebhookIsSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		hooks := net.host("hooks.example", nil)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		saved := r.save(Draft{Name: "Tides", Query: "tide", Channels: hook("http://hooks.example/in?x=1")})
		secret := saved.Channels[0].Secret
		if !strings.HasPrefix(secret, "whsec_") {
			t.Fatalf("the secret is %q", secret)
		}
		if shown, err := r.Get("", saved.ID); err != nil || shown.Channels[0].Secret != "" {
			t.Errorf("the secret is shown again: %+v, %v", shown, err)
		}
		w.announce(says("a", 1, "The tide is high."), true)
		synctest.Wait()
		got := hooks.messages()
		if len(got) != 1 {
			t.Fatalf("%d messages", len(got))
		}
		verifier, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier.Verify(got[0].body, got[0].header); err != nil {
			t.Errorf("the reference library refuses the signature: %v", err)
		}
		a := r.told(saved.ID)
		if id := got[0].header.Get("Webhook-Id"); id != a.ID || a.Deliveries[0].Status != Delivered || a.Deliveries[0].Attempts[0].Status != 200 {
			t.Errorf("message %s, alert %+v", id, a)
		}
		if strings.Contains(string(got[0].body), secret) {
			t.Error("the secret is in the message")
		}
		r.stop()
	})
}

func TestRetries(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		handle   func(n int, w http.ResponseWriter, m message)
		after    time.Duration
		tries    int
		status   string
		reason   string // of the last attempt
		disabled bool
	}{
		"500 twice": {func(n int, w http.ResponseWriter, _ message) {
			w.WriteHeader(map[bool]int{true: 500, false: 204}[n <= 2])
		}, time.Hour, 3, Delivered, "", false},
		"500 for ever": {func(_ int, w http.ResponseWriter, _ message) { w.WriteHeader(500) }, 5 * day, 10, Failed, "the receiver answers 500 Internal Server Error", false},
		"no answer":    {func(_ int, _ http.ResponseWriter, m message) { <-m.gone }, time.Minute, 2, Waiting, "no answer within 15s", false},
		"a redirect": {func(_ int, w http.ResponseWriter, _ message) {
			w.Header().Set("Location", "http://hooks.example/other")
			w.WriteHeader(307)
		}, time.Minute, 2, Waiting, "the receiver answers 307, a redirect, which is not followed: give the address it leads to", false},
		"gone": {func(_ int, w http.ResponseWriter, _ message) { w.WriteHeader(410) }, time.Hour, 1, Disabled, "the receiver answers 410 Gone: it wants nothing any more", true},
		"too many": {func(n int, w http.ResponseWriter, _ message) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(map[bool]int{true: 429, false: 200}[n == 1])
		}, 9 * time.Minute, 1, Waiting, "the receiver answers 429 Too Many Requests", false},
		"much too long": {func(_ int, w http.ResponseWriter, _ message) { pour(w) }, time.Minute, 1, Delivered, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, net := newWorld(), newNetwork(t)
				n := 0
				hooks := net.host("hooks.example", func(w http.ResponseWriter, m message) { n++; c.handle(n, w, m) })
				o := options(w)
				o.Dial = net.dial
				r := start(t, o)
				saved := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/in")})
				w.announce(says("a", 1, "The tide is high."), true)
				time.Sleep(c.after)
				synctest.Wait()
				d := r.told(saved.ID).Deliveries[0]
				last := d.Attempts[len(d.Attempts)-1]
				if d.Tries != c.tries || d.Status != c.status || last.Error != c.reason || (d.Next != nil) != (c.status == Waiting) {
					t.Errorf("delivery %+v", d)
				}
				for id, count := range hooks.ids() {
					if id != r.told(saved.ID).ID || count < c.tries {
						t.Errorf("message %s came %d times", id, count)
					}
				}
				shown, err := r.Get("", saved.ID)
				if err != nil || (shown.Channels[0].Disabled != "") != c.disabled {
					t.Errorf("channel %+v, %v", shown.Channels[0], err)
				}
				r.stop()
			})
		})
	}
}

// pour answers 200 with more than anybody reads.
func pour(w http.ResponseWriter) {
	piece := []byte(strings.Repeat("x", 64<<10))
	for range 1 << 14 {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

func TestReceiverDownForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		began := time.Now()
		down := func() bool { return time.Since(began) < time.Hour }
		hooks := net.host("hooks.example", func(w http.ResponseWriter, _ message) {
			if down() {
				w.WriteHeader(503)
			}
		})
		well := net.host("well.example", nil)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		const n = 50
		a := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/in")})
		r.save(Draft{Query: "tide", Channels: hook("http://well.example/in")})
		for i := range n {
			w.announce(says(fmt.Sprint("s", i), 1, "The tide is high."), true)
			if i == n/2 {
				synctest.Wait()
				r.stop() // a restart in between
				r = start(t, o)
			}
		}
		synctest.Wait()
		if got := len(well.ids()); got != n {
			t.Errorf("the receiver that is well has %d of %d", got, n)
		}
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		page, err := r.Alerts(context.Background(), "", a.ID, 1000, "")
		if err != nil || len(page.Alerts) != n {
			t.Fatalf("%d alerts, %v", len(page.Alerts), err)
		}
		taken := map[string]int{}
		for _, m := range hooks.messages() {
			if m.at.Sub(began) >= time.Hour {
				taken[m.header.Get("Webhook-Id")]++
			}
		}
		for _, told := range page.Alerts {
			if told.Deliveries[0].Status != Delivered || taken[told.ID] != 1 {
				t.Errorf("%s is %s, taken %d times", told.ID, told.Deliveries[0].Status, taken[told.ID])
			}
		}
		time.Sleep(2 * placeEvery)
		if sent := string(w.buckets["settings"][sentKey]); sent != fmt.Sprint(2*n) {
			t.Errorf("the place is %s of %d", sent, 2*n)
		}
		r.stop()
	})
}

// TestDeadHoldUpNobody has a tenth of the receivers dead.
func TestDeadHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		const receivers, statements = 100, 100 // 10,000 deliveries
		var living []*receiver
		for i := range receivers {
			name := fmt.Sprintf("r%d.example", i)
			if i%10 == 0 {
				net.host(name, func(_ http.ResponseWriter, m message) { <-m.gone })
			} else {
				living = append(living, net.host(name, nil))
			}
			r.save(Draft{Query: "tide", Channels: hook("http://" + name + "/")})
		}
		began := time.Now()
		for i := range statements {
			w.announce(says(fmt.Sprint("s", i), 1, "The tide is high."), true)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		for i, l := range living {
			got := l.messages()
			if len(got) != statements {
				t.Errorf("receiver %d has %d of %d after a second", i, len(got), statements)
			}
			for _, m := range got {
				if m.at.Sub(began) > 500*time.Millisecond {
					t.Errorf("receiver %d waited %s", i, m.at.Sub(began))
				}
			}
		}
		r.stop()
	})
}

func TestReplayAndTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		answer := 410
		hooks := net.host("hooks.example", func(w http.ResponseWriter, _ message) { w.WriteHeader(answer) })
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		saved := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/in")})
		w.announce(says("a", 1, "The tide is high."), true)
		synctest.Wait()
		a := r.told(saved.ID)
		if a.Deliveries[0].Status != Disabled {
			t.Fatalf("delivery %+v", a.Deliveries[0])
		}
		w.announce(says("b", 1, "The tide is low."), true)
		synctest.Wait()
		if n := len(hooks.messages()); n != 1 {
			t.Errorf("a disabled channel was sent %d messages", n)
		}
		answer = 200
		if _, err := r.Replay(t.Context(), "", saved.ID, a.Deliveries[0].N); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if counts := hooks.ids(); counts[a.ID] != 2 {
			t.Errorf("messages %v", counts)
		}
		for _, n := range []uint64{0, 7, a.Deliveries[0].N + 1, a.Deliveries[0].N + 5000} {
			if _, err := r.Replay(t.Context(), "", saved.ID, n); fault.KindOf(err) != fault.NotFound {
				t.Errorf("replay of %d: %v", n, err)
			}
		}
		results, err := r.Test(t.Context(), "", saved.ID)
		if err != nil || len(results) != 1 || !results[0].Taken || results[0].Status != 200 {
			t.Errorf("test: %+v, %v", results, err)
		}
		channels := hook("http://hooks.example/in")
		again, err := r.Update(t.Context(), "", saved.ID, Change{Channels: &channels})
		if err != nil {
			t.Fatal(err)
		}
		if c := again.Channels[0]; c.ID != 1 || c.Disabled != "" || c.Secret != "" {
			t.Errorf("the channel named again is %+v", c)
		}
		w.announce(says("c", 1, "The tide turns."), true)
		synctest.Wait()
		if n := len(hooks.messages()); n != 4 {
			t.Errorf("%d messages", n)
		}
		r.stop()
	})
}

func TestPrivateAddressIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		o := options(w)
		o.Dial = net.dial
		o.Permit = func(host string) error {
			if host == "10.0.0.1" {
				return fault.New(fault.Forbidden, "10.0.0.1 is a private or reserved address", "add it to alerts.allow_private")
			}
			return nil
		}
		r := start(t, o)
		_, err := r.Create(t.Context(), Draft{Query: "tide", Channels: hook("http://10.0.0.1/")})
		want := "channels[0].url: 10.0.0.1 is a private or reserved address: add it to alerts.allow_private"
		if diff := cmp.Diff(want, describe(err)); diff != "" {
			t.Errorf("literal: want (-), got (+):\n%s", diff)
		}
		saved := r.save(Draft{Query: "tide", Channels: hook("http://turned.example/")})
		w.announce(says("a", 1, "The tide is high."), true)
		synctest.Wait()
		if d := r.told(saved.ID).Deliveries[0]; d.Status != Waiting || d.Attempts[0].Error != "turned.example:80 is a private or reserved address" {
			t.Errorf("a name that turned private: %+v", d)
		}
		r.stop()
	})
}

// describe is a fault as the outside sees it.
func describe(err error) string {
	f, ok := err.(*fault.Error) //nolint:errorlint // these are not wrapped
	if !ok {
		return fmt.Sprint(err)
	}
	if f.Field == "" {
		return f.Error()
	}
	return f.Field + ": " + f.Error()
}
