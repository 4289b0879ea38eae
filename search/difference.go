package search

import (
	"context"
	"fmt"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/worddiff"
)

// Change is how one revision of a statement differs from an earlier one, by words. Spans cover title and text of the later revision
// (worddiff.Diff); Condense of either gives the changes with a few words around them.
type Change struct {
	From  statement.Revision `json:"-"`
	To    statement.Revision `json:"-"`
	Title worddiff.Diff      `json:"title"`
	Text  worddiff.Diff      `json:"text"`
}

// ChangeBetween compares two revisions.
func ChangeBetween(from, to statement.Revision) Change {
	return Change{From: from, To: to, Title: worddiff.Compare(from.Title, to.Title), Text: worddiff.Compare(from.Text, to.Text)}
}

// Difference compares two revisions of a statement by their numbers; 0 stands for the latest as to, and for the one before to as from. A
// statement or revision that is not stored is a fault.NotFound.
func (s *Service) Difference(ctx context.Context, id string, from, to int) (Change, error) {
	all, err := s.Revisions(ctx, id)
	if err != nil {
		return Change{}, err
	}
	if len(all) == 0 {
		return Change{}, fault.New(fault.NotFound, "no statement "+id+" is stored", "")
	}
	if to == 0 {
		to = all[len(all)-1].Number
	}
	if from == 0 {
		from = to - 1
	}
	a, b := revisionOf(all, from), revisionOf(all, to)
	if a == nil || b == nil {
		return Change{}, fault.New(fault.NotFound, fmt.Sprintf("statement %s has no revisions %d and %d to compare", id, from, to),
			fmt.Sprintf("it has revisions %d to %d", all[0].Number, all[len(all)-1].Number))
	}
	return ChangeBetween(*a, *b), nil
}

func revisionOf(all []statement.Revision, number int) *statement.Revision {
	for i := range all {
		if all[i].Number == number {
			return &all[i]
		}
	}
	return nil
}
