package web

import (
	"context"
	"net/http"
	"net/url"

	"rostrum/search"
	"rostrum/search/query"
)

// topicPage is one topic.
type topicPage struct {
	Frame                             frame
	ID, Name                          string
	Known                             []string
	Query                             string
	Count                             int
	SearchPath, WatchPath, ExportPath string
	AsQuery                           string
	First, Last                       string
	FirstBy                           []brief // the first statements on it, oldest first
	Latest                            []brief
	Chart                             *chart
	Speakers                          []topicSpeaker
	AllSpeakers                       int
	MoreSpeakers                      string // where those left out are listed
	Multiples                         []multiple
}

// topicSpeaker is an actor that speaks on the topic.
type topicSpeaker struct {
	Name, Path, Count, CountPath, First, Last string
	Roles                                     []string
}

// How many who speak on a topic are listed, at first and when all are asked for.
const (
	maxTopicSpeakers    = 12
	maxAllTopicSpeakers = 200
)

func (p *pages) topic(r *http.Request) (view, error) {
	ctx, id := r.Context(), r.PathValue("id")
	detail, err := p.Search.Topic(ctx, id)
	if err != nil {
		return view{}, err
	}
	term := query.Term{Field: query.Topic, Value: id}.String()
	d := topicPage{Frame: p.frame(r, detail.Name), ID: id, Name: detail.Name, Known: otherNames(detail.Name, detail.Names, nil), Query: detail.Query, Count: detail.Count,
		SearchPath: searchPath(term), WatchPath: "/saved?q=" + url.QueryEscape(term), ExportPath: "/exports?q=" + url.QueryEscape(term), AsQuery: term}
	for _, at := range []struct {
		order search.Order
		into  *[]brief
		date  *string
	}{{search.Oldest, &d.FirstBy, &d.First}, {search.Newest, &d.Latest, &d.Last}} {
		found, err := p.Search.Search(ctx, search.Ask{Query: term, Order: at.order, Limit: maxBriefs})
		if err != nil {
			return view{}, err
		}
		for i := range found.Statements {
			*at.into = append(*at.into, briefOf(&found.Statements[i].Statement))
		}
		if len(found.Statements) > 0 {
			*at.date = found.Statements[0].Time().UTC().Format("2 Jan 2006")
		}
	}
	t, err := p.Search.Timeline(ctx, search.TimelineAsk{Query: term})
	if err != nil {
		return view{}, err
	}
	if t.Total > 0 {
		d.Chart = p.timelineChart(&t, nil, func(phase string) string { return searchPath(term + " phase:" + phase) },
			func(b search.Bucket) string { return searchPath(term + " " + periodQuery(b, t.Interval)) })
		if d.Chart != nil {
			d.Chart.Title = "Statements a month on " + detail.Name + "; the same numbers are in the table below"
		}
	}
	if err := p.fillTopicSpeakers(ctx, &d, id, r.URL.Query().Get("speakers") == "all"); err != nil {
		return view{}, err
	}
	if d.Multiples, err = p.multiples(ctx, term, search.FacetActor, actorPath); err != nil {
		return view{}, err
	}
	return view{template: "topic.html", data: d}, nil
}

// fillTopicSpeakers lists who speaks, in which roles, and since when.
func (p *pages) fillTopicSpeakers(ctx context.Context, d *topicPage, id string, all bool) error {
	term, limit := query.Term{Field: query.Topic, Value: id}, maxTopicSpeakers
	if all {
		limit = maxAllTopicSpeakers
	}
	c, err := p.Search.Cross(ctx, search.CrossRequest{Query: term, Rows: search.FacetActor, Cols: search.FacetMonth, MaxRows: limit})
	if err != nil {
		return err
	}
	found, err := p.Search.Search(ctx, search.Ask{Query: term.String(), Order: search.Newest, Limit: 1, Facets: []string{search.FacetActor, search.FacetIssuer, search.FacetSignatory, search.FacetQuoted}})
	if err != nil {
		return err
	}
	d.AllSpeakers = len(found.Facets[search.FacetActor])
	if d.AllSpeakers > limit && !all {
		d.MoreSpeakers = topicPath(id) + "?speakers=all#who"
	}
	roles := map[string][]string{}
	for _, f := range roleFacets {
		for _, count := range found.Facets[f.facet] {
			roles[count.ID] = append(roles[count.ID], number(count.Count)+" "+f.word)
		}
	}
	for i, rowOf := range c.Rows {
		s := topicSpeaker{Name: rowOf.Name, Path: actorPath(rowOf.ID), Count: number(rowOf.Count), Roles: roles[rowOf.ID],
			CountPath: searchPath(term.String() + " " + query.Term{Field: query.Speaker, Value: rowOf.ID}.String())}
		for j, n := range c.Cells[i] {
			if n > 0 {
				month := periodName(c.Cols[j].ID+"-01", search.FacetMonth)
				if s.First == "" {
					s.First = month
				}
				s.Last = month
			}
		}
		d.Speakers = append(d.Speakers, s)
	}
	return nil
}
