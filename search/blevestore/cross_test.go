package blevestore

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search"
)

// crossPhases overlap, and one has a hole.
var crossPhases = []Phase{
	{ID: "early", To: epoch.AddDate(0, 0, 10)}, {ID: "late", From: epoch.AddDate(0, 0, 5)}, {ID: "early", From: epoch.AddDate(0, 0, 40), To: epoch.AddDate(0, 0, 50)},
}

// plainCross counts by looking at every statement.
func plainCross(statements []*statement.Statement, rows, cols string) (map[string]int, map[[2]string]int) {
	byRow, cells := map[string]int{}, map[[2]string]int{}
	for _, st := range statements {
		for _, row := range plainValues(st, rows) {
			byRow[row]++
			if cols == "" {
				continue
			}
			for _, col := range plainValues(st, cols) {
				cells[[2]string{row, col}]++
			}
		}
	}
	return byRow, cells
}

func plainValues(st *statement.Statement, axis string) []string {
	var values []string
	switch t := st.Time(); axis {
	case search.FacetTopic:
		values = st.Topics
	case search.FacetActor:
		for _, a := range st.Actors {
			if a.Role.Speaks() {
				values = append(values, a.ID)
			}
		}
	case search.FacetMonth:
		values = []string{t.Format("2006-01")}
	case search.AxisYear:
		values = []string{t.Format("2006")}
	case search.AxisWeek:
		values = []string{t.AddDate(0, 0, -(int(t.Weekday())+6)%7).Format(time.DateOnly)}
	case search.FacetPhase:
		for _, ph := range crossPhases {
			if !t.Before(ph.From) && (ph.To.IsZero() || t.Before(ph.To)) {
				values = append(values, ph.ID)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(slices.Clone(values))
}

// Every cross-count equals a plain one, whatever the segments.
func TestCrossCountsAreThoseOfAPlainReading(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.Phases = crossPhases })
	var all []*statement.Statement
	rapid.Check(t, func(rt *rapid.T) {
		st := said(rapid.IntRange(-900, 900).Draw(rt, "day"), "Title", "Words of tides.", "en")
		st.ID = fmt.Sprintf("x%05d", len(all))
		st.URL, st.Group, st.Capture = "https://x.example/"+st.ID, st.ID, "c"+st.ID
		for i := range rapid.IntRange(0, 4).Draw(rt, "actors") {
			st.Actors = append(st.Actors, statement.Actor{ID: fmt.Sprintf("a%d", rapid.IntRange(0, 6).Draw(rt, "actor")), Name: "A",
				Role: statement.Roles[(i+len(all))%4]})
		}
		for range rapid.IntRange(0, 3).Draw(rt, "topics") {
			if id := fmt.Sprintf("t%d", rapid.IntRange(0, 5).Draw(rt, "topic")); !slices.Contains(st.Topics, id) {
				st.Topics = append(st.Topics, id)
			}
		}
		store(t, s, st)
		all = append(all, st)
	})
	axes := []string{search.FacetActor, search.FacetTopic, search.FacetPhase, search.FacetMonth, search.AxisWeek, search.AxisYear}
	for _, rows := range axes {
		for _, cols := range append(axes, "") {
			got, err := s.Cross(t.Context(), search.CrossRequest{Query: parse(t, "tides"), Rows: rows, Cols: cols})
			if err != nil {
				t.Fatal(err)
			}
			byRow, cells := plainCross(all, rows, cols)
			if got.Total != len(all) || len(got.Rows) != len(byRow) {
				t.Fatalf("%s × %s: %d of %d statements, %d of %d rows", rows, cols, got.Total, len(all), len(got.Rows), len(byRow))
			}
			for i, row := range got.Rows {
				if row.Count != byRow[row.ID] {
					t.Errorf("%s %s: %d, want %d", rows, row.ID, row.Count, byRow[row.ID])
				}
				for j, col := range got.Cols {
					if want := cells[[2]string{row.ID, col.ID}]; got.Cells[i][j] != want {
						t.Errorf("%s %s × %s %s: %d, want %d", rows, row.ID, cols, col.ID, got.Cells[i][j], want)
					}
				}
			}
		}
	}
}

func TestCrossKeepsTheMostFrequentAndSaysSo(t *testing.T) {
	s := openStore(t, t.TempDir())
	store(t, s, said(1, "One", "x", "en", actor("a", statement.Issuer), topic("p", "q")), said(2, "Two", "x", "en", actor("b", statement.Issuer), topic("q")),
		said(3, "Three", "x", "en", actor("b", statement.Signatory), topic("q", "r")))
	got, err := s.Cross(t.Context(), search.CrossRequest{Query: parse(t, ""), Rows: search.FacetActor, Cols: search.FacetTopic, MaxRows: 1, MaxCols: 2})
	if err != nil || fmt.Sprint(got.Rows, got.Cols, got.Cells) != "[{b  2}] [{q  3} {p  1}] [[2 0]]" || len(got.Notes) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Cross(t.Context(), search.CrossRequest{Query: parse(t, ""), Rows: "weather"}); err == nil {
		t.Error("nothing is counted by weather, yet it was")
	}
}

// The parts of a score add up to it.
func TestAScoreIsExplained(t *testing.T) {
	s := openStore(t, t.TempDir())
	store(t, s, said(1, "Tides", "The tide turned early.", "en", actor("fd", statement.Issuer)), said(2, "News", "A tide gauge.", "en", actor("fd", statement.Signatory)))
	page := ask(t, s, `tides actor:fd "tide turned"`, func(r *search.Request) { r.Explain = true })
	if len(page.Hits) != 1 || page.Hits[0].Ranking == nil {
		t.Fatalf("%+v", page)
	}
	r, sum := page.Hits[0].Ranking, leastScore
	var labels []string
	for _, p := range r.Parts {
		sum += p.Score
		labels = append(labels, p.Query)
	}
	if diff := r.Score - sum*r.Freshness; diff > 1e-9 || diff < -1e-9 || r.Score != page.Hits[0].Score {
		t.Errorf("%+v do not make %v", r, page.Hits[0].Score)
	}
	if fmt.Sprint(labels) != `[tides actor:fd issuer:fd "tide turned"]` {
		t.Errorf("labels %v", labels)
	}
}
