package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
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

// mistake is a query that could not be answered: what was typed with the place underlined.
type mistake struct {
	What, Expected, Remedy   string
	Typed, Before, At, After string
	Position                 int
	Repairs                  []row
}

type facet struct {
	Name, Path, More string
	Values           []facetValue
}

type facetValue struct {
	Name, Own, Lang, Path, Count, Share string
	Cue                                 string
	On                                  bool
}

// speakerRow is an actor with the roles in which it speaks.
type speakerRow struct {
	Name, Path string
	On         bool
	Roles      []facetValue // issuer, signatory, quoted; a Path where the count is not 0
}

type result struct {
	ID, Path, Title, Language string
	Published                 *day
	DateOrigin                string
	Guess                     bool
	Who                       []who
	Snippets                  [][]piece
	Cues                      []string
	Facts                     []string
	Summary                   string
	Copies                    []copied
	MoreCopies                int
	Signed                    []who
	MoreSigned                int
}

type day struct{ ISO, Text string }

// who is an actor with its role badge.
type who struct {
	Role, Label, Name, Path string
}

type piece struct {
	Text string
	Mark bool
}

const (
	pageSize       = 20
	maxFacetValues = 9
	maxUnfolded    = 12 // copies or signatories that unfold under a result
)

// facetsShown are the facets of the search page, their headings and the field that a click adds.
var facetsShown = []struct {
	facet, heading string
	field          query.Field
}{
	{search.FacetTopic, "Topic", query.Topic}, {search.FacetCue, "Wording", query.Cue}, {search.FacetPhase, "Phase", query.Phase}, {search.FacetLang, "Language", query.Lang},
	{search.FacetSource, "Source", query.Source}, {search.FacetKind, "Kind", query.Kind},
}

var roleFacets = []struct {
	facet, word string
	field       query.Field
}{{search.FacetIssuer, "issued", query.Issuer}, {search.FacetSignatory, "signed", query.Signatory}, {search.FacetQuoted, "quoted", query.Quoted}}

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
	d.Total = plural(found.Total, "statement", "statements")
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

func (d *results) fillSpeakers(found search.Result, form url.Values, ref *refined) {
	counts := map[string]map[string]int{}
	for _, f := range roleFacets {
		counts[f.facet] = map[string]int{}
		for _, c := range found.Facets[f.facet] {
			counts[f.facet][c.ID] = c.Count
		}
	}
	for i, c := range found.Facets[search.FacetActor] {
		if i == roomFor(d.Query) {
			break
		}
		q, on := ref.toggled(d.Query, query.Speaker, c.ID)
		line := speakerRow{Name: c.Name, Path: with(form, "q", q), On: on}
		for _, f := range roleFacets {
			v := facetValue{Name: f.word, Count: number(counts[f.facet][c.ID])}
			if counts[f.facet][c.ID] > 0 {
				q, on := ref.toggled(d.Query, f.field, c.ID)
				v.Path, v.On = with(form, "q", q), on
			}
			line.Roles = append(line.Roles, v)
		}
		d.Speakers = append(d.Speakers, line)
	}
}

