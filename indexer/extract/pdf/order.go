package pdf

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inOrder puts the lines of a page into reading order. They come in the order in which the document draws them, which is right but
// for blocks that stand above others in the same column and are drawn after them. Pieces of one line are joined, and the small numbers
// that refer to footnotes are left out.
func inOrder(lines []line) []line {
	pieces := make([]line, 0, len(lines))
	for i, l := range lines {
		if !isReference(lines, i) && !drawn(l.text) {
			pieces = append(pieces, l)
		}
	}
	g := guttersOf(pieces)
	joined := make([]line, 0, len(pieces))
	for i, l := range pieces {
		if last := len(joined) - 1; last < 0 || !g.joins(&joined[last], l, leads(pieces, i)) {
			joined = append(joined, l)
		}
	}
	out := make([]line, 0, len(joined))
	for _, b := range sorted(blocks(joined)) {
		out = append(out, b.lines...)
	}
	return out
}

// drawn says whether a line has no letter but those that a font has for itself: a bar code, an ornament.
func drawn(s string) bool {
	return strings.Trim(s, " ") != "" && strings.TrimFunc(s, func(r rune) bool { return r == ' ' || unicode.Is(unicode.Co, r) }) == ""
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

// labelled is a line of such a box: "Distr.: General", "Original: English".
var labelled = regexp.MustCompile(`^\pL{3,14}\.?\s?[:：]\s?\pL{2,14}$|^Distr\.`)

// standsOut says whether a line has larger letters than the text. The box with symbol, date and languages of an official document has,
// and says nothing of what it is about.
func standsOut(l line, body float64) bool {
	return l.size >= 1.15*body && !symbol.MatchString(l.text) && !labelled.MatchString(l.text) && utf8.RuneCountInString(l.text) >= 3
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
