package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rostrum/internal/statement"
	"rostrum/search"
)

// sourceList is how sources do.
type sourceList []search.SourceState

func (l sourceList) Sources(context.Context) ([]search.SourceState, error) { return l, nil }

// troubledSources has one of each.
func troubledSources(last time.Time) sourceList {
	return sourceList{{Name: "Fine", State: "fresh", LastFetch: &last}, {Name: "Broken", State: "failing", Reason: "no such host"}, {Name: "Quiet", State: "silent", LastFetch: &last, LastNew: &time.Time{}},
		{Name: "Off", State: "off"}}
}

// letterBody is what a webhook gets that tells of several alerts.
type letterBody struct {
	Type string   `json:"type"`
	Data gathered `json:"data"`
}

func bodyOf(t *testing.T, m message) letterBody {
	t.Helper()
	var b letterBody
	if err := json.Unmarshal(m.body, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// sleepUntil lets simulated time go by.
func sleepUntil(t *testing.T, at string) {
	t.Helper()
	time.Sleep(time.Until(moment(t, at)))
	synctest.Wait()
}

// TestDailyDigest joins what several saved queries of an owner met into one mail a day: under topics and actors, a statement once, with
// every saved query it met.
func TestDailyDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		last := time.Date(2000, 1, 4, 5, 0, 0, 0, time.UTC)
		r := mailRig(t, w, h, func(o *Options) {
			o.Sources, o.LastStatement = troubledSources(last), func(context.Context) (time.Time, error) { return last, nil }
		})
		tides := r.save(Draft{Owner: "ada", Name: "Tides", Query: "tide", Rate: Daily, Zone: "Europe/Paris", Channels: mailTo("a@b.example")})
		reefs := r.save(Draft{Owner: "ada", Name: "Reefs", Query: "reef", Rate: Daily, Channels: mailTo("a@b.example")})
		r.save(Draft{Owner: "ben", Name: "Ben's", Query: "tide", Rate: Daily, Zone: "Europe/Paris", Channels: mailTo("ben@b.example")})
		if reefs.Zone != "Europe/Paris" {
			t.Errorf("the owner's zone is not kept: %s", reefs.Zone)
		}
		sleepUntil(t, "2000-01-03T12:00:00Z")
		both := said("both", "On tides and reefs", "The tide and the reef.", lantern)
		both.Topics = []string{"safeguards"}
		w.announce(both, true)
		w.announce(said("reef", "On reefs", "The reef.", statement.Actor{ID: "open", Name: "Open Tides", Role: statement.Quoted}), true)
		synctest.Wait()
		if d := r.alertsOf(tides.ID)[0].Deliveries[0]; d.Status != Waiting || d.Next == nil || !d.Next.Equal(moment(t, "2000-01-04T07:00:00+01:00")) {
			t.Errorf("it waits as %+v", d)
		}
		sleepUntil(t, "2000-01-04T05:59:59Z")
		if got := h.taken(); len(got) != 0 {
			t.Fatalf("too early: %s", subjects(got))
		}
		sleepUntil(t, "2000-01-04T06:00:10Z")
		mails := h.taken()
		if len(mails) != 2 {
			t.Fatalf("%d mails: %s", len(mails), subjects(mails))
		}
		ada := mails[slices.IndexFunc(mails, func(m gotMail) bool { return m.to == "a@b.example" })]
		if ada.subject != "2 saved queries: 2 statements" {
			t.Errorf("subject %q", ada.subject)
		}
		order := []string{"3 alerts on 2 saved queries", "== Safeguards ==", "Lantern Institute (issuer)", "On tides and reefs", "Met: Tides; Reefs", "== No topic ==", "Open Tides (quoted)", "On reefs", "Met: Reefs",
			"Tides: 1\nhttps://rostrum.example/saved/" + tides.ID + "?message=msg_", "How far this can be trusted", "2 of 3 sources were checked; 1 fail, 1 have been silent for long.",
			"The last statement came in on 4 January 2000, 06:00 CET.", "Broken is failing", "no such host", "Quiet is silent, nothing new since"}
		at := 0
		for _, want := range order {
			i := strings.Index(ada.plain[at:], want)
			if i < 0 {
				t.Fatalf("the text lacks %q after %d:\n%s", want, at, ada.plain)
			}
			at += i
		}
		if n := strings.Count(ada.plain, "On tides and reefs"); n != 1 {
			t.Errorf("the statement stands there %d times", n)
		}
		for _, a := range r.alertsOf(reefs.ID) {
			if d := a.Deliveries[0]; d.Status != Delivered || d.Message == "" || d.Next != nil {
				t.Errorf("delivery %+v", d)
			}
			page, err := r.InMessage(t.Context(), "ada", reefs.ID, a.Deliveries[0].Message, 10, "")
			if err != nil || page.Total != 2 || len(page.Alerts) != 2 {
				t.Errorf("the message's alerts: %+v, %v", page, err)
			}
		}
		sleepUntil(t, "2000-01-06T12:00:00Z")
		if n := len(h.taken()); n != 2 {
			t.Errorf("%d mails though nothing fired: %s", n, subjects(h.taken()))
		}
		r.stop()
	})
}

