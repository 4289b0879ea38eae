package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
)

// results is the search page.
type results struct {
	Frame     frame
	Query     string
	Order     string
	InWords   string
	Parsed    string
	Problem   *mistake
	Total     string
	TotalNote string
	Took      int64
	Facets    []facet
	Orders    []place
	Results   []result
	Next      string
	Notes     []string
	Empty     string
}

// mistake is a query that could not be answered: what was typed with the place underlined.
type mistake struct {
	What, Expected, Remedy   string
	Typed, Before, At, After string
}

type facet struct {
	Name   string
	Values []facetValue
}

type facetValue struct {
	Name, Path, Count string
}

type result struct {
	Path, Title, Language string
	Published             *day
	DateOrigin            string
	Who                   []who
	Snippets              [][]piece
	Facts                 []string
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

const pageSize = 20

// facetsShown are the facets of the search page, their headings and the field that a click adds.
var facetsShown = []struct{ facet, heading, field string }{
	{search.FacetActor, "Who speaks", "actor"}, {search.FacetTopic, "Topic", "topic"}, {search.FacetLang, "Language", "lang"},
	{search.FacetSource, "Source", "source"}, {search.FacetKind, "Kind", "kind"},
}

func (p *pages) search(r *http.Request) (view, error) {
	form := r.URL.Query()
	input := form.Get("q")
	order := search.Order(form.Get("sort"))
	if order == "" {
		order = search.Relevance
		if strings.TrimSpace(input) == "" {
			order = search.Newest
		}
	}
	data := results{Frame: p.frame(r, "Search"), Query: input, Order: string(order)}
	params := search.Ask{Query: input, Order: order, Limit: pageSize, Cursor: form.Get("cursor")}
	for _, f := range facetsShown {
		params.Facets = append(params.Facets, f.facet)
	}
	found, err := p.Search.Search(r.Context(), params)
	if fault.KindOf(err) == fault.Query {
		data.Problem = describe(input, err)
		return view{template: "search.html", status: http.StatusBadRequest, data: data}, nil
	}
	if err != nil {
		return view{}, err
	}
	data.fill(found, form, p.Registry())
	if explained, err := p.Search.Explain(r.Context(), input); err == nil && strings.TrimSpace(input) != "" {
		data.InWords = explained.InWords
	}
	return view{template: "search.html", data: data}, nil
}

func (d *results) fill(found search.Result, form url.Values, reg *registry.Registry) {
	d.Parsed, d.Took, d.Notes = found.Query.Parsed, found.TookMS, found.Notes
	d.Total, d.TotalNote = plural(found.Total, "statement", "statements"), "copies folded"
	d.Empty = "No statement matches. Use fewer words, a wider period, or look in the list of sources whether the crawler has reached the site."
	for _, o := range []search.Order{search.Relevance, search.Newest, search.Oldest} {
		d.Orders = append(d.Orders, place{Name: strings.ToUpper(string(o[:1])) + string(o[1:]), Path: with(form, "sort", string(o)), Here: string(o) == d.Order})
	}
	for _, f := range facetsShown {
		shown := facet{Name: f.heading}
		for i, v := range found.Facets[f.facet] {
			if i == 12 {
				break
			}
			name := v.Name
			if f.facet == search.FacetLang {
				name = languageName(v.ID)
			}
			if f.facet == search.FacetKind {
				name = kindName(v.ID)
			}
			shown.Values = append(shown.Values, facetValue{Name: name, Path: with(form, "q", narrowed(d.Query, f.field+":"+v.ID)), Count: number(v.Count)})
		}
		if len(shown.Values) > 0 {
			d.Facets = append(d.Facets, shown)
		}
	}
	for _, h := range found.Statements {
		d.Results = append(d.Results, resultOf(h, reg))
	}
	if found.NextCursor != "" {
		next := url.Values{"q": {d.Query}, "sort": {d.Order}, "cursor": {found.NextCursor}}
		d.Next = "/?" + next.Encode()
	}
}

// with is the page's own address with one parameter changed and the cursor dropped.
func with(form url.Values, name, value string) string {
	changed := url.Values{}
	for k, v := range form {
		if k != "cursor" && len(v) > 0 {
			changed.Set(k, v[0])
		}
	}
	changed.Set(name, value)
	return "/?" + changed.Encode()
}

// narrowed adds a condition to a query.
func narrowed(query, condition string) string {
	query = strings.TrimSpace(query)
	if query == "" || strings.Contains(query, condition) {
		return strings.TrimSpace(cmpOr(query, condition))
	}
	if strings.Contains(query, " OR ") {
		query = "(" + query + ")"
	}
	return query + " " + condition
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func resultOf(h search.Hit, reg *registry.Registry) result {
	out := result{Path: "/statements/" + h.ID, Title: h.Title, Language: h.Language}
	out.Published, out.DateOrigin = dated(&h.Statement)
	out.Who = speakers(h.Actors, 6)
	for _, s := range h.Snippets {
		out.Snippets = append(out.Snippets, marked(s))
	}
	out.Facts = append(out.Facts, kindName(h.Kind), languageName(h.Language), h.Source)
	for _, t := range h.Topics {
		out.Facts = append(out.Facts, topicName(reg, t))
	}
	if h.Copies > 0 {
		out.Facts = append(out.Facts, plural(h.Copies, "copy", "copies"))
	}
	if h.Revision > 1 {
		out.Facts = append(out.Facts, "revision "+number(h.Revision))
	}
	return out
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

// speakers lists who speaks, at most limit; the rest is a count.
func speakers(actors []statement.Actor, limit int) []who {
	out := []who{}
	more := 0
	for _, role := range statement.Roles {
		for _, a := range actors {
			if a.Role != role || !role.Speaks() {
				continue
			}
			if len(out) >= limit {
				more++
				continue
			}
			out = append(out, whoOf(a))
		}
	}
	if more > 0 {
		out = append(out, who{Role: "signatory", Label: "and", Name: number(more) + " more"})
	}
	return out
}

func whoOf(a statement.Actor) who {
	return who{Role: string(a.Role), Label: roleLabels[a.Role], Name: a.Name, Path: searchPath("actor:" + a.ID)}
}

// marked cuts a snippet at its marks.
func marked(s search.Snippet) []piece {
	text := []rune(s.Text)
	out, at := []piece{}, 0
	for _, m := range s.Marks {
		if m[0] < at || m[1] > len(text) || m[0] >= m[1] {
			continue
		}
		out = append(out, piece{Text: string(text[at:m[0]])}, piece{Text: string(text[m[0]:m[1]]), Mark: true})
		at = m[1]
	}
	return append(out, piece{Text: string(text[at:])})
}

// describe turns a query's fault into what the page shows.
func describe(input string, err error) *mistake {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return &mistake{What: err.Error()}
	}
	m := &mistake{What: sentence(f.What), Expected: f.Expected, Remedy: sentence(f.Remedy)}
	text := []rune(input)
	if f.Position >= 0 && f.Position <= len(text) {
		end := min(f.Position+1, len(text))
		for end < len(text) && text[end] != ' ' && text[end] != ')' {
			end++
		}
		m.Typed, m.Before, m.At, m.After = input, string(text[:f.Position]), string(text[f.Position:end]), string(text[end:])
		if m.At == "" {
			m.At = "\u00a0"
		}
	}
	return m
}

func itoa(n int) string { return strconv.Itoa(n) }
