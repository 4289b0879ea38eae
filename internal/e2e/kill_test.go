package e2e

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
)

// killed runs the crawl of a site and kills it at random moments, then lets it finish and gives what it holds.
func killed(t *testing.T, config, data string, kills int, longest time.Duration) map[string]string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(kills)))
	for range kills {
		p := harness.Start(t, "up", "--config", config, "--data", data)
		time.Sleep(time.Duration(random.Int64N(int64(longest)))) // the moment is what the test is about
		p.Kill()
	}
	p := harness.Start(t, "up", "--config", config, "--data", data)
	p.WaitIndexed(2 * time.Minute)
	all := p.Inventory()
	if err := p.Interrupt(); err != nil {
		t.Errorf("after an interrupt: %v\n%s", err, p.Stderr)
	}
	return all
}

func TestKillDuringCrawl(t *testing.T) {
	dir, ok := golden.SharedData(t, "ngo-drw")
	if !ok {
		return
	}
	b := readBlog(t, dir, "blog.example")
	config := harness.WriteConfig(t, drwConfig, harness.ServeSite(t, b.host, b.handler()))
	root := t.TempDir()
	want := killed(t, config, filepath.Join(root, "whole"), 0, time.Second)
	got := killed(t, config, filepath.Join(root, "killed"), 10, 1500*time.Millisecond)
	if len(want) != len(b.posts) {
		t.Errorf("%d statements without kills, %d posts", len(want), len(b.posts))
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("without kills (-), with ten (+):\n%s", diff)
	}
}
