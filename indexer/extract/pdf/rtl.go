package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// char is one character and where it stands.
type char struct {
	text string
	box
}

func (c *char) blank() bool { return strings.TrimSpace(c.text) == "" }

// rightToLeft says whether a page has enough letters that run from right to left for its order to be in doubt.
func rightToLeft(text string) bool {
	right, all := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			all++
			if isRight(r) {
				right++
			}
		}
	}
	return right > 0 && right*20 > all
}

func isRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// row is the characters that stand beside each other.
type row struct {
	centre, height float64
	chars          []char
}

// rebuilt makes lines of characters by where they stand alone.
func rebuilt(chars []char) []line {
	var lines []line
	for _, r := range rows(chars) {
		rtl := r.runsRight()
		for _, part := range r.parts(rtl) {
			if l, ok := part.line(rtl); ok {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// nearRows is how many rows back a character may still belong to: marks and numbers come after the words of their line.
const nearRows = 6

// rows puts each character into the nearest of the last rows at its height.
func rows(chars []char) []*row {
	var rows []*row
	for _, c := range chars {
		if c.text == "" || c.text == "\r" || c.text == "\n" || c.top == c.bottom && c.blank() {
			continue
		}
		centre, height := (c.top+c.bottom)/2, c.top-c.bottom
		var home *row
		for k := len(rows) - 1; k >= max(0, len(rows)-nearRows); k-- {
			if math.Abs(rows[k].centre-centre) < 0.6*max(height, rows[k].height, 6) {
				home = rows[k]
				break
			}
		}
		if home == nil {
			home = &row{centre: centre, height: height}
			rows = append(rows, home)
		}
		home.chars = append(home.chars, c)
		home.height = max(home.height, height)
	}
	return rows
}

// parts sorts a row in the direction of most of its letters, and cuts it where columns or cells stand apart.
func (r *row) parts(rtl bool) []*row {
	slices.SortStableFunc(r.chars, func(a, b char) int { // stable: the letters of a ligature share one place
		if rtl {
			a, b = b, a
		}
		return cmp.Compare(a.left+a.right, b.left+b.right)
	})
	var out []*row
	first, last := 0, -1 // last is the last visible character
	for i := range r.chars {
		if r.chars[i].blank() {
			continue
		}
		if last >= 0 && gapBetween(&r.chars[last], &r.chars[i], rtl) > columnGap*r.height && last-first >= markLetters {
			out = append(out, &row{centre: r.centre, height: r.height, chars: r.chars[first : last+1]})
			first = i
		}
		last = i
	}
	return append(out, &row{centre: r.centre, height: r.height, chars: r.chars[first:]})
}

// columnGap parts columns of a page whose lines are rebuilt, in heights of a row; what has fewer letters than markLetters may be the mark
// of an item before it.
const (
	columnGap   = 4.0
	markLetters = 4
)

func gapBetween(a, b *char, rtl bool) float64 {
	if rtl {
		return a.left - b.right
	}
	return b.left - a.right
}

// line reads a sorted row.
func (r *row) line(rtl bool) (line, bool) {
	pieces := r.spaced(rtl)
	if rtl {
		turnBack(pieces)
	}
	l := line{text: strings.Join(strings.Fields(norm.NFKC.String(strings.Join(pieces, ""))), " ")}
	l.left, l.right, l.bottom, l.size = math.Inf(1), math.Inf(-1), math.Inf(1), r.height
	for i := range r.chars {
		c := &r.chars[i]
		if !c.blank() {
			l.left, l.right, l.bottom = min(l.left, c.left), max(l.right, c.right), min(l.bottom, c.bottom)
		}
	}
	return l, l.text != ""
}

func (r *row) runsRight() bool {
	right, left := 0, 0
	for i := range r.chars {
		for _, c := range r.chars[i].text {
			switch {
			case isRight(c):
				right++
			case unicode.IsLetter(c):
				left++
			}
		}
	}
	return right > left
}

// spaced gives the row's characters with a space where a gap parts words.
func (r *row) spaced(rtl bool) []string {
	out := make([]string, 0, len(r.chars)+len(r.chars)/4)
	for i := range r.chars {
		c := &r.chars[i]
		if i > 0 && !c.blank() && !r.chars[i-1].blank() {
			if gapBetween(&r.chars[i-1], c, rtl) > 0.18*r.height {
				out = append(out, " ")
			}
		}
		out = append(out, c.text)
	}
	return out
}

// turnBack reverses the runs of digits and of letters that run from left to right, within a row read from the right.
func turnBack(pieces []string) {
	for i := 0; i < len(pieces); i++ {
		j := i
		for j < len(pieces) && runsLeft(pieces[j]) {
			j++
		}
		slices.Reverse(pieces[i:j])
		i = max(i, j)
	}
}

func runsLeft(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	return size > 0 && !isRight(first) && (unicode.IsLetter(first) || unicode.IsDigit(first) || strings.ContainsRune("/.,-", first))
}
