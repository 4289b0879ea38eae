package copies

import (
	"fmt"
	"slices"
)

// What the anchors in common must come to for two texts in two languages to be one. Measured between 2,203 speeches of one debate: those of one year
// name the same things, in other orders. Days, years and numbers of paragraphs are never enough: any two papers count their paragraphs.
const (
	inOneOrder   = 0.8 // of all in common
	leastNames   = 5   // names and large numbers in one order
	leastWords   = 12  // or else mere words, and then
	wordsOfFewer = 0.6 // of those of the text with fewer
	ofFewer      = 0.6 // of the names and numbers of the text with fewer
	ofMore       = 0.4 // and of the other's
)

// agreement is what two texts have of each other's anchors, by kind.
type agreement struct {
	common  int    // anchors in both
	ordered [4]int // of those, in one order
	a, b    [4]int // of each text
	spread  bool   // those in one order reach into the second half of both texts: the head of a paper may be that of all of one meeting
}

func agree(a, b []uint32) agreement {
	a, b = within(a, b), within(b, a)
	at := make(map[uint32]int, len(b))
	for i, h := range b {
		at[h] = i
	}
	var inA, inB []int
	for i, h := range a {
		if j, ok := at[h]; ok {
			inA, inB = append(inA, i), append(inB, j)
		}
	}
	g := agreement{common: len(inA), a: kinds(a), b: kinds(b)}
	for _, i := range ascent(inB) {
		g.ordered[a[inA[i]]&anchorKind]++
		g.spread = 2*inA[i] >= len(a) && 2*inB[i] >= len(b)
	}
	return g
}

// within keeps of a the anchors that b would have kept.
func within(a, b []uint32) []uint32 {
	if len(b) < maxAnchors {
		return a
	}
	last := slices.Max(b)
	return slices.DeleteFunc(slices.Clone(a), func(h uint32) bool { return h > last })
}

func kinds(anchors []uint32) (n [4]int) {
	for _, h := range anchors {
		n[h&anchorKind]++
	}
	return n
}

// ascent gives the places of a longest ascending run among numbers, with gaps. It takes time by the square of a list that is short.
func ascent(list []int) []int {
	length, before := make([]int, len(list)), make([]int, len(list))
	last := -1
	for i, v := range list {
		length[i], before[i] = 1, -1
		for j := range i {
			if list[j] < v && length[j] >= length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if last < 0 || length[i] > length[last] {
			last = i
		}
	}
	var run []int
	for ; last >= 0; last = before[last] {
		run = append(run, last)
	}
	slices.Reverse(run)
	return run
}

// tells says whether so much in common makes two texts versions of one.
func (g *agreement) tells() bool {
	words, names, sure := g.ordered[anchorWord], strong(g.ordered), strong(g.ordered)+g.ordered[anchorSmall]
	if !g.spread || float64(words+sure) < inOneOrder*float64(g.common) || !enough(sure, strong(g.a)+g.a[anchorSmall], strong(g.b)+g.b[anchorSmall]) {
		return false
	}
	return names >= leastNames && enough(names, strong(g.a), strong(g.b)) ||
		words >= leastWords && float64(words) >= wordsOfFewer*float64(min(g.a[anchorWord], g.b[anchorWord]))
}

func strong(n [4]int) int { return n[anchorLarge] + n[anchorName] }

func enough(common, a, b int) bool {
	return float64(common) >= ofFewer*float64(min(a, b)) && float64(common) >= ofMore*float64(max(a, b))
}

func (g *agreement) String() string {
	n := g.ordered
	return fmt.Sprintf("names the same in one order: %d actors and symbols, %d numbers, %d other names", n[anchorName], n[anchorLarge]+n[anchorSmall], n[anchorWord])
}
