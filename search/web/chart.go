package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum/internal/registry"
	"rostrum/search"
)

// span of a chart: x runs in per cent from its first moment to its last, y in pixels, so that text and strokes never scale.
type stretch struct{ from, to time.Time }

func (s stretch) at(t time.Time) float64 {
	whole := s.to.Sub(s.from).Seconds()
	if whole <= 0 {
		return 0
	}
	return min(100, max(0, 100*t.Sub(s.from).Seconds()/whole))
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }
func pixels(y float64) string  { return fmt.Sprintf("%.1f", y) }

// band is a phase on a chart. Where the name does not fit, a number stands for it, and the key below the chart says what it means.
type band struct {
	X, W, Name, Path, Label, Key string
	Shaded                       bool
}

type bar struct {
	X, W, Y, H, Title, Path string
	On                      bool
}

type tick struct {
	X, Name, Key, Label string
	End                 bool // its text ends at the tick
	Level               int  // of the line of names it stands on
	Y                   int
}

type gridline struct{ Y, TextY, Name string }

// chart is bars over time, with phases as bands and milestones as ticks.
type chart struct {
	Title, Caption          string
	From, To                string // days, for the script that brushes
	Height, Base, Top       int
	AxisY, NameY            int
	Deep                    int // lines of milestones' names below the first, which narrow screens do not show
	Bands                   []band
	Grid                    []gridline
	Bars                    []bar
	Years                   []tick
	Milestones              []tick
	Brush                   *bar
	TableHead               string
	Table                   []row
	PhaseKeys, MilestoneKey string
}

type row struct{ Name, Count, Path string }

const (
	chartTop  = 30 // room for the names of the phases
	chartBase = 122
)

