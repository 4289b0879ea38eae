package e2e

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

// inventory is every statement with its revisions, as it is asked for from outside.
func (i *instance) inventory() map[string]string {
	i.t.Helper()
	all := map[string]string{}
	for _, h := range i.members("") {
		var history struct{ Revisions []statement.Revision }
		if status := i.get("/api/v1/statements/"+h.ID+"/revisions", &history); status != http.StatusOK {
			i.t.Fatalf("revisions of %s: status %d", h.ID, status)
		}
		var texts []string
		for _, r := range history.Revisions {
			texts = append(texts, fmt.Sprintf("%d %s %x", r.Number, r.Title, hashOf(r.Text)))
		}
		if all[h.URL] != "" {
			i.t.Errorf("%s is there twice", h.URL)
		}
		all[h.URL] = strings.Join(texts, "\n")
	}
	return all
}

// killed runs the crawl of a site and kills it at random moments, then lets it finish and gives what it holds.
func killed(t *testing.T, config, data string, kills int, longest time.Duration) map[string]string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(kills)))
	for range kills {
		p := start(t, "up", "--config", config, "--data", data)
		time.Sleep(time.Duration(random.Int64N(int64(longest)))) // the moment is what the test is about
		p.kill()
	}
	p := start(t, "up", "--config", config, "--data", data)
	p.waitIndexed(2 * time.Minute)
	all := p.inventory()
	if err := p.interrupt(); err != nil {
		t.Errorf("after an interrupt: %v\n%s", err, p.stderr)
	}
	return all
}

func TestKillDuringCrawl(t *testing.T) {
	dir, ok := sharedData(t, "ngo-drw")
	if !ok {
		return
	}
	b := readBlog(t, dir, "blog.example")
	config := writeConfig(t, drwConfig, serveSite(t, b.host, b.handler()))
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

func hashOf(text string) [32]byte { return sha256.Sum256([]byte(text)) }
