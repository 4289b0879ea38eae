package percolate

import (
	"math"
	"slices"
	"unicode/utf8"

	"rostrum/search/query"
)

// need is a leaf that some way of matching cannot do without, and the rarest other leaf that this way needs as well; none without one.
type need struct{ leaf, second uint32 }

// needs are the ways of matching: every statement that matches has both leaves of one of them.
type needs struct {
	ways []need
	cost float64 // share of statements expected to have a leaf of one
}

// required gives the cheapest needs of the instruction at pc; ok is false when it can match without any leaf.
func (b *Builder) required(pc uint32) (needs, bool) {
	program := b.program
	switch w := program[pc]; w & opMask {
	case opHas:
		id := program[pc+1]
		return needs{[]need{{id, none}}, b.rare(id)}, true
	case opPhrase, opNear:
		terms := termsAt(program, pc)
		id := b.rarest(terms, none)
		if w&opMask == opPhrase {
			look := &program[pc+size(program, pc)-1]
			*look = *look&titleAlone | uint32(slices.Index(terms, id))<<firstTerm
		}
		return needs{[]need{{id, b.rarest(terms, id)}}, b.rare(id)}, true
	case opAnd:
		return b.requiredOfAll(pc)
	case opOr:
		var all needs
		for kid := range kids(program, pc) {
			n, ok := b.required(kid)
			if !ok {
				return needs{}, false
			}
			all.ways = append(all.ways, n.ways...)
			all.cost += n.cost
		}
		return all, true
	}
	return needs{}, false
}

// requiredOfAll gives the needs of the kid that has the cheapest, sharpened by what the others need.
func (b *Builder) requiredOfAll(pc uint32) (needs, bool) {
	var best needs
	var from uint32
	for kid := range kids(b.program, pc) {
		if n, ok := b.required(kid); ok && (from == 0 || n.cost < best.cost) {
			best, from = n, kid
		}
	}
	var others []uint32
	for kid := range kids(b.program, pc) {
		if kid != from {
			others = b.needed(kid, others)
		}
	}
	for i, w := range best.ways {
		best.ways[i].second = b.rarest(append(others, w.second), w.leaf)
	}
	return best, from != 0
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
	program := b.program
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
	program := b.program
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

// rarest gives the rarest of leaves but one; none when there is no other.
func (b *Builder) rarest(leaves []uint32, but uint32) uint32 {
	best := none
	for _, id := range leaves {
		if id != but && id != none && (best == none || b.rare(id) < b.rare(best)) {
			best = id
		}
	}
	return best
}

// rare gives the share of statements that are expected to have a leaf.
func (b *Builder) rare(id uint32) float64 {
	if own := len(b.leaves) - (b.all() - int(id)); own >= 0 {
		return float64(b.rarity[own])
	}
	return float64(b.below.rarity[id])
}

// weigh estimates how rare the leaves are that it has not weighed yet.
func (b *Builder) weigh() {
	b.rarity = slices.Grow(b.rarity, len(b.leaves)-len(b.rarity))
	for _, l := range b.leaves[len(b.rarity):] {
		b.rarity = append(b.rarity, float32(b.rarityOf(l)))
	}
}

// rarityOf estimates the share of statements that have a leaf.
func (b *Builder) rarityOf(l leaf) float64 {
	if l.kind == valueLeaf {
		return valueRarity(l.field)
	}
	share := -1.0
	if b.options.Frequency != nil {
		share = b.options.Frequency(l.text)
	}
	if share < 0 {
		share = b.estimate(l.text)
	}
	switch {
	case l.kind == prefixLeaf:
		share = min(1, 4*share)
	case l.field == titleField || l.field == urlField:
		share /= 10
	}
	return share
}

// estimate takes the phrases of all queries for a sample of what is written: a term makes up about the same part of both. As long as
// there are few phrases the guess outweighs them.
func (b *Builder) estimate(term string) float64 {
	const wordsOfText, wordsOfGuess = 450, 2000
	uses := 0.0
	if id, ok := b.ids[leaf{standingLeaf, anyField, term}]; ok {
		uses = float64(b.uses[len(b.leaves)-(b.all()-int(id))])
	}
	part := (uses + guess(term)/wordsOfText*wordsOfGuess) / (float64(b.spoken) + wordsOfGuess)
	return 1 - math.Exp(-part*wordsOfText)
}

func valueRarity(f field) float64 {
	switch f {
	case numberOf(query.Lang), numberOf(query.Kind), numberOf(query.Process), numberOf(query.Cue):
		return 0.4
	case numberOf(query.Topic), numberOf(query.Mentions):
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
