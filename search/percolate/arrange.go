package percolate

import (
	"cmp"
	"slices"
)

// arrange numbers leaves and queries anew, such that what a statement looks at lies together: common leaves before rare ones, and queries
// by the commonest leaf under which they are registered. It gives the ways of matching in that order, and the dear queries' programs.
func (b *Builder) arrange() (ways []way, dear []uint32) {
	b.arrangeLeaves()
	all, first := make([]way, 0, len(b.starts)*3/2), make([]uint32, len(b.starts)+1)
	place := make([]uint32, len(b.starts)) // the commonest leaf; none for a dear query
	for q, pc := range b.starts {
		before := len(all)
		var ok bool
		all, ok = b.ways(uint32(q), pc, all)
		first[q+1], place[q] = uint32(len(all)), none
		if ok {
			for _, w := range all[before:] {
				place[q] = min(place[q], w.leaf)
			}
		}
		if !ok {
			dear = append(dear, uint32(q))
		}
	}
	moved := b.arrangeQueries(place)
	b.moved = moved.to
	for i, q := range dear {
		dear[i] = b.starts[moved.to[q]]
	}
	ways = make([]way, 0, len(all))
	for _, q := range moved.order {
		for _, w := range all[first[q]:first[q+1]] {
			if w.second == proof {
				w.at = moved.to[q]
			} else {
				w.at = b.starts[moved.to[q]]
			}
			ways = append(ways, w)
		}
	}
	return ways, dear
}

// arrangeLeaves numbers the common leaves first. Nothing may be below.
func (b *Builder) arrangeLeaves() {
	order := inOrder(len(b.leaves), func(x, y uint32) int {
		return cmp.Or(cmp.Compare(b.rarity[y], b.rarity[x]), cmp.Compare(x, y))
	})
	to := make([]uint32, len(order))
	leaves, rarity := make([]leaf, len(order)), make([]float32, len(order))
	for n, id := range order {
		to[id], leaves[n], rarity[n] = uint32(n), b.leaves[id], b.rarity[id]
	}
	b.leaves, b.rarity = leaves, rarity
	for _, pc := range b.starts {
		b.renumber(pc, to, nil)
	}
}

// renumber gives the leaves of the program at pc other numbers, and its periods unless they are nil.
func (b *Builder) renumber(pc uint32, to, periods []uint32) {
	for end := pc + size(b.program, pc); pc < end; {
		switch w := b.program[pc]; w & opMask {
		case opHas:
			b.program[pc+1] = to[b.program[pc+1]]
			pc += 2
		case opPhrase, opNear:
			for i, id := range termsAt(b.program, pc) {
				termsAt(b.program, pc)[i] = to[id]
			}
			pc += size(b.program, pc)
		case opPeriod:
			if periods != nil {
				b.program[pc+1] = periods[b.program[pc+1]]
			}
			pc += 2
		default:
			pc += 2
		}
	}
}

// moved is how queries were numbered anew.
type moved struct {
	order []uint32 // old numbers
	to    []uint32 // new numbers
}

// arrangeQueries numbers the queries by their places, and puts their programs in that order.
func (b *Builder) arrangeQueries(place []uint32) moved {
	m := moved{inOrder(len(b.starts), func(x, y uint32) int { return cmp.Or(cmp.Compare(place[x], place[y]), cmp.Compare(x, y)) }), make([]uint32, len(b.starts))}
	program, starts := make([]uint32, 0, len(b.program)), make([]uint32, len(b.starts))
	for n, q := range m.order {
		m.to[q] = uint32(n)
		pc := b.starts[q]
		program = append(program, uint32(n))
		starts[n] = uint32(len(program))
		program = append(program, b.program[pc:pc+size(b.program, pc)]...)
	}
	b.program, b.starts = program, starts
	for i := range b.named {
		b.named[i].query = m.to[b.named[i].query]
	}
	return m
}

func inOrder(n int, compare func(x, y uint32) int) []uint32 {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, compare)
	return order
}
