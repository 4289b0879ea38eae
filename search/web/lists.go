package web

import "net/http"

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
		data.Rows = append(data.Rows, []cell{{Text: a.Name, Path: actorPath(a.ID)}, {Text: a.Kind}, {Text: plural(a.Count, "statement", "statements")}})
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
		data.Rows = append(data.Rows, []cell{{Text: t.Name, Path: topicPath(t.ID)}, {Text: number(t.Count)}, {Text: known.Query}})
	}
	return view{template: "list.html", data: data}, nil
}
