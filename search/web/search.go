package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/search"
	"rostrum/search/query"
)

// results is the search page.
type results struct {
	Frame          frame
	Query, Order   string
	InWords        string
	Parsed         string
	Problem        *mistake
	Found          int
	Total, Pages   string
	Took           int64
	Chart          *chart
	From, To       string // of the chosen period, as the date fields show it
	All            string // statements without the period
	AllPath        string
	Rest           string // the query without its period
	Chips          []chip
	ClearPath      string
	Speakers       []speakerRow
	Facets         []facet
	Orders         []place
	Results        []result
	First, Last    int
	Next           string
	Notes          []string
	Parts          []row  // of a query that finds nothing: what each part finds alone
	Without        []row  // and what it finds without one
	Examples       []row  // for an empty box
	WatchPath      string // /saved with the query filled in
	ExportPath     string
	Empty          string
	Known          []search.Suggestion // for the list that completes without a script
	Begun          string              // while nothing is stored: how far the first pass is
	SourcesMention bool
}

const (
	pageSize       = 20
	maxFacetValues = 9
	maxOpened      = 100 // values of the one facet that is opened
	maxUnfolded    = 12  // copies or signatories that unfold under a result
)

func (p *pages) search(r *http.Request) (view, error) {
	form := r.URL.Query()
	input := form.Get("q")
	refined := refine(input)
	if to, ok := refined.brushed(form); ok {
		return view{redirect: to}, nil
	}
	order := search.Order(form.Get("sort"))
	if order == "" {
		order = search.Relevance
		if strings.TrimSpace(input) == "" {
			order = search.Newest
		}
	}
	data := results{Frame: p.frame(r, "Search"), Query: input, Order: string(order), WatchPath: "/saved?q=" + url.QueryEscape(input), ExportPath: "/exports?q=" + url.QueryEscape(input)}
	if input != "" {
		data.Frame.Title = input
	}
	ask := search.Ask{Query: input, Order: order, Limit: pageSize, Cursor: form.Get("cursor"), Facets: []string{search.FacetActor}}
	for _, f := range facetsShown {
		ask.Facets = append(ask.Facets, f.facet)
	}
	for _, f := range roleFacets {
		ask.Facets = append(ask.Facets, f.facet)
	}
	found, err := p.Search.Search(r.Context(), ask)
	if fault.KindOf(err) == fault.Query {
		data.Problem = p.describe(r.Context(), input, err)
		return view{template: "search.html", status: http.StatusBadRequest, data: data}, nil
	}
	if err != nil {
		return view{}, err
	}
	if err := p.fill(r.Context(), &data, &refined, found, form); err != nil {
		return view{}, err
	}
	return view{template: "search.html", data: data}, nil
}

// brushed is where a form with a period leads: the same query with the period written into it.
func (r *refined) brushed(form url.Values) (string, bool) {
	if !form.Has("from") && !form.Has("to") {
		return "", false
	}
	changed := url.Values{}
	if sort := form.Get("sort"); sort != "" {
		changed.Set("sort", sort)
	}
	q := r.withPeriod(strings.TrimSpace(form.Get("from")), strings.TrimSpace(form.Get("to")))
	if len(r.all) == 0 && strings.TrimSpace(form.Get("q")) != "" { // it does not parse: leave it to be explained
		q = form.Get("q")
	}
	changed.Set("q", q)
	return "/?" + changed.Encode(), true
}

func (p *pages) fill(ctx context.Context, d *results, ref *refined, found search.Result, form url.Values) error {
	reg := p.Registry()
	d.Parsed, d.Took, d.Notes, d.Found = found.Query.Parsed, found.TookMS, found.Notes, found.Total
	d.Total, d.Pages = plural(found.Total, "statement", "statements"), p.pagesOf(ctx, d.Query, found.Total)
	if strings.TrimSpace(d.Query) != "" {
		if explained, err := p.Search.Explain(ctx, d.Query); err == nil {
			d.InWords = explained.InWords
		}
	}
	for _, o := range []search.Order{search.Relevance, search.Newest, search.Oldest} {
		d.Orders = append(d.Orders, place{Name: strings.ToUpper(string(o[:1])) + string(o[1:]), Path: with(form, "sort", string(o)), Here: string(o) == d.Order})
	}
	if strings.TrimSpace(d.Query) == "" {
		d.Parsed = ""
		d.welcome(found)
	}
	d.Chips = ref.chips(form, reg)
	d.ClearPath = with(form, "q", "")
	d.Rest = together(nodes(ref.rest)...)
	if err := p.fillChart(ctx, d, ref, form); err != nil {
		return err
	}
	d.fillSpeakers(found, form, ref)
	d.fillFacets(found, form, ref)
	for _, h := range found.Statements {
		res, err := p.resultOf(ctx, h)
		if err != nil {
			return err
		}
		d.Results = append(d.Results, res)
	}
	if len(d.Results) > 0 && form.Get("cursor") == "" {
		d.First, d.Last = 1, len(d.Results)
	}
	if found.NextCursor != "" {
		next := url.Values{"q": {d.Query}, "sort": {d.Order}, "cursor": {found.NextCursor}}
		d.Next = "/?" + next.Encode()
	}
	if found.Total == 0 {
		p.fillEmpty(ctx, d, ref)
	}
	for _, c := range found.Facets[search.FacetTopic] {
		d.Known = append(d.Known, search.Suggestion{Field: "topic", ID: c.ID, Name: c.Name})
	}
	for i, c := range found.Facets[search.FacetActor] {
		if i == 40 {
			break
		}
		d.Known = append(d.Known, search.Suggestion{Field: "actor", ID: c.ID, Name: c.Name})
	}
	return nil
}

