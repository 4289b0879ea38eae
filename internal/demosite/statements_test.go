package demosite

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rostrum/configs"
)

func TestLanguagesAndSites(t *testing.T) {
	languages, hosts, own := map[string]int{}, map[string]bool{}, 0
	for _, f := range facts(t) {
		languages[f.Language]++
		hosts[strings.Split(f.URL, "/")[2]] = true
		if f.CopyOf == "" {
			own++
		}
	}
	for language, least := range map[string]int{"en": 15, "fr": 5, "es": 5, "ru": 5, "zh": 5, "ar": 5} {
		if languages[language] < least {
			t.Errorf("%d statements in %s, want %d", languages[language], language, least)
		}
	}
	if len(languages) != 6 || own < 40 || len(hosts) < 8 {
		t.Errorf("%d languages, %d different statements, %d sites", len(languages), own, len(hosts))
	}
	t.Logf("%v, %d different statements on %d sites", languages, own, len(hosts))
}

func TestStatementsHaveAGoodLength(t *testing.T) {
	docs, err := readDocuments(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		text := ""
		for _, b := range d.Blocks {
			text += b.Text + " " + strings.Join(b.Items, " ") + " "
		}
		n := len(strings.Fields(text))
		if d.Lang == "zh" {
			n = utf8.RuneCountInString(text) / 2
		}
		if n < 100 || n > 450 {
			t.Errorf("%s: %d words", d.Name, n)
		}
		if d.Lang == "zh" && len(strings.Fields(text)) > 2*len(d.Blocks) {
			t.Errorf("%s: Chinese with spaces", d.Name)
		}
	}
}

func TestOneStatementFallsOnNoonOfAPhaseBoundary(t *testing.T) {
	boundary := demo(t).Processes[0].Phases[2].From
	for _, f := range facts(t) {
		if f.Published.Equal(boundary.Add(12 * time.Hour)) {
			return
		}
	}
	t.Errorf("no statement at noon of %s", boundary.Format(time.DateOnly))
}

func TestOnePageHasNoDate(t *testing.T) {
	undated := 0
	for _, f := range facts(t) {
		if f.Published.IsZero() {
			undated++
		}
	}
	if undated != 1 {
		t.Errorf("%d undated pages, want 1", undated)
	}
}

// TestFactsNameWhatTheConfigurationKnows holds the labels, the sites and configs/demo together.
func TestFactsNameWhatTheConfigurationKnows(t *testing.T) {
	cfg := demo(t)
	actors, topics, issuers := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, a := range cfg.Actors {
		actors[a.ID] = true
	}
	for _, topic := range cfg.Processes[0].Topics {
		topics[topic.ID] = true
	}
	for _, s := range cfg.Processes[0].Sources {
		issuers[strings.Split(s.URL, "/")[2]] = s.Issuer
	}
	used := map[string]bool{}
	for _, f := range facts(t) {
		if host := strings.Split(f.URL, "/")[2]; issuers[host] != f.Issuer {
			t.Errorf("%s: issuer %s, but the source of %s says %q", f.Statement, f.Issuer, host, issuers[host])
		}
		for _, id := range append(f.Quoted, f.Mentioned...) {
			if !actors[id] {
				t.Errorf("%s: unknown actor %q", f.Statement, id)
			}
		}
		for _, id := range f.Topics {
			if used[id] = true; !topics[id] {
				t.Errorf("%s: unknown topic %q", f.Statement, id)
			}
		}
	}
	if len(used) != len(topics) {
		t.Errorf("%d of %d topics are spoken about", len(used), len(topics))
	}
}

// TestEverySourceLeadsToItsSite serves the address of each source.
func TestEverySourceLeadsToItsSite(t *testing.T) {
	s := newSites(t, nil)
	sources := demo(t).Processes[0].Sources
	if len(sources) != len(s.Hosts()) {
		t.Errorf("%d sources for %d sites", len(sources), len(s.Hosts()))
	}
	for _, source := range sources {
		if w := get(t, s, source.URL); w.Code != 200 {
			t.Errorf("%s: %s answers %d", source.ID, source.URL, w.Code)
		}
	}
}

func demo(t *testing.T) *configs.Config {
	t.Helper()
	cfg, err := configs.LoadBuiltin("demo", configs.Options{})
	if err != nil {
		t.Fatalf("load configs/demo: %v", err)
	}
	return cfg
}
