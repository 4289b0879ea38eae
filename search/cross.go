package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/search/query"
)

// Axes that are no facets: periods, by their first day.
const (
	AxisWeek = "week" // from Monday
	AxisYear = "year"
)

// CrossRequest asks how many groups carry each pair of values.
type CrossRequest struct {
	Query   query.Node // resolved
	Rows    string     // a Facet constant, AxisWeek or AxisYear
	Cols    string     // the same; empty for one column that counts all
	MaxRows int        // rows kept, the most frequent; 0 means all. Periods and phases are never cut
	MaxCols int
	Copies  bool // count every member of a group

	Admit Admit // as in a Request
}

// Cross is a table of counts. Rows and columns carry their own totals: a statement with two topics counts in both columns, and once in its row.
type Cross struct {
	Total      int
	Rows, Cols []Count // periods by time, others by descending count, then id; names are empty until the service fills them
	Cells      [][]int // by row, then column
	Notes      []string
}

// Crosser counts pairs of values. Counts are exact and count groups; fault.Invalid for an axis that is none.
type Crosser interface {
	Cross(ctx context.Context, r CrossRequest) (Cross, error)
}

// Intervals of a timeline.
func Intervals() []string { return []string{AxisWeek, FacetMonth, AxisYear} }

// Bounds of a timeline and of a matrix.
const (
	DefaultSeries = 20  // actors or topics that a timeline tells apart
	DefaultRows   = 50  // of a matrix
	MaxSeries     = 500 // of either
)

// TimelineAsk is a timeline as it is asked for from outside.
type TimelineAsk struct {
	Query    string
	Interval string // empty: month
	By       string // actor, topic or empty
	Limit    int    // how many of them; 0: DefaultSeries
}

// Bucket is one period of a timeline.
type Bucket struct {
	Start string  `json:"start" format:"date" doc:"first day, UTC"`
	Count int     `json:"count"`
	By    []Count `json:"by,omitempty" doc:"by descending count"`
}

// DatedEvent is a milestone of a process.
type DatedEvent struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Date    string `json:"date" format:"date"`
	Process string `json:"process"`
}

// Timeline is how what matches is spread over time.
type Timeline struct {
	Query      Echo         `json:"query"`
	Interval   string       `json:"interval"`
	Total      int          `json:"total"`
	Buckets    []Bucket     `json:"buckets" doc:"in order; a period without statements is left out"`
	Milestones []DatedEvent `json:"milestones" doc:"in order"`
	Notes      []string     `json:"notes,omitempty"`
}

// Timeline counts the groups that match by period. Its faults are those of Search.
func (s *Service) Timeline(ctx context.Context, a TimelineAsk) (Timeline, error) {
	if a.Interval == "" {
		a.Interval = FacetMonth
	}
	if !slices.Contains(Intervals(), a.Interval) {
		return Timeline{}, invalid("interval", fmt.Sprintf("there is no interval %q", a.Interval), "use month, week or year")
	}
	if a.By != "" && a.By != FacetActor && a.By != FacetTopic {
		return Timeline{}, invalid("by", fmt.Sprintf("a timeline is not told apart by %q", a.By), "use actor or topic, or leave it out")
	}
	limit, err := within(a.Limit, DefaultSeries)
	if err != nil {
		return Timeline{}, err
	}
	c, parsed, err := s.cross(ctx, a.Query, CrossRequest{Rows: a.Interval, Cols: a.By, MaxCols: limit})
	if err != nil {
		return Timeline{}, err
	}
	t := Timeline{Query: Echo{Input: a.Query, Parsed: parsed}, Interval: a.Interval, Total: c.Total, Buckets: make([]Bucket, 0, len(c.Rows)),
		Milestones: s.Milestones(), Notes: c.Notes}
	for i, row := range c.Rows {
		b := Bucket{Start: periodStart(row.ID), Count: row.Count}
		if a.By != "" {
			b.By = series(c, i)
		}
		t.Buckets = append(t.Buckets, b)
	}
	return t, nil
}

func series(c Cross, row int) []Count {
	by := []Count{}
	for j, n := range c.Cells[row] {
		if n > 0 {
			by = append(by, Count{ID: c.Cols[j].ID, Name: c.Cols[j].Name, Count: n})
		}
	}
	slices.SortStableFunc(by, func(a, b Count) int { return b.Count - a.Count })
	return by
}

// periodStart turns a period's id (2006, 2006-01 or a Monday) into its first day.
func periodStart(id string) string {
	return id + "-01-01"[:max(0, len(time.DateOnly)-len(id))]
}

// Milestones gives those of all processes, in order.
func (s *Service) Milestones() []DatedEvent {
	out := []DatedEvent{}
	for _, p := range s.options.Registry.Processes() {
		for _, m := range p.Milestones {
			out = append(out, DatedEvent{ID: m.ID, Name: m.Name, Date: m.Date.UTC().Format(time.DateOnly), Process: p.ID})
		}
	}
	slices.SortStableFunc(out, func(a, b DatedEvent) int { return strings.Compare(a.Date, b.Date) })
	return out
}