// alertsOf gives the alerts of a saved query, oldest first.
func (r *rig) alertsOf(id string) []Told {
	r.t.Helper()
	page, err := r.Alerts(r.t.Context(), "", id, 1000, "")
	if err != nil {
		r.t.Fatal(err)
	}
	slices.Reverse(page.Alerts)
	return page.Alerts
}

// TestDigestsOverClockChanges has an alert every six hours around the days on which clocks are changed: each comes once, in the digest of
// 7 o'clock, of which each day has one.
func TestDigestsOverClockChanges(t *testing.T) {
	for _, c := range []struct{ zone, from string }{{"Europe/Paris", "2000-03-25T00:00:00Z"}, {"Europe/Paris", "2000-10-28T00:00:00Z"}, {"America/New_York", "2000-04-01T00:00:00Z"},
		{"America/New_York", "2000-10-28T00:00:00Z"}} {
		t.Run(c.zone+" "+c.from, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { digestsFrom(t, c.zone, c.from) })
		})
	}
}

func digestsFrom(t *testing.T, name, from string) {
	zone, err := zoneOf(name)
	if err != nil {
		t.Fatal(err)
	}
	sleepUntil(t, from)
	w, h := newWorld(), newMailHost(t)
	r := mailRig(t, w, h)
	r.save(Draft{Query: "tide", Rate: Daily, Zone: name, Channels: mailTo("a@b.example")})
	const alerts = 12
	for n := range alerts {
		w.announce(says(fmt.Sprintf("d%02d", n), 1, "A tide."), true)
		time.Sleep(6 * time.Hour)
	}
	time.Sleep(25 * time.Hour)
	synctest.Wait()
	days, seen := map[string]bool{}, map[string]bool{}
	for _, m := range h.taken() {
		local := m.at.In(zone)
		if local.Hour() != 7 || local.Minute() > 0 || days[local.Format(time.DateOnly)] {
			t.Errorf("a digest at %s", local)
		}
		days[local.Format(time.DateOnly)] = true
		for n := range alerts {
			line := fmt.Sprintf("Here: https://rostrum.example/statements/d%02d\n", n)
			if strings.Contains(m.plain, line) && seen[line] {
				t.Errorf("%s came twice", line)
			}
			seen[line] = seen[line] || strings.Contains(m.plain, line)
		}
	}
	missing := 0
	for _, came := range seen {
		if !came {
			missing++
		}
	}
	if missing > 0 || len(seen) != alerts {
		t.Errorf("%d of %d are missing: %s", missing, alerts, subjects(h.taken()))
	}
	r.stop()
}

// TestKilledAtEveryWriteOfADigest lets the process die at each of its writes, and starts it again: every alert comes in a message, none is
// lost, and a repeat has the id of what it repeats.
func TestKilledAtEveryWriteOfADigest(t *testing.T) {
	for _, after := range []bool{false, true} {
		for dieAt := 1; ; dieAt++ {
			died := false
			synctest.Test(t, func(t *testing.T) { died = killedInDigest(t, dieAt, after) })
			if !died {
				t.Logf("died at each of %d writes (after making it: %v)", dieAt-1, after)
				if dieAt < 15 {
					t.Errorf("only %d writes: the test has lost its grip", dieAt-1)
				}
				break
			}
			if t.Failed() {
				t.Fatalf("killed at write %d, after making it: %v", dieAt, after)
			}
		}
	}
}

