package debates

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
	"rostrum/search"
)

// assembly serves every speech as a page of its delegation's own site, and some a second time on a mirror.
type assembly struct {
	speeches []speech
	mirrored []speech
	byURL    map[string]*speech // host and path
	lists    map[string][]string
}

const mirrorHost = "mirror.debate.example"

func (s *speech) host() string { return s.state() + ".debate.example" }
func (s *speech) path() string { return fmt.Sprintf("/speeches/%d", s.Year) }

// phaseOf is the phase that a year is in, as the configuration of the test says.
func phaseOf(year int) string {
	switch {
	case year < 1992:
		return "cold"
	case year < 2016:
		return "goals"
	}
	return "now"
}

const debatePhases = `id: debate
name: General Debate
phases:
  - {id: cold, name: Until 1991, from: 1940-01-01, to: 1992-01-01}
  - {id: goals, name: Until 2015, from: 1992-01-01, to: 2016-01-01}
  - {id: now, name: Since 2016, from: 2016-01-01}
`

func newAssembly(speeches []speech, mirrorEvery int) *assembly {
	a := &assembly{speeches: speeches, byURL: map[string]*speech{}, lists: map[string][]string{}}
	add := func(host, path string, s *speech) {
		a.byURL[host+path] = s
		a.lists[host] = append(a.lists[host], path)
	}
	for i := range speeches {
		s := &speeches[i]
		add(s.host(), s.path(), s)
		if i%mirrorEvery == 0 {
			a.mirrored = append(a.mirrored, *s)
			add(mirrorHost, "/copy"+s.path()+"/"+s.state(), s)
		}
	}
	return a
}

func (a *assembly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch s := a.byURL[r.Host+r.URL.Path]; {
	case s != nil:
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>Address no. %d</title><meta property="article:published_time" content="%d-09-25T10:00:00Z"></head>
<body><nav><a href="/">All speeches</a></nav><main><article><h1>Address no. %d</h1>`, s.Session, s.Year, s.Session)
		for line := range strings.Lines(s.Text) {
			fmt.Fprintf(w, "<p>%s</p>\n", html.EscapeString(strings.TrimSpace(line)))
		}
		fmt.Fprint(w, `</article></main><footer>Served for a test</footer></body></html>`)
	case r.URL.Path == "/" && a.lists[r.Host] != nil:
		fmt.Fprint(w, "<html><body><ul>")
		for _, path := range a.lists[r.Host] {
			fmt.Fprintf(w, `<li><a href="%s">Speech</a></li>`, path)
		}
		fmt.Fprint(w, "</ul></body></html>")
	default:
		http.NotFound(w, r)
	}
}

// config watches the site of every delegation, whose actors go by names that no speech holds, so that who speaks is the issuer alone.
func (a *assembly) config(t testing.TB) string {
	served := harness.ServeSite(t, mirrorHost, a)
	sites := []harness.Site{served}
	var sources, actors strings.Builder
	sources.WriteString("sources:\n  - {id: mirror, name: Mirror, type: list, url: \"http://" + mirrorHost + "/\", aggregator: true, links: {include: ['/copy/']}, every: 1h}\n")
	actors.WriteString("actors:\n")
	for _, host := range slices.Sorted(maps.Keys(a.lists)) {
		id, _, _ := strings.Cut(host, ".")
		if host == mirrorHost {
			continue
		}
		sites = append(sites, harness.Site{Host: host, Addr: served.Addr})
		fmt.Fprintf(&sources, "  - {id: s-%s, name: Site of %s, type: list, url: \"http://%s/\", issuer: d-%s, links: {include: ['/speeches/']}, every: 1h}\n", id, id, host, id)
		fmt.Fprintf(&actors, "  - {id: d-%s, kind: state, name: Delegation code %s}\n", id, id)
	}
	return harness.WriteConfig(t, harness.Files{"process.yaml": debatePhases, "sources.yaml": sources.String(), "actors.yaml": actors.String(), "topics.yaml": "topics: []\n"}, sites...)
}

// tally counts those of the speeches that are asked for, by some property.
func tally(speeches []speech, which func(*speech) bool, by func(*speech) string) map[string]int {
	counts := map[string]int{}
	for i := range speeches {
		if s := &speeches[i]; which(s) {
			counts[by(s)]++
		}
	}
	return counts
}

// TestGeneralDebates crawls all speeches from the sites of their delegations: what is counted by actor, month and phase is what the file says.
func TestGeneralDebates(t *testing.T) {
	dir, ok := golden.SharedData(t, "ungdc")
	if !ok {
		return
	}
	a := newAssembly(readSpeeches(t, dir), 80)
	began := time.Now()
	i := harness.Up(t, a.config(t), t.TempDir())
	harness.Await(t, 10*time.Minute, "every speech stored", func() bool { // the state of 200 sources is much to ask for all the time
		var page search.Result
		i.Get("/api/v1/statements?copies=all&limit=1", &page)
		return page.Total == len(a.byURL)
	})
	i.WaitIndexed(time.Minute)
	took := time.Since(began)
	t.Logf("%d pages of %d sites in %.1f s: %.0f pages/s", len(a.byURL), len(a.lists), took.Seconds(), float64(len(a.byURL))/took.Seconds())

	all := func(*speech) bool { return true }
	issuer := func(s *speech) string { return "d-" + s.state() }
	month := func(s *speech) string { return fmt.Sprintf("%d-09", s.Year) }
	phase := func(s *speech) string { return phaseOf(s.Year) }
	for query, which := range map[string]func(*speech) bool{
		"":                           all,
		"on:2015":                    func(s *speech) bool { return s.Year == 2015 },
		"after:1990 before:2010":     func(s *speech) bool { return s.Year >= 1990 && s.Year < 2010 },
		"phase:cold":                 func(s *speech) bool { return phaseOf(s.Year) == "cold" },
		"issuer:d-fra OR actor:d-eu": func(s *speech) bool { return s.ISO3 == "FRA" || s.ISO3 == "EU" },
		"-issuer:d-usa phase:now":    func(s *speech) bool { return s.ISO3 != "USA" && phaseOf(s.Year) == "now" },
	} {
		total, counts := i.Facets(query, "actor", "month", "phase")
		want := map[string]map[string]int{"actor": tally(a.speeches, which, issuer), "month": tally(a.speeches, which, month), "phase": tally(a.speeches, which, phase)}
		if diff := gocmp.Diff(want, counts); diff != "" {
			t.Errorf("%q: file (-) against facets (+):\n%s", query, diff)
		}
		sum := 0
		for _, n := range want["actor"] {
			sum += n
		}
		if total != sum {
			t.Errorf("%q: total %d, want %d", query, total, sum)
		}
	}
	t.Run("copies count once", func(t *testing.T) { a.checkCopies(t, i) })
}

// checkCopies looks for the mirrored speeches: one group each, found by either source, counted once unless every member is asked for.
func (a *assembly) checkCopies(t *testing.T, i *harness.Instance) {
	var page search.Result
	i.Get("/api/v1/statements?copies=all&limit=1", &page)
	if page.Total != len(a.byURL) {
		t.Errorf("copies=all: total %d, want %d", page.Total, len(a.byURL))
	}
	mirrored := i.Search("source:mirror")
	if len(mirrored) != len(a.mirrored) {
		t.Errorf("%d groups with a member on the mirror, want %d", len(mirrored), len(a.mirrored))
	}
	for _, h := range mirrored {
		if h.Copies != 1 {
			t.Errorf("%s has %d copies, want 1", h.URL, h.Copies)
		}
	}
}