// MatrixAsk is a matrix as it is asked for from outside.
type MatrixAsk struct {
	Query string
	Rows  string // actor or topic
	Cols  string // topic, phase or actor
	Limit int    // rows, and columns, that are kept; 0: DefaultRows
}

// Head is what a row or column of a matrix stands for.
type Head struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count" doc:"groups in the whole row or column, each once"`
}

// Matrix is a table of counts.
type Matrix struct {
	Query Echo     `json:"query"`
	Total int      `json:"total" doc:"groups that match, each once"`
	Rows  []Head   `json:"rows" doc:"by descending count"`
	Cols  []Head   `json:"cols" doc:"by descending count; phases in their order"`
	Cells [][]int  `json:"cells" doc:"by row, then column"`
	Notes []string `json:"notes,omitempty"`
}

// Matrix counts the groups that match by pairs. Its faults are those of Search.
func (s *Service) Matrix(ctx context.Context, a MatrixAsk) (Matrix, error) {
	if a.Rows == "" {
		a.Rows = FacetActor
	}
	if a.Cols == "" {
		a.Cols = FacetTopic
	}
	if a.Rows != FacetActor && a.Rows != FacetTopic {
		return Matrix{}, invalid("rows", fmt.Sprintf("there are no rows by %q", a.Rows), "use actor or topic")
	}
	if a.Cols != FacetTopic && a.Cols != FacetPhase && a.Cols != FacetActor {
		return Matrix{}, invalid("cols", fmt.Sprintf("there are no columns by %q", a.Cols), "use topic, phase or actor")
	}
	limit, err := within(a.Limit, DefaultRows)
	if err != nil {
		return Matrix{}, err
	}
	c, parsed, err := s.cross(ctx, a.Query, CrossRequest{Rows: a.Rows, Cols: a.Cols, MaxRows: limit, MaxCols: limit})
	if err != nil {
		return Matrix{}, err
	}
	if a.Cols == FacetPhase {
		s.orderPhases(&c)
	}
	return Matrix{Query: Echo{Input: a.Query, Parsed: parsed}, Total: c.Total, Rows: heads(c.Rows), Cols: heads(c.Cols), Cells: c.Cells, Notes: c.Notes}, nil
}

func within(limit, otherwise int) (int, error) {
	if limit == 0 {
		return otherwise, nil
	}
	if limit < 1 || limit > MaxSeries {
		return 0, invalid("limit", fmt.Sprintf("the limit %d is not within 1 and %d", limit, MaxSeries), "export for more")
	}
	return limit, nil
}

func heads(counts []Count) []Head {
	out := make([]Head, 0, len(counts))
	for _, c := range counts {
		out = append(out, Head(c))
	}
	return out
}

// orderPhases gives every phase a column, those without statements too, in the order of the processes.
func (s *Service) orderPhases(c *Cross) {
	at := map[string]int{}
	for j, col := range c.Cols {
		at[col.ID] = j
	}
	var cols []Count
	var from []int
	for _, p := range s.options.Registry.Processes() {
		for _, ph := range p.Phases {
			if slices.ContainsFunc(cols, func(have Count) bool { return have.ID == ph.ID }) {
				continue
			}
			if j, ok := at[ph.ID]; ok {
				cols, from = append(cols, c.Cols[j]), append(from, j)
			} else {
				cols, from = append(cols, Count{ID: ph.ID, Name: ph.Name}), append(from, -1)
			}
		}
	}
	for i, row := range c.Cells {
		c.Cells[i] = make([]int, len(cols))
		for k, j := range from {
			if j >= 0 {
				c.Cells[i][k] = row[j]
			}
		}
	}
	c.Cols = cols
}

// cross compiles a query, counts and names.
func (s *Service) cross(ctx context.Context, input string, r CrossRequest) (Cross, string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	compiled, err := s.Compile(ctx, input)
	if err != nil {
		return Cross{}, "", err
	}
	r.Query = compiled.Node
	c, err := s.Cross(ctx, r)
	return c, compiled.Parsed, err
}

// Cross counts pairs for a compiled query, named.
func (s *Service) Cross(ctx context.Context, r CrossRequest) (Cross, error) {
	if s.options.Crosser == nil {
		return Cross{}, fmt.Errorf("count pairs: no store was given for it")
	}
	c, err := s.options.Crosser.Cross(ctx, r)
	if err != nil {
		return Cross{}, err
	}
	named := Page{Facets: map[string][]Count{facetOf(r.Rows): c.Rows}}
	s.nameFacets(ctx, &named)
	named = Page{Facets: map[string][]Count{facetOf(r.Cols): c.Cols}}
	s.nameFacets(ctx, &named)
	c.Notes = s.noted(c.Notes)
	return c, nil
}
