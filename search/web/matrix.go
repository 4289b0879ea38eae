package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/search"
	"rostrum/search/query"
)

// matrixPage is a table of counts as a heat map.
type matrixPage struct {
	Frame       frame
	Query       string
	Rows, Cols  []option
	RowsBy      string
	Limit       int
	Problem     *mistake
	Total       int
	Heads       []heatHead
	Groups      []heatGroup
	Many        bool // so many columns that their heads are turned
	Scale       []heatStep
	Shown       int
	MorePath    string
	ExportPath  string
	TablePath   string // the same numbers as a file
	WatchPath   string
	Parsed      string // the canonical query; empty for every statement
	Notes       []string
	Cell        *heatPanel
	ColumnTotal []string
}

type heatHead struct{ Name, Path, Total string }

// heatGroup are rows under one heading.
type heatGroup struct {
	Name string
	Rows []heatRow
}

type heatRow struct {
	Name, Path, Total, TotalPath string
	Cells                        []heatCell
}

type heatCell struct {
	Step               int
	Count, Path, Label string
	On                 bool
}

type heatStep struct {
	Step int
	Name string
}

// heatPanel are the statements behind the chosen cell.
type heatPanel struct {
	Name, Total, Path string
	Cues              []cueCount
	Statements        []brief
}

const (
	defaultMatrixRows = 25
	maxMatrixRows     = 100
	maxMatrixCols     = 20
)

var matrixRows = []option{{Value: "actor", Name: "Actors who speak most"}, {Value: "topic", Name: "Topics"}}
var matrixCols = []option{{Value: "topic", Name: "Topics"}, {Value: "phase", Name: "Phases"}, {Value: "actor", Name: "Actors"}}

func chosen(options []option, value string) ([]option, string) {
	out := slices.Clone(options)
	i := slices.IndexFunc(out, func(o option) bool { return o.Value == value })
	i = max(i, 0)
	out[i].On = true
	return out, out[i].Value
}

func (p *pages) matrix(r *http.Request) (view, error) {
	ctx, form := r.Context(), r.URL.Query()
	d := matrixPage{Frame: p.frame(r, "Matrix"), Query: form.Get("q"), Limit: defaultMatrixRows}
	var cols string
	d.Rows, d.RowsBy = chosen(matrixRows, form.Get("rows"))
	d.Cols, cols = chosen(matrixCols, form.Get("cols"))
	if n, err := strconv.Atoi(form.Get("limit")); err == nil && n > 0 {
		d.Limit = min(n, maxMatrixRows)
	}
	d.Limit = min(d.Limit, max(2, maxCells(d.Query)/maxMatrixCols))
	m, err := p.Search.Matrix(ctx, search.MatrixAsk{Query: d.Query, Rows: d.RowsBy, Cols: cols, Limit: d.Limit})
	if fault.KindOf(err) == fault.Query {
		d.Problem = p.describe(ctx, d.Query, err)
		for i, fix := range d.Problem.Repairs {
			d.Problem.Repairs[i].Path = matrixPath(form, "q", fix.Name)
		}
		return view{template: "matrix.html", status: http.StatusBadRequest, data: d}, nil
	}
	if err != nil {
		return view{}, err
	}
	d.Total = m.Total
	d.ExportPath = "/exports?shape=statements&q=" + url.QueryEscape(d.Query)
	d.TablePath = "/api/v1/matrix?" + url.Values{"format": {"csv"}, "bom": {"true"}, "q": {d.Query}, "rows": {d.RowsBy}, "cols": {cols}, "limit": {itoa(d.Limit)}}.Encode()
	if strings.TrimSpace(d.Query) != "" {
		d.Parsed, d.WatchPath = m.Query.Parsed, "/saved?q="+url.QueryEscape(d.Query)
	}
	if width := max(1, min(len(m.Cols), maxMatrixCols)); len(m.Rows) == d.Limit && d.Limit < min(maxMatrixRows, maxCells(d.Query)/width) {
		d.MorePath = matrixPath(form, "limit", itoa(maxMatrixRows))
	}
	p.heat(&d, &m, cols, form)
	if row, col := form.Get("row"), form.Get("col"); row != "" && col != "" {
		if err := p.openCell(ctx, &d, &m, cols, row, col); err != nil {
			return view{}, err
		}
	}
	return view{template: "matrix.html", data: d}, nil
}

// maxCells is how many cells a page bears: each leads to its statements, and repeats the query for it.
func maxCells(q string) int { return max(2*maxMatrixCols, 72_000/(150+len(url.QueryEscape(q)))) }

