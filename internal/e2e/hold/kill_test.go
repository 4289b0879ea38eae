package hold

import (
	"bytes"
	gocmp "cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/bus"
	"rostrum/internal/e2e/harness"
)

// cast is a Rostrum that is killed and started again: in one process, or in parts on a NATS server.
type cast struct {
	t       *testing.T
	config  string
	data    string
	random  *rand.Rand
	press   *press
	inbox   *inbox
	saved   map[string]string // ids by name
	node    *harness.Process
	started int // processes
	kills   map[string]int
	errors  map[string]int // lines of level ERROR that they logged

	disk     *harness.Disk       // nil: the machine's own
	nats     *harness.NATSServer // nil: everything is in one process
	crawlers [2]*harness.Process
}

// wish is a saved query, and which states of which pages it must tell of.
type wish struct {
	name, query string
	more        harness.Object
	tells       func(s *sheet) []int // versions
}

// wishes are saved before the first step, the last one in the midst.
func wishes() []wish {
	return []wish{
		{"harbour", "harbour", nil, func(s *sheet) []int { return first(news(s, "harbour")) }},
		{"tariff", "tariff", harness.Object{"include_revisions": true}, func(s *sheet) []int { return news(s, "tariff") }},
		{"union", "issuer:dock-union", harness.Object{"include_backfill": true}, func(s *sheet) []int {
			if s.host != union {
				return nil
			}
			return []int{1}
		}},
		{"beacon", "beacon", harness.Object{"include_backfill": true}, func(s *sheet) []int { return first(saying(s, "beacon")) }},
	}
}

// saying gives the versions of a page that say a word; none of a copy.
func saying(s *sheet, word string) (versions []int) {
	for v := 1; v <= len(s.versions) && s.original == nil; v++ {
		if s.says(v, word) {
			versions = append(versions, v)
		}
	}
	return versions
}

// news is saying, but for what was there before it was asked for.
func news(s *sheet, word string) []int {
	if s.backfill {
		return nil
	}
	return saying(s, word)
}

func first(versions []int) []int { return versions[:min(1, len(versions))] }

// expected is about what each saved query must have told when a press has shown everything.
func (p *press) expected() map[string][]string {
	want := map[string][]string{}
	for _, w := range wishes() {
		for _, s := range p.sheets {
			for _, v := range w.tells(s) {
				want[w.name] = append(want[w.name], fmt.Sprintf("%s %d", s.address(), v))
			}
		}
		slices.Sort(want[w.name])
	}
	return want
}

// held is everything that a user can see in the end.
type held struct {
	Statements map[string]string   // by URL: revisions
	Groups     map[string][]string // by the URL of the lead
	Alerts     map[string][]string // by saved query
}

func (c *cast) start(args ...string) *harness.Process {
	c.started++
	return harness.Start(c.t, append(args, "--config", c.config)...)
}

// startNode starts what holds the data.
func (c *cast) startNode() {
	role := "up"
	if c.nats != nil {
		role = "serve"
	}
	args := []string{role, "--data", c.data, "--listen", "127.0.0.1:0"}
	if c.disk == nil {
		c.node = c.start(args...)
		return
	}
	c.started++
	c.node = c.disk.Start(c.t, append(args, "--config", c.config)...)
}

func (c *cast) startAll() {
	if c.nats != nil {
		c.nats.Split()
	}
	c.startNode()
	if c.nats != nil {
		for i := range c.crawlers {
			c.crawlers[i] = c.start("crawl")
		}
	}
}

// kill kills a process and reads what it logged.
func (c *cast) kill(p *harness.Process) {
	p.Kill()
	c.read(p.Stderr.String())
}

var errorLine = regexp.MustCompile(`level=ERROR msg=("[^"]*"|\S+)`)

func (c *cast) read(log string) {
	if strings.Contains(log, "panic:") || strings.Contains(log, "fatal error:") {
		c.t.Errorf("a process died by itself:\n%s", log)
	}
	for _, m := range errorLine.FindAllStringSubmatch(log, -1) {
		c.errors[m[1]]++
	}
}

