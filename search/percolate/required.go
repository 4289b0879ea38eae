package percolate

import (
	"slices"
	"unicode/utf8"

	"rostrum/search/query"
)

// needs is a set of leaves one of which every statement that matches has.
type needs struct {
	leaves []uint32
	cost   float64 // share of statements expected to have one
}

// required gives the cheapest needs of the instruction at pc; ok is false when it can match without any leaf.
func (b *Builder) required(pc uint32) (needs, bool) {
	program := b.set.program
	switch w := program[pc]; w & opMask {
	case opHas:
		id := program[pc+1]
		return needs{[]uint32{id}, b.rarity[id]}, true
	case opPhrase, opNear:
		id := b.rarest(termsAt(program, pc), none)
		return needs{[]uint32{id}, b.rarity[id]}, true
	case opAnd:
		var best needs
		found := false
		for kid := range kids(program, pc) {
			if n, ok := b.required(kid); ok && (!found || n.cost < best.cost) {
				best, found = n, true
			}
		}
		return best, found
	case opOr:
		var all needs
		for kid := range kids(program, pc) {
			n, ok := b.required(kid)
			if !ok {
				return needs{}, false
			}
			all.leaves = append(all.leaves, n.leaves...)
			all.cost += n.cost
		}
		slices.Sort(all.leaves)
		all.leaves = slices.Compact(all.leaves)
		return all, true
	}
	return needs{}, false
}

// termsAt gives the leaves of a phrase or near.
func termsAt(program []uint32, pc uint32) []uint32 {
	n := program[pc] >> opBits
	if program[pc]&opMask == opNear {
		pc++
	}
	return program[pc+1 : pc+1+n]
}

// kids visits where the kids of the group at pc begin.
func kids(program []uint32, pc uint32) func(func(uint32) bool) {
	return func(visit func(uint32) bool) {
		kid := pc + 2
		for range program[pc] >> opBits {
			if !visit(kid) {
				return
			}
			kid += size(program, kid)
		}
	}
}

// needed appends leaves that every match of the instruction at pc has.
func (b *Builder) needed(pc uint32, leaves []uint32) []uint32 {
	program := b.set.program
	switch w := program[pc]; w & opMask {
	case opHas:
		return append(leaves, program[pc+1])
	case opPhrase, opNear:
		return append(leaves, termsAt(program, pc)...)
	case opAnd:
		for kid := range kids(program, pc) {
			leaves = b.needed(kid, leaves)
		}
	}
	return leaves
}

// proves says whether the leaf alone makes the instruction at pc match.
func (b *Builder) proves(pc, id uint32) bool {
	program := b.set.program
	switch w := program[pc]; w & opMask {
	case opHas:
		return program[pc+1] == id
	case opOr:
		for kid := range kids(program, pc) {
			if b.proves(kid, id) {
				return true
			}
		}
	}
	return false
}

// rarityOf guesses the share of statements that have a leaf.
func (b *Builder) rarityOf(l leaf) float64 {
	if l.kind == valueLeaf {
		return valueRarity(l.field)
	}
	share := guess(l.text)
	if b.options.Frequency != nil {
		if known := b.options.Frequency(l.text); known >= 0 {
			share = known
		}
	}
	switch {
	case l.kind == prefixLeaf:
		share = min(1, 4*guess(l.text))
	case l.field == query.Title || l.field == query.URL:
		share /= 10
	}
	return share
}

func valueRarity(f query.Field) float64 {
	switch f {
	case query.Lang, query.Kind, query.Process, query.Cue:
		return 0.4
	case query.Topic, query.Mentions:
		return 0.05
	}
	return 0.02
}

// guess estimates the share of texts of some hundred words that hold a term: long words are rare, short ones are what grammar is made of.
func guess(term string) float64 {
	n := utf8.RuneCountInString(term)
	switch {
	case len(term) == 3*n: // Han and the like
		return 0.2
	case n <= 3:
		return 0.7
	case n <= 5:
		return 0.3
	}
	return 0.3 / float64(n*n-20)
}
