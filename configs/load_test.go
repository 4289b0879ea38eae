package configs

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

func TestBuiltinConfigurationsLoad(t *testing.T) {
	for _, name := range []string{"", "demo"} {
		cfg, err := LoadBuiltin(name, Options{})
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if len(cfg.Processes) != 1 {
			t.Errorf("%q has %d processes", name, len(cfg.Processes))
		}
	}
}

func TestInitLoads(t *testing.T) {
	dir := t.TempDir() + "/new"
	written, err := Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != 6 {
		t.Errorf("written: %v", written)
	}
	cfg, err := LoadFile(dir+"/rostrum.yaml", Options{})
	if err != nil {
		t.Error(err)
	}
	if last := cfg.Actors[len(cfg.Actors)-1].ID; len(cfg.Processes) != 1 || len(cfg.Processes[0].Sources) != 2 || last != "example-society" || len(cfg.Actors) < 300 {
		t.Errorf("loaded %d processes, %d actors, the last %q", len(cfg.Processes), len(cfg.Actors), last)
	}
	if _, err = Init(dir); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "topics.yaml") {
		t.Errorf("a second Init: %v", err)
	}
	if err := os.Remove(dir + "/rostrum.yaml"); err != nil {
		t.Fatal(err)
	}
	if _, err = Init(dir); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Init on a part: %v", err)
	}
	if _, err := os.Stat(dir + "/rostrum.yaml"); err == nil {
		t.Error("a refused Init wrote a file")
	}
}

// whole is a configuration that uses every key.
var whole = fstest.MapFS{
	"rostrum.yaml": {Data: []byte("processes: [p]\nfetch:\n  every: 2h\n  revisit: 3d\n")},
	"p/process.yaml": {Data: []byte(`id: p
name: The Process
about: What it is.
shared_actors: [bodies]
milestones:
  - {id: vote, name: Vote, date: 2024-08-08}
phases:
  - {id: second, name: Second, from: 2024-01-01}
  - {id: first, name: First, from: 2023-01-01, to: 2024-01-01}
`)},
	"p/sources.yaml": {Data: []byte(`sources:
  - id: acme-list
    name: Acme, letters
    type: list
    url: https://ACME.example/letters
    issuer: acme
    language: en
    kind: joint-letter
    links:
      include: ['/letters/\d+']
      exclude: [tag]
    next: {pattern: 'page=', limit: 3}
    every: 1d
    revisit: 0s
    enabled: false
  - {id: gather, name: Gatherer, type: feed, url: 'http://g.example/f', aggregator: true, sites: [a.example, b.example]}
`)},
	"p/actors.yaml": {Data: []byte(`actors:
  - id: acme
    kind: company
    name: Acme
    names: {fr: Acmé}
    aliases:
      - Acme Corp
    weak: [the Firm]
    wikidata: Q1
    member_of: [firms]
    sites: [acme.example]
extend:
  - id: body
    aliases:
      - The Bodily One
    sites: [body.example]
`)},
	"actors/bodies.yaml": {Data: []byte(`groups:
  - {id: firms, name: Firms, names: {de: Firmen}}
actors:
  - {id: body, kind: igo, name: Body, weak: [the Firm]}
`)},
	"p/topics.yaml": {Data: []byte(`topics:
  - id: harm
    name: Harm
    query:
      es: daño*
      en: |
        harm
        OR damage
  - {id: help, name: Help, names: {fr: Aide}, query: help}
`)},
	"p/corrections.yaml": {Data: []byte(`corrections:
  - {statement: s-1, actor: acme, role: issuer, reason: Signed.}
  - {statement: s-2, action: remove, actor: x-somebody-abcdef, reason: Another.}
`)},
}