func matrixPath(form url.Values, pairs ...string) string {
	changed := url.Values{}
	for k, v := range form {
		if k != "row" && k != "col" && len(v) > 0 {
			changed.Set(k, v[0])
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		changed.Set(pairs[i], pairs[i+1])
	}
	return "/matrix?" + changed.Encode()
}

// heat fills the table: rows of actors under the headings of their kinds.
func (p *pages) heat(d *matrixPage, m *search.Matrix, cols string, form url.Values) {
	reg := p.Registry()
	width := min(len(m.Cols), maxMatrixCols)
	if width < len(m.Cols) {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d columns are shown; the API gives more.", width, len(m.Cols)))
	}
	most := 0
	for _, cells := range m.Cells {
		for _, n := range cells[:width] {
			most = max(most, n)
		}
	}
	bounds := heatBounds(most)
	d.Scale = heatScale(bounds)
	d.Many = width > 12
	for _, c := range m.Cols[:width] {
		d.Heads = append(d.Heads, heatHead{Name: c.Name, Path: headPath(cols, c.ID), Total: number(c.Count)})
	}
	at := map[string]int{}
	order := rowOrder(d.RowsBy, m.Rows, reg)
	for _, i := range order {
		head := m.Rows[i]
		group := ""
		if a, ok := reg.Actor(head.ID); d.RowsBy == search.FacetActor {
			group = "Others, by name"
			if ok {
				group = cmpOr(kindPlurals[a.Kind], "Others")
			}
		}
		g, ok := at[group]
		if !ok {
			g = len(d.Groups)
			at[group] = g
			d.Groups = append(d.Groups, heatGroup{Name: group})
		}
		line := heatRow{Name: head.Name, Path: headPath(d.RowsBy, head.ID), Total: number(head.Count), TotalPath: searchPath(narrowed(d.Query, condition(d.RowsBy, head.ID)))}
		for j, n := range m.Cells[i][:width] {
			c := heatCell{Step: stepOf(bounds, n), Count: number(n), Label: number(n) + ": " + head.Name + ", " + m.Cols[j].Name, On: form.Get("row") == head.ID && form.Get("col") == m.Cols[j].ID}
			if n > 0 {
				c.Path = matrixPath(form, "row", head.ID, "col", m.Cols[j].ID) + "#cell"
			}
			line.Cells = append(line.Cells, c)
		}
		d.Groups[g].Rows = append(d.Groups[g].Rows, line)
		d.Shown++
	}
}

var kindPlurals = map[string]string{"state": "States", "igo": "Bodies", "ngo": "Civil society", "company": "Companies", "coalition": "Coalitions", "academic": "Academia", "person": "People"}

var kindOrder = []string{"state", "igo", "ngo", "coalition", "academic", "company", "person"}

// rowOrder puts actors of a kind together.
func rowOrder(by string, rows []search.Head, reg *registry.Registry) []int {
	order := make([]int, len(rows))
	rank := make([]int, len(rows))
	for i, row := range rows {
		order[i], rank[i] = i, len(kindOrder)
		if a, ok := reg.Actor(row.ID); ok {
			rank[i] = slices.Index(kindOrder, a.Kind)
		}
	}
	if by == search.FacetActor {
		slices.SortStableFunc(order, func(a, b int) int { return rank[a] - rank[b] })
	}
	return order
}

func headPath(by, id string) string {
	switch by {
	case search.FacetActor:
		return actorPath(id)
	case search.FacetTopic:
		return topicPath(id)
	}
	return searchPath(condition(by, id))
}

func condition(by, id string) string { return query.Term{Field: query.Field(by), Value: id}.String() }

// heatBounds are the highest counts of the first five steps; the sixth has no bound.
func heatBounds(most int) [5]int {
	var b [5]int
	for i, share := range []float64{.06, .18, .36, .56, .78} {
		b[i] = max(i+1, int(share*float64(most)))
	}
	return b
}

func stepOf(bounds [5]int, n int) int {
	if n == 0 {
		return 0
	}
	for i, b := range bounds {
		if n <= b {
			return i + 1
		}
	}
	return 6
}

func heatScale(bounds [5]int) []heatStep {
	out := []heatStep{{0, "0"}}
	low := 1
	for i, b := range bounds {
		name := number(low)
		if b > low {
			name += "–" + number(b)
		}
		out = append(out, heatStep{i + 1, name})
		low = b + 1
	}
	return append(out, heatStep{6, number(low) + "+"})
}

// openCell gives the statements behind a cell.
func (p *pages) openCell(ctx context.Context, d *matrixPage, m *search.Matrix, cols, row, col string) error {
	q := narrowed(narrowed(d.Query, condition(d.RowsBy, row)), condition(cols, col))
	found, err := p.Search.Search(ctx, search.Ask{Query: q, Order: search.Newest, Limit: maxBriefs + 3, Facets: []string{search.FacetCue}})
	if err != nil {
		return err
	}
	names := []string{row, col}
	for _, h := range m.Rows {
		if h.ID == row {
			names[0] = h.Name
		}
	}
	for _, h := range m.Cols {
		if h.ID == col {
			names[1] = h.Name
		}
	}
	d.Cell = &heatPanel{Name: strings.Join(names, ", "), Total: plural(found.Total, "statement", "statements"), Path: searchPath(q)}
	for _, polarity := range cueOrder {
		for _, c := range found.Facets[search.FacetCue] {
			if c.ID == polarity {
				d.Cell.Cues = append(d.Cell.Cues, cueCount{polarity, number(c.Count)})
			}
		}
	}
	for i := range found.Statements {
		s := &found.Statements[i].Statement
		b := briefOf(s)
		if whole, err := p.Search.Statement(ctx, s.ID); err == nil {
			b.Cues = polarities(whole.Cues)
		}
		d.Cell.Statements = append(d.Cell.Statements, b)
	}
	return nil
}
