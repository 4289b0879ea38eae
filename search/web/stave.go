package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/search"
)

// stave is a position's history: a lane for each polarity, a mark for each sentence, phases as bands with their counts.
type stave struct {
	chart
	Lanes  []lane
	Shares []bar // of the polarities in each phase; Title is the polarity
	Counts []phaseCount
	Lines  []string
	Says   []say
	Marks  []staveMark
}

type lane struct{ Polarity, Sentences string }

type phaseCount struct {
	X                             string
	Supports, Conditions, Opposes int
}

// say is the first sentence of a lane, quoted above its mark.
type say struct {
	X, Y, Top, Bottom, Text string
	End                     bool
}

type staveMark struct {
	X, Y, Polarity, Label, Path string
	On                          bool
}

const (
	staveTop  = 58
	laneHigh  = 80
	markEvery = 13 // px between marks that stand on one another
	maxLevels = 4
)

func (p *pages) stave(positions []search.Utterance, picked int, path func(int) string) *stave {
	reg := p.Registry()
	buckets := []search.Bucket{}
	for i := range positions {
		buckets = append(buckets, search.Bucket{Start: positions[i].Statement.Time().UTC().Format(time.DateOnly)})
	}
	s := reach(buckets, reg)
	v := &stave{}
	v.Base = staveTop + 3*laneHigh
	v.AxisY, v.NameY = v.Base+15, v.Base+34
	v.Title = fmt.Sprintf("%s by date and wording; the table below has the same numbers", plural(len(positions), "sentence", "sentences"))
	v.Bands = s.bands(reg, func(id string) string { return searchPath("phase:" + id) })
	v.Years = s.years()
	v.Milestones = s.milestones(p.Search.Milestones(), v.NameY)
	v.Deep = deepest(v.Milestones)
	v.Height = v.NameY + 8 + nameLine*v.Deep
	v.PhaseKeys, v.MilestoneKey = keys(v.Bands, v.Milestones)
	for i, polarity := range cueOrder {
		v.Lines = append(v.Lines, itoa(staveTop+i*laneHigh))
		v.fillLane(s, positions, polarity, staveTop+(i+1)*laneHigh, picked, path)
	}
	v.share(p, s, positions)
	return v
}

// fillLane places the marks of a polarity; those close in time stand on one another.
func (v *stave) fillLane(s stretch, positions []search.Utterance, polarity string, floor, picked int, path func(int) string) {
	n := 0
	var last [maxLevels]float64
	for i := range last {
		last[i] = -10
	}
	for i := range positions {
		u := &positions[i]
		if u.Cue.Polarity != polarity {
			continue
		}
		x := s.at(u.Statement.Time())
		level := 0
		for level < maxLevels-1 && x-last[level] < 1.4 {
			level++
		}
		last[level] = x
		y := float64(floor - 14 - markEvery*level)
		m := staveMark{X: percent(x), Y: pixels(y), Polarity: polarity, Path: path(i), On: i == picked, Label: labelsOf[polarity] + ", " + u.Statement.Time().UTC().Format("2 Jan 2006")}
		v.Marks = append(v.Marks, m)
		if n++; n == 1 {
			text := strings.Trim(shortened(u.Sentence, 46), "“”\"«»")
			v.Says = append(v.Says, say{X: percent(x), Y: itoa(floor - laneHigh + 17), Top: itoa(floor - laneHigh + 23), Bottom: pixels(y - 8), Text: "“" + text + "”", End: x > 60})
		}
	}
	v.Lanes = append(v.Lanes, lane{polarity, plural(n, "sentence", "sentences")})
}

var labelsOf = map[string]string{"supports": "Supports", "conditions": "Conditions", "opposes": "Opposes"}

// shortened cuts a sentence after a word.
func shortened(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	cut := limit
	for i := limit; i > limit/2; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return string(runes[:cut]) + "…"
}

// share draws for each phase how its sentences divide.
func (v *stave) share(p *pages, s stretch, positions []search.Utterance) {
	for _, process := range p.Registry().Processes() {
		for _, ph := range process.Phases {
			to := ph.To
			if to.IsZero() || to.After(s.to) {
				to = s.to
			}
			x, end := s.at(ph.From), s.at(to)
			count := map[string]int{}
			for i := range positions {
				if t := positions[i].Statement.Time(); !t.Before(ph.From) && (ph.To.IsZero() || t.Before(ph.To)) {
					count[positions[i].Cue.Polarity]++
				}
			}
			all := count["supports"] + count["conditions"] + count["opposes"]
			if end <= x || all == 0 {
				continue
			}
			v.Counts = append(v.Counts, phaseCount{percent(x), count["supports"], count["conditions"], count["opposes"]})
			at := x
			for _, polarity := range []string{"opposes", "conditions", "supports"} {
				w := (end - x) * float64(count[polarity]) / float64(all)
				if w > 0 {
					v.Shares = append(v.Shares, bar{X: percent(at), W: percent(w), Title: polarity})
				}
				at += w
			}
		}
	}
}

// multiple is one of several small charts on one scale.
type multiple struct {
	Name, Path, Count, First, From, To string
	Bands                              []band
	Bars                               []bar
	Label                              string
}

const (
	maxMultiples = 12
	smallHigh    = 48
)

// multiples draws one small chart a value: statements a quarter, all on one scale.
func (p *pages) multiples(ctx context.Context, q, facet string, path func(id string) string) ([]multiple, error) {
	t, err := p.Search.Timeline(ctx, search.TimelineAsk{Query: q, By: facet, Limit: maxMultiples})
	if err != nil || len(t.Buckets) == 0 {
		return nil, err
	}
	s := reach(t.Buckets, p.Registry())
	quarters := map[string]map[time.Time]int{}
	names, totals, first := map[string]string{}, map[string]int{}, map[string]string{}
	var ids []string
	most := 1
	for _, b := range t.Buckets {
		start, err := time.Parse(time.DateOnly, b.Start)
		if err != nil {
			continue
		}
		quarter := time.Date(start.Year(), (start.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
		for _, by := range b.By {
			if quarters[by.ID] == nil {
				quarters[by.ID] = map[time.Time]int{}
				ids = append(ids, by.ID)
				names[by.ID], first[by.ID] = by.Name, start.Format("January 2006")
			}
			quarters[by.ID][quarter] += by.Count
			totals[by.ID] += by.Count
			most = max(most, quarters[by.ID][quarter])
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return totals[b] - totals[a] })
	var out []multiple
	for _, id := range ids {
		m := multiple{Name: names[id], Path: path(id), Count: number(totals[id]), First: "first " + first[id], From: s.from.Format("2006"), To: s.to.Format("2006"),
			Bands: s.bands(p.Registry(), func(string) string { return "" }), Label: names[id] + ", statements a quarter"}
		for _, quarter := range sortedTimes(quarters[id]) {
			n := quarters[id][quarter]
			x, w := s.at(quarter), s.at(quarter.AddDate(0, 3, 0))-s.at(quarter)
			h := float64(smallHigh) * float64(n) / float64(most)
			m.Bars = append(m.Bars, bar{X: percent(x + w*.08), W: percent(w * .84), Y: pixels(smallHigh - h), H: pixels(h),
				Title: fmt.Sprintf("%d/%d: %d", (int(quarter.Month())+2)/3, quarter.Year(), n), On: true})
		}
		out = append(out, m)
	}
	return out, nil
}

func sortedTimes(m map[time.Time]int) []time.Time {
	out := make([]time.Time, 0, len(m))
	for t := range m {
		out = append(out, t)
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
