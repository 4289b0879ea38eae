package hold

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

const (
	gazette = "gazette.example" // a feed
	union   = "union.example"   // a list
	mirror  = "mirror.example"  // a feed of copies
)

const stepsPerAct = 3 // what changes or is copied was there in the act before, and is known by then

// sheet is one page of the press. Its versions are shown from one step after the other.
type sheet struct {
	host, path string
	title      string
	published  time.Time
	versions   []version
	gone       int    // the step from which it answers 410; 0: never
	via        string // the path that leads to it by a redirect, where no other does
	padding    int    // bytes of markup around its text
	original   *sheet // what it copies
	backfill   bool   // it is old, or was there at the first look
}

type version struct {
	from int
	text []string // sentences
}

func (s *sheet) address() string { return "http://" + s.host + s.path }

// at gives the version that is shown at a step, counted from 1; 0: it is not there yet.
func (s *sheet) at(step int) int {
	n := 0
	for _, v := range s.versions {
		if v.from <= step {
			n++
		}
	}
	return n
}

func (s *sheet) says(version int, word string) bool {
	return slices.ContainsFunc(s.versions[version-1].text, func(sentence string) bool { return strings.Contains(sentence, word) })
}

// press is three sites that grow and change from step to step, always in the same way.
type press struct {
	sheets []*sheet

	mu     sync.Mutex
	step   int
	turned map[int]time.Time // when each step began
	fresh  chan struct{}     // a page was asked for that came with the latest step
}

// newPress writes everything that the sites show in a number of steps.
func newPress(steps int, began time.Time) *press {
	p := &press{step: -1, turned: map[int]time.Time{}, fresh: make(chan struct{}, 1)}
	for _, host := range []string{gazette, union, mirror} {
		p.add(-1, host, began, &sheet{backfill: true})
	}
	for step := range steps {
		for range 3 {
			p.add(step, gazette, began, &sheet{})
		}
		p.add(step, union, began, &sheet{})
		p.add(step, union, began, &sheet{})
		switch step % stepsPerAct {
		case 0:
			p.add(step, gazette, began, &sheet{via: fmt.Sprintf("/go/%d", step)})
			p.add(step, union, began, &sheet{padding: 400 << 10}) // too large for a message: it travels by reference
		case 1:
			p.add(step, gazette, began.AddDate(0, 0, -30), &sheet{backfill: true})
		}
		if step >= stepsPerAct {
			p.revise(step, began)
		}
	}
	return p
}

// add writes a page of a host that comes with a step.
func (p *press) add(step int, host string, began time.Time, s *sheet) {
	n := len(p.sheets)
	s.host, s.path = host, fmt.Sprintf("/notices/%d", n)
	s.title = fmt.Sprintf("Notice %d", n)
	s.published = began.Add(time.Duration(n) * time.Second)
	random := rand.New(rand.NewPCG(1, uint64(n)))
	var text []string
	for range 12 {
		text = append(text, sentence(random))
	}
	if n%2 == 0 {
		text = append(text, "The council speaks of the harbour and of nothing else.")
	}
	if n%3 == 0 {
		text = append(text, "The tariff is as it was.")
	}
	if n%4 == 0 {
		text = append(text, "Let the beacon be lit again, says the council.")
	}
	s.versions = []version{{from: step, text: text}}
	p.sheets = append(p.sheets, s)
}

// revise changes and copies pages of the act before, and takes one away.
func (p *press) revise(step int, began time.Time) {
	before := slices.DeleteFunc(slices.Clone(p.sheets), func(s *sheet) bool {
		return s.versions[0].from != step-stepsPerAct || s.published.Before(began) || s.host == mirror
	})
	first, second, third := before[0], before[1], before[2]
	random := rand.New(rand.NewPCG(2, uint64(step)))
	changed := slices.Clone(first.versions[0].text)
	changed[3] = sentence(random)
	changed = append(changed, "From now on the harbour pays the tariff in full.")
	first.versions = append(first.versions, version{from: step, text: changed})
	p.add(step, mirror, began, &sheet{original: second})
	reprint := p.sheets[len(p.sheets)-1]
	reprint.title, reprint.versions[0].text = second.title, second.versions[0].text
	if step%stepsPerAct == 0 {
		third.gone = step
		return
	}
	again := slices.Clone(third.versions[0].text)
	again[5] = sentence(random)
	third.versions = append(third.versions, version{from: step, text: again})
}

var syllables = []string{"ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gol", "hin", "jus", "pra"}

// sentence is one that stands nowhere else.
func sentence(random *rand.Rand) string {
	var words []string
	for range 14 {
		word := ""
		for range 2 + random.IntN(3) {
			word += syllables[random.IntN(len(syllables))]
		}
		words = append(words, word)
	}
	return "The council says that " + strings.Join(words, " ") + "."
}

