package query

import (
	"errors"
	"fmt"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/fold"
)

// Vocabulary knows the values of the fields. All methods are idempotent and serve many goroutines.
type Vocabulary interface {
	// IDs gives the ids that value names in a field, by id, name or alias, spelled in any way that folds the same. An ambiguous alias gives
	// several, best first; an id that only the store holds gives itself; nothing known gives none. In the field Group they are groups'.
	IDs(f Field, value string) ([]string, error)
	// Nearest gives a few known values that value may have been meant to be, best first; none when nothing is near.
	Nearest(f Field, value string) []string
	// Phases gives the periods of the phases of an id that IDs gave for the field Phase. Only From and To are looked at.
	Phases(id string) []Period
}

// ParseResolved is Parse and then Resolve; a value that nobody knows is a fault.Query at its position in the input.
func ParseResolved(input string, v Vocabulary) (Node, error) {
	n, at, err := parse(input)
	if err != nil {
		return nil, err
	}
	return (&resolver{v, at}).resolve(n)
}

// Resolve puts ids for the values of fields, as each was typed: an ambiguous one becomes an Or of its ids, a phase a Period. Languages
// and cues are known by themselves; all else the vocabulary is asked for. Resolving what is resolved changes nothing. A value that nobody
// knows is a fault.Query without a position, with the nearest known values.
func Resolve(n Node, v Vocabulary) (Node, error) { return (&resolver{vocabulary: v}).resolve(n) }

type resolver struct {
	vocabulary Vocabulary
	at         []int // where the values that are still to come were typed; empty when that is not known
}

func (r *resolver) resolve(n Node) (Node, error) {
	var first error
	resolved := Map(n, func(n Node) Node {
		m, err := r.leaf(n)
		if err != nil && first == nil {
			first = err
		}
		return m
	})
	if first != nil {
		return nil, first
	}
	return resolved, nil
}

func (r *resolver) leaf(n Node) (Node, error) {
	switch n := n.(type) {
	case Term:
		ids, err := r.ids(n.Field, n.Value)
		kids := make([]Node, len(ids))
		for i, id := range ids {
			kids[i] = Term{n.Field, id}
			if n.Field == Phase {
				kids[i] = r.phase(id)
			}
		}
		return Disjoin(kids...), err
	case Members:
		ids, err := r.ids(Group, n.Group)
		kids := make([]Node, len(ids))
		for i, id := range ids {
			kids[i] = Members{n.Field, id}
		}
		return Disjoin(kids...), err
	}
	return n, nil
}

// phase gives the time of a phase; of several processes' phases of one id, their union.
func (r *resolver) phase(id string) Node {
	var kids []Node
	for _, p := range r.vocabulary.Phases(id) {
		p.Text = Term{Phase, id}.String()
		kids = append(kids, p)
	}
	return Disjoin(kids...)
}

// ids looks a value up; the next position, where positions are known, is its own.
func (r *resolver) ids(f Field, value string) ([]string, error) {
	at := -1
	if len(r.at) > 0 {
		at, r.at = r.at[0], r.at[1:]
	}
	var near []string
	switch f {
	case Lang:
		if code, ok := languageCode(value); ok {
			return []string{code}, nil
		}
		near = nearestLanguages(value)
	case Cue:
		if folded := fold.String(value); strings.Contains(" supports opposes conditions ", " "+folded+" ") {
			return []string{folded}, nil
		}
		near = []string{"supports", "opposes", "conditions"}
	default:
		ids, err := r.vocabulary.IDs(f, value)
		if err != nil {
			return nil, fmt.Errorf("look up %s %s: %w", f, value, err)
		}
		if len(ids) > 0 {
			return ids, nil
		}
		near = r.vocabulary.Nearest(f, value)
	}
	return nil, unknownValue(at, f, value, near)
}

func unknownValue(at int, f Field, value string, near []string) error {
	what := fmt.Sprintf("no %s is known as %q", noun(f), value)
	remedy := "look for its words in quotation marks instead, or see which are known: the pages and GET /api/v1/actors, topics, processes and sources list them"
	if f == Lang {
		remedy = "give its ISO 639-1 code, as in lang:fr"
	}
	if len(near) > 0 {
		remedy = "did you mean " + inSeries(near, "or") + "?"
	}
	return &fault.Error{Kind: fault.Query, What: what, Remedy: remedy, Position: at, Expected: "the id or a name of a known " + noun(f), Err: errUnknown}
}

var errUnknown = errors.New("unknown value")

// Unknown says whether err is that of a value that nobody knows.
func Unknown(err error) bool { return errors.Is(err, errUnknown) }

// noun is what a field's values are called.
func noun(f Field) string {
	switch f.form() {
	case actor:
		return "actor"
	}
	switch f {
	case Lang:
		return "language"
	case Kind:
		return "kind of statement"
	case Group:
		return "group of actors"
	}
	return string(f)
}

// inSeries joins items as English does.
func inSeries(items []string, by string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + by + " " + items[last]
}
