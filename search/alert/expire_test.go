package alert

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestOldRecordsGo lets records of deliveries become old, and too many; what is still on its way stays, and nothing is told again.
func TestOldRecordsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		hooks := net.host("hooks.example", nil)
		net.host("down.example", func(w http.ResponseWriter, _ message) { w.WriteHeader(http.StatusServiceUnavailable) })
		o := options(w)
		o.Dial, o.KeepDeliveries, o.MostDeliveries = net.dial, 2*dayLength, 30
		r := start(t, o)
		once := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/")})
		r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/daily"), Rate: Daily})
		told, days := 0, 5
		for day := range days {
			for n := range 4 {
				w.announce(says(fmt.Sprintf("s%d-%d", day, n), 1, "The tide is high."), true)
				told++
			}
			time.Sleep(dayLength)
			synctest.Wait()
		}
		records := func() int { w.mu.Lock(); defer w.mu.Unlock(); return len(w.buckets["deliveries"]) }
		if n := records(); n < 2*4*2 || n > 3*(2*4+1) { // two to three days: each alert singly and in a digest, and the digests
			t.Errorf("%d records of %d days are kept", n, days)
		}
		page, err := r.Alerts(t.Context(), "", once.ID, 100, "")
		if err != nil {
			t.Fatal(err)
		}
		newest, oldest := page.Alerts[0].Deliveries[0], page.Alerts[len(page.Alerts)-1].Deliveries[0]
		if newest.Status != Delivered || oldest.Status != Unknown {
			t.Errorf("the newest is %s, the oldest %s", newest.Status, oldest.Status)
		}
		r.stop()
		before := len(hooks.messages())
		r = start(t, o)
		time.Sleep(time.Hour)
		if n := len(hooks.messages()); n != before {
			t.Errorf("%d messages came again", n-before)
		}
		if _, err := r.Replay(t.Context(), "", once.ID, oldest.N); err != nil {
			t.Errorf("replay of what is not on record: %v", err)
		}
		down := r.save(Draft{Query: "flood", Channels: hook("http://down.example/")}) // holds up the courier's place
		w.announce(says("flood", 1, "A flood."), true)
		for n := range 40 {
			w.announce(says(fmt.Sprint("m", n), 1, "The tide is high."), true)
		}
		time.Sleep(2 * dayLength)
		synctest.Wait()
		if d := r.told(down.ID).Deliveries[0]; d.Status != Waiting || d.Tries < 7 {
			t.Errorf("what is on its way is %+v", d)
		}
		if n := records(); n < 80 {
			t.Errorf("%d records: some are gone of what would be looked up again", n)
		}
		time.Sleep(2 * dayLength)
		synctest.Wait()
		if d := r.told(down.ID).Deliveries[0]; d.Status != Failed {
			t.Errorf("what is given up is %+v", d)
		}
		if n := records(); n > 30 {
			t.Errorf("%d records, more than 30", n)
		}
		r.stop()
	})
}

func TestYoungest(t *testing.T) {
	day := func(n int64) int64 { return time.Unix(n*86400, 0).Unix() }
	for _, c := range []struct {
		days map[int64]int
		most int
		want int64
	}{{map[int64]int{5: 10}, 3, 5}, {map[int64]int{5: 10, 4: 1}, 10, 5}, {map[int64]int{5: 10, 4: 1, 1: 1}, 11, 4}, {map[int64]int{5: 1, 2: 1}, 9, 2}} {
		if got := youngest(c.days, c.most).Unix(); got != day(c.want) {
			t.Errorf("%v, at most %d: day %d, want %d", c.days, c.most, got/86400, c.want)
		}
	}
}
