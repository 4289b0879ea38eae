package httpapi

import (
	"context"
	"slices"
	"time"

	"rostrum/internal/statement"
	"rostrum/internal/worddiff"
	"rostrum/search"
)

// maxCompared bounds the revisions of one answer that are compared, the latest ones: a page may change daily for years.
const maxCompared = 200

// shownRevision is one state of a statement with what its words changed.
type shownRevision struct {
	statement.Revision
	Changes *changes `json:"changes,omitempty" doc:"against the revision before; absent for the first, and for those before the latest 200"`
}

// changes are the spans that differ.
type changes struct {
	Added   int             `json:"added" doc:"words; in scripts without spaces, characters"`
	Removed int             `json:"removed" doc:"likewise"`
	Title   []worddiff.Span `json:"title" doc:"what was removed and added; positions count code points"`
	Text    []worddiff.Span `json:"text"`
	Coarse  bool            `json:"coarse,omitempty" doc:"a stretch differs by too much to be compared by words: it is given whole"`
}

type revisions struct {
	Revisions []shownRevision `json:"revisions" doc:"oldest first"`
	LastSeen  time.Time       `json:"last_seen,omitzero" doc:"when the page was last fetched, changed or not, as the archive tells"`
}

func (s *server) listRevisions(ctx context.Context, in *idInput) (*out[revisions], error) {
	found, err := s.Search.Revisions(ctx, in.ID)
	shown := make([]shownRevision, 0, len(found))
	for i := range found {
		r := shownRevision{Revision: found[i]}
		if i > 0 && len(found)-i <= maxCompared && ctx.Err() == nil {
			r.Changes = changesOf(search.ChangeBetween(found[i-1], found[i]))
		}
		shown = append(shown, r)
	}
	told := revisions{Revisions: shown}
	if len(found) > 0 {
		told.LastSeen = s.Search.LastSeen(ctx, found[len(found)-1].Capture)
	}
	return answer(ctx, s, told, err)
}

func changesOf(c search.Change) *changes {
	return &changes{Added: c.Title.Added + c.Text.Added, Removed: c.Title.Removed + c.Text.Removed,
		Title: differing(c.Title.Spans), Text: differing(c.Text.Spans), Coarse: c.Title.Coarse || c.Text.Coarse}
}

func differing(spans []worddiff.Span) []worddiff.Span {
	kept := slices.DeleteFunc(spans, func(s worddiff.Span) bool { return s.Op == worddiff.Same })
	return slices.Clip(kept)
}

type differenceInput struct {
	ID   string `path:"id" maxLength:"200"`
	From int    `query:"from" minimum:"0" doc:"number of the earlier revision; absent: the one before to"`
	To   int    `query:"to" minimum:"0" doc:"number of the later one; absent: the latest"`
}

// revisionRef names a revision without its text.
type revisionRef struct {
	Number     int       `json:"revision"`
	Capture    string    `json:"capture"`
	CapturedAt time.Time `json:"captured_at"`
}

type difference struct {
	From revisionRef `json:"from"`
	To   revisionRef `json:"to"`
	search.Change
}

// showDifference gives two revisions as one run of spans: those that are the same or added are the later text.
func (s *server) showDifference(ctx context.Context, in *differenceInput) (*out[difference], error) {
	c, err := s.Search.Difference(ctx, in.ID, in.From, in.To)
	return answer(ctx, s, difference{From: refOf(c.From), To: refOf(c.To), Change: c}, err)
}

func refOf(r statement.Revision) revisionRef {
	return revisionRef{Number: r.Number, Capture: r.Capture, CapturedAt: r.CapturedAt}
}