func killedInDigest(t *testing.T, dieAt int, after bool) (died bool) {
	w, h := newWorld(), newMailHost(t)
	r := mailRig(t, w, h)
	daily := r.save(Draft{Owner: "ada", Query: "tide", Rate: Hourly, Channels: mailTo("a@b.example")})
	reefs := r.save(Draft{Owner: "ada", Query: "reef", Rate: Hourly, Channels: mailTo("a@b.example")})
	single := r.save(Draft{Owner: "ada", Query: "tide", Channels: mailTo("b@b.example")})
	r.stop()
	w.revive(dieAt, after)
	r = mailRig(t, w, h)
	w.announce(says("a", 1, "A tide."), true)
	synctest.Wait()
	w.announce(says("b", 1, "A tide and a reef."), true)
	time.Sleep(time.Hour + time.Minute)
	synctest.Wait()
	w.announce(says("c", 1, "A tide."), true)
	time.Sleep(time.Hour + time.Minute)
	synctest.Wait()
	died = w.dead
	r.stop()
	w.revive(0, false)
	r = mailRig(t, w, h)
	time.Sleep(3 * time.Hour)
	synctest.Wait()
	for id, want := range map[string][]string{daily.ID: {"a", "b", "c"}, reefs.ID: {"b"}, single.ID: {"a", "b", "c"}} {
		told := map[string]int{}
		for _, a := range r.alertsOf(id) {
			told[a.Statement.ID]++
			if a.Deliveries[0].Status != Delivered {
				t.Errorf("%s of %s is %+v", a.Statement.ID, id, a.Deliveries[0])
			}
		}
		if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
			t.Errorf("fired %v, want %v", got, want)
		}
	}
	ids, came := map[string]string{}, map[string]int{}
	for _, m := range h.taken() {
		id := m.header.Get("Message-Id")
		content, _, _ := strings.Cut(m.plain, "How far")
		if before, ok := ids[id]; ok && before != content {
			t.Errorf("%s came with other words:\n%s\n%s", id, before, content)
			continue
		} else if ok {
			continue // a repeat
		}
		ids[id] = content
		for _, st := range []string{"a", "b", "c"} {
			if strings.Contains(content, "Here: https://rostrum.example/statements/"+st+"\n") {
				came[m.to+" "+st]++
			}
		}
	}
	want := map[string]int{"a@b.example a": 1, "a@b.example b": 1, "a@b.example c": 1, "b@b.example a": 1, "b@b.example b": 1, "b@b.example c": 1}
	if diff := cmp.Diff(want, came); diff != "" {
		t.Errorf("what came: want (-), got (+):\n%s\n%s", diff, subjects(h.taken()))
	}
	r.stop()
	return died
}

func TestFloodIsBundled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		hooks := net.host("hooks.example", nil)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		saved := r.save(Draft{Name: "All", Query: "tide", Channels: hook("http://hooks.example/")})
		const n = 340
		for i := range n {
			w.announce(says(fmt.Sprintf("s%03d", i), 1, "A tide."), true)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := len(hooks.messages()); got != floodBound {
			t.Errorf("%d came singly", got)
		}
		r.stop() // a restart in the middle loses nothing
		r = start(t, o)
		time.Sleep(time.Hour)
		synctest.Wait()
		messages := hooks.messages()
		if len(messages) != floodBound+1 {
			t.Fatalf("%d messages", len(messages))
		}
		verifier, err := standardwebhooks.NewWebhook(saved.Channels[0].Secret)
		if err != nil {
			t.Fatal(err)
		}
		last := messages[floodBound]
		if err := verifier.Verify(last.body, last.header); err != nil {
			t.Error(err)
		}
		b := bodyOf(t, last)
		if b.Type != whyFlood || b.Data.Total != n-floodBound || len(b.Data.Alerts) != maxListed || b.Data.Queries[0].Count != n-floodBound {
			t.Errorf("%s with %d, %d listed: %+v", b.Type, b.Data.Total, len(b.Data.Alerts), b.Data.Queries)
		}
		_, id, _ := strings.Cut(b.Data.Queries[0].Link, "?message=")
		page, err := r.InMessage(t.Context(), "", saved.ID, id, 1000, "")
		if err != nil || len(page.Alerts) != n-floodBound || page.Alerts[n-floodBound-1].Statement.ID != "s100" {
			t.Errorf("the link opens %d, %v", len(page.Alerts), err)
		}
		w.announce(says("later", 1, "A tide."), true)
		synctest.Wait()
		if got := len(hooks.messages()); got != floodBound+2 {
			t.Errorf("the next hour begins with %d messages", got)
		}
		r.stop()
	})
}

