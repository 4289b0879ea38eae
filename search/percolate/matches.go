package percolate

import (
	"slices"
	"strings"

	"rostrum/search/analysis"
	"rostrum/search/query"
)

// Matches says whether a resolved query matches a statement. It reads the tree as it stands: the slow, plain meaning.
func Matches(n query.Node, s *Statement, members Members) bool {
	switch n := n.(type) {
	case query.All:
		return true
	case query.Not:
		return !Matches(n.Kid, s, members)
	case query.And:
		return !slices.ContainsFunc(n.Kids, func(k query.Node) bool { return !Matches(k, s, members) })
	case query.Or:
		return slices.ContainsFunc(n.Kids, func(k query.Node) bool { return Matches(k, s, members) })
	case query.Term:
		return s.has(n.Field, n.Value)
	case query.Members:
		return slices.ContainsFunc(members.of(n.Group), func(id string) bool { return s.has(n.Field, id) })
	case query.Period:
		return s.within(n)
	}
	for _, p := range places(n, s) {
		if len(find(n, p, 1)) > 0 {
			return true
		}
	}
	return false
}

func (s *Statement) has(f query.Field, value string) bool {
	found := false
	s.values(func(g query.Field, v string) { found = found || f == g && v == value })
	return found
}

func (s *Statement) within(p query.Period) bool {
	if s.Meta == nil {
		return false
	}
	t := s.Meta.Time()
	return !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To))
}

// place is a part of a statement that text leaves look at. Nothing matches across places.
type place struct {
	name     string // title|text|url
	tokens   []analysis.Token
	language string
}

// places gives the parts of the statement that a text leaf looks at.
func places(leaf query.Node, s *Statement) []place {
	title := place{InTitle, s.Words.Title, s.Words.Language}
	switch fieldOfText(leaf) {
	case query.Any:
		return []place{title, {InText, s.Words.Text, s.Words.Language}}
	case query.Title:
		return []place{title}
	case query.URL:
		return []place{{InURL, s.url(), ""}}
	}
	return nil
}

func fieldOfText(leaf query.Node) query.Field {
	switch n := leaf.(type) {
	case query.Word:
		return n.Field
	case query.Phrase:
		return n.Field
	case query.Near:
		return n.Field
	case query.Prefix:
		return n.Field
	}
	return query.Lang // no place
}

// find gives the tokens at which a text leaf matches in a place, each match as its tokens in order; at most limit matches.
func find(leaf query.Node, p place, limit int) [][]int {
	switch n := leaf.(type) {
	case query.Word:
		terms := termsOf(n.Field, n.Text)
		if len(terms) != 1 {
			return findPhrase(terms, p.tokens, limit)
		}
		stem := analysis.Stem(terms[0], p.language)
		return findToken(p.tokens, limit, func(t *analysis.Token) bool { return t.Stem == stem })
	case query.Phrase:
		return findPhrase(termsOf(n.Field, n.Text), p.tokens, limit)
	case query.Near:
		return findNear(distinct(termsOf(n.Field, n.Text)), n.Distance, p.tokens, limit)
	case query.Prefix:
		prefix := analysis.PrefixTerm(n.Text)
		return findToken(p.tokens, limit, func(t *analysis.Token) bool { return strings.HasPrefix(t.Term, prefix) })
	}
	return nil
}

// termsOf gives the terms of a leaf's text in its field.
func termsOf(f query.Field, text string) []string {
	if f == query.URL {
		return analysis.URLTerms(text)
	}
	return analysis.Terms(text)
}

func distinct(terms []string) []string {
	kept := make([]string, 0, len(terms))
	for _, t := range terms {
		if !slices.Contains(kept, t) {
			kept = append(kept, t)
		}
	}
	return kept
}

func findToken(tokens []analysis.Token, limit int, fits func(*analysis.Token) bool) [][]int {
	var found [][]int
	for i := range tokens {
		if len(found) == limit {
			break
		}
		if fits(&tokens[i]) {
			found = append(found, []int{i})
		}
	}
	return found
}

func findPhrase(terms []string, tokens []analysis.Token, limit int) [][]int {
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return findToken(tokens, limit, func(t *analysis.Token) bool { return t.Term == terms[0] })
	}
	var found [][]int
	for i := range tokens {
		if len(found) == limit {
			break
		}
		if tokens[i].Term == terms[0] {
			if match := follow(terms, tokens, i); match != nil {
				found = append(found, match)
			}
		}
	}
	return found
}

// follow gives the tokens that are the terms of a phrase, from the one at first on, symbols between them passed over; nil if they are not.
func follow(terms []string, tokens []analysis.Token, first int) []int {
	match := make([]int, 0, len(terms))
	for i := first; i < len(tokens) && len(match) < len(terms); i++ {
		switch {
		case tokens[i].Symbol():
			if i == first {
				return nil
			}
		case tokens[i].Term != terms[len(match)]:
			return nil
		default:
			match = append(match, i)
		}
	}
	if len(match) < len(terms) {
		return nil
	}
	return match
}

// findNear gives the matches that begin at each token: the nearest token of every other term after it.
func findNear(terms []string, distance int, tokens []analysis.Token, limit int) [][]int {
	var found [][]int
	if len(terms) == 0 {
		return nil
	}
	for i := 0; i < len(tokens) && len(found) < limit; i++ {
		if !slices.Contains(terms, tokens[i].Term) {
			continue
		}
		match, seen := []int{i}, map[string]bool{tokens[i].Term: true}
		for j := i + 1; j < len(tokens) && len(seen) < len(terms); j++ {
			if int(tokens[j].Position-tokens[i].Position) > distance+len(terms)-1 {
				break
			}
			if term := tokens[j].Term; slices.Contains(terms, term) && !seen[term] {
				seen[term] = true
				match = append(match, j)
			}
		}
		if len(seen) == len(terms) {
			found = append(found, match)
		}
	}
	return found
}
