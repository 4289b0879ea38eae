package alert

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A retry that was put off while the clock was an hour ahead does not wait for that hour when the clock is set right, neither in the
// process that put it off nor in the next one.
func TestARetryHeedsTheClock(t *testing.T) {
	for name, again := range map[string]bool{"in one process": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, net := newWorld(), newNetwork(t)
				n := 0
				net.host("hooks.example", func(w http.ResponseWriter, _ message) {
					if n++; n == 1 {
						w.WriteHeader(http.StatusServiceUnavailable)
					}
				})
				o := options(w)
				o.Dial = net.dial
				var ahead atomic.Int64
				o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				ahead.Store(int64(time.Hour))
				r := start(t, o)
				saved := r.save(Draft{Query: "tide", Channels: hook("http://hooks.example/in")})
				w.announce(says("a", 1, "The tide is high."), true)
				time.Sleep(time.Second)
				synctest.Wait()
				if d := r.told(saved.ID).Deliveries[0]; d.Tries != 1 || d.Status != Waiting {
					t.Fatalf("delivery %+v", d)
				}
				if again {
					r.stop()
				}
				ahead.Store(0)
				if again {
					r = start(t, o)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if d := r.told(saved.ID).Deliveries[0]; d.Tries != 2 || d.Status != Delivered {
					t.Errorf("a minute later: delivery %+v", d)
				}
				r.stop()
			})
		})
	}
}
