package configs

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// unknownActor begins the ids that statement.NameID makes for actors that no list defines.
const unknownActor = "x-"

// checkProcesses looks at each process as a whole, and for ids that two of them use.
func (l *loader) checkProcesses(actors definitions) {
	processes, sources, topics := newDefinitions("process"), newDefinitions("source"), newDefinitions("topic")
	for i := range l.cfg.Processes {
		p := &l.cfg.Processes[i]
		processes.define(l.problems, p.At, p.ID, "")
		milestones := newDefinitions("milestone")
		for _, m := range p.Milestones {
			milestones.define(l.problems, m.At, m.ID, "")
		}
		l.checkPhases(p.Phases)
		for i := range p.Sources {
			sources.define(l.problems, p.Sources[i].At, p.Sources[i].ID, "")
			l.checkSource(&p.Sources[i], actors)
		}
		for _, t := range p.Topics {
			topics.define(l.problems, t.At, t.ID, "")
		}
		l.checkCorrections(p.Corrections, actors)
	}
}

// checkPhases wants each phase to end after it begins, and before the next begins.
func (l *loader) checkPhases(phases []Phase) {
	ids := newDefinitions("phase")
	sorted := slices.Clone(phases)
	slices.SortStableFunc(sorted, func(a, b Phase) int { return a.From.Compare(b.From) })
	var last *Phase
	for i := range sorted {
		p := &sorted[i]
		ids.define(l.problems, p.At, p.ID, "")
		if p.From.IsZero() {
			continue
		}
		switch {
		case !p.To.IsZero() && !p.To.After(p.From):
			l.problems.Add(p.At, "to", day(p.To), fmt.Sprintf("the phase ends on %s, not after it begins on %s", day(p.To), day(p.From)), "let to be the first day after the phase")
			continue
		case last != nil && last.To.IsZero():
			l.problems.Add(p.At, "from", day(p.From), fmt.Sprintf("the phase begins while %s goes on without an end", last.ID), "end "+last.ID+" with to: "+day(p.From)+" or earlier")
		case last != nil && last.To.After(p.From):
			l.problems.Add(p.At, "from", day(p.From), fmt.Sprintf("the phase begins on %s, before %s ends on %s", day(p.From), last.ID, day(last.To)), "let one end on the day the next begins: to is exclusive")
		}
		last = p
	}
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// checkSource wants to know whose statements a source gives, and that the rest fits its type.
func (l *loader) checkSource(s *Source, actors definitions) {
	switch {
	case s.Issuer != "" && s.Aggregator:
		l.problems.Add(s.At, "aggregator", "", "the source has an issuer and is an aggregator", "keep issuer for one body's own pages, aggregator for a place that gathers others'")
	case s.Issuer == "" && !s.Aggregator && !s.At.Has("issuer"):
		l.problems.Add(s.At, "issuer", "", "nobody knows whose statements these are", "add issuer: ACTOR, or aggregator: true for a place that gathers what others say")
	}
	if s.At.Has("issuer") {
		actors.refer(l.problems, s.At, "issuer", s.Issuer)
	}
	if s.At.Has("next") && s.Type != "list" && s.Type != "" {
		l.problems.Add(s.At, "next", "", "next is for sources of type list, this is a "+s.Type, "remove next, or set type: list")
	}
	if s.Type == "page" && s.At.Has("links") {
		l.problems.Add(s.At, "links", "", "a source of type page has no links to choose from", "remove links, or set type: list")
	}
}

// checkCorrections wants known actors, a role for what is added, and each correction once.
func (l *loader) checkCorrections(corrections []Correction, actors definitions) {
	seen := map[string]Position{}
	for _, c := range corrections {
		if !strings.HasPrefix(c.Actor, unknownActor) {
			actors.refer(l.problems, c.At, "actor", c.Actor)
		}
		if c.Action == "add" && c.Role == "" {
			l.problems.Add(c.At, "role", "", "is missing", "say in which role the actor is added: issuer, signatory, quoted or mentioned")
		}
		key := strings.Join([]string{c.Statement, c.Actor, c.Role}, " ")
		if first, twice := seen[key]; twice {
			l.problems.Add(c.At, "", "", fmt.Sprintf("corrects the same thing as %v", first), "keep one of the two")
			continue
		}
		seen[key] = c.At.Position
	}
}
