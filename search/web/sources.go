package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"rostrum/search"
)

// sourcesPage is how the sources are doing.
type sourcesPage struct {
	Frame   frame
	Lede    string
	Tally   []tallied
	Orders  []place
	Sources []source
	Heading string
	Paged   paged
}

const sourceRows = 50 // of one page

type tallied struct{ Name, Count, About string }

type source struct {
	Name, Path, Kind, URL, Issuer, IssuerPath string
	State, Word                               string
	Reasons                                   []string
	LastFetch, LastNew, NextFetch             string
	Pages, Pending, Failed                    string
	Weeks                                     spark
	order                                     int
	lastNew                                   time.Time
}

// stateOrder puts what needs a look first.
var stateOrder = []string{"failing", "silent", "new", "fresh", "off"}

var stateTitles = map[string]string{"fresh": "Fresh", "new": "Not read yet", "silent": "Silent", "failing": "Failing", "off": "Switched off"}

func (p *pages) sources(r *http.Request) (view, error) {
	states, err := p.Sources.Sources(r.Context())
	if err != nil {
		return view{}, err
	}
	weeks, err := p.sourceWeeks(r.Context(), time.Now())
	if err != nil {
		return view{}, err
	}
	d := sourcesPage{Frame: p.frame(r, "Sources"), Heading: "All sources"}
	counts, pending := map[string]int{}, 0
	for i := range states {
		counts[states[i].State]++
		pending += int(states[i].Pending)
		shown := p.sourceOf(&states[i])
		shown.Weeks = sparkOf(weeks(states[i].ID))
		d.Sources = append(d.Sources, shown)
	}
	look := counts["failing"] + counts["silent"]
	switch {
	case len(states) == 0:
		d.Lede = "No sources are watched: add them to sources.yaml, or with: rostrum sources add."
	case look == 0:
		d.Lede = "No source needs a look: " + plural(len(states), "source is", "sources are") + " watched."
	default:
		d.Lede = number(look) + " of " + plural(len(states), "source", "sources") + " need a look. Silence of a source is shown here, so that silence elsewhere means that nobody spoke."
	}
	d.Tally = []tallied{{"Fresh", number(counts["fresh"]), "fetched on time"}, {"Silent", number(counts["silent"]), "fetched, but nothing new for long"},
		{"Failing", number(counts["failing"]), "cannot be fetched or read"}, {"Not read yet", number(counts["new"]), "waiting for the first pass"}, {"Captures pending", number(pending), "fetched, not processed yet"}}
	by := r.URL.Query().Get("sort")
	for _, o := range []place{{Name: "Needs a look first", Path: "/sources"}, {Name: "By name", Path: "/sources?sort=name"}, {Name: "By last new", Path: "/sources?sort=new"}} {
		o.Here = o.Path == "/sources" && by == "" || strings.HasSuffix(o.Path, "="+by) && by != ""
		d.Orders = append(d.Orders, o)
	}
	slices.SortStableFunc(d.Sources, func(a, b source) int {
		switch by {
		case "name":
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case "new":
			return b.lastNew.Compare(a.lastNew)
		}
		return cmp.Compare(a.order, b.order)
	})
	d.Paged = pageOf(r.URL, len(d.Sources), sourceRows, 0)
	if d.Sources = d.Sources[d.Paged.From:d.Paged.To]; len(d.Sources) < len(states) {
		d.Heading = fmt.Sprintf("%d–%d of %d sources", d.Paged.From+1, d.Paged.To, len(states))
	}
	return view{template: "sources.html", data: d}, nil
}

func (p *pages) sourceOf(s *search.SourceState) source {
	out := source{Name: s.Name, Path: searchPath("source:" + s.ID), Kind: s.Type, URL: s.URL, State: s.State, Word: cmpOr(stateTitles[s.State], s.State),
		LastFetch: moment(s.LastFetch, "never"), LastNew: moment(s.LastNew, "nothing yet"), NextFetch: moment(s.NextFetch, "–"), Pages: number(s.Pages), Pending: number(int(s.Pending)),
		order: slices.Index(stateOrder, s.State)}
	if a, ok := p.Registry().Actor(s.Issuer); ok {
		out.Issuer, out.IssuerPath = a.Name, actorPath(a.ID)
	}
	if s.Reason != "" {
		out.Reasons = append(out.Reasons, sentence(s.Reason))
	}
	if s.State == "silent" && s.LastNew != nil {
		out.Reasons = append(out.Reasons, "Nothing new since "+s.LastNew.UTC().Format("2 Jan 2006")+". Fetches succeed.")
	}
	if s.Failures > 1 {
		out.Reasons = append(out.Reasons, plural(s.Failures, "fetch", "fetches")+" in a row failed.")
	}
	if s.Failed > 0 {
		out.Failed = plural(s.Failed, "page", "pages") + " not fetched"
	}
	if s.Waiting > 0 {
		out.Reasons = append(out.Reasons, plural(s.Waiting, "page waits", "pages wait")+" to be fetched.")
	}
	if !s.FirstPass && s.Enabled {
		out.Reasons = append(out.Reasons, "The first pass is not complete; what it brings does not alert.")
	}
	if s.LastNew != nil {
		out.lastNew = *s.LastNew
	}
	return out
}

func moment(t *time.Time, never string) string {
	if t == nil {
		return never
	}
	return t.UTC().Format("2 Jan 2006, 15:04")
}