// TestHeartbeat tells those who heard nothing for a week, and no others.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		r := mailRig(t, w, h, func(o *Options) { o.Sources = troubledSources(time.Date(2000, 1, 16, 0, 0, 0, 0, time.UTC)) })
		r.save(Draft{Owner: "ada", Name: "Quiet", Query: "reef", Channels: mailTo("quiet@b.example")})
		r.save(Draft{Owner: "ada", Name: "Quiet too", Query: "reef", Rate: Weekly, Channels: mailTo("quiet@b.example")})
		r.save(Draft{Owner: "ada", Name: "Busy", Query: "tide", Channels: mailTo("busy@b.example")})
		r.save(Draft{Owner: "ada", Name: "Paused", Query: "reef", Paused: true, Channels: mailTo("paused@b.example")})
		sleepUntil(t, "2000-01-05T00:00:00Z")
		w.announce(says("a", 1, "A tide."), true)
		sleepUntil(t, "2000-01-09T00:00:00Z")
		w.announce(says("b", 1, "A tide."), true)
		sleepUntil(t, "2000-01-10T06:59:00Z")
		r.stop() // a restart does not change the day
		r = mailRig(t, w, h, func(o *Options) { o.Sources = troubledSources(time.Date(2000, 1, 16, 0, 0, 0, 0, time.UTC)) })
		sleepUntil(t, "2000-01-12T07:00:00Z")
		var beats []gotMail
		for _, m := range h.taken() {
			if m.to == "quiet@b.example" {
				beats = append(beats, m)
			}
		}
		if len(beats) != 1 || len(h.taken()) != 3 || beats[0].at.UTC().Format(time.RFC3339) != "2000-01-10T07:00:00Z" || beats[0].subject != "Nothing to tell on 2 saved queries; 2 of 3 sources checked" ||
			!strings.Contains(beats[0].plain, "3 sources were checked") {
			t.Fatalf("mails: %s", subjects(h.taken()))
		}
		sleepUntil(t, "2000-01-24T08:00:00Z")
		if n := len(h.taken()); n != 3+2+2 {
			t.Errorf("after two more weeks: %s", subjects(h.taken()))
		}
		r.stop()
	})
}

// TestOwnerIsToldOfABrokenQuery once.
func TestOwnerIsToldOfABrokenQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		r := mailRig(t, w, h)
		r.save(Draft{Name: "Tides", Query: "tide", Channels: mailTo("a@b.example")})
		r.stop()
		for range 2 {
			r = mailRig(t, w, h, func(o *Options) { o.Compiler = &language{refuse: map[string]bool{"tide": true}} })
			time.Sleep(time.Minute)
			synctest.Wait()
			r.stop()
		}
		m := h.one()
		if m.subject != "Tides: this saved query needs an edit" || !strings.Contains(m.plain, "nobody knows this any more") || !strings.Contains(m.plain, "It is kept") {
			t.Errorf("%s\n%s", m.subject, m.plain)
		}
	})
}

// TestSecretIsChanged signs with both for a day.
func TestSecretIsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		hooks := net.host("hooks.example", nil)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		saved := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/")})
		changed, err := r.Rotate(t.Context(), "", saved.ID, 1)
		if err != nil || changed.Secret == "" || changed.Secret == saved.Channels[0].Secret {
			t.Fatalf("%+v, %v", changed, err)
		}
		taken := func(id string) (byOld, byNew bool) {
			w.announce(says(id, 1, "A tide."), true)
			synctest.Wait()
			m := hooks.messages()[len(hooks.messages())-1]
			for secret, ok := range map[string]*bool{saved.Channels[0].Secret: &byOld, changed.Secret: &byNew} {
				verifier, err := standardwebhooks.NewWebhook(secret)
				if err != nil {
					t.Fatal(err)
				}
				*ok = verifier.Verify(m.body, m.header) == nil
			}
			return byOld, byNew
		}
		if byOld, byNew := taken("a"); !byOld || !byNew {
			t.Errorf("at once: by the old %v, by the new %v", byOld, byNew)
		}
		name := "renamed"
		if _, err := r.Update(t.Context(), "", saved.ID, Change{Name: &name}); err != nil {
			t.Fatal(err)
		}
		r.stop()
		r = start(t, o)
		time.Sleep(23 * time.Hour)
		if byOld, byNew := taken("b"); !byOld || !byNew {
			t.Errorf("after 23 hours: by the old %v, by the new %v", byOld, byNew)
		}
		time.Sleep(2 * time.Hour)
		if byOld, byNew := taken("c"); byOld || !byNew {
			t.Errorf("after 25 hours: by the old %v, by the new %v", byOld, byNew)
		}
		if _, err := r.Rotate(t.Context(), "", saved.ID, 2); err == nil {
			t.Error("a channel that is not there was given a secret")
		}
		r.stop()
	})
}

