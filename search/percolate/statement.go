// Package percolate matches many stored queries against one analysed statement: saved queries, topics. It reads the same tree as the
// store, by the meanings that analysis.Terms and query give it. Matches is those meanings read directly; a Set is the fast way, and must
// never differ from it.
package percolate

import (
	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// Statement is one statement as queries see it.
type Statement struct {
	// Words are title and text; its language decides the stems, and what lang: finds. A Matcher that is given nil reads those of Meta, which
	// is faster than to analyse them first. All else needs it.
	Words *analysis.Document
	Meta  *statement.Statement // what the other fields look at; nil when nothing is known but words
}

// Members gives the ids of the actors in a group; none for an unknown group. It must be idempotent and serve many goroutines.
type Members func(group string) []string

func (m Members) of(group string) []string {
	if m == nil {
		return nil
	}
	return m(group)
}

// values visits the values that the statement has in the fields of exact values, some of them more than once.
func (s *Statement) values(visit func(query.Field, string)) {
	visit(query.Lang, s.language())
	if s.Meta == nil {
		return
	}
	visit(query.Source, s.Meta.Source)
	for _, source := range s.Meta.Sources {
		visit(query.Source, source)
	}
	visit(query.Kind, s.Meta.Kind)
	for _, p := range s.Meta.Process {
		visit(query.Process, p)
	}
	for _, t := range s.Meta.Topics {
		visit(query.Topic, t)
	}
	for i := range s.Meta.Cues {
		visit(query.Cue, s.Meta.Cues[i].Polarity)
	}
	for i := range s.Meta.Actors {
		a := &s.Meta.Actors[i]
		for _, f := range fieldsOf(a.Role) {
			visit(f, a.ID)
		}
	}
}

func (s *Statement) language() string {
	if s.Words == nil {
		return s.Meta.Language
	}
	return s.Words.Language
}

// fieldsOf are the fields that find actors in a role.
func fieldsOf(r statement.Role) []query.Field {
	switch r {
	case statement.Issuer:
		return issuerFields
	case statement.Signatory:
		return signatoryFields
	case statement.Quoted:
		return quotedFields
	}
	return mentionFields
}

var (
	issuerFields    = []query.Field{query.Issuer, query.Speaker}
	signatoryFields = []query.Field{query.Signatory, query.Speaker}
	quotedFields    = []query.Field{query.Quoted, query.Speaker, query.Mentions}
	mentionFields   = []query.Field{query.Mentions}
)

// url gives the words of the statement's address.
func (s *Statement) url() []analysis.Token {
	if s.Meta == nil {
		return nil
	}
	return analysis.URLTokens(s.Meta.URL)
}

// text gives the text of a place.
func (s *Statement) text(in string) string {
	switch in {
	case InTitle:
		return s.Meta.Title
	case InText:
		return s.Meta.Text
	}
	return analysis.URLText(s.Meta.URL)
}
