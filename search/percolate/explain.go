package percolate

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Where a Mark stands.
const (
	InTitle = "title"
	InText  = "text"
	InURL   = "url" // as analysis.URLText gives it
)

// Mark is one thing in a statement that made a query match.
type Mark struct {
	Leaf  query.Node     // the leaf that it fulfils
	In    string         // InTitle, InText or InURL; "" for a value or the time
	Start int            // code points, where In is not ""
	End   int            // exclusive
	Value string         // the id or value found, where In is "" and Leaf is no Period
	Role  statement.Role // of an actor found
}

// Explain gives what makes a resolved query match a statement: title before text, in the order of the text, then url, values and time.
// It gives none when the query does not match, nothing for what a query negates, and nothing for an alternative that does not hold.
// At most limit marks a leaf are given. Meta must hold the title and text that Words was made of.
func Explain(n query.Node, s *Statement, members Members, limit int) []Mark {
	if !Matches(n, s, members) {
		return nil
	}
	e := explainer{s: s, members: members, limit: limit}
	e.explain(n)
	slices.SortStableFunc(e.marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(rank(a.In), rank(b.In)), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	e.countCodePoints()
	return e.marks
}

func rank(in string) int { return slices.Index([]string{InTitle, InText, InURL, ""}, in) }

type explainer struct {
	s       *Statement
	members Members
	limit   int
	marks   []Mark
}

// explain marks what makes n match; n matches.
func (e *explainer) explain(n query.Node) {
	switch n := n.(type) {
	case query.All, query.Not:
	case query.And:
		for _, k := range n.Kids {
			e.explain(k)
		}
	case query.Or:
		for _, k := range n.Kids {
			if Matches(k, e.s, e.members) {
				e.explain(k)
			}
		}
	case query.Term:
		e.value(n, n.Field, n.Value)
	case query.Members:
		for _, id := range e.members.of(n.Group) {
			e.value(n, n.Field, id)
		}
	case query.Period:
		e.marks = append(e.marks, Mark{Leaf: n})
	default:
		e.words(n)
	}
}

// value marks a value that a field holds; an actor once a role.
func (e *explainer) value(leaf query.Node, f query.Field, value string) {
	if e.s.Meta != nil {
		for _, a := range e.s.Meta.Actors {
			if a.ID == value && slices.Contains(fieldsOf(a.Role), f) {
				e.marks = append(e.marks, Mark{Leaf: leaf, Value: value, Role: a.Role})
			}
		}
	}
	switch f {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
	default:
		if e.s.has(f, value) {
			e.marks = append(e.marks, Mark{Leaf: leaf, Value: value})
		}
	}
}

// words marks where a text leaf matches: a phrase as a whole, the words of a near one by one.
func (e *explainer) words(leaf query.Node) {
	_, apart := leaf.(query.Near)
	left := e.limit
	for _, p := range places(leaf, e.s) {
		for _, match := range find(leaf, p, left) {
			left--
			first, last := p.tokens[match[0]], p.tokens[match[len(match)-1]]
			if !apart {
				e.marks = append(e.marks, Mark{Leaf: leaf, In: p.name, Start: first.Start, End: last.End})
				continue
			}
			for _, i := range match {
				m := Mark{Leaf: leaf, In: p.name, Start: p.tokens[i].Start, End: p.tokens[i].End}
				if !slices.Contains(e.marks, m) {
					e.marks = append(e.marks, m)
				}
			}
		}
	}
}

// countCodePoints turns the byte offsets of sorted marks into code points.
func (e *explainer) countCodePoints() {
	var c counter
	in := ""
	for i := range e.marks {
		m := &e.marks[i]
		if m.In == "" {
			break
		}
		if m.In != in {
			in, c = m.In, counter{text: e.s.text(m.In)}
		}
		start := c.at(m.Start)
		m.Start, m.End = start, start+utf8.RuneCountInString(c.text[m.Start:m.End])
	}
}

// counter counts code points up to ever later bytes.
type counter struct {
	text  string
	bytes int
	runes int
}

func (c *counter) at(offset int) int {
	c.runes += utf8.RuneCountInString(c.text[c.bytes:offset])
	c.bytes = offset
	return c.runes
}