// TestChangedRate lets what waits for a digest come with it, and what fires then by the new rate.
func TestChangedRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := newWorld(), newMailHost(t)
		r := mailRig(t, w, h)
		saved := r.save(Draft{Query: "tide", Rate: Hourly, Channels: mailTo("a@b.example")})
		w.announce(says("a", 1, "A tide."), true)
		synctest.Wait()
		rate := Immediate
		if _, err := r.Update(t.Context(), "", saved.ID, Change{Rate: &rate}); err != nil {
			t.Fatal(err)
		}
		w.announce(says("b", 1, "A tide."), true)
		synctest.Wait()
		if m := h.one(); !strings.Contains(m.plain, "statements/b\n") {
			t.Errorf("at once came %s", m.subject)
		}
		time.Sleep(time.Hour + time.Minute)
		synctest.Wait()
		if mails := h.taken(); len(mails) != 2 || !strings.Contains(mails[1].plain, "statements/a\n") {
			t.Errorf("afterwards: %s", subjects(mails))
		}
		r.stop()
	})
}

// TestLeastChange passes over slight revisions until they add up.
func TestLeastChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := options(w)
		var stored []statement.Revision
		o.Revisions = func(context.Context, string) ([]statement.Revision, error) { return stored, nil }
		r := start(t, o)
		saved := r.save(Draft{Query: "tide", IncludeRevisions: true, MinChange: 6})
		for n, text := range []string{"The tide is high.", "The tide is low.", "The tide is low tonight, they say.", "The tide is high tonight, they say.", "The tide was out of its bed, and nobody was there."} {
			st := says("a", n+1, text)
			stored = append(stored, statement.Revision{Statement: "a", Number: n + 1, Capture: st.Capture, Text: text})
			w.announce(st, n == 0)
			synctest.Wait()
		}
		if diff := cmp.Diff([]string{"statement a/1", "revision a/5"}, r.fired(saved.ID)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		r.stop()
	})
}

// TestForgetAndSweep takes a statement out of the log, and what belonged to a removed query out of what is remembered.
func TestForgetAndSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		net.host("hooks.example", nil)
		o := options(w)
		o.Dial = net.dial
		r := start(t, o)
		kept, gone := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/")}), r.save(Draft{Query: "tide"})
		for _, id := range []string{"a", "b"} {
			w.announce(says(id, 1, "A tide."), true)
		}
		synctest.Wait()
		if n, err := r.Forget(t.Context(), "a"); n != 2 || err != nil {
			t.Errorf("forgot %d alerts, %v", n, err)
		}
		if diff := cmp.Diff([]string{"statement b/1"}, r.fired(kept.ID)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		for bucket, values := range w.buckets {
			for key, value := range values {
				if strings.Contains(string(value), `"a-1"`) {
					t.Errorf("%s/%s still knows it: %s", bucket, key, value)
				}
			}
		}
		if err := r.Remove(t.Context(), "", gone.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * sweepAfter)
		synctest.Wait()
		for key, value := range w.buckets["fired"] {
			if strings.Contains(string(value), gone.ID) || !strings.Contains(string(value), kept.ID) {
				t.Errorf("%s: %s", key, value)
			}
		}
		r.stop()
		r = start(t, o) // the log has gaps now
		w.announce(says("c", 1, "A tide."), true)
		synctest.Wait()
		if diff := cmp.Diff([]string{"statement b/1", "statement c/1"}, r.fired(kept.ID)); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		r.stop()
	})
}
