package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rostrum/internal/fold"
	"rostrum/internal/registry"
	"rostrum/search/query"
)

// MaxSuggestions bounds a completion.
const MaxSuggestions = 12

// Suggestion is an actor or topic whose name begins as what was typed.
type Suggestion struct {
	Field string `json:"field" enum:"actor,topic"`
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kind  string `json:"kind,omitempty" doc:"of an actor"`
	By    string `json:"by,omitempty" doc:"the other name by which it was found"`
	Count int    `json:"count" doc:"statements, copies folded"`
	rank  int    // 0 where the name begins so, 1 where one of its words does, 2 by another name
}

// Complete gives actors and topics by the beginning of any word of any of their names, those with most statements first.
func (s *Service) Complete(ctx context.Context, typed string) ([]Suggestion, error) {
	want := fold.String(strings.TrimSpace(typed))
	if want == "" {
		return []Suggestion{}, nil
	}
	page, err := s.count(ctx, query.All{}, maxListed, FacetActor, FacetTopic)
	if err != nil {
		return nil, err
	}
	found := suggest(FacetTopic, want, s.options.Registry.Topics(), page.Facets[FacetTopic], func(t *registry.Topic) (Suggestion, []string) {
		return Suggestion{ID: t.ID, Name: t.Name}, values(t.Names)
	})
	found = append(found, suggest(FacetActor, want, s.options.Registry.Actors(), page.Facets[FacetActor], func(a *registry.Actor) (Suggestion, []string) {
		return Suggestion{ID: a.ID, Name: a.Name, Kind: a.Kind}, append(values(a.Names), a.Aliases...)
	})...)
	slices.SortStableFunc(found, func(a, b Suggestion) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), cmp.Compare(a.rank, b.rank), cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	return found[:min(len(found), MaxSuggestions)], nil
}

func suggest[T any](field, want string, known []T, counts []Count, of func(*T) (Suggestion, []string)) []Suggestion {
	found, number := []Suggestion{}, map[string]int{}
	for _, c := range counts {
		number[c.ID] = c.Count
	}
	for i := range known {
		sg, others := of(&known[i])
		sg.Field, sg.Count = field, number[sg.ID]
		name := fold.String(sg.Name)
		switch {
		case strings.HasPrefix(name, want) || strings.HasPrefix(sg.ID, want):
		case beginsAWord(name, want):
			sg.rank = 1
		default:
			at := slices.IndexFunc(others, func(other string) bool { return beginsAWord(fold.String(other), want) })
			if at < 0 {
				continue
			}
			sg.By, sg.rank = others[at], 2
		}
		found = append(found, sg)
	}
	return found
}

// beginsAWord says whether a word of a folded name begins so; Han, which has no spaces, anywhere.
func beginsAWord(name, want string) bool {
	for i := 0; ; {
		at := strings.Index(name[i:], want)
		if at < 0 {
			return false
		}
		if i += at; i == 0 || strings.ContainsRune(" -'’(/.", rune(name[i-1])) || want[0] >= 0xE3 && want[0] <= 0xE9 {
			return true
		}
		i++
	}
}

func values(names map[string]string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
