package pdf

import (
	"container/heap"
	"math"
	"strings"
)

// block is lines that belong below one another, in the order in which they are read.
type block struct {
	lines                    []line
	flow                     int // lines that went on beside another block
	left, right, bottom, top float64
}

func (b *block) add(l line) {
	if len(b.lines) == 0 {
		b.left, b.right, b.bottom, b.top = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	}
	b.lines = append(b.lines, l)
	b.left, b.right, b.bottom, b.top = min(b.left, l.left), max(b.right, l.right), min(b.bottom, l.bottom), max(b.top, l.bottom+l.size)
}

func (b *block) last() line { return b.lines[len(b.lines)-1] }

// besideBlocks is how many blocks back a line may go on with: those of the cells to its left and right.
const besideBlocks = 4

// flowing is how many sentences that went on make a block a column, with which the next line goes on however it begins.
const flowing = 2

// sentenceWords is how many words a line has at least in which a sentence goes on: a name has fewer, and may begin in lower case.
const sentenceWords = 3

// blocks puts each line into the block that it goes on with: that of the line drawn before, if it stands right below; else, where the
// document draws cells from row to row, one of the last, if a sentence goes on there.
func blocks(lines []line) []*block {
	var out []*block
	for _, l := range lines {
		home := len(out) - 1
		if home < 0 || !out[home].last().broken && !follows(out[home].last(), l) {
			home = goesOn(out, l)
		}
		if home < 0 {
			home = len(out)
			out = append(out, new(block))
		}
		out[home].add(l)
	}
	return out
}

// goesOn gives the block that a line goes on with past the pieces beside it, or -1.
func goesOn(blocks []*block, l line) int {
	for k := len(blocks) - 2; k >= max(0, len(blocks)-besideBlocks); k-- {
		b := blocks[k]
		last := b.last()
		if !follows(last, l) || !beside(blocks[k+1:], last) {
			continue
		}
		if lower(l.text) && !finished(last.text) && len(strings.Fields(last.text)) >= sentenceWords {
			b.flow++
			return k
		}
		if b.flow >= flowing {
			return k
		}
	}
	return -1
}

// beside says whether the last line of one of some blocks stands at the height of a line.
func beside(blocks []*block, l line) bool {
	for _, b := range blocks {
		if math.Abs(b.last().bottom-l.bottom) < 0.5*max(l.size, b.last().size) {
			return true
		}
	}
	return false
}

// maxSorted bounds how many blocks of a page are put in order: every two are compared.
const maxSorted = 1500

// sorted puts blocks in order: one that stands above another in the same column comes before it; else they keep the order in which
// they were drawn.
func sorted(in []*block) []*block {
	if len(in) > maxSorted {
		return in
	}
	after, waits := make([][]int, len(in)), make([]int, len(in))
	for i, a := range in {
		for k, b := range in {
			if i != k && above(a, b) {
				after[i] = append(after[i], k)
				waits[k]++
			}
		}
	}
	ready := indexes{rank: ranks(in)}
	for i, n := range waits {
		if n == 0 {
			heap.Push(&ready, i)
		}
	}
	out := make([]*block, 0, len(in))
	placed := make([]bool, len(in))
	place := func(i int) {
		placed[i] = true
		out = append(out, in[i])
		for _, k := range after[i] {
			if waits[k]--; waits[k] == 0 && !placed[k] {
				heap.Push(&ready, k)
			}
		}
	}
	for next := 0; len(out) < len(in); {
		if ready.Len() > 0 {
			if i := heap.Pop(&ready).(int); !placed[i] {
				place(i)
			}
			continue
		}
		for placed[next] { // three blocks about each other: the one drawn first goes first
			next++
		}
		place(next)
	}
	return out
}

// above says whether a stands above b in the same column.
func above(a, b *block) bool {
	both := min(a.right, b.right) - max(a.left, b.left)
	if both <= 0.3*min(a.right-a.left, b.right-b.left) {
		return false
	}
	shared := min(a.top, b.top) - max(a.bottom, b.bottom)
	return a.top+a.bottom > b.top+b.bottom && shared < 0.5*min(a.top-a.bottom, b.top-b.bottom)
}

// ranks are the order in which blocks are drawn, with two exceptions. The lines at the foot of the page come after all others, from above
// to below. A block that is drawn after one beneath it, such as the head of a form, comes before the first one that is all below it.
func ranks(in []*block) []float64 {
	out := make([]float64, len(in))
	for i, b := range in {
		out[i] = float64(i)
		if len(b.lines) == 1 && atFoot(b, in) {
			out[i] = float64(len(in)) + 1/(2+max(math.Round(b.top/4), 0)) // pieces of one line are level
		}
	}
	late := make([]bool, len(in))
	for i, b := range in {
		for k, before := range in[:i] {
			late[i] = late[i] || out[k] == float64(k) && above(b, before)
		}
	}
	for i, b := range in {
		for k, c := range in {
			if late[i] && !late[k] && out[k] == float64(k) && c.top <= b.bottom {
				out[i] = min(out[i], float64(k)-1+float64(i+1)/float64(len(in)+1))
				break
			}
		}
	}
	return out
}

// atFoot says whether a line has nothing below it but other single lines.
func atFoot(b *block, in []*block) bool {
	for _, c := range in {
		if c != b && c.bottom < b.top-1 && (len(c.lines) > 1 || c.bottom > b.top) {
			return false
		}
	}
	return true
}

// indexes is a heap of blocks by rank.
type indexes struct {
	rank []float64
	of   []int
}

func (h *indexes) Len() int { return len(h.of) }
func (h *indexes) Less(i, k int) bool {
	a, b := h.of[i], h.of[k]
	return h.rank[a] < h.rank[b] || h.rank[a] == h.rank[b] && a < b
}
func (h *indexes) Swap(i, k int) { h.of[i], h.of[k] = h.of[k], h.of[i] }
func (h *indexes) Push(i any)    { h.of = append(h.of, i.(int)) }

func (h *indexes) Pop() any {
	last := len(h.of) - 1
	i := h.of[last]
	h.of = h.of[:last]
	return i
}
