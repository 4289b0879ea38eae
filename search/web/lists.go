package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/fold"
	"rostrum/search"
)

// list is a page that is one table.
type list struct {
	Frame         frame
	Heading, Lede string
	Columns       []string
	Rows          [][]cell
	Empty         string

	// Of a list that can be searched.
	Find, Sort, Shown, Next string
	Orders                  []place
}

type cell struct {
	Text, Path, Below string
	Fail              bool
}

// listRows is how many rows a page of a list has.
const listRows = 200

func (p *pages) actors(r *http.Request) (view, error) {
	counts, err := p.Search.Actors(r.Context())
	if err != nil {
		return view{}, err
	}
	form := r.URL.Query()
	data := list{Frame: p.frame(r, "Actors"), Heading: "Actors", Columns: []string{"Actor", "Kind", "Speaks in"}, Find: strings.TrimSpace(form.Get("find")), Sort: form.Get("sort"),
		Lede:  "States, bodies, organisations, companies and people. The count is of statements that they issued, signed or are quoted in; copies are folded.",
		Empty: "No actor is called so. The registry is actors.yaml; what signs without being in it is listed by its name."}
	counts = p.named(counts, data.Find)
	for _, o := range []place{{Name: "Most statements", Path: ""}, {Name: "By name", Path: "name"}} {
		data.Orders = append(data.Orders, place{Name: o.Name, Path: listPath(data.Find, o.Path, 1), Here: o.Path == data.Sort})
	}
	if data.Sort != "name" {
		slices.SortStableFunc(counts, func(a, b search.Listed) int { return b.Count - a.Count })
	}
	page, _ := strconv.Atoi(form.Get("page"))
	page = min(max(page, 1), max(1, (len(counts)+listRows-1)/listRows))
	data.Shown = plural(len(counts), "actor", "actors")
	if page*listRows < len(counts) {
		data.Next = listPath(data.Find, data.Sort, page+1)
	}
	for _, a := range counts[(page-1)*listRows : min(page*listRows, len(counts))] {
		data.Rows = append(data.Rows, []cell{{Text: a.Name, Path: actorPath(a.ID)}, {Text: cmpOr(kindWords[a.Kind], "not in the registry")}, {Text: plural(a.Count, "statement", "statements")}})
	}
	return view{template: "list.html", data: data}, nil
}

func listPath(find, sort string, page int) string {
	to := url.Values{}
	for name, value := range map[string]string{"find": find, "sort": sort} {
		if value != "" {
			to.Set(name, value)
		}
	}
	if page > 1 {
		to.Set("page", itoa(page))
	}
	return "/actors?" + to.Encode()
}

// named keeps the actors of which a name, in any language, holds what was typed.
func (p *pages) named(all []search.Listed, typed string) []search.Listed {
	want := fold.String(typed)
	if want == "" {
		return all
	}
	kept := make([]search.Listed, 0, len(all))
	for _, a := range all {
		found := strings.Contains(fold.String(a.Name), want)
		if known, ok := p.Registry().Actor(a.ID); ok && !found {
			for name := range known.AllNames() {
				found = found || strings.Contains(fold.String(name), want)
			}
		}
		if found {
			kept = append(kept, a)
		}
	}
	return kept
}

func (p *pages) topics(r *http.Request) (view, error) {
	counts, err := p.Search.Topics(r.Context())
	if err != nil {
		return view{}, err
	}
	data := list{Frame: p.frame(r, "Topics"), Heading: "Topics", Columns: []string{"Topic", "Statements", "Standing query"},
		Lede:  "A topic is a standing query over title and text.",
		Empty: "No topics are defined: add them to topics.yaml."}
	for _, t := range counts {
		known, _ := p.Registry().Topic(t.ID)
		data.Rows = append(data.Rows, []cell{{Text: t.Name, Path: topicPath(t.ID)}, {Text: number(t.Count)}, {Text: known.Query}})
	}
	return view{template: "list.html", data: data}, nil
}
