package web

import (
	"net/url"

	"rostrum/search"
	"rostrum/search/query"
)

type facet struct {
	Name     string
	Values   []facetValue
	More     string // what is left out, or the way back from all of them
	MorePath string
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
		shown, room := facet{Name: f.heading}, roomFor(d.Query)
		values := found.Facets[f.facet]
		opened := form.Get("all") == f.facet && room == maxFacetValues
		if opened {
			room = maxOpened
		}
		switch {
		case len(values) > room && (opened || room < maxFacetValues):
			shown.More = plural(len(values)-room, "more value", "more values") + " in the API"
		case opened:
			shown.More, shown.MorePath = "Fewer", with(form, "all", "")
		case len(values) > room:
			shown.More, shown.MorePath = "All "+number(len(values)), with(form, "all", f.facet)
		}
		most := 0
		for _, v := range values[:min(len(values), room)] {
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
