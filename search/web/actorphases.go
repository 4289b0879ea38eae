package web

import (
	"context"

	"rostrum/search"
)

// actorPhases counts an actor's statements by topic and phase.
type actorPhases struct {
	Heads []heatHead
	Rows  []heatRow // all topics first
}

// actorPhases is nil where no statement of the actor falls in a phase or has a topic.
func (p *pages) actorPhases(ctx context.Context, term string) (*actorPhases, error) {
	m, err := p.Search.Matrix(ctx, search.MatrixAsk{Query: term, Rows: search.FacetTopic, Cols: search.FacetPhase, Limit: maxMultiples})
	if err != nil || len(m.Rows) == 0 || len(m.Cols) == 0 {
		return nil, err
	}
	most := 0
	all := heatRow{Name: "All topics", Total: number(m.Total), TotalPath: searchPath(term)}
	for _, c := range m.Cols {
		most = max(most, c.Count)
	}
	bounds := heatBounds(most)
	out := &actorPhases{}
	for _, c := range m.Cols {
		path := searchPath(term + " " + condition(search.FacetPhase, c.ID))
		out.Heads = append(out.Heads, heatHead{Name: c.Name, Path: path})
		all.Cells = append(all.Cells, phaseCell(bounds, c.Count, path, "All topics, "+c.Name))
	}
	out.Rows = append(out.Rows, all)
	for i, topic := range m.Rows {
		of := term + " " + condition(search.FacetTopic, topic.ID)
		line := heatRow{Name: topic.Name, Path: topicPath(topic.ID), Total: number(topic.Count), TotalPath: searchPath(of)}
		for j, c := range m.Cols {
			line.Cells = append(line.Cells, phaseCell(bounds, m.Cells[i][j], searchPath(of+" "+condition(search.FacetPhase, c.ID)), topic.Name+", "+c.Name))
		}
		out.Rows = append(out.Rows, line)
	}
	return out, nil
}

func phaseCell(bounds [5]int, n int, path, name string) heatCell {
	c := heatCell{Step: stepOf(bounds, n), Count: number(n), Label: number(n) + ": " + name}
	if n > 0 {
		c.Path = path
	}
	return c
}