// turn goes on to a step.
func (p *press) turn(step int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step, p.turned[step] = step, time.Now()
	select {
	case <-p.fresh:
	default:
	}
}

// ServeHTTP implements http.Handler for all three hosts.
func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	step := p.step
	switch r.URL.Path {
	case "/feed":
		p.feed(w, r.Host, step)
	case "/list":
		p.list(w, r.Host, step)
	default:
		p.page(w, r, step)
	}
}

func (p *press) each(host string, step int, visit func(s *sheet, link string)) {
	for _, s := range slices.Backward(p.sheets) {
		if s.host == host && s.at(step) > 0 {
			link := s.path
			if s.via != "" {
				link = s.via
			}
			visit(s, "http://"+host+link)
		}
	}
}

func (p *press) feed(w http.ResponseWriter, host string, step int) {
	w.Header().Set("Content-Type", "application/atom+xml")
	fmt.Fprint(w, `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:news</id>`)
	p.each(host, step, func(s *sheet, link string) {
		updated := s.published
		if s.at(step) > 1 {
			updated = p.turned[s.versions[s.at(step)-1].from]
		}
		fmt.Fprintf(w, "<entry><title>%s</title><id>%s</id><link href=%q/><published>%s</published><updated>%s</updated></entry>",
			s.title, s.address(), link, s.published.Format(time.RFC3339), updated.Format(time.RFC3339Nano))
	})
	fmt.Fprint(w, "</feed>")
}

func (p *press) list(w http.ResponseWriter, host string, step int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<html><head><title>News</title></head><body><ul>")
	p.each(host, step, func(s *sheet, link string) { fmt.Fprintf(w, "<li><a href=%q>%s</a></li>", link, s.title) })
	fmt.Fprint(w, "</ul></body></html>")
}

func (p *press) page(w http.ResponseWriter, r *http.Request, step int) {
	at := slices.IndexFunc(p.sheets, func(s *sheet) bool {
		return s.host == r.Host && s.at(step) > 0 && (s.path == r.URL.Path || s.via == r.URL.Path && s.via != "")
	})
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	s := p.sheets[at]
	switch {
	case s.via == r.URL.Path:
		http.Redirect(w, r, s.path, http.StatusFound)
		return
	case s.gone > 0 && step >= s.gone:
		http.Error(w, "gone", http.StatusGone)
		return
	}
	v := s.versions[s.at(step)-1]
	if v.from == step {
		select {
		case p.fresh <- struct{}{}:
		default:
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<html lang=\"en\"><head><title>%s</title><meta property=\"article:published_time\" content=%q></head><body><article><h1>%s</h1>\n", s.title, s.published.Format(time.RFC3339), s.title)
	for i := 0; i < len(v.text); i += 3 {
		fmt.Fprintf(w, "<p>%s</p>\n", html.EscapeString(strings.Join(v.text[i:min(i+3, len(v.text))], " ")))
	}
	fmt.Fprint(w, "</article><!--")
	random := rand.New(rand.NewPCG(3, uint64(at)))
	for range s.padding / 16 {
		fmt.Fprintf(w, "%016x", random.Uint64())
	}
	fmt.Fprint(w, "--></body></html>")
}

// states are the pages that must be stored after a step, with the number of their revisions.
func (p *press) states(step int) map[string]int {
	all := map[string]int{}
	for _, s := range p.sheets {
		if n := s.at(step); n > 0 {
			all[s.address()] = n
		}
	}
	return all
}

// config watches the three sites, every second.
func (p *press) config(t *testing.T) string {
	sources := `sources:
  - {id: gazette, name: Gazette, type: feed, url: "http://gazette.example/feed", issuer: ministry, every: 1s, revisit: 1s}
  - {id: union, name: Union, type: list, url: "http://union.example/list", issuer: dock-union, every: 1s, revisit: 1s, links: {include: ['/notices/\d+$']}}
  - {id: mirror, name: Mirror, type: feed, url: "http://mirror.example/feed", issuer: reprints, every: 1s, revisit: 1s}
`
	return harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: port\nname: The port\n", "topics.yaml": "topics: []\n", "sources.yaml": sources,
		"actors.yaml":  "actors:\n  - {id: ministry, kind: company, name: Ministry of Ports}\n  - {id: dock-union, kind: ngo, name: Dock Union}\n  - {id: reprints, kind: company, name: Reprints}\n",
		"rostrum.yaml": "  every_max: 1s\nalerts:\n  allow_private: [127.0.0.1]\n",
	}, harness.ServeSite(t, gazette, p), harness.ServeSite(t, union, p), harness.ServeSite(t, mirror, p))
}
