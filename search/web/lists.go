package web

import (
	"net/http"
	"slices"
	"time"
)

// list is a page that is one table.
type list struct {
	Frame         frame
	Heading, Lede string
	Columns       []string
	Rows          [][]cell
	Empty         string
}

type cell struct {
	Text, Path, Below string
	Fail              bool
}

func (p *pages) actors(r *http.Request) (view, error) {
	counts, err := p.Search.Actors(r.Context())
	if err != nil {
		return view{}, err
	}
	data := list{Frame: p.frame(r, "Actors"), Heading: "Actors", Columns: []string{"Actor", "Kind", "Speaks in"},
		Lede:  "States, bodies, organisations and companies of this process. The count is of statements that they issued, signed or are quoted in; copies are folded.",
		Empty: "The registry holds no actors: add them to actors.yaml."}
	for _, a := range counts {
		data.Rows = append(data.Rows, []cell{{Text: a.Name, Path: searchPath("actor:" + a.ID)}, {Text: a.Kind}, {Text: plural(a.Count, "statement", "statements")}})
	}
	return view{template: "list.html", data: data}, nil
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
		data.Rows = append(data.Rows, []cell{{Text: t.Name, Path: searchPath("topic:" + t.ID)}, {Text: number(t.Count)}, {Text: known.Query}})
	}
	return view{template: "list.html", data: data}, nil
}

func (p *pages) sources(r *http.Request) (view, error) {
	sources, err := p.Sources.Sources(r.Context())
	if err != nil {
		return view{}, err
	}
	data := list{Frame: p.frame(r, "Sources"), Heading: "Sources", Columns: []string{"Source", "State", "Last fetch", "Last new page", "Next fetch", "Pages"},
		Lede:  p.health(r.Context()) + ".",
		Empty: "No sources are watched: add them to sources.yaml."}
	for _, s := range sources {
		state := cell{Text: s.State, Below: s.Reason, Fail: s.State == "failing"}
		pages := cell{Text: number(s.Pages)}
		if s.Failed > 0 {
			pages.Below = plural(s.Failed, "page", "pages") + " could not be fetched"
		}
		data.Rows = append(data.Rows, []cell{{Text: s.Name, Path: searchPath("source:" + s.ID), Below: s.Type + ", " + s.URL}, state,
			{Text: moment(s.LastFetch)}, {Text: moment(s.LastNew)}, {Text: moment(s.NextFetch)}, pages})
	}
	slices.SortStableFunc(data.Rows, func(a, b []cell) int { return order(a[1]) - order(b[1]) })
	return view{template: "list.html", data: data}, nil
}

// order puts what fails first.
func order(state cell) int {
	if state.Fail {
		return 0
	}
	return 1
}

func moment(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006 15:04:05")
}