func TestLoadWhole(t *testing.T) {
	cfg, err := Load(whole, "rostrum.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	want := []Process{{
		ID: "p", Name: "The Process", About: "What it is.", SharedActors: []string{"bodies"}, Folder: "p",
		Milestones: []Milestone{{ID: "vote", Name: "Vote", Date: date(2024, 8, 8)}},
		Phases:     []Phase{{ID: "second", Name: "Second", From: date(2024, 1, 1)}, {ID: "first", Name: "First", From: date(2023, 1, 1), To: date(2024, 1, 1)}},
		Sources: []Source{{
			ID: "acme-list", Name: "Acme, letters", Type: "list", URL: "https://ACME.example/letters", Issuer: "acme", Sites: []string{"acme.example"},
			Language: "en", Kind: "joint-letter", Links: Links{Include: []string{`/letters/\d+`}, Exclude: []string{"tag"}},
			Next: Next{Pattern: "page=", Limit: 3}, Every: 24 * time.Hour, EveryMax: 24 * time.Hour,
		}, {
			ID: "gather", Name: "Gatherer", Type: "feed", URL: "http://g.example/f", Aggregator: true, Sites: []string{"a.example", "b.example"},
			Next: Next{Limit: 10}, Every: 2 * time.Hour, EveryMax: 24 * time.Hour, Revisit: 72 * time.Hour, Enabled: true,
		}},
		Topics: []Topic{{ID: "harm", Name: "Harm", Query: Query{"en": "harm\nOR damage", "es": "daño*"}},
			{ID: "help", Name: "Help", Names: map[string]string{"fr": "Aide"}, Query: Query{"": "help"}}},
		Corrections: []Correction{{Statement: "s-1", Action: "add", Actor: "acme", Role: "issuer", Reason: "Signed."},
			{Statement: "s-2", Action: "remove", Actor: "x-somebody-abcdef", Reason: "Another."}},
	}}
	anyPlace := cmp.Comparer(func(a, b Place) bool { return true })
	if diff := cmp.Diff(want, cfg.Processes, anyPlace); diff != "" {
		t.Error(diff)
	}
	wantActors := []Actor{
		{ID: "body", Kind: "igo", Name: "Body", Weak: []string{"the Firm"}, Aliases: []string{"The Bodily One"}, Sites: []string{"body.example"}},
		{ID: "acme", Kind: "company", Name: "Acme", Names: map[string]string{"fr": "Acmé"}, Aliases: []string{"Acme Corp"}, Weak: []string{"the Firm"},
			Wikidata: "Q1", MemberOf: []string{"firms"}, Sites: []string{"acme.example"}},
	}
	if diff := cmp.Diff(wantActors, cfg.Actors, anyPlace); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Group{{ID: "firms", Name: "Firms", Names: map[string]string{"de": "Firmen"}}}, cfg.Groups, anyPlace); diff != "" {
		t.Error(diff)
	}
	if got := cfg.Processes[0].Topics[0].Query.String(); got != "(lang:en (harm\nOR damage)) OR (lang:es (daño*))" {
		t.Errorf("joined query %q", got)
	}
}

// TestChecker adds problems at the places of a loaded configuration, as those who know more than this package do.
func TestChecker(t *testing.T) {
	check := func(cfg *Config, p *Problems) {
		harm, body := cfg.Processes[0].Topics[0], cfg.Actors[0]
		p.Add(harm.At, "query.en", harm.Query["en"], "does not parse", "mend it")
		p.Add(harm.At, "nothing.of[3].this", "", "is absent", "")
		p.Add(body.At, "aliases[0]", body.Aliases[0], "is dull", "think again")
		p.Add(body.At, "aliases[0]", body.Aliases[0], "is dull", "think again")
		p.Add(cfg.Settings.At, "fetch.every", "2h", "is slow", "hurry")
		p.Add(cfg.Settings.At, "log.level", "info", "is loud", "hush")
	}
	_, err := Load(whole, "rostrum.yaml", Options{Checks: []Checker{check}})
	want := `p/actors.yaml:15: actors[body].aliases[0]: is dull: think again
p/topics.yaml:2: topics[harm].nothing.of[3].this: is absent
p/topics.yaml:6: topics[harm].query.en: does not parse: mend it
rostrum.yaml:1: log.level: is loud: hush
rostrum.yaml:3: fetch.every: is slow: hurry`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestDefaultIsWhatNothingGives(t *testing.T) {
	cfg, err := Load(fstest.MapFS{"rostrum.yaml": {}}, "rostrum.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), cfg.Settings, cmp.Comparer(func(a, b Place) bool { return true })); diff != "" {
		t.Error(diff)
	}
}

// TestBounds gives what would cost the parser most. Each but the last must be refused before it is parsed.
func TestBounds(t *testing.T) {
	fill := func(head, repeat, tail string) string {
		return head + strings.Repeat(repeat, maxFile/4/len(repeat)) + tail
	}
	for name, test := range map[string]struct{ text, want string }{
		"a large file":          {strings.Repeat("#", maxFile+1), "larger than 1MB"},
		"keys of a mapping":     {fill("", "ab: c\n", ""), "more than 2000 keys"},
		"keys further in":       {fill("a:\n", "  b: c\n", ""), "more than 2000 keys"},
		"keys without values":   {fill("", "ab:\n", ""), "more than 1000 values are left out"},
		"flow keys alone":       {fill("{", "a, ", "}"), "more than 1000 values are left out"},
		"flow without values":   {fill("{", "a: , ", "}"), "more than 1000 values are left out"},
		"hyphens alone":         {fill("", "-\n", ""), "more than 1000 values are left out"},
		"lists in lists":        {fill("", "[", ""), "nested more than 32 deep"},
		"mappings in mappings":  {fill("", "{a: ", ""), "nested more than 32 deep"},
		"hyphens on a line":     {fill("", "- ", ""), "nested more than 32 deep"},
		"keys on a line":        {fill("", ": ", ""), "nested more than 32 deep"},
		"an anchor that grows":  {"a: &a [x, x]\nb: &b [*a, *a]\n", "an alias (*name) is not taken here"},
		"a list of small lists": {fill("actors:\n", "  - {id: a, kind: ngo, name: A, aliases: [b, c]}\n", ""), "more problems: mend these first"},
	} {
		files, _ := fixture(nil)
		files["actors.yaml"] = &fstest.MapFile{Data: []byte(test.text)}
		_, err := Load(files, "rostrum.yaml", Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}
