package web

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rostrum/search"
)

// No name of a milestone stands on another, and no tick goes through one, however the milestones fall.
func TestMilestonesCrossNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := stretch{from, from.AddDate(5, 0, 0)}
		n := rapid.IntRange(0, 14).Draw(t, "milestones")
		events, day := []search.DatedEvent{}, 0
		for i := range n {
			day = min(day+rapid.IntRange(0, 300).Draw(t, "days"), 1825)
			name := fmt.Sprintf("%0*d", rapid.IntRange(3, 60).Draw(t, "letters"), i)
			events = append(events, search.DatedEvent{ID: name, Name: name, Date: from.AddDate(0, 0, day).Format(time.DateOnly)})
		}
		ticks := s.milestones(events, 0)
		labels := []label{}
		for i, tick := range ticks {
			x := s.at(mustDay(t, events[i].Date))
			if tick.Name == tick.Key {
				continue
			}
			width := float64(len([]rune(tick.Name)))*.54 + 1.2
			l := label{x, x, x + width}
			if tick.End {
				l = label{x, x - width, x}
			}
			for j, other := range labels {
				if other.to > other.from && l.crosses(tick.Level, other, ticks[j].Level) {
					t.Fatalf("%q on line %d crosses %q on line %d", tick.Label, tick.Level, ticks[j].Label, ticks[j].Level)
				}
			}
			for len(labels) < i {
				labels = append(labels, label{-1, -1, -1})
			}
			labels = append(labels, l)
		}
	})
}

func mustDay(t *rapid.T, day string) time.Time {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestQueriesAreTakenApartAndPutTogether(t *testing.T) {
	for in, want := range map[string]string{
		"tide after:2024-03 before:2025": "tide after:2023 before:2024-01-01", "a1 OR b1": "(a1 OR b1) after:2023 before:2024-01-01",
		"": "after:2023 before:2024-01-01", `"x AND y" -topic:p`: `"x AND y" NOT topic:p after:2023 before:2024-01-01`,
	} {
		r := refine(in)
		if got := r.withPeriod("2023", "2023"); got != want {
			t.Errorf("%q in a period is %q, want %q", in, got, want)
		}
	}
	r := refine("tide topic:p lang:fr")
	if q, on := r.toggled("tide topic:p lang:fr", "topic", "p"); !on || q != "tide lang:fr" {
		t.Errorf("toggled to %q, %v", q, on)
	}
	if q, on := r.toggled("tide topic:p lang:fr", "topic", "q"); on || q != "tide topic:p lang:fr topic:q" {
		t.Errorf("toggled to %q, %v", q, on)
	}
}

func TestDistance(t *testing.T) {
	for pair, want := range map[[2]string]int{{"actor", "autor"}: 1, {"topic", "topik"}: 1, {"", "abc"}: 3, {"lang", "lang"}: 0} {
		if got := distance(pair[0], pair[1]); got != want {
			t.Errorf("distance(%q, %q) = %d, want %d", pair[0], pair[1], got, want)
		}
	}
}
