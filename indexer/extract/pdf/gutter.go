package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// In heights of a line's letters: from narrow a gap may part columns or the cells of a table, if other lines have one at the same place;
// from wide it does by itself; up to markWide one after the mark of an item does not.
const (
	narrowGap = 1.3
	wideGap   = 3.0
	markGap   = 7.0
)

// gutterLines is how many lines must have a gap at the same place for it to part columns.
const gutterLines = 3

// span is a line as PDFium has it, and the code units that it is made of, from an index of the page.
type span struct {
	line
	units []uint16
	from  int
}

// pieces cuts lines at gaps, over which PDFium goes on with a space. Each place of a character costs a call, so only the lines that are
// wider than their letters make are looked at.
func (t *textPage) pieces(spans []span) []line {
	usual := usualWidth(spans)
	out := make([]line, 0, len(spans))
	for _, s := range spans {
		n := float64(utf8.RuneCountInString(s.text))
		if s.size <= 0 || !strings.Contains(s.text, " ") || s.right-s.left < n*usual*s.size+0.5*s.size {
			out = append(out, s.line)
			continue
		}
		out = append(out, t.cut(s, usual)...)
	}
	return out
}

// usualWidth is the width of a character, in heights of the line's letters, that a quarter of the lines stay below; at most what letters
// of usual fonts have, since all lines of a page may have gaps.
func usualWidth(spans []span) float64 {
	const (
		enough = 12 // characters
		most   = 0.42
	)
	widths := make([]float64, 0, len(spans))
	for _, s := range spans {
		if n := utf8.RuneCountInString(s.text); n >= enough && s.size > 0 {
			widths = append(widths, (s.right-s.left)/float64(n)/s.size)
		}
	}
	if len(widths) == 0 {
		return most
	}
	slices.Sort(widths)
	return min(widths[len(widths)/4], most)
}

// wordAt is a word of a span: the units from begin to end.
type wordAt struct {
	begin, end int
	left       float64
	gap        float64 // before it, roughly
}

// cut cuts a line where its words stand apart.
func (t *textPage) cut(s span, usual float64) []line {
	words, ok := t.wordsOf(s, usual)
	if !ok {
		return []line{s.line}
	}
	total := 0.0
	for _, w := range words[1:] {
		total += max(w.gap, 0)
	}
	var out []line
	first := 0
	for k := 1; k < len(words); k++ {
		if words[k].gap < narrowGap*s.size*0.8 {
			continue
		}
		before, ok := t.box(s.from + words[k-1].end - 1)
		if !ok {
			continue
		}
		gap := words[k].left - before.right
		others := (total - words[k].gap) / float64(max(1, len(words)-2))
		if gap < narrowGap*s.size || gap < 2.5*others && gap < wideGap*s.size {
			continue
		}
		out = append(out, s.part(words[first].begin, words[k-1].end, words[first].left, before.right))
		first = k
	}
	last := s.part(words[first].begin, len(s.units), words[first].left, s.right)
	last.broken = s.broken
	return append(out, last)
}

// wordsOf places the words of a line by their first characters. It fails for lines that do not run from left to right.
func (t *textPage) wordsOf(s span, usual float64) ([]wordAt, bool) {
	var words []wordAt
	for i := 0; i < len(s.units); {
		for i < len(s.units) && blankUnit(s.units[i]) {
			i++
		}
		begin := i
		for i < len(s.units) && !blankUnit(s.units[i]) {
			i++
		}
		if begin == i {
			break
		}
		b, ok := t.box(s.from + begin)
		if !ok {
			return nil, false
		}
		w := wordAt{begin: begin, end: i, left: b.left}
		if n := len(words); n > 0 {
			if b.left < words[n-1].left {
				return nil, false
			}
			w.gap = b.left - words[n-1].left - float64(words[n-1].end-words[n-1].begin)*usual*s.size
		}
		words = append(words, w)
	}
	return words, len(words) > 1
}

func blankUnit(u uint16) bool { return u == ' ' || u == '\t' || u == 0xa0 || u == 0x3000 }

func (s *span) part(begin, end int, left, right float64) line {
	return line{text: textOf(s.units[begin:end]), left: left, right: right, bottom: s.bottom, size: s.size}
}

// gutters are the places of a page where gaps stand below one another.
type gutters []gap

type gap struct{ left, right float64 }

// guttersOf gathers the gaps between pieces that stand beside each other.
func guttersOf(pieces []line) gutters {
	var g gutters
	for i := 1; i < len(pieces); i++ {
		a, b := pieces[i-1], pieces[i]
		if level(a, b) && b.left-a.right >= narrowGap*max(a.size, b.size) && !leads(pieces, i) {
			g = append(g, gap{a.right, b.left})
		}
	}
	return g
}

// at says whether enough lines have a gap within this one.
func (g gutters) at(left, right float64) bool {
	n := 0
	for _, o := range g {
		if min(o.right, right)-max(o.left, left) > 0 {
			n++
		}
	}
	return n >= gutterLines
}

func level(a, b line) bool { return math.Abs(b.bottom-a.bottom) < 0.5*max(a.size, b.size) }

// leads says whether the piece before one leads into its paragraph: it is the mark of an item, or the next line stands right below both.
func leads(pieces []line, i int) bool {
	a, b := pieces[i-1], pieces[i]
	if isMark(a.text) {
		return true
	}
	if i+1 == len(pieces) {
		return false
	}
	next := pieces[i+1]
	drop := b.bottom - next.bottom
	return drop > 0.5*b.size && drop < 1.6*b.size && sameSize(b.size, next.size) && next.left < a.right && next.right > b.left
}

// joins appends a piece to the one drawn before it if both are of one line. led says that the one before leads into it.
func (g gutters) joins(last *line, l line, led bool) bool {
	space, size := l.left-last.right, max(l.size, last.size)
	if last.broken || !level(*last, l) || space <= -0.3*last.size {
		return false
	}
	if space >= markGap*size || !led && (space >= wideGap*size || space >= narrowGap*size && g.at(last.right, l.left)) {
		return false
	}
	last.text += " " + l.text
	last.right, last.broken = max(last.right, l.right), l.broken
	if l.size > last.size {
		last.size, last.bottom = l.size, l.bottom
	}
	return true
}

// isMark says whether a piece is the mark of an item alone.
func isMark(s string) bool {
	mark, _ := item(s + " .")
	return mark
}
