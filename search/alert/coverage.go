package alert

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// maxTroubled bounds how many sources a coverage names of each kind.
const maxTroubled = 10

// Coverage says how far silence can be trusted: what was looked at, and what was not.
type Coverage struct {
	Sources       int        `json:"sources" doc:"that are watched"`
	Checked       int        `json:"checked" doc:"of these looked at in the time that the message covers"`
	Failing       int        `json:"failing"`
	Silent        int        `json:"silent" doc:"reached, but nothing new for long"`
	Troubled      []Troubled `json:"troubled" doc:"those that fail, then those that are silent; some of them where there are many"`
	LastStatement *time.Time `json:"last_statement" doc:"when the latest statement came in"`
}

// Troubled is a source that fails or is silent.
type Troubled struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	State  string     `json:"state" enum:"failing,silent"`
	Reason string     `json:"reason,omitempty"`
	Since  *time.Time `json:"since,omitempty" doc:"its last success, or when it last brought something new"`
}

// coverage tells how the sources did since a moment; nil where nobody knows.
func (s *Service) coverage(ctx context.Context, since time.Time) *Coverage {
	if s.o.Sources == nil {
		return nil
	}
	states, err := s.o.Sources.Sources(ctx)
	if err != nil {
		s.log.Warn("a message can't say how the sources are doing", "error", err)
		return nil
	}
	c := &Coverage{Troubled: []Troubled{}}
	var silent []Troubled
	for i := range states {
		st := &states[i]
		if st.State == "off" {
			continue
		}
		c.Sources++
		if st.LastFetch != nil && !st.LastFetch.Before(since) {
			c.Checked++
		}
		switch st.State {
		case "failing":
			if c.Failing++; c.Failing <= maxTroubled {
				c.Troubled = append(c.Troubled, Troubled{ID: st.ID, Name: st.Name, State: st.State, Reason: shorten(st.Reason), Since: st.LastSuccess})
			}
		case "silent":
			if c.Silent++; c.Silent <= maxTroubled {
				silent = append(silent, Troubled{ID: st.ID, Name: st.Name, State: st.State, Since: st.LastNew})
			}
		}
	}
	c.Troubled = append(c.Troubled, silent...)
	if s.o.LastStatement != nil {
		if at, err := s.o.LastStatement(ctx); err == nil && !at.IsZero() {
			at = at.UTC()
			c.LastStatement = &at
		}
	}
	return c
}

// Lines says it in sentences, with times as they are in a zone.
func (c *Coverage) Lines(zone *time.Location) []string {
	lines := []string{fmt.Sprintf("%d of %d sources were checked; %d fail, %d have been silent for long.", c.Checked, c.Sources, c.Failing, c.Silent)}
	if c.LastStatement != nil {
		lines = append(lines, "The last statement came in on "+momentIn(*c.LastStatement, zone)+".")
	} else {
		lines = append(lines, "No statement has come in yet.")
	}
	for _, t := range c.Troubled {
		line := t.Name + " is " + t.State
		if t.Since != nil {
			line += map[string]string{"failing": ", last reached on ", "silent": ", nothing new since "}[t.State] + momentIn(*t.Since, zone)
		}
		if t.Reason != "" {
			line += ": " + t.Reason
		}
		lines = append(lines, strings.TrimSuffix(line, ".")+".")
	}
	return lines
}

// momentIn writes a time for people.
func momentIn(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2 January 2006, 15:04 MST")
}
