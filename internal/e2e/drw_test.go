package e2e

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
	"rostrum/internal/fold"
	"rostrum/internal/golden"
)

// The blog's own configuration: real names, real topics, the site on loopback. Feed and list pages overlap.
var drwConfig = harness.Files{
	"process.yaml": "id: rights\nname: Digital rights\nphases:\n  - {id: early, name: Early, from: 2016-01-01, to: 2020-01-01}\n  - {id: late, name: Late, from: 2020-01-01}\n",
	"sources.yaml": `sources:
  - {id: feed, name: Feed, type: feed, url: "http://blog.example/feed.xml", issuer: the-blog, every: 1h}
  - id: archive
    name: Archive
    type: list
    url: http://blog.example/blog/
    issuer: the-blog
    links: {include: ['.'], exclude: ['^http://blog\.example/(blog|about|campaigns/(surveillance|encryption)|donate|c|privacy|contact)(/|$)']}
    next: {pattern: '/blog/page/\d+/$', limit: 100}
    every: 1h
`,
	"actors.yaml": `actors:
  - {id: the-blog, kind: ngo, name: The Blog}
  - {id: access-now, kind: ngo, name: Access Now}
  - {id: human-rights-watch, kind: ngo, name: Human Rights Watch}
  - {id: electronic-frontiers-australia, kind: ngo, name: Electronic Frontiers Australia}
  - {id: facebook, kind: company, name: Facebook}
  - {id: google, kind: company, name: Google}
  - {id: amnesty, kind: ngo, name: Amnesty International}
`,
	"topics.yaml": `topics:
  - {id: encryption, name: Encryption, query: '"end-to-end encryption" OR "encryption bill" OR backdoor*'}
  - {id: retention, name: Data retention, query: '"data retention" OR "metadata retention"'}
  - {id: faces, name: Facial recognition, query: '"facial recognition"'}
`,
}

// what a plain reading of the files looks for: the names as whole words, the topics' words.
var (
	drwActors = map[string]*regexp.Regexp{
		"access-now":                     regexp.MustCompile(`\bAccess\s+Now\b`),
		"human-rights-watch":             regexp.MustCompile(`\bHuman\s+Rights\s+Watch\b`),
		"electronic-frontiers-australia": regexp.MustCompile(`\bElectronic\s+Frontiers\s+Australia\b`),
		"facebook":                       regexp.MustCompile(`\b(Facebook|FACEBOOK)\b`),
		"google":                         regexp.MustCompile(`\b(Google|GOOGLE)\b`),
		"amnesty":                        regexp.MustCompile(`\bAmnesty\s+International\b`),
	}
	drwTopics = map[string]*regexp.Regexp{
		"encryption": regexp.MustCompile(`(?i)\bend[\s-]+to[\s-]+end\s+encryption\b|\bencryption\s+bill\b|\bbackdoor`),
		"retention":  regexp.MustCompile(`(?i)\b(meta)?data\s+retention\b`),
		"faces":      regexp.MustCompile(`(?i)\bfacial\s+recognition\b`),
	}
)

func TestRealBlog(t *testing.T) {
	dir, ok := golden.SharedData(t, "ngo-drw")
	if !ok {
		return
	}
	const host = "blog.example"
	b := readBlog(t, dir, host)
	started := time.Now()
	i := harness.Up(t, harness.WriteConfig(t, drwConfig, harness.ServeSite(t, host, b.handler())), t.TempDir())
	i.WaitIndexed(time.Minute)
	t.Logf("%d posts end to end in %.1f s: %.0f pages/s", len(b.posts), time.Since(started).Seconds(), float64(len(b.posts))/time.Since(started).Seconds())

	t.Run("every post is found once with its title and date", func(t *testing.T) {
		got := map[string]string{}
		for _, h := range i.Members("") {
			date := "none"
			if h.Published != nil {
				date = h.Published.UTC().Format(time.DateOnly)
			}
			if got[h.URL] != "" {
				t.Errorf("%s is there twice", h.URL)
			}
			got[h.URL] = fold.String(h.Title) + " | " + date
		}
		want := map[string]string{}
		for _, p := range b.posts {
			want["http://"+host+p.Path] = fold.String(plainTitle(p.Title)) + " | " + p.Date.Format(time.DateOnly)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("files (-) against answers (+):\n%s", diff)
		}
	})
	t.Run("boilerplate is not found", func(t *testing.T) {
		for _, word := range []string{"grommetwick", "brindlemoor", "sallowfen", `"stay in the loop"`, `"related posts"`} {
			if hits := i.Members(word); len(hits) != 0 {
				t.Errorf("%s stands in no post, but is found in %d: %s", word, len(hits), hits[0].URL)
			}
		}
	})
	for id, re := range drwActors {
		t.Run("actor "+id, func(t *testing.T) { compare(t, i, b, "mentions:"+id, re) })
	}
	for id, re := range drwTopics {
		t.Run("topic "+id, func(t *testing.T) { compare(t, i, b, "topic:"+id, re) })
	}
	t.Run("actor and topic together", func(t *testing.T) {
		got := urls(i, "mentions:facebook topic:faces after:2018")
		var want []string
		for _, p := range b.posts {
			if text := p.Title + "\n" + p.Text; p.Date.Year() >= 2018 && drwActors["facebook"].MatchString(text) && drwTopics["faces"].MatchString(text) {
				want = append(want, "http://"+b.host+p.Path)
			}
		}
		slices.Sort(want)
		if len(want) == 0 {
			t.Fatal("the files hold no such post: the question proves nothing")
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("files (-) against answers (+):\n%s", diff)
		}
	})
}

// compare holds the answer to query against a plain reading of the files.
func compare(t *testing.T, i *harness.Instance, b *blog, query string, re *regexp.Regexp) {
	t.Helper()
	var want []string
	for _, p := range b.posts {
		if re.MatchString(p.Title + "\n" + p.Text) {
			want = append(want, "http://"+b.host+p.Path)
		}
	}
	slices.Sort(want)
	if len(want) == 0 {
		t.Fatal("the files hold no such post: the question proves nothing")
	}
	got := urls(i, query)
	t.Logf("%s: %d in the files, %d answered", query, len(want), len(got))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s: files (-) against answers (+):\n%s", query, diff)
	}
}

func urls(i *harness.Instance, query string) []string {
	var out []string
	for _, h := range i.Members(query) {
		out = append(out, h.URL)
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}

func plainTitle(s string) string { return strings.TrimSpace(s) }
