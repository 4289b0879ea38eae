package query

import (
	"fmt"
	"strings"
	"unicode"

	"rostrum/internal/fault"
)

// The bounds of a query. Leaves and prefixes bound its cost, the others the work of reading it.
const (
	MaxLength   = 10_000 // code points
	MaxDepth    = 40     // parentheses and NOTs within one another
	MaxLeaves   = 256    // a members() counts one
	MaxPrefixes = 8
	MaxQuoted   = 1_000 // code points of a phrase
	MaxDistance = 100   // of a near
	MinPrefix   = 2     // letters
)

// Parse reads a query as typed. Words are ANDed; NOT binds tighter than AND, AND tighter than OR; the empty query is All. And and Or
// come out flat. A fault.Query carries the Position (code points) and what was Expected there. Values of fields stay as typed: see Resolve.
func Parse(input string) (Node, error) {
	n, _, err := parse(input)
	return n, err
}

// parse gives the tree and where each of its values (Term, Members) stands in the input, in the order of the leaves.
func parse(input string) (Node, []int, error) {
	p := &parser{in: []rune(input)}
	if len(p.in) > MaxLength {
		return nil, nil, fail(MaxLength, fmt.Sprintf("the query is longer than %d characters", MaxLength), "its end", "shorten it, or split it into several")
	}
	p.skipSpace()
	switch {
	case p.done() && strings.TrimSpace(input) != "":
		return nil, nil, fail(0, fmt.Sprintf("%q holds no letter or digit to look for", input), aTerm, "write one")
	case p.done():
		return All{}, nil, nil
	}
	n, err := p.or(Any)
	if err != nil {
		return nil, nil, err
	}
	if !p.done() {
		return nil, nil, fail(p.at, "this parenthesis closes nothing", "a word or the end", "leave it out, or open one before it")
	}
	return n, p.values, nil
}

type parser struct {
	in       []rune
	at       int
	depth    int
	leaves   int
	prefixes int
	values   []int
}

func fail(at int, what, expected, remedy string) error {
	return &fault.Error{Kind: fault.Query, What: what, Remedy: remedy, Position: at, Expected: expected}
}

const aTerm = "a word, a phrase, a field or ("

// or reads conjunctions joined by OR, up to the end or a closing parenthesis. Words stand in the field.
func (p *parser) or(f Field) (Node, error) {
	kids := make([]Node, 0, 1)
	for {
		n, err := p.and(f)
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
		if p.operator() != "OR" {
			return Disjoin(kids...), nil
		}
		p.at += len("OR")
	}
}

// and reads one term after another, with or without AND between them.
func (p *parser) and(f Field) (Node, error) {
	kids := make([]Node, 0, 1)
	for {
		n, err := p.unary(f)
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
		p.skipSpace()
		switch op := p.operator(); {
		case op == "AND":
			p.at += len("AND")
		case p.done() || closesGroup(p.peek()) || op == "OR":
			return Conjoin(kids...), nil
		}
	}
}

// unary reads a term, with any NOTs before it.
func (p *parser) unary(f Field) (Node, error) {
	p.skipSpace()
	at, op := p.at, p.operator()
	switch {
	case op == "NOT":
		p.at += len("NOT")
	case op != "":
		return nil, fail(at, op+" has nothing before it to join", aTerm, "write the term first; to look for the word itself, write it in lower case")
	case p.peek() == '-' && p.at+1 < len(p.in) && !closesGroup(p.in[p.at+1]) && !unicode.IsSpace(p.in[p.at+1]):
		p.at++
	default:
		return p.primary(f)
	}
	if err := p.deeper(at); err != nil {
		return nil, err
	}
	defer p.shallower()
	kid, err := p.unary(f)
	if err != nil {
		return nil, err
	}
	return Not{kid}, nil
}

// primary reads a group in parentheses or a leaf.
func (p *parser) primary(f Field) (Node, error) {
	switch {
	case p.done():
		return nil, fail(p.at, "the query ends where a term should stand", aTerm, "add one, or leave out what joins it")
	case closesGroup(p.peek()):
		return nil, fail(p.at, "a term is missing before this parenthesis", aTerm, "write one, or leave the parentheses out")
	case opensGroup(p.peek()):
		return p.group(f)
	}
	return p.leaf(f)
}

func (p *parser) group(f Field) (Node, error) {
	opened := p.at
	if err := p.deeper(opened); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.at++
	n, err := p.or(f)
	if err != nil {
		return nil, err
	}
	if p.done() {
		return nil, fail(opened, "this parenthesis is never closed", "a closing parenthesis", "add one at the end of the group")
	}
	p.at++
	return n, nil
}

func (p *parser) deeper(at int) error {
	p.depth++
	if p.depth > MaxDepth {
		return fail(at, fmt.Sprintf("parentheses and NOTs stand more than %d deep", MaxDepth), "fewer levels", "flatten the query")
	}
	return nil
}

func (p *parser) shallower() { p.depth-- }
