package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/fold"
	"rostrum/search"
)

// list is a page that is one table, which can be searched.
type list struct {
	Frame             frame
	Heading, Lede     string
	Path              string // of the list
	Columns           []string
	Rows              []listRow
	Find, Sort, Shown string
	Previous, Next    string
	Orders            []place
	Empty             string // why nothing is listed
	Exact             string // the API's list of the same
}

// listRow is an actor or a topic.
type listRow struct {
	Name, Path, About string
	Count, CountPath  string
	Query             string // of a topic
}

// listRows is how many rows a page of a list has.
const listRows = 200

func (p *pages) actors(r *http.Request) (view, error) {
	all, err := p.Search.Actors(r.Context())
	if err != nil {
		return view{}, err
	}
	d := list{Heading: "Actors", Path: "/actors", Columns: []string{"Actor", "Kind", "Statements"}, Exact: "/api/v1/actors",
		Lede:  "States, bodies, organisations, companies and people. The count is of statements that they issued, signed or are quoted in; copies are folded.",
		Empty: "The registry is actors.yaml; who signs without being in it is listed by name."}
	return p.listed(r, d, all, "actor", "actors", p.actorNames, func(a search.Listed) listRow {
		return listRow{Path: actorPath(a.ID), About: cmpOr(kindWords[a.Kind], "not in the registry"), CountPath: searchPath(condition(search.FacetActor, a.ID))}
	})
}

func (p *pages) topics(r *http.Request) (view, error) {
	all, err := p.Search.Topics(r.Context())
	if err != nil {
		return view{}, err
	}
	d := list{Heading: "Topics", Path: "/topics", Columns: []string{"Topic", "Its query", "Statements"}, Exact: "/api/v1/topics",
		Lede:  "A topic is a standing query over title and text, in as many languages as wanted. Copies are folded.",
		Empty: "Topics are defined in topics.yaml."}
	return p.listed(r, d, all, "topic", "topics", p.topicNames, func(t search.Listed) listRow {
		known, _ := p.Registry().Topic(t.ID)
		return listRow{Path: topicPath(t.ID), Query: known.Query, CountPath: searchPath(condition(search.FacetTopic, t.ID))}
	})
}

// listed fills a page of a list: those of a name, in an order that stays.
func (p *pages) listed(r *http.Request, d list, all []search.Listed, one, many string, names func(id string) []string, rowOf func(search.Listed) listRow) (view, error) {
	form := r.URL.Query()
	d.Frame, d.Find, d.Sort = p.frame(r, d.Heading), strings.TrimSpace(form.Get("find")), form.Get("sort")
	found := named(all, d.Find, names)
	for _, o := range []place{{Name: "Most statements", Path: ""}, {Name: "By name", Path: "name"}} {
		d.Orders = append(d.Orders, place{Name: o.Name, Path: d.at(o.Path, 1), Here: o.Path == d.Sort})
	}
	if d.Sort != "name" {
		slices.SortStableFunc(found, func(a, b search.Listed) int { return b.Count - a.Count })
	}
	page, _ := strconv.Atoi(form.Get("page"))
	page = min(max(page, 1), max(1, (len(found)+listRows-1)/listRows))
	from, to := (page-1)*listRows, min(page*listRows, len(found))
	d.Shown = plural(len(found), one, many)
	if to-from < len(found) {
		d.Shown = number(from+1) + "–" + number(to) + " of " + d.Shown
	}
	if page > 1 {
		d.Previous = d.at(d.Sort, page-1)
	}
	if to < len(found) {
		d.Next = d.at(d.Sort, page+1)
	}
	for _, l := range found[from:to] {
		line := rowOf(l)
		line.Name, line.Count = l.Name, number(l.Count)
		if l.Count == 0 {
			line.CountPath = ""
		}
		d.Rows = append(d.Rows, line)
	}
	return view{template: "list.html", data: d}, nil
}

// at is the address of a page of the list, in an order.
func (d *list) at(sort string, page int) string {
	to := url.Values{}
	for name, value := range map[string]string{"find": d.Find, "sort": sort} {
		if value != "" {
			to.Set(name, value)
		}
	}
	if page > 1 {
		to.Set("page", itoa(page))
	}
	if len(to) == 0 {
		return d.Path
	}
	return d.Path + "?" + to.Encode()
}

// named keeps those of which a name, in any language, holds what was typed.
func named(all []search.Listed, typed string, others func(id string) []string) []search.Listed {
	want := fold.String(typed)
	if want == "" {
		return all
	}
	return slices.DeleteFunc(all, func(l search.Listed) bool {
		return !slices.ContainsFunc(append(others(l.ID), l.Name), func(name string) bool { return strings.Contains(fold.String(name), want) })
	})
}

func (p *pages) actorNames(id string) []string {
	if a, ok := p.Registry().Actor(id); ok {
		return slices.Collect(a.AllNames())
	}
	return nil
}

func (p *pages) topicNames(id string) []string {
	t, _ := p.Registry().Topic(id)
	return slices.Collect(maps.Values(t.Names))
}
