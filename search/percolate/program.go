package percolate

import (
	"rostrum/search/query"
)

// A program is a query as a run of words in one arena. The first word of an instruction is its operation, with a count in the upper
// 24 bits:
//
//	opHas     leaf                       the leaf is present
//	opPhrase  terms: leaf…               the term leaves stand next to each other in this order
//	opNear    kids: distance, leaf…      all term leaves stand within count + distance places
//	opPeriod  index of the period        the statement's time is within it
//	opAnd, opOr, opNot  kids: size, …    the size of the whole instruction, then the kids
//
// opPhrase and opNear end with the place they look at: anywhere, or the title alone.
const (
	opHas uint32 = iota
	opPhrase
	opNear
	opPeriod
	opAnd
	opOr
	opNot
)

const (
	opBits = 8
	opMask = 1<<opBits - 1
)

// size gives the number of words of the instruction at pc.
func size(program []uint32, pc uint32) uint32 {
	w := program[pc]
	switch w & opMask {
	case opHas, opPeriod:
		return 2
	case opPhrase:
		return w>>opBits + 2
	case opNear:
		return w>>opBits + 3
	}
	return program[pc+1]
}

// compile appends the program of a simplified query. All is an And of nothing.
func (b *Builder) compile(n query.Node) {
	switch n := n.(type) {
	case query.All:
		b.group(opAnd, nil)
	case query.And:
		b.group(opAnd, n.Kids)
	case query.Or:
		b.group(opOr, n.Kids)
	case query.Not:
		b.group(opNot, []query.Node{n.Kid})
	case query.Term:
		b.has(leaf{kind: valueLeaf, field: n.Field, text: n.Value})
	case query.Members:
		b.members(n)
	case query.Period:
		b.set.program = append(b.set.program, opPeriod, uint32(len(b.set.periods)))
		b.set.periods = append(b.set.periods, n)
	case query.Prefix:
		b.has(leaf{kind: prefixLeaf, field: n.Field, text: prefixOf(n)})
	case query.Word:
		terms := termsOf(n.Field, n.Text)
		if len(terms) == 1 && n.Field != query.URL {
			b.has(leaf{kind: wordLeaf, field: n.Field, text: terms[0]})
			return
		}
		b.phrase(n.Field, terms)
	case query.Phrase:
		b.phrase(n.Field, termsOf(n.Field, n.Text))
	case query.Near:
		b.near(n)
	}
}

func (b *Builder) group(op uint32, kids []query.Node) {
	at := len(b.set.program)
	b.set.program = append(b.set.program, op|uint32(len(kids))<<opBits, 0)
	for _, k := range kids {
		b.compile(k)
	}
	b.set.program[at+1] = uint32(len(b.set.program) - at)
}

func (b *Builder) has(l leaf) { b.set.program = append(b.set.program, opHas, b.intern(l)) }

func (b *Builder) members(n query.Members) {
	ids := b.options.Members.of(n.Group)
	kids := make([]query.Node, len(ids))
	for i, id := range ids {
		kids[i] = query.Term{Field: n.Field, Value: id}
	}
	b.group(opOr, kids)
}

// phrase appends what looks for terms next to each other; for none, an Or of nothing.
func (b *Builder) phrase(f query.Field, terms []string) {
	switch len(terms) {
	case 0:
		b.group(opOr, nil)
		return
	case 1:
		b.has(leaf{kind: termLeaf, field: f, text: terms[0]})
		return
	}
	b.set.program = append(b.set.program, opPhrase|uint32(len(terms))<<opBits)
	b.standing(f, terms)
}

func (b *Builder) near(n query.Near) {
	terms := distinct(termsOf(n.Field, n.Text))
	if len(terms) < 2 {
		b.phrase(n.Field, terms)
		return
	}
	b.set.program = append(b.set.program, opNear|uint32(len(terms))<<opBits, uint32(min(n.Distance, maxDistance)))
	b.standing(n.Field, terms)
}

// standing appends term leaves whose positions are kept, and where to look.
func (b *Builder) standing(f query.Field, terms []string) {
	look, scope := anywhere, query.Any
	switch f {
	case query.Title:
		look = titleAlone
	case query.URL:
		scope = query.URL
	}
	for _, t := range terms {
		id := b.intern(leaf{kind: standingLeaf, field: scope, text: t})
		b.uses[id]++
		b.spoken++
		b.set.program = append(b.set.program, id)
	}
	b.set.program = append(b.set.program, look)
}

const (
	anywhere uint32 = iota
	titleAlone
)
