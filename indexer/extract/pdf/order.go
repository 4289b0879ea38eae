package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// lookBack bounds how many lines back a line's place in the reading order is looked for.
const lookBack = 300

// inOrder puts the lines of a page into reading order. They come in the order in which the document draws them, which is right but
// for single lines and blocks: one that stands above others in the same column goes before them. Pieces of one line are joined, and the
// small numbers that refer to footnotes are left out.
func inOrder(lines []line) []line {
	out := make([]line, 0, len(lines))
	last := -1 // the index in out of the line drawn before
	for i, l := range lines {
		switch {
		case isReference(lines, i):
		case last >= 0 && joins(&out[last], l):
		default:
			last = placeOf(out, last, l)
			out = slices.Insert(out, last, l)
		}
	}
	return out
}

// placeOf gives the index at which a line is read: after the one drawn before if it follows that, else before those beneath it.
func placeOf(out []line, last int, l line) int {
	if last >= 0 && (out[last].broken || follows(out[last], l)) {
		return last + 1
	}
	for k := max(0, len(out)-lookBack); k < len(out); k++ {
		if beneath(out[k], l) && (k == 0 || !out[k-1].broken) {
			return k
		}
	}
	return len(out)
}

// beneath says whether a stands below b in the same column.
func beneath(a, b line) bool {
	both := min(a.right, b.right) - max(a.left, b.left)
	return a.bottom < b.bottom-0.5*max(a.size, b.size) && both > 0.3*min(a.right-a.left, b.right-b.left)
}

// joins appends a line to the one drawn before it if both stand beside each other.
func joins(last *line, l line) bool {
	gap, size := l.left-last.right, max(l.size, last.size)
	if last.broken || math.Abs(l.bottom-last.bottom) >= 0.5*size || gap <= -0.3*last.size || gap >= 3*size {
		return false
	}
	last.text += " " + l.text
	last.right, last.broken = max(last.right, l.right), l.broken
	if l.size > last.size {
		last.size, last.bottom = l.size, l.bottom
	}
	return true
}

// isReference says whether a line is a number of up to three digits, much smaller than the lines about it.
func isReference(lines []line, i int) bool {
	l := &lines[i]
	if len(l.text) > 3 || strings.Trim(l.text, "0123456789*") != "" {
		return false
	}
	larger := func(k int) bool { return k >= 0 && k < len(lines) && lines[k].size > 1.3*l.size }
	return larger(i-1) || larger(i+1)
}

// heading gives the lines that stand out on the first page by the size of their letters. Of several such places the one that says most
// wins: a letterhead has large letters, too.
func heading(pages []page) []string {
	if len(pages) == 0 {
		return nil
	}
	lines := inOrder(pages[0].lines)
	body := usualSize(pages)
	var best []string
	most := 0.0
	for i := 0; i < len(lines); {
		j, texts := i, []string(nil)
		for j < len(lines) && len(texts) < maxHeading && (j == i || near(lines[j-1], lines[j])) && standsOut(lines[j], body) {
			texts = append(texts, lines[j].text)
			j++
		}
		if score := lines[i].size * math.Sqrt(float64(min(wordCount(strings.Join(texts, " ")), 12))); score > most {
			best, most = texts, score
		}
		i = max(j, i+1)
	}
	return best
}

// maxHeading is how many lines make a heading at most.
const maxHeading = 8

// near says whether two large lines, one below the other, make one heading.
func near(a, b line) bool {
	return a.bottom-b.bottom < 3.2*max(a.size, b.size) && max(a.size, b.size) < 1.6*min(a.size, b.size)
}

// standsOut says whether a line has larger letters than the text. The box with symbol, date and languages of an official document has,
// and says nothing of what it is about.
func standsOut(l line, body float64) bool {
	return l.size >= 1.15*body && !symbol.MatchString(l.text) && !strings.Contains(l.text, "Distr.") && utf8.RuneCountInString(l.text) >= 3
}

// wordCount counts words of two letters or more; two characters of a script without spaces count as one.
func wordCount(s string) int {
	n, wides := 0, 0
	for w := range strings.FieldsSeq(s) {
		if utf8.RuneCountInString(w) > 1 {
			n++
		}
	}
	for _, r := range s {
		if wide(r) {
			wides++
		}
	}
	return n + wides/2
}

// usualSize is the size of most letters on the first pages.
func usualSize(pages []page) float64 {
	weight := make(map[int]int)
	for _, p := range pages[:min(3, len(pages))] {
		for _, l := range p.lines {
			weight[int(math.Round(l.size*2))] += len(l.text)
		}
	}
	best := 0
	for size, n := range weight {
		if n > weight[best] || n == weight[best] && size < best {
			best = size
		}
	}
	return float64(best) / 2
}
