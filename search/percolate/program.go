package percolate

import (
	"slices"

	"rostrum/search/query"
)

// A program is a query as a run of words in one arena. The first word of an instruction is its operation, with a count in the upper
// 24 bits:
//
//	opHas     leaf                       the leaf is present
//	opPhrase  terms: leaf…, look         the term leaves stand next to each other in this order
//	opNear    terms: distance, leaf…, look  all term leaves stand within count + distance places
//	opPeriod  index of the period        the statement's time is within it
//	opAnd, opOr, opNot  kids: size, …    the size of the whole instruction, then the kids
//
// look says where: anywhere, or in the title alone; and which term is best looked for first. Before a program stands its query.
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

// alike says whether the programs at two places are the same, word for word.
func alike(a *code, x uint32, b *code, y uint32) bool {
	return slices.Equal(a.program[x:x+size(a.program, x)], b.program[y:y+size(b.program, y)])
}

// compile appends the program of a simplified query, behind room for the query's number, and gives where it begins.
func (b *Builder) compile(n query.Node) uint32 {
	b.program = append(b.program, none)
	pc := uint32(len(b.program))
	b.append(n)
	return pc
}

// append appends the instruction of a node. All is an And of nothing.
func (b *Builder) append(n query.Node) {
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
		b.has(leaf{valueLeaf, numberOf(n.Field), n.Value})
	case query.Members:
		b.members(n)
	case query.Period:
		b.program = append(b.program, opPeriod, b.period(n))
	case query.Prefix:
		b.has(leaf{prefixLeaf, numberOf(n.Field), prefixOf(n)})
	case query.Word:
		terms := termsOf(n.Field, n.Text)
		if len(terms) == 1 && n.Field != query.URL {
			b.has(leaf{wordLeaf, numberOf(n.Field), terms[0]})
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
	at := len(b.program)
	b.program = append(b.program, op|uint32(len(kids))<<opBits, 0)
	for _, k := range kids {
		b.append(k)
	}
	b.program[at+1] = uint32(len(b.program) - at)
}

func (b *Builder) has(l leaf) { b.program = append(b.program, opHas, b.intern(l)) }

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
		b.has(leaf{termLeaf, numberOf(f), terms[0]})
		return
	}
	b.program = append(b.program, opPhrase|uint32(len(terms))<<opBits)
	b.standing(f, terms)
}

func (b *Builder) near(n query.Near) {
	terms := distinct(termsOf(n.Field, n.Text))
	if len(terms) < 2 {
		b.phrase(n.Field, terms)
		return
	}
	b.program = append(b.program, opNear|uint32(len(terms))<<opBits, uint32(min(n.Distance, maxDistance)))
	b.standing(n.Field, terms)
}

// standing appends term leaves whose positions are kept, and where to look.
func (b *Builder) standing(f query.Field, terms []string) {
	look, scope := anywhere, anyField
	switch f {
	case query.Title:
		look = titleAlone
	case query.URL:
		scope = urlField
	}
	for _, t := range terms {
		id := b.intern(leaf{standingLeaf, scope, t})
		b.use(id, 1)
		b.program = append(b.program, id)
	}
	b.program = append(b.program, look)
}

// What look says, and from which bit on it has the term to look for first.
const (
	anywhere   uint32 = 0
	titleAlone uint32 = 1
	firstTerm         = 1
)

// period gives the number of a period.
func (b *Builder) period(p query.Period) uint32 {
	p.Text = ""
	n, ok := b.same.periods[p]
	if !ok {
		n = uint32(len(b.periods))
		b.periods = append(b.periods, p)
		b.same.periods[p] = n
	}
	return n
}
