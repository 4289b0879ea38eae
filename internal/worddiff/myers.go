package worddiff

import "slices"

// maxEdits bounds the edits that are looked for in one stretch; its square bounds time and memory (9 MB).
const maxEdits = 1500

// step is one token of the edit script: of both texts, of the old one or of the new one.
type step struct {
	op   Op
	a, b int // the tokens' places; of the text that has none, the place of the next
}

type comparison struct {
	keys map[string]int
	a, b []token

	oldText, newText []rune

	script []step
	coarse bool
}

// byLines finds the lines that both texts have and compares what lies between them by words. Where lines were joined or cut anew the
// stretch between is longer, and the words tell all the same.
func (c *comparison) byLines() {
	la, lb, ids := lines{}, lines{}, map[string]int{}
	la.cut(c.a, ids)
	lb.cut(c.b, ids)
	ops, _ := shortest(la.keys, lb.keys)
	fromA, fromB, i, j := 0, 0, 0, 0 // tokens behind the last line that is the same; lines passed
	for _, op := range ops {
		if op == Same {
			c.words(fromA, la.starts[i], fromB, lb.starts[j])
			for k := range la.starts[i+1] - la.starts[i] {
				c.script = append(c.script, step{Same, la.starts[i] + k, lb.starts[j] + k})
			}
			fromA, fromB = la.starts[i+1], lb.starts[j+1]
		}
		if op != Added {
			i++
		}
		if op != Removed {
			j++
		}
	}
	c.words(fromA, len(c.a), fromB, len(c.b))
}

// lines are the lines of a text as keys, and the token at which each begins; one more start stands at the end.
type lines struct{ keys, starts []int }

func (l *lines) cut(tokens []token, ids map[string]int) {
	var name []byte
	for i := 0; i < len(tokens); {
		l.starts = append(l.starts, i)
		name = name[:0]
		for first := i; i < len(tokens) && (i == first || !tokens[i].line); i++ {
			k := tokens[i].key
			name = append(name, byte(k), byte(k>>8), byte(k>>16), byte(k>>24))
		}
		id, known := ids[string(name)]
		if !known {
			id = len(ids)
			ids[string(name)] = id
		}
		l.keys = append(l.keys, id)
	}
	l.starts = append(l.starts, len(tokens))
}

// words compares the tokens of two stretches.
func (c *comparison) words(a0, a1, b0, b1 int) {
	ka, kb := make([]int, 0, a1-a0), make([]int, 0, b1-b0)
	for _, t := range c.a[a0:a1] {
		ka = append(ka, t.key)
	}
	for _, t := range c.b[b0:b1] {
		kb = append(kb, t.key)
	}
	ops, exact := shortest(ka, kb)
	c.coarse = c.coarse || !exact
	for _, op := range ops {
		c.script = append(c.script, step{op, a0, b0})
		if op != Added {
			a0++
		}
		if op != Removed {
			b0++
		}
	}
}

// shortest gives the shortest script that makes b of a (Myers 1986), removals before additions. One of more than maxEdits is given up:
// then the middle is removed and added whole, and exact is false.
func shortest(a, b []int) (script []Op, exact bool) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	script = slices.Repeat([]Op{Same}, head)
	middle, exact := greedy(a[head:len(a)-tail], b[head:len(b)-tail])
	script = append(script, middle...)
	return append(script, slices.Repeat([]Op{Same}, tail)...), exact
}

// greedy is Myers' algorithm with the furthest points of every round kept, from which the path is read backwards.
func greedy(a, b []int) ([]Op, bool) {
	n, m := len(a), len(b)
	whole := append(slices.Repeat([]Op{Removed}, n), slices.Repeat([]Op{Added}, m)...)
	if n == 0 || m == 0 {
		return whole, true
	}
	limit := min(n+m, maxEdits)
	furthest := make([]int32, 2*limit+3) // by diagonal k, at k+limit+1
	var rounds [][]int32
	for d := 0; d <= limit; d++ {
		for k := -d; k <= d; k += 2 {
			at := k + limit + 1
			x := furthest[at-1] + 1
			if k == -d || k != d && furthest[at-1] < furthest[at+1] {
				x = furthest[at+1]
			}
			y := x - int32(k)
			for int(x) < n && int(y) < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			furthest[at] = x
			if int(x) >= n && int(y) >= m {
				return ordered(trace(rounds, n, m, d)), true
			}
		}
		rounds = append(rounds, slices.Clone(furthest[limit+1-d:limit+2+d]))
	}
	return whole, false
}

// trace reads the path from the end to the beginning. The round of d edits holds diagonals -d to d.
func trace(rounds [][]int32, x, y, d int) []Op {
	var back []Op
	for ; d > 0; d-- {
		round, k := rounds[d-1], x-y
		point := func(k int) int {
			if k < 1-d || k > d-1 {
				return -1
			}
			return int(round[k+d-1])
		}
		before := k - 1
		if k == -d || k != d && point(k-1) < point(k+1) {
			before = k + 1
		}
		px := point(before)
		edit, startX := Added, px // an addition goes down: x stays
		if before < k {
			edit, startX = Removed, px+1
		}
		back = append(append(back, slices.Repeat([]Op{Same}, x-startX)...), edit)
		x, y = px, px-before
	}
	back = append(back, slices.Repeat([]Op{Same}, x)...)
	slices.Reverse(back)
	return back
}

// ordered puts the removals of each change before its additions.
func ordered(script []Op) []Op {
	for i := 0; i < len(script); {
		if script[i] == Same {
			i++
			continue
		}
		first, removed := i, 0
		for ; i < len(script) && script[i] != Same; i++ {
			if script[i] == Removed {
				removed++
			}
		}
		for j := first; j < i; j++ {
			script[j] = Added
			if j < first+removed {
				script[j] = Removed
			}
		}
	}
	return script
}
