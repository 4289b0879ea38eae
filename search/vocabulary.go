package search

import (
	"context"
	"maps"
	"slices"
	"strings"

	"rostrum/internal/fold"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

const (
	maxNearest     = 5  // known values that a fault offers
	maxListedWhole = 12 // known values of which some are offered though none is near
)

// vocabulary knows the values of fields during one request: those of the configuration, and those that the store alone holds.
type vocabulary struct {
	ctx     context.Context
	options *Options
}

// IDs gives the ids that value names in a field, best first; none for what nobody knows.
func (v *vocabulary) IDs(f query.Field, value string) ([]string, error) {
	reg := v.options.Registry
	var ids []string
	switch f {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
		ids = reg.ByAlias(value)
	case query.Group:
		ids = reg.GroupByName(value)
	case query.Phase:
		ids = v.phaseIDs(value)
	case query.Topic:
		ids = reg.TopicByName(value)
	case query.Process:
		ids = v.processIDs(value)
	case query.Source:
		ids = v.sourceIDs(value)
	case query.Kind:
		if folded := strings.Join(strings.Fields(fold.String(value)), "-"); slices.Contains(v.options.Kinds, folded) {
			ids = []string{folded}
		}
	}
	if len(ids) > 0 {
		return ids, nil
	}
	if held, err := v.held(f, value); err != nil || len(held) > 0 {
		return held, err
	}
	if bare, ok := withoutArticle(value); ok {
		return v.IDs(f, bare)
	}
	return nil, nil
}

// withoutArticle gives what follows a name's article, in the languages that write one as a word of its own; ok is false where there is none.
func withoutArticle(name string) (bare string, ok bool) {
	first, rest, spaced := strings.Cut(strings.TrimSpace(name), " ")
	if spaced && slices.Contains([]string{"the", "la", "le", "les", "el", "los", "las"}, fold.String(first)) {
		return rest, true
	}
	for _, elided := range []string{"l'", "l’"} {
		if rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), elided); ok {
			return rest, true
		}
	}
	return "", false
}

// held gives the spelling of value that the store holds: an id, or the name of an actor that no registry knows.
func (v *vocabulary) held(f query.Field, value string) ([]string, error) {
	folded := fold.String(strings.TrimSpace(value))
	for _, id := range slices.Compact([]string{value, folded, statement.NameID(folded)}) {
		ok, err := v.options.Knower.Holds(v.ctx, f, id)
		if err != nil {
			return nil, err
		}
		if ok {
			return []string{id}, nil
		}
	}
	return nil, nil
}

func (v *vocabulary) processIDs(value string) []string {
	var ids []string
	for _, p := range v.options.Registry.Processes() {
		if same(value, p.ID, p.Name) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (v *vocabulary) phaseIDs(value string) []string {
	var ids []string
	for _, p := range v.options.Registry.Processes() {
		for _, phase := range p.Phases {
			if same(value, phase.ID, phase.Name) && !slices.Contains(ids, phase.ID) {
				ids = append(ids, phase.ID)
			}
		}
	}
	return ids
}

func (v *vocabulary) sourceIDs(value string) []string {
	var ids []string
	for id, name := range v.options.Sources {
		if same(value, id, name) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// same says whether what was typed is one of the names, folded.
func same(typed string, names ...string) bool {
	folded := fold.String(strings.TrimSpace(typed))
	return slices.ContainsFunc(names, func(n string) bool { return n != "" && fold.String(n) == folded })
}

// Nearest gives a few known values that value may have been meant to be, best first.
func (v *vocabulary) Nearest(f query.Field, value string) []string {
	reg := v.options.Registry
	switch f {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
		return reg.Nearest(value, maxNearest)
	case query.Group:
		return reg.NearestGroups(value, maxNearest)
	case query.Topic:
		return reg.NearestTopics(value, maxNearest)
	case query.Kind:
		return nearFirst(value, namesOf(v.options.Kinds, func(k string) (string, string) { return k, k }))
	case query.Process:
		return nearFirst(value, namesOf(reg.Processes(), func(p registry.Process) (string, string) { return p.ID, p.Name }))
	case query.Phase:
		var phases []registry.Phase
		for _, p := range reg.Processes() {
			phases = append(phases, p.Phases...)
		}
		return nearFirst(value, namesOf(phases, func(p registry.Phase) (string, string) { return p.ID, p.Name }))
	case query.Source:
		return nearFirst(value, namesOf(slices.Sorted(maps.Keys(v.options.Sources)), func(id string) (string, string) { return id, v.options.Sources[id] }))
	}
	return nil
}

// named is a known value with what else it is called.
type named struct{ id, name string }

func namesOf[T any](values []T, of func(T) (id, name string)) []named {
	all := make([]named, 0, len(values))
	for _, value := range values {
		id, name := of(value)
		all = append(all, named{id, name})
	}
	return all
}

// nearFirst gives a few of the known ids: the one that is spelled most alike first, then those that what was typed is a part of, then others.
func nearFirst(typed string, known []named) []string {
	folded := fold.String(strings.TrimSpace(typed))
	var ids, parts, others, spellings []string
	byName := map[string]string{}
	for _, k := range known {
		for _, spelling := range []string{k.id, k.name} {
			spelling = fold.String(spelling)
			spellings = append(spellings, spelling)
			byName[spelling] = k.id
			if folded != "" && strings.Contains(spelling, folded) {
				parts = append(parts, k.id)
			}
		}
		others = append(others, k.id)
	}
	if near := query.Nearest(folded, spellings); near != "" {
		ids = append(ids, byName[near])
	}
	if len(known) > maxListedWhole {
		others = nil // of many, what is unlike is no help
	}
	for _, id := range slices.Concat(parts, others) {
		if len(ids) < maxNearest && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Phases gives the periods of the phases of an id.
func (v *vocabulary) Phases(id string) []query.Period {
	phases := v.options.Registry.Phases(id)
	periods := make([]query.Period, 0, len(phases))
	for _, p := range phases {
		periods = append(periods, query.Period{From: p.From, To: p.To})
	}
	return periods
}
