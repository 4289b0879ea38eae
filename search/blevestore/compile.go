package blevestore

import (
	"fmt"
	"slices"

	"rostrum/internal/fault"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// compiler turns a query into a plan for one snapshot, and gathers what scores and what bounds were hit on the way.
type compiler struct {
	options  *Options
	snap     *snapshot
	leaves   []scored
	notes    []string
	negated  int // how many NOTs stand above: what is excluded does not score
	unscored int // leaves under NOTs
}

func (c *compiler) compile(n query.Node) (plan, error) {
	switch n := n.(type) {
	case query.All:
		return everything{}, nil
	case query.And:
		kids, err := c.kids(n.Kids)
		slices.SortStableFunc(kids, func(a, b plan) int { return a.cost() - b.cost() })
		return allOf{kids}, err
	case query.Or:
		kids, err := c.kids(n.Kids)
		return anyOf{kids}, err
	case query.Not:
		c.negated++
		kid, err := c.compile(n.Kid)
		c.negated--
		return noneOf{kid}, err
	case query.Word:
		return c.word(n)
	case query.Phrase:
		return c.phrase(n.Field, termsOf(n.Field, n.Text))
	case query.Near:
		return c.near(n)
	case query.Prefix:
		return c.prefix(n)
	case query.Term:
		return c.term(n)
	case query.Members:
		return c.members(n)
	case query.Period:
		return newPeriod(n.From, n.To), nil
	}
	return nil, fmt.Errorf("compile query: no plan for %T", n)
}

func (c *compiler) kids(nodes []query.Node) ([]plan, error) {
	plans := make([]plan, 0, len(nodes))
	for _, n := range nodes {
		p, err := c.compile(n)
		if err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	return plans, nil
}

// wordsOf says where the words of a text field stand as written.
func wordsOf(f query.Field) (string, error) {
	switch f {
	case query.Any:
		return fieldWords, nil
	case query.Title:
		return fieldTitleWords, nil
	case query.URL:
		return fieldURLWords, nil
	}
	return "", fault.Newf(fault.Query, "%s: takes no words", f)
}

// termsOf gives the terms of a leaf's text as the documents of a field have them.
func termsOf(f query.Field, text string) []string {
	if f == query.URL {
		return analysis.URLTerms(text)
	}
	return analysis.Terms(text)
}

// word matches one word in all its forms; a text of several words is a phrase.
func (c *compiler) word(n query.Word) (plan, error) {
	terms := termsOf(n.Field, n.Text)
	if len(terms) != 1 || n.Field == query.URL {
		return c.phrase(n.Field, terms)
	}
	field := fieldStems
	if n.Field == query.Title {
		field = fieldTitleStems
	} else if n.Field != query.Any {
		_, err := wordsOf(n.Field)
		return nil, err
	}
	leaf := anyTerm{field, stemTerms(terms[0])}
	c.score(stemScore{leaf})
	return leaf, nil
}

// stemTerms gives the stems of a term in every language, as stemsField writes them.
func stemTerms(term string) []string {
	languages := append(analysis.Languages(), "")
	terms := make([]string, 0, len(languages))
	for _, l := range languages {
		terms = append(terms, l+":"+analysis.Stem(term, l))
	}
	return terms
}

// stemLanguage is the language under which the stems of a document are written: its own, or none where there is no stemmer.
func stemLanguage(language string) string {
	if slices.Contains(analysis.Languages(), language) {
		return language
	}
	return ""
}

func distinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// phrase matches terms at consecutive positions.
func (c *compiler) phrase(f query.Field, terms []string) (plan, error) {
	field, err := wordsOf(f)
	if err != nil {
		return nil, err
	}
	switch len(terms) {
	case 0:
		return nothing{}, nil
	case 1:
		leaf := anyTerm{field, terms}
		c.score(constantScore{leaf, scoreExact})
		return leaf, nil
	}
	leaf := &phrase{field, terms, len(c.leaves) + c.unscored}
	c.score(positionalScore{leaf, field, terms})
	return leaf, nil
}

func (c *compiler) near(n query.Near) (plan, error) {
	field, err := wordsOf(n.Field)
	if err != nil {
		return nil, err
	}
	terms := distinct(termsOf(n.Field, n.Text))
	if len(terms) < 2 {
		return c.phrase(n.Field, terms)
	}
	leaf := &near{field, terms, uint32(n.Distance + len(terms) - 1), len(c.leaves) + c.unscored}
	c.score(positionalScore{leaf, field, terms})
	return leaf, nil
}

// prefix matches the words of the index that begin so: the first of them in their order, when there are more than may be. A short one is a
// term of its own.
func (c *compiler) prefix(n query.Prefix) (plan, error) {
	field, err := wordsOf(n.Field)
	if err != nil {
		return nil, err
	}
	start := analysis.PrefixTerm(n.Text)
	if field == fieldWords && isStart(start) {
		leaf := anyTerm{fieldStarts, []string{start}}
		c.score(constantScore{leaf, scorePrefix})
		return leaf, nil
	}
	terms, more, err := c.snap.termsFrom(field, start, c.options.PrefixTerms)
	if err != nil {
		return nil, err
	}
	if more {
		c.notes = append(c.notes, fmt.Sprintf("%s stands for more than %d words; the first %d in their order were looked for. Write more of the word to find all.",
			n.String(), c.options.PrefixTerms, c.options.PrefixTerms))
	}
	leaf := anyTerm{field, terms}
	c.score(constantScore{leaf, scorePrefix})
	return leaf, nil
}

func (c *compiler) term(n query.Term) (plan, error) {
	field, ok := keywordFields[n.Field]
	if !ok {
		return nil, fault.Newf(fault.Query, "%s: takes no exact value", n.Field)
	}
	return c.actors(n.Field, anyTerm{field, []string{n.Value}}), nil
}

func (c *compiler) members(n query.Members) (plan, error) {
	field, ok := keywordFields[n.Field]
	if !ok || c.options.Members == nil {
		return nil, fault.Newf(fault.Query, "%s:members(%s) can't be answered here: no groups of actors are known", n.Field, n.Group)
	}
	return c.actors(n.Field, anyTerm{field, c.options.Members(n.Group)}), nil
}

// actors scores a leaf of actors: whoever issues a statement comes before whoever signs it or is quoted in it.
func (c *compiler) actors(f query.Field, leaf anyTerm) plan {
	switch f {
	case query.Speaker:
		c.score(constantScore{leaf, scoreSpeaker})
		c.score(constantScore{anyTerm{fieldIssuer, leaf.terms}, scoreIssuer})
	case query.Mentions:
		c.score(constantScore{anyTerm{fieldSpeaker, leaf.terms}, scoreSpeaker})
	}
	return leaf
}

func (c *compiler) score(s scored) {
	if c.negated > 0 {
		c.unscored++
		return
	}
	c.leaves = append(c.leaves, s)
}

// termsFrom gives the first terms of the snapshot that begin with prefix, and whether there are more than limit.
func (s *snapshot) termsFrom(field, prefix string, limit int) (terms []string, more bool, err error) {
	seen := map[string]bool{}
	for _, p := range s.parts {
		some, err := p.termsFrom(field, prefix, limit+1)
		if err != nil {
			return nil, false, err
		}
		for _, t := range some {
			seen[t] = true
		}
	}
	for t := range seen {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	if len(terms) > limit {
		return terms[:limit], true, nil
	}
	return terms, false, nil
}

func (p *part) termsFrom(field, prefix string, limit int) ([]string, error) {
	dict, err := p.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("read dictionary %s: %w", field, err)
	}
	it := termIterator(dict, []byte(prefix), prefixEnd(prefix))
	var terms []string
	for len(terms) < limit {
		entry, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("walk dictionary %s: %w", field, err)
		}
		if entry == nil {
			break
		}
		terms = append(terms, entry.Term)
	}
	return terms, nil
}
