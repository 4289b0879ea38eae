package blevestore

import (
	"cmp"
	"slices"

	"rostrum/internal/statement"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// placeMarks keeps the marks that stand in a text of so many code points, and puts a value's marks where the value was found in it.
func placeMarks(marks []percolate.Mark, st *statement.Statement, length int) []percolate.Mark {
	var actors []string
	for _, m := range marks {
		if m.Role != "" {
			actors = append(actors, m.Value)
		}
	}
	var out []percolate.Mark
	add := func(m percolate.Mark, start, end int) {
		if 0 <= start && start < end && end <= length {
			m.In, m.Start, m.End = percolate.InText, start, end
			out = append(out, m)
		}
	}
	for _, m := range marks {
		term, isTerm := m.Leaf.(query.Term)
		switch {
		case m.In == percolate.InText:
			out = append(out, m)
		case m.Value == "":
		case isTerm && term.Field == query.Cue:
			for _, c := range cuesOf(st.Cues, m.Value, actors) {
				add(m, c.Start, c.End)
			}
		default:
			left := maxLeafMarks
			for _, e := range st.Evidence {
				if e.ID == m.Value && e.Role == m.Role && e.In == percolate.InText && left > 0 {
					left--
					add(m, e.Start, e.End)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b percolate.Mark) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	return out
}

// cuesOf gives the cues of a polarity: those of the actors that were asked for, where they have any.
func cuesOf(cues []statement.Cue, polarity string, actors []string) []statement.Cue {
	var all, theirs []statement.Cue
	for _, c := range cues {
		if c.Polarity != polarity {
			continue
		}
		all = append(all, c)
		if slices.Contains(actors, c.Actor) {
			theirs = append(theirs, c)
		}
	}
	if len(theirs) > 0 {
		return theirs
	}
	return all
}