// strike kills something at a random moment and starts it again.
func (c *cast) strike() {
	c.fuse()
	if c.nats == nil {
		c.kills["up"]++
		c.kill(c.node)
		c.startNode()
		return
	}
	switch role := []string{"node", "node", "crawler", "nats", "all"}[c.random.IntN(5)]; role {
	case "node":
		c.kills[role]++
		c.kill(c.node)
		c.startNode()
	case "crawler":
		c.kills[role]++
		i := c.random.IntN(len(c.crawlers))
		c.kill(c.crawlers[i])
		c.crawlers[i] = c.start("crawl")
		c.lapse()
	case "nats":
		c.kills[role]++
		c.nats.Kill()
		time.Sleep(time.Duration(c.random.Int64N(int64(300 * time.Millisecond)))) // an outage lasts
		c.nats.Start()
	case "all":
		c.kills[role]++
		c.kill(c.node)
		c.nats.Kill()
		for _, p := range c.crawlers {
			c.kill(p)
		}
		c.nats.Start()
		c.startAll()
		c.lapse()
	}
}

// fuse waits for a random moment: soon after something new was fetched, later, or when an alert has just come.
func (c *cast) fuse() {
	begun, longest := c.press.fresh, 600*time.Millisecond
	switch c.random.IntN(3) {
	case 0:
		longest = 60 * time.Millisecond
	case 1:
		begun, longest = c.inbox.fresh, 10*time.Millisecond
	}
	select {
	case <-begun:
	case <-time.After(3 * time.Second):
	}
	time.Sleep(time.Duration(c.random.Int64N(int64(longest)))) // the moment is what the test is about
}

// stillborn kills what holds the data while it starts.
func (c *cast) stillborn() {
	path, err := harness.Binary()
	if err != nil {
		c.t.Fatal(err)
	}
	role := "up"
	if c.nats != nil {
		role = "serve"
	}
	c.kill(c.node)
	var log bytes.Buffer
	cmd := exec.Command(path, role, "--config", c.config, "--data", c.data, "--listen", "127.0.0.1:0")
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	time.Sleep(time.Duration(c.random.Int64N(int64(700 * time.Millisecond)))) // the moment is what the test is about
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	c.read(log.String())
	c.kills["starting"]++
	c.startNode()
}

var crawlerID = regexp.MustCompile(`crawler=(\S+)`)

