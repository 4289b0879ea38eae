package web

import (
	"context"
	"strings"
	"time"

	"rostrum/search"
)

// spark is a row of small bars without axes: one count a week, the last week at the right.
type spark struct {
	Label string // the same counts in words
	Bars  []sparkBar
}

type sparkBar struct{ X, Y, High int }

const (
	sparkWeeks = 12
	sparkStep  = 7  // units from bar to bar; the template draws each 6 wide
	sparkHigh  = 18 // units of the tallest bar
)

// sparkOf draws counts on the scale of the largest of them. A count of 0 is a line at the base.
func sparkOf(counts []int) spark {
	most, words := 1, make([]string, len(counts))
	for i, n := range counts {
		most, words[i] = max(most, n), number(n)
	}
	s := spark{Label: "statements a week: " + strings.Join(words, ", ")}
	for i, n := range counts {
		high := max(1, n*sparkHigh/most)
		s.Bars = append(s.Bars, sparkBar{X: i * sparkStep, Y: sparkHigh - high, High: high})
	}
	return s
}

// sourceWeeks counts the statements of each source by the week of their date, the last 12 weeks up to now.
func (p *pages) sourceWeeks(ctx context.Context, now time.Time) (func(source string) []int, error) {
	now = now.UTC()
	monday := now.AddDate(0, 0, -(int(now.Weekday())+6)%7)
	first := monday.AddDate(0, 0, -7*(sparkWeeks-1))
	compiled, err := p.Search.Compile(ctx, "after:"+first.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	table, err := p.Search.Cross(ctx, search.CrossRequest{Query: compiled.Node, Rows: search.FacetSource, Cols: search.AxisWeek})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range sparkWeeks {
		at[first.AddDate(0, 0, 7*i).Format(time.DateOnly)] = i
	}
	weeks := map[string][]int{}
	for i, row := range table.Rows {
		counts := make([]int, sparkWeeks)
		for j, col := range table.Cols {
			if k, ok := at[col.ID]; ok {
				counts[k] = table.Cells[i][j]
			}
		}
		weeks[row.ID] = counts
	}
	return func(source string) []int {
		if counts := weeks[source]; counts != nil {
			return counts
		}
		return make([]int, sparkWeeks)
	}, nil
}
