package alert

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rostrum/internal/fault"
)

// TestGreedyOwnerHoldsUpNobody has one owner save as many queries that match everything as one may, all to a receiver that never answers: one
// more is refused with a sentence, what they fire is bounded for the receiver, and everybody else is told at once.
func TestGreedyOwnerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, net := newWorld(), newNetwork(t)
		w.window = 200 // of ids that the log knows again
		net.host("greedy.example", func(_ http.ResponseWriter, m message) { <-m.gone })
		well := net.host("well.example", nil)
		o := options(w)
		o.Dial, o.PerOwner, o.Flood = net.dial, 150, 5
		r := start(t, o)
		first := ""
		for n := range o.PerOwner {
			saved := r.save(Draft{Owner: "greedy", Query: fmt.Sprintf("NOT nothing%d", n), Zone: "UTC", Channels: hook("http://greedy.example/")})
			if first == "" {
				first = saved.ID
			}
			if !saved.Dear {
				t.Fatalf("%s is not called dear", saved.Query)
			}
		}
		_, err := r.Create(t.Context(), Draft{Owner: "greedy", Query: "tide"})
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.TooLarge || !strings.HasPrefix(f.Error(), "150 saved queries are as many as one owner may have") {
			t.Errorf("one more: %v", err)
		}
		r.save(Draft{Owner: "ada", Query: "tide", Channels: hook("http://well.example/")})
		const statements = 20
		for n := range statements {
			began := time.Now()
			w.announce(says(fmt.Sprint("s", n), 1, "The tide is high."), true)
			time.Sleep(time.Second)
			synctest.Wait()
			if got := well.messages(); n < o.Flood && (len(got) != n+1 || got[n].at.Sub(began) > 100*time.Millisecond) {
				t.Errorf("after statement %d another owner has %d messages", n, len(got))
			}
		}
		if got := r.fired(first); len(got) != statements {
			t.Errorf("the greedy owner's first query fired %d times of %d: something was dropped", len(got), statements)
		}
		r.courier.mu.Lock()
		waiting, lanes := len(r.courier.gatherings), len(r.courier.lanes)
		r.courier.mu.Unlock()
		if waiting != o.PerOwner+1 || lanes != 1 { // a flood of each query is one message
			t.Errorf("%d messages are gathered, %d receivers waited for", waiting, lanes)
		}
		r.stop()
	})
}
