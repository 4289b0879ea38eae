package indexer

import (
	"slices"

	"rostrum/indexer/annotate"
	"rostrum/internal/statement"
)

// RuleCorrection is the rule of evidence that an operator's correction leaves.
const RuleCorrection = statement.RuleCorrection

// Correction overrides what was found of one actor in one statement.
type Correction struct {
	Statement string         // id
	Actor     string         // id
	Name      string         // of the actor, as shown
	Role      statement.Role // the one role that the actor has; empty: the actor has none
	Reason    string
}

func byStatement(all []Correction) map[string][]Correction {
	by := make(map[string][]Correction)
	for _, c := range all {
		by[c.Statement] = append(by[c.Statement], c)
	}
	return by
}

// correct applies corrections in their order.
func correct(f *annotate.Findings, corrections []Correction) {
	for _, c := range corrections {
		signed := slices.ContainsFunc(f.Actors, func(a statement.Actor) bool { return a.ID == c.Actor && a.Role == statement.Signatory })
		f.Actors = slices.DeleteFunc(slices.Clone(f.Actors), func(a statement.Actor) bool { return a.ID == c.Actor })
		f.Evidence = slices.DeleteFunc(slices.Clone(f.Evidence), func(e statement.Evidence) bool { return e.ID == c.Actor && e.Finding != "topic" })
		f.Evidence = append(f.Evidence, statement.Evidence{Finding: "actor", ID: c.Actor, Role: c.Role, In: "source", Rule: RuleCorrection, Confidence: 1, Reason: c.Reason})
		if c.Role != "" {
			f.Actors = append(f.Actors, statement.Actor{ID: c.Actor, Name: c.Name, Role: c.Role})
		}
		if signed {
			f.Signatories--
		}
		if c.Role == statement.Signatory {
			f.Signatories++
		}
	}
}
