package debates

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/bus"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
	"rostrum/search/alert"
)

// speech is one line of the corpus of General Debate speeches.
type speech struct {
	ID, ISO3, Country, Speaker, Text string
	Session, Year                    int
}

func (s *speech) state() string { return strings.ToLower(s.ISO3) }
func (s *speech) url() string   { return "http://debate.example/" + strings.ToLower(s.ID) }

// readSpeeches reads the corpus, by year and then by id.
func readSpeeches(t testing.TB, dir string) []speech {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "statements.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var speeches []speech
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var s speech
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		speeches = append(speeches, s)
	}
	if lines.Err() != nil || len(speeches) == 0 {
		t.Fatalf("%d speeches, %v", len(speeches), lines.Err())
	}
	slices.SortFunc(speeches, func(a, b speech) int {
		if a.Year != b.Year {
			return a.Year - b.Year
		}
		return strings.Compare(a.ID, b.ID)
	})
	return speeches
}

// everyNth keeps one in n, of all years, and those of the states that some query names.
func everyNth(speeches []speech, n int) []speech {
	var kept []speech
	for i, s := range speeches {
		if i%n == 0 || slices.Contains([]string{"FRA", "ISL", "JOR"}, s.ISO3) {
			kept = append(kept, s)
		}
	}
	return kept
}

// capture is a speech as it would have been fetched on the day it was published: plain text, dated by the feed that led to it.
func (s *speech) capture(n int) *statement.Capture {
	at := time.Date(s.Year, 9, 20, 0, 0, n, 0, time.UTC)
	return &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(s.url(), at), URL: s.url(), Source: s.state(), FetchedAt: at,
		Method: http.MethodGet, Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: []byte(s.Text),
		Hint: statement.Hint{Title: "Address no. " + strconv.Itoa(s.Session), Published: at.Add(-time.Hour)}}
}

// debateConfig watches nothing by itself: the sources say who speaks.
func debateConfig(speeches []speech, natsURL string) harness.Files {
	names := map[string]string{}
	for _, s := range speeches {
		names[s.state()] = s.Country
	}
	var sources, actors strings.Builder
	sources.WriteString("sources:\n")
	actors.WriteString("actors:\n")
	for id, name := range names {
		fmt.Fprintf(&sources, "  - {id: %s, name: %s, type: page, url: \"http://debate.example/%s\", issuer: state-%s, enabled: false}\n", id, id, id, id)
		fmt.Fprintf(&actors, "  - {id: state-%s, kind: state, name: %q}\n", id, "The delegation of "+id+" "+name)
	}
	return harness.Files{
		"process.yaml": "id: debate\nname: General Debate\n",
		"sources.yaml": sources.String(),
		"actors.yaml":  actors.String(),
		"topics.yaml":  "topics:\n  - {id: terror, name: Terror, query: 'terroris*'}\n  - {id: climate, name: Climate, query: '\"climate change\" OR \"global warming\"'}\n",
		"rostrum.yaml": "bus:\n  url: " + natsURL + "\n",
	}
}

// debateQueries are saved queries, and what a plain reading of a speech says of each.
var debateQueries = map[string]func(*speech) bool{
	`"climate change"`:                says(`climate\W+change`),
	`terroris*`:                       says(`terroris\w*`),
	`"nuclear weapons" "disarmament"`: both(says(`nuclear\W+weapons`), says(`disarmament`)),
	`issuer:state-fra`:                by("fra"),
	`"palestine" issuer:state-jor OR issuer:state-isl after:2010`: func(s *speech) bool {
		return says(`palestine`)(s) && s.ISO3 == "JOR" || s.ISO3 == "ISL" && s.Year >= 2010
	},
	`topic:climate -"small island"`:                     both(says(`climate\W+change|global\W+warming`), not(says(`small\W+island`))),
	`"sustainable development goals" before:2017`:       both(says(`sustainable\W+development\W+goals`), func(s *speech) bool { return s.Year < 2017 }),
	`topic:terror topic:climate -"weapons" -"security"`: both(both(says(`terroris\w*`), says(`climate\W+change|global\W+warming`)), not(says(`weapons|security`))),
	`"quixotic zeppelins"`:                              says(`quixotic\W+zeppelins`),
}

