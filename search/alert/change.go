package alert

import (
	"context"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// slight says whether a revision changes less than a saved query asks for since its last alert on the statement. Where the earlier text is not
// known any more it does not.
func (r *round) slight(ctx context.Context, rec *record, read *reading, told *met) (bool, error) {
	least := rec.Saved.MinChange
	if least == 0 || r.s.o.Revisions == nil {
		return false, nil
	}
	var revisions []statement.Revision
	err := r.s.persist(ctx, "read revisions", func(ctx context.Context) (err error) {
		revisions, err = r.s.o.Revisions(ctx, read.Meta.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil // it was forgotten meanwhile
		}
		return err
	})
	if err != nil {
		return false, err
	}
	before := earlier(revisions, told, read.Meta.Capture)
	return before != nil && changedWords(before.Text, read.Meta.Text) < least, nil
}

// earlier gives the revision that fired last; where that is not known the one before a capture.
func earlier(revisions []statement.Revision, told *met, capture string) *statement.Revision {
	var before *statement.Revision
	for i := range revisions {
		switch revisions[i].Capture {
		case told.Last:
			return &revisions[i]
		case capture:
			return before
		}
		before = &revisions[i]
	}
	return before
}

// changedWords counts the words that came and those that went.
func changedWords(before, after string) int {
	counts := map[string]int{}
	for _, w := range analysis.Terms(before) {
		counts[w]--
	}
	for _, w := range analysis.Terms(after) {
		counts[w]++
	}
	changed := 0
	for _, n := range counts {
		changed += max(n, -n)
	}
	return changed
}
