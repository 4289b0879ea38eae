package hold

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// TestNATSGone takes the NATS server away in the midst of work, for longer than a request waits for its answer: searches go on, the status
// says what is amiss, nobody ends, and everything comes when it is back. ROSTRUM_KILLS over 100 makes it three minutes.
func TestNATSGone(t *testing.T) {
	outage := 15 * time.Second
	if kills(t) > 100 {
		outage = 3 * time.Minute
	}
	p := newPress(2*stepsPerAct, time.Now().Add(-5*time.Minute).Truncate(time.Second))
	c := begin(t, p, true, 0, filepath.Join(t.TempDir(), "data"))
	p.turn(0)
	c.settled(0)
	c.saveLast()
	for step := 1; step < stepsPerAct; step++ {
		p.turn(step)
		c.settled(step)
	}
	p.turn(stepsPerAct)
	<-p.fresh // work is under way
	c.nats.Kill()
	gone := time.Now()
	harness.Await(t, 30*time.Second, "the status names the bus", func() bool {
		out, _, code := c.node.Admin(c.data, "status")
		return code == 1 && strings.Contains(out, "bus")
	})
	p.turn(stepsPerAct + 1)
	if len(c.node.Members("harbour")) == 0 {
		t.Error("searches find nothing while NATS is gone")
	}
	time.Sleep(time.Until(gone.Add(outage))) // an outage lasts
	c.nats.Start()
	back := time.Now()
	p.turn(2*stepsPerAct - 1)
	c.settled(2*stepsPerAct - 1)
	t.Logf("gone for %s; all stored %s after it was back", outage, time.Since(back).Round(time.Millisecond))
	if c.started != 3 {
		t.Errorf("%d processes were needed", c.started)
	}
	c.end()
	t.Logf("errors in the log: %v", c.errors)
}