// reach is what a chart shows: all that is counted, the phases and the milestones.
func reach(buckets []search.Bucket, reg *registry.Registry) stretch {
	var s stretch
	widen := func(t time.Time) {
		if t.IsZero() {
			return
		}
		if s.from.IsZero() || t.Before(s.from) {
			s.from = t
		}
		if t.After(s.to) {
			s.to = t
		}
	}
	for _, b := range buckets {
		if start, err := time.Parse(time.DateOnly, b.Start); err == nil {
			widen(start)
			widen(start.AddDate(0, 1, 0))
		}
	}
	for _, p := range reg.Processes() {
		for _, ph := range p.Phases {
			widen(ph.From)
			widen(ph.To)
		}
		for _, m := range p.Milestones {
			widen(m.Date)
			widen(m.Date.AddDate(0, 1, 0))
		}
	}
	if !s.from.IsZero() {
		s.from = time.Date(s.from.Year(), s.from.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return s
}

// bands gives the phases of all processes within a stretch.
func (s stretch) bands(reg *registry.Registry, path func(phase string) string) []band {
	var out []band
	for _, p := range reg.Processes() {
		for i, ph := range p.Phases {
			to := ph.To
			if to.IsZero() || to.After(s.to) {
				to = s.to
			}
			x, end := s.at(ph.From), s.at(to)
			if end <= x {
				continue
			}
			label := "Phase " + ph.Name + ", from " + ph.From.Format("2 Jan 2006")
			if !ph.To.IsZero() {
				label += " to " + ph.To.AddDate(0, 0, -1).Format("2 Jan 2006")
			}
			b := band{X: percent(x), W: percent(end - x), Name: ph.Name, Key: itoa(i + 1), Label: label, Shaded: i%2 == 0, Path: path(ph.ID)}
			if float64(len([]rune(ph.Name))) > (end-x)*1.55 { // a letter takes about .65 % of the narrowest wide chart
				b.Name = itoa(i + 1)
			}
			out = append(out, b)
		}
	}
	return out
}

// years gives a tick for each new year; where there are many, each fifth or tenth.
func (s stretch) years() []tick {
	var out []tick
	step := 1
	for (s.to.Year()-s.from.Year())/step > 14 {
		step = map[int]int{1: 5, 5: 10}[step]
		if step == 0 {
			step = 50
			break
		}
	}
	for y := s.from.Year() + 1; y <= s.to.Year(); y++ {
		if y%step != 0 {
			continue
		}
		x := s.at(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC))
		out = append(out, tick{X: percent(x), Name: itoa(y), End: x > 94})
	}
	return out
}

// label is a milestone's name as it would stand below the axis, in per cent of the narrowest wide chart.
type label struct{ at, from, to float64 }

// crosses says whether two labels on lines can't stand: one over the other, or the tick of one through the other.
func (l label) crosses(line int, other label, otherLine int) bool {
	switch {
	case line == otherLine:
		return l.from < other.to && other.from < l.to
	case line > otherLine:
		return l.at > other.from && l.at < other.to
	}
	return other.at > l.from && other.at < l.to
}

// milestones gives the ticks below the axis, from the last to the first each on the highest line where it crosses nothing, a long name
// shortened before it moves down. One that finds no place is a letter, which the list for narrow screens explains.
func (s stretch) milestones(all []search.DatedEvent, top int) []tick {
	out, labels := make([]tick, len(all)), make([]label, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		date, err := time.Parse(time.DateOnly, all[i].Date)
		if err != nil {
			continue
		}
		x := s.at(date)
		t := tick{X: percent(x), Name: string(rune('a' + i%26)), Key: string(rune('a' + i%26)), Label: all[i].Name + ", " + date.Format("2 Jan 2006")}
		labels[i] = label{x, x, x + 1}
		for _, try := range namings(all[i].Name, x) {
			if line := firstFree(try.label, labels[i+1:], out[i+1:]); line < maxNameLines {
				t.Name, t.End, t.Level, labels[i] = try.name, try.end, line, try.label
				break
			}
		}
		t.Y = top + nameLine*t.Level
		out[i] = t
	}
	return out
}

// naming is a way to write a milestone's name.
type naming struct {
	label
	name string
	end  bool // before its tick
}

// namings gives the ways to write a name at a place: after its tick, shorter and shorter, then before it.
func namings(name string, x float64) []naming {
	var out []naming
	for _, limit := range []int{36, 24, 15} {
		text := shortened(name, limit)
		width := float64(len([]rune(text)))*.54 + 1.2
		if x+width <= 100.5 {
			out = append(out, naming{label{x, x, x + width}, text, false})
		}
	}
	text := shortened(name, 24)
	return append(out, naming{label{x, x - float64(len([]rune(text)))*.54 - 1.2, x}, text, true})
}

// firstFree gives the highest line on which a label crosses none of those that have a place.
func firstFree(l label, others []label, ticks []tick) int {
	for line := range maxNameLines {
		free := true
		for j := range others {
			free = free && !l.crosses(line, others[j], ticks[j].Level)
		}
		if free {
			return line
		}
	}
	return maxNameLines
}

const (
	maxNameLines = 4  // of milestones
	nameLine     = 16 // pixels
)

// deepest gives the lowest line on which a name stands.
func deepest(ticks []tick) (line int) {
	for _, t := range ticks {
		line = max(line, t.Level)
	}
	return line
}

// keys writes what the short names on a chart stand for.
func keys(bands []band, ticks []tick) (phases, milestones string) {
	var p, m []string
	for _, b := range bands {
		name, _, _ := strings.Cut(strings.TrimPrefix(b.Label, "Phase "), ", from ")
		p = append(p, b.Key+" "+name)
	}
	for _, t := range ticks {
		name := t.Label[:strings.LastIndex(t.Label, ", ")]
		m = append(m, t.Key+" "+name)
	}
	return strings.Join(p, ", "), strings.Join(m, ", ")
}

// barsOf draws the buckets; on says which are chosen.
func (s stretch) barsOf(t *search.Timeline, base, top int, most int, on func(time.Time) bool, path func(search.Bucket) string) []bar {
	var out []bar
	for _, b := range t.Buckets {
		start, err := time.Parse(time.DateOnly, b.Start)
		if err != nil {
			continue
		}
		end, name := start.AddDate(0, 1, 0), start.Format("January 2006")
		switch t.Interval {
		case search.AxisYear:
			end, name = start.AddDate(1, 0, 0), start.Format("2006")
		case search.AxisWeek:
			end, name = start.AddDate(0, 0, 7), "week of "+start.Format("2 Jan 2006")
		}
		x, w := s.at(start), s.at(end)-s.at(start)
		h := float64(base-top) * float64(b.Count) / float64(max(1, most))
		out = append(out, bar{X: percent(x + w*.1), W: percent(w * .8), Y: pixels(float64(base) - h), H: pixels(h), On: on(start),
			Title: name + ": " + number(b.Count), Path: path(b)})
	}
	return out
}

func mostOf(t *search.Timeline) int {
	most := 0
	for _, b := range t.Buckets {
		most = max(most, b.Count)
	}
	return most
}

// niceStep is the distance between grid lines, so that at most three stand below the highest bar.
func niceStep(most int) int {
	for step := 1; ; step *= 10 {
		for _, f := range []int{1, 2, 5} {
			if most/(step*f) <= 3 {
				return step * f
			}
		}
	}
}

// timelineChart draws a timeline with a chosen period, which may be open on either side or none.
func (p *pages) timelineChart(t *search.Timeline, chosen *stretch, phasePath func(string) string, bucketPath func(search.Bucket) string) *chart {
	reg := p.Registry()
	s := reach(t.Buckets, reg)
	if s.from.IsZero() || !s.from.Before(s.to) {
		return nil
	}
	c := &chart{Base: chartBase, Top: chartTop, From: s.from.Format(time.DateOnly), To: s.to.Format(time.DateOnly), AxisY: chartBase + 15, NameY: chartBase + 36}
	most := mostOf(t)
	if most > 0 {
		for n := niceStep(most); n <= most; n += niceStep(most) {
			y := float64(chartBase) - float64(chartBase-chartTop)*float64(n)/float64(most)
			c.Grid = append(c.Grid, gridline{Y: pixels(y), TextY: pixels(y - 4), Name: number(n)})
		}
	}
	c.Bands = s.bands(reg, phasePath)
	c.Years = s.years()
	c.Milestones = s.milestones(t.Milestones, c.NameY)
	c.Deep = deepest(c.Milestones)
	c.Height = c.NameY + 8 + nameLine*c.Deep
	on := func(at time.Time) bool {
		return chosen != nil && !at.Before(monthOf(chosen.from)) && (chosen.to.IsZero() || at.Before(chosen.to))
	}
	c.Bars = s.barsOf(t, chartBase, chartTop, most, on, bucketPath)
	if chosen != nil {
		from, to := chosen.from, chosen.to
		if from.IsZero() {
			from = s.from
		}
		if to.IsZero() || to.After(s.to) {
			to = s.to
		}
		if x, end := s.at(from), s.at(to); end > x {
			c.Brush = &bar{X: percent(x), W: percent(end - x), Y: itoa(chartTop - 8), H: itoa(chartBase - chartTop + 8)}
		}
	}
	c.PhaseKeys, c.MilestoneKey = keys(c.Bands, c.Milestones)
	c.TableHead = map[string]string{search.FacetMonth: "Month", search.AxisYear: "Year", search.AxisWeek: "Week of"}[t.Interval]
	for _, b := range t.Buckets {
		c.Table = append(c.Table, row{Name: periodName(b.Start, t.Interval), Count: number(b.Count), Path: bucketPath(b)})
	}
	if len(c.Table) > maxTable {
		c.Table = c.Table[len(c.Table)-maxTable:]
	}
	slices.Reverse(c.Table)
	return c
}

// maxTable bounds the table beside a chart; the API gives all.
const maxTable = 120

func monthOf(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func periodName(start, interval string) string {
	t, err := time.Parse(time.DateOnly, start)
	switch {
	case err != nil:
		return start
	case interval == search.AxisYear:
		return t.Format("2006")
	case interval == search.AxisWeek:
		return t.Format("2 Jan 2006")
	}
	return t.Format("January 2006")
}

// periodQuery is a bucket as a condition of the query language.
func periodQuery(b search.Bucket, interval string) string {
	switch t, err := time.Parse(time.DateOnly, b.Start); {
	case err != nil || interval == search.FacetMonth:
		return "on:" + b.Start[:7]
	case interval == search.AxisYear:
		return "on:" + b.Start[:4]
	default:
		return "after:" + b.Start + " before:" + t.AddDate(0, 0, 7).Format(time.DateOnly)
	}
}

func searchPath(query string) string { return "/?q=" + url.QueryEscape(query) }
