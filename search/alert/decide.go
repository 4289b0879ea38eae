package alert

import "slices"

// sighting is one revision of a statement that met a saved query: by itself, or together with the copies in its group.
type sighting struct {
	statement, capture string
	first              bool // the statement's first revision
	backfill           bool // tells only those that ask for it
	together           bool // it did not meet the query by itself
	again              bool // what was told of it may be lost
	actors             []string
}

// wishes are what a saved query asks for beyond its query.
type wishes struct{ backfill, revisions bool }

// decide says whether a sighting fires, and why, and what is remembered of its group from then on (nil: what is remembered already). known
// is what is remembered so far; nil for a group that never met the saved query.
//
// A group tells once: with the first revision that meets the query. What it meets as backfill counts as met, and passes in silence
// unless asked for. Later revisions of a member that met it repeat only when asked for; another member, a copy, tells only of an
// actor that the query asks for and that had no part in it before. A copy may add an actor by which the group meets the query though no
// member does alone.
func decide(known *met, s sighting, w wishes) (cause string, fires bool, then *met) {
	silent := s.backfill && !w.backfill
	cause = CauseStatement
	switch {
	case s.backfill:
		cause = CauseBackfill
	case s.together:
		cause = CauseCopy
	case !s.first:
		cause = CauseRevision
	}
	next := &met{}
	if known != nil {
		next.Told, next.Statements, next.Captures, next.Actors = known.Told, slices.Clone(known.Statements), slices.Clone(known.Captures), slices.Clone(known.Actors)
		next.Last = known.Last
	}
	member := known != nil && slices.Contains(known.Statements, s.statement)
	fresh := slices.ContainsFunc(s.actors, func(a string) bool { return !slices.Contains(next.Actors, a) })
	switch {
	case known == nil:
		fires = !silent
	case !known.Told && s.backfill:
		fires = w.backfill // it passed in silence, and is asked for now
	case s.again && known.told(s, w):
		return cause, !silent, nil
	case slices.Contains(known.Captures, s.capture):
		return "", false, nil
	case !member && fresh:
		cause, fires = CauseCopy, !silent
	case !member || s.together:
		return "", false, nil
	default:
		cause, fires = CauseRevision, w.revisions && !s.backfill
	}
	if known != nil && !fires && s.backfill {
		return "", false, nil
	}
	next.Told = next.Told || fires
	if fires || next.Last == "" {
		next.Last = s.capture
	}
	next.add(s.statement, s.capture, s.actors)
	return cause, fires, next
}

// told says whether a sighting is one that the group told of. Of what lies between its first and its last it knows the kind alone: statements tell,
// revisions where they are asked for.
func (m *met) told(s sighting, w wishes) bool {
	at := slices.Index(m.Captures, s.capture)
	return m.Told && at >= 0 && (at == 0 || s.first || w.revisions || s.capture == m.Last)
}