func (d *results) fillFacets(found search.Result, form url.Values, ref *refined) {
	for _, f := range facetsShown {
		shown := facet{Name: f.heading}
		most := 0
		for i, v := range found.Facets[f.facet] {
			if i == roomFor(d.Query) {
				shown.More = plural(len(found.Facets[f.facet])-i, "more value", "more values") + " in the API"
				break
			}
			most = max(most, v.Count)
			value := facetValue{Name: v.Name, Count: number(v.Count), Share: percent(100 * float64(v.Count) / float64(most))}
			switch f.facet {
			case search.FacetLang:
				value.Name, value.Own, value.Lang = languageName(v.ID), ownNames[v.ID], v.ID
			case search.FacetKind:
				value.Name = kindName(v.ID)
			case search.FacetCue:
				value.Name, value.Cue = labelsOf[v.ID], v.ID
			}
			q, on := ref.toggled(d.Query, f.field, v.ID)
			value.Path, value.On = with(form, "q", q), on
			shown.Values = append(shown.Values, value)
		}
		if len(shown.Values) > 0 {
			d.Facets = append(d.Facets, shown)
		}
	}
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

// roomFor is how many values of a facet a page bears: each is a link that repeats the query.
func roomFor(q string) int {
	switch n := len(url.QueryEscape(q)); {
	case n <= 250:
		return maxFacetValues
	case n <= 500:
		return 3
	}
	return 1
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
	return "/?" + changed.Encode()
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// resultOf shows a hit with what unfolds under it.
func (p *pages) resultOf(ctx context.Context, h search.Hit) (result, error) {
	reg := p.Registry()
	out := result{ID: h.ID, Path: statementPath(h.ID), Title: cmpOr(h.Title, h.URL), Language: h.Language}
	out.Published, out.DateOrigin = dated(&h.Statement)
	out.Guess = h.PublishedFrom == statement.FromURL || h.PublishedFrom == statement.FromText || h.Published == nil
	out.Who = speakers(h.Actors, 4)
	for _, s := range h.Snippets {
		out.Snippets = append(out.Snippets, marked(s))
	}
	whole, err := p.Search.Statement(ctx, h.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound { // it may have been forgotten meanwhile
		return out, err
	}
	out.Cues = polarities(whole.Cues)
	out.Facts = append(out.Facts, hostOf(h.URL), languageName(h.Language), kindName(h.Kind))
	for _, t := range h.Topics {
		out.Facts = append(out.Facts, topicName(reg, t))
	}
	if h.Revision > 1 {
		out.Facts = append(out.Facts, "revision "+number(h.Revision))
	}
	return out, p.unfold(ctx, &out, &h.Statement)
}

func (p *pages) unfold(ctx context.Context, out *result, s *statement.Statement) error {
	var parts []string
	if s.Copies > 0 {
		copies, err := p.Search.Copies(ctx, s.ID)
		if err != nil {
			return err
		}
		for i := range copies[:min(len(copies), maxUnfolded)] {
			out.Copies = append(out.Copies, copyOf(&copies[i]))
		}
		out.MoreCopies = max(0, len(copies)-maxUnfolded)
		parts = append(parts, plural(s.Copies, "copy", "copies"))
	}
	for _, a := range s.Actors {
		if a.Role != statement.Signatory {
			continue
		}
		if len(out.Signed) == maxUnfolded {
			out.MoreSigned++
			continue
		}
		out.Signed = append(out.Signed, whoOf(a))
	}
	if n := len(out.Signed) + out.MoreSigned; n > 0 {
		parts = append(parts, plural(n, "signatory", "signatories"))
	}
	out.Summary = strings.Join(parts, " · ")
	return nil
}

// polarities lists each polarity of cues once, in the order supports, conditions, opposes.
func polarities(cues []statement.Cue) []string {
	var out []string
	for _, polarity := range cueOrder {
		if slices.ContainsFunc(cues, func(c statement.Cue) bool { return c.Polarity == polarity }) {
			out = append(out, polarity)
		}
	}
	return out
}

var cueOrder = []string{"supports", "conditions", "opposes"}

func statementPath(id string) string { return "/statements/" + url.PathEscape(id) }
func actorPath(id string) string     { return "/actors/" + url.PathEscape(id) }
func topicPath(id string) string     { return "/topics/" + url.PathEscape(id) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// dated gives the date with where it came from; without one, when the statement was first seen.
func dated(s *statement.Statement) (*day, string) {
	if s.Published == nil {
		return nil, "first seen " + s.FirstSeen.UTC().Format("2 Jan 2006")
	}
	origin := map[string]string{statement.FromFeed: "from feed", statement.FromJSONLD: "from JSON-LD", statement.FromMeta: "from page metadata",
		statement.FromURL: "from URL", statement.FromText: "from text"}[s.PublishedFrom]
	return &day{ISO: s.Published.UTC().Format(time.DateOnly), Text: s.Published.UTC().Format("2 Jan 2006")}, origin
}

var roleLabels = map[statement.Role]string{statement.Issuer: "Issuer", statement.Signatory: "Signatory", statement.Quoted: "Quoted", statement.Mentioned: "Mentioned"}

// speakers lists who speaks, at most limit of each role; the rest is a count.
func speakers(actors []statement.Actor, limit int) []who {
	out := []who{}
	for _, role := range statement.Roles {
		if !role.Speaks() {
			continue
		}
		n, last := 0, who{}
		for _, a := range actors {
			if a.Role != role {
				continue
			}
			if n++; n <= limit {
				out = append(out, whoOf(a))
			} else {
				last = who{Role: string(role), Label: roleLabels[role], Name: plural(n-limit, "more", "more")}
			}
		}
		if n > limit {
			if role == statement.Signatory {
				out = append(out[:len(out)-limit], who{Role: string(role), Label: roleLabels[role], Name: plural(n, "signatory", "signatories")})
			} else {
				out = append(out, last)
			}
		}
	}
	return out
}

func whoOf(a statement.Actor) who {
	return who{Role: string(a.Role), Label: roleLabels[a.Role], Name: a.Name, Path: actorPath(a.ID)}
}

// marked cuts a snippet at its marks.
func marked(s search.Snippet) []piece { return pieces(s.Text, s.Marks) }

func pieces(s string, marks [][2]int) []piece {
	text := []rune(s)
	out, at := []piece{}, 0
	for _, m := range marks {
		if m[0] < at || m[1] > len(text) || m[0] >= m[1] {
			continue
		}
		out = append(out, piece{Text: string(text[at:m[0]])}, piece{Text: string(text[m[0]:m[1]]), Mark: true})
		at = m[1]
	}
	return append(out, piece{Text: string(text[at:])})
}

// describe turns a query's fault into what the page shows, with corrections that can be asked.
func (p *pages) describe(ctx context.Context, input string, err error) *mistake {
	m, start, end := placed(input, err)
	for _, q := range p.repairs(ctx, input, start, end) {
		m.Repairs = append(m.Repairs, row{Name: q, Path: searchPath(q)})
	}
	return m
}

// placed finds the place of a fault in what was typed: from the fault's position to the end of its word.
func placed(input string, err error) (m *mistake, start, end int) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return &mistake{What: err.Error(), Position: -1}, -1, -1
	}
	m = &mistake{What: sentence(f.What), Expected: f.Expected, Remedy: sentence(f.Remedy), Position: f.Position}
	text := []rune(input)
	if f.Position < 0 || f.Position > len(text) {
		return m, -1, -1
	}
	start, end = f.Position, min(f.Position+1, len(text))
	quoted := start < len(text) && text[start] == '"'
	for end < len(text) && text[end] != ')' && (quoted || text[end] != ' ') {
		if quoted && text[end] == '"' {
			end++
			break
		}
		end++
	}
	m.Typed, m.Before, m.At, m.After = input, string(text[:start]), string(text[start:end]), string(text[end:])
	if m.At == "" {
		m.At = "\u00a0"
	}
	return m, start, end
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