func says(pattern string) func(*speech) bool {
	re := regexp.MustCompile(`(?i)\b(` + pattern + `)\b`)
	return func(s *speech) bool { return re.MatchString(s.Text) }
}

func by(state string) func(*speech) bool { return func(s *speech) bool { return s.state() == state } }

func not(f func(*speech) bool) func(*speech) bool { return func(s *speech) bool { return !f(s) } }

func both(f, g func(*speech) bool) func(*speech) bool {
	return func(s *speech) bool { return f(s) && g(s) }
}

// TestAlertsOverTheYears replays the General Debates in the order of their years, with the program and the NATS server started again in
// between: each saved query fires for exactly the speeches that a plain reading of the file finds, in their order, once.
func TestAlertsOverTheYears(t *testing.T) {
	dir, ok := golden.SharedData(t, "ungdc")
	if !ok {
		return
	}
	speeches := everyNth(readSpeeches(t, dir), 4)
	server := harness.StartNATS(t)
	config, data := harness.WriteConfig(t, debateConfig(speeches, server.URL())), t.TempDir()
	i := harness.Up(t, config, data)
	saved := map[string]alert.Saved{}
	for query := range debateQueries {
		saved[query] = i.Save(harness.Object{"query": query})
	}
	late := len(speeches) / 2
	press, err := bus.Open(t.Context(), bus.Options{URL: server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = press.Close(context.Background()) })
	began := time.Now()
	publish := func(from, to int) {
		for n := from; n < to; n++ {
			if err := press.PublishCapture(t.Context(), speeches[n].capture(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	publish(0, late/2)
	server.Kill()
	server.Start()
	publish(late/2, late)
	awaitMatched(i, t, late)
	i.Stop()
	publish(late, late+100) // nobody looks
	i = harness.Up(t, config, data)
	awaitMatched(i, t, 100)
	lateSaved := i.Save(harness.Object{"query": `"climate change"`})
	publish(late+100, len(speeches))
	awaitMatched(i, t, len(speeches)-late)
	t.Logf("%d speeches end to end in %.1f s", len(speeches), time.Since(began).Seconds())

	for query, holds := range debateQueries {
		t.Run(query, func(t *testing.T) { compareFired(i, t, saved[query].ID, speeches, holds) })
	}
	t.Run("a query saved in the middle", func(t *testing.T) {
		compareFired(i, t, lateSaved.ID, speeches[late+100:], debateQueries[`"climate change"`])
	})
	t.Run("a query that asks for what is stored", func(t *testing.T) {
		const query = `topic:terror topic:climate -"weapons" -"security"`
		all := i.Save(harness.Object{"query": query, "include_backfill": true})
		want := len(i.Alerts(saved[query].ID))
		harness.Await(t, 20*time.Second, "what is stored is gone through", func() bool { return len(i.Alerts(all.ID)) == want })
	})
}

// compareFired holds the alerts of a saved query against the speeches for which it should have fired, in their order.
func compareFired(i *harness.Instance, t *testing.T, id string, speeches []speech, holds func(*speech) bool) {
	t.Helper()
	var want, got []string
	for n := range speeches {
		if holds(&speeches[n]) {
			want = append(want, speeches[n].url())
		}
	}
	for _, a := range slices.Backward(i.Alerts(id)) {
		got = append(got, a.Statement.URL)
	}
	t.Logf("%d of %d", len(got), len(speeches))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("plain reading (-), fired (+):\n%s", diff)
	}
}

var matchedTotal = regexp.MustCompile(`(?m)^rostrum_alert_matched_total (\S+)$`)

// awaitMatched waits until the matcher has taken so many announcements since the instance began.
func awaitMatched(i *harness.Instance, t testing.TB, n int) {
	t.Helper()
	matched := 0.0
	defer func() {
		if t.Failed() {
			t.Logf("matched %v of %d; metrics:\n%s", matched, n, i.Text("/metrics"))
		}
	}()
	harness.Await(t, time.Minute, fmt.Sprint(n, " announcements are matched"), func() bool {
		found := matchedTotal.FindStringSubmatch(i.Text("/metrics"))
		if found == nil {
			return false
		}
		var err error
		matched, err = strconv.ParseFloat(found[1], 64)
		return err == nil && int(matched) >= n
	})
}