// pagesOf says on how many pages that many statements stand, where copies make these more.
func (p *pages) pagesOf(ctx context.Context, q string, statements int) string {
	all, err := p.Search.Search(ctx, search.Ask{Query: q, Order: search.Newest, Limit: 1, Copies: true})
	if err != nil || all.Total <= statements {
		return "copies folded"
	}
	return "on " + number(all.Total) + " pages, copies folded"
}

func nodes(kids []query.Node) []query.Node { return slices.Clone(kids) }

// fillChart draws all that the query finds without its period, and the period on it.
func (p *pages) fillChart(ctx context.Context, d *results, ref *refined, form url.Values) error {
	t, err := p.Search.Timeline(ctx, search.TimelineAsk{Query: d.Rest, Interval: search.FacetMonth})
	if err == nil && len(t.Buckets) > 0 && years(&t) > 25 {
		t, err = p.Search.Timeline(ctx, search.TimelineAsk{Query: d.Rest, Interval: search.AxisYear})
	}
	if err != nil {
		return err
	}
	phase := func(id string) string { return with(form, "q", narrowed(d.Rest, "phase:"+id)) }
	bucket := func(b search.Bucket) string { return with(form, "q", narrowed(d.Rest, periodQuery(b, t.Interval))) }
	chosen := ref.within()
	if t.Total == 0 {
		return nil
	}
	if d.Chart = p.timelineChart(&t, chosen, phase, bucket); d.Chart != nil {
		if roomFor(d.Query) < maxFacetValues {
			for i := range d.Chart.Table {
				d.Chart.Table[i].Path = ""
			}
		}
		d.Chart.Title = "Statements a " + t.Interval + " by phase; the same numbers are in the table below"
		d.Chart.Caption = "statements a " + t.Interval + ", copies folded"
	}
	if chosen != nil {
		d.All, d.AllPath = number(t.Total), with(form, "q", d.Rest)
		if !chosen.from.IsZero() {
			d.From = chosen.from.Format(time.DateOnly)
		}
		if !chosen.to.IsZero() {
			d.To = chosen.to.AddDate(0, 0, -1).Format(time.DateOnly)
		}
	}
	return nil
}

func years(t *search.Timeline) int {
	first, _ := strconv.Atoi(t.Buckets[0].Start[:4])
	last, _ := strconv.Atoi(t.Buckets[len(t.Buckets)-1].Start[:4])
	return last - first
}

// welcome says what there is, and what can be asked.
func (d *results) welcome(found search.Result) {
	actors, topics := found.Facets[search.FacetActor], found.Facets[search.FacetTopic]
	d.InWords = d.Total + " by " + plural(len(actors), "actor", "actors") + ", in " + plural(len(found.Facets[search.FacetLang]), "language", "languages") + "."
	if len(actors) == 0 || len(topics) == 0 {
		return
	}
	who, what := actors[0], topics[0]
	d.Examples = []row{{Name: "What has " + who.Name + " said on " + what.Name + "?", Path: searchPath(query.Term{Field: query.Speaker, Value: who.ID}.String() + " " + query.Term{Field: query.Topic, Value: what.ID}.String())},
		{Name: "Who spoke first about " + what.Name + "?", Path: topicPath(what.ID) + "#first"}, {Name: "How has the position of " + who.Name + " moved?", Path: actorPath(who.ID)}}
	for _, c := range found.Facets[search.FacetCue] {
		if c.ID == "opposes" {
			d.Examples = append(d.Examples, row{Name: "Who opposes, and in which words?", Path: searchPath("cue:opposes")})
		}
	}
}

// fillEmpty says what each part of a query finds alone, and what it would find without one of them.
func (p *pages) fillEmpty(ctx context.Context, d *results, ref *refined) {
	if strings.TrimSpace(d.Query) == "" {
		d.Begun = p.health(ctx)
		return
	}
	count := func(q string) (row, bool) {
		found, err := p.Search.Search(ctx, search.Ask{Query: q, Order: search.Newest, Limit: 1})
		return row{Name: q, Count: number(found.Total), Path: searchPath(q)}, err == nil
	}
	if len(ref.all) < 2 || len(ref.all) > 6 {
		return
	}
	for i, kid := range ref.all {
		if r, ok := count(together(kid)); ok {
			d.Parts = append(d.Parts, r)
		}
		others := append(slices.Clone(ref.all[:i]), ref.all[i+1:]...)
		if r, ok := count(together(others...)); ok && r.Count != "0" {
			r.Name = together(kid)
			d.Without = append(d.Without, r)
		}
	}
}

// with is the page's own address with one parameter changed and the cursor dropped.
func with(form url.Values, name, value string) string {
	changed := url.Values{}
	for k, v := range form {
		if k != "cursor" && k != "from" && k != "to" && len(v) > 0 {
			changed.Set(k, v[0])
		}
	}
	changed.Set(name, value)
	if value == "" {
		changed.Del(name)
	}
	return "/?" + changed.Encode()
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func itoa(n int) string { return strconv.Itoa(n) }

// ownNames are what the six languages call themselves.
var ownNames = map[string]string{"ar": "العربية", "zh": "中文", "fr": "Français", "ru": "Русский", "es": "Español"}

// processTitle is the name of what is watched.
func processTitle(reg *registry.Registry) string {
	for _, p := range reg.Processes() {
		return p.Name
	}
	return ""
}