// lapse does what half a minute does: the leases of crawlers that died end.
func (c *cast) lapse() {
	b, err := bus.Open(c.t.Context(), bus.Options{URL: c.nats.URL()})
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = b.Close(c.t.Context()) }() // nothing is open
	alive := map[string]bool{}
	for _, p := range c.crawlers {
		if m := crawlerID.FindStringSubmatch(p.Stderr.String()); m != nil {
			alive[m[1]] = true
		}
	}
	leases := b.Bucket(bus.Leases)
	err = leases.List(c.t.Context(), func(name string, holder []byte, _ uint64) error {
		if alive[string(holder)] {
			return nil
		}
		return leases.Delete(c.t.Context(), name)
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// settled waits until everything is stored that is shown.
func (c *cast) settled(step int) {
	want := c.press.states(step)
	got := map[string]int{}
	defer func() {
		if c.t.Failed() {
			c.t.Logf("shown (-), stored (+):\n%s\n%s", cmp.Diff(want, got), c.node.Stderr)
		}
	}()
	harness.Await(c.t, 90*time.Second, "everything that is shown is stored", func() bool {
		c.release()
		clear(got)
		for _, h := range c.node.Members("") {
			got[h.URL] = h.Revision
		}
		return maps.Equal(want, got)
	})
}

// release tries captures again that were in flight at three kills: they are innocent, and wait in quarantine for somebody to say so.
func (c *cast) release() {
	var page struct{ Captures []struct{ ID, Reason string } }
	if status := c.node.Get("/api/v1/admin/quarantine?limit=100", &page); status != 200 || len(page.Captures) == 0 {
		return
	}
	for _, q := range page.Captures {
		c.kills["(quarantined) "+q.Reason]++
	}
	c.node.MustAdmin(c.data, "quarantine", "retry", "--all")
}

// begin starts a cast on a press that shows nothing yet, and saves all queries but the last.
func begin(t *testing.T, p *press, split bool, seed int, data string) *cast {
	t.Helper()
	c := &cast{}
	if split {
		c.nats = harness.StartNATS(t)
	}
	return c.begin(t, p, seed, data)
}

func (c *cast) begin(t *testing.T, p *press, seed int, data string) *cast {
	t.Helper()
	c.t, c.press, c.inbox, c.data, c.random = t, p, newInbox(t), data, rand.New(rand.NewPCG(4, uint64(seed)))
	c.saved, c.kills, c.errors = map[string]string{}, map[string]int{}, map[string]int{}
	c.config = p.config(t)
	p.turn(-1)
	c.startAll()
	c.node.WaitIndexed(time.Minute)
	list := wishes()
	for _, w := range list[:len(list)-1] {
		c.saved[w.name] = c.inbox.save(c.node, w.name, w.query, w.more).ID
	}
	return c
}

// saveLast saves the query that comes in the midst.
func (c *cast) saveLast() {
	list := wishes()
	if last := list[len(list)-1]; c.saved[last.name] == "" {
		c.saved[last.name] = c.inbox.save(c.node, last.name, last.query, last.more).ID
	}
}

// play lets a press show everything, and kills in the midst of each of so many steps.
func play(t *testing.T, p *press, split bool, steps, seed int) held {
	t.Helper()
	c := begin(t, p, split, seed, filepath.Join(t.TempDir(), "data"))
	for step := range steps {
		p.turn(step)
		c.inbox.forgetFresh()
		switch {
		case seed == 0: // the run without kills
		case c.random.IntN(5) == 0:
			c.stillborn()
		default:
			c.strike()
		}
		if step%stepsPerAct == stepsPerAct-1 || step == steps-1 {
			c.settled(step)
			c.saveLast()
		}
	}
	got := c.end()
	different, repeats := c.inbox.count()
	t.Logf("%d processes, killed %v; %d statements, %d alerts, %d came again; errors in the log: %v", c.started, c.kills, len(got.Statements), different, repeats, c.errors)
	return got
}

// end waits for the last alert, and asks for everything.
func (c *cast) end() held {
	want, got := c.press.expected(), held{Groups: map[string][]string{}, Alerts: map[string][]string{}}
	total := 0
	for _, tells := range want {
		total += len(tells)
	}
	defer func() {
		if c.t.Failed() {
			c.t.Logf("the log:\n%s", c.node.Stderr)
		}
	}()
	harness.Await(c.t, 30*time.Second, "all alerts", func() bool {
		n, _ := c.inbox.count()
		return n >= total
	})
	c.node.WaitIndexed(30 * time.Second)
	got.Statements = c.node.Inventory()
	lead := map[string]string{}
	for _, h := range c.node.Search("") {
		lead[h.Group] = h.URL
	}
	for _, h := range c.node.Members("") {
		got.Groups[lead[h.Group]] = append(got.Groups[lead[h.Group]], h.URL)
	}
	for name, id := range c.saved {
		came := c.inbox.ids(name)
		for _, a := range c.node.Alerts(id) {
			about := aboutOf(&a.Alert)
			got.Alerts[name] = append(got.Alerts[name], about)
			if came[a.ID] != about {
				c.t.Errorf("%s: the alert on %s is listed as %s and came for %q", name, about, a.ID, came[a.ID])
			}
			delete(came, a.ID)
		}
		for id, about := range came {
			c.t.Errorf("%s: an alert on %s came as %s that is not listed", name, about, id)
		}
		slices.Sort(got.Alerts[name])
	}
	for _, members := range got.Groups {
		slices.Sort(members)
	}
	for _, wrong := range c.inbox.wrong {
		c.t.Error(wrong)
	}
	if out := c.node.MustAdmin(c.data, "verify"); !strings.Contains(out, "nothing is wrong") {
		c.t.Error(out)
	}
	if diff := cmp.Diff(want, got.Alerts); diff != "" {
		c.t.Errorf("what must be told (-), what was (+):\n%s", diff)
	}
	c.node.Terminate()
	c.read(c.node.Stderr.String())
	for _, p := range c.crawlers {
		if p != nil {
			p.Terminate()
			c.read(p.Stderr.String())
		}
	}
	return got
}

// TestKilled lets a press show everything without a kill, then with kills at random moments: in one process, and in parts. Everything
// is there once and in order in the end, and every alert came. ROSTRUM_KILLS is how many kills, half of them of each kind.
func TestKilled(t *testing.T) {
	const round = 10 // kills, in one life of the data
	kills := kills(t)
	began := time.Now().Add(-5 * time.Minute).Truncate(time.Second)
	var want held
	t.Run("without", func(t *testing.T) { want = play(t, newPress(round, began), false, round, 0) })
	if t.Failed() {
		return
	}
	for n := range (kills + 2*round - 1) / (2 * round) {
		for name, split := range map[string]bool{"up": false, "parts": true} {
			t.Run(fmt.Sprintf("%s %d", name, n+1), func(t *testing.T) {
				got := play(t, newPress(round, began), split, round, n+1)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("without kills (-), with (+):\n%s", diff)
				}
			})
		}
	}
}

// kills is how many are asked for.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(gocmp.Or(os.Getenv("ROSTRUM_KILLS"), "20"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
