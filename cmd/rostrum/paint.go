package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"rostrum/search"
)

// paint is how text is shown on a terminal. Elsewhere it shows everything as it is, a sentence a line.
type paint struct {
	on    bool
	width int // of a line, in cells; 0: no line is broken
}

// defaultWidth is that of a terminal that does not say (COLUMNS), in cells.
const defaultWidth = 100

// paintOf looks at where the text goes. NO_COLOR (https://no-color.org) and a dumb terminal are shown no colours.
func paintOf(w io.Writer) paint {
	if !onTerminal(w) {
		return paint{}
	}
	p := paint{on: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", width: defaultWidth}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		p.width = n
	}
	return p
}

func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p paint) as(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) strong(s string) string { return p.as("1", s) }
func (p paint) faint(s string) string  { return p.as("2", s) }
func (p paint) fail(s string) string   { return p.as("31", s) }
func (p paint) warn(s string) string   { return p.as("33", s) }

// state is a source's state in its colour, with a word in any case.
func (p paint) state(s string) string {
	switch strings.TrimSpace(s) {
	case "failing":
		return p.fail(s)
	case "silent":
		return p.warn(s)
	}
	return s
}

// snippet shows a snippet with its marks, broken where its language allows, each line after so many cells.
func (p paint) snippet(s search.Snippet, indent int) string {
	text, marked := flattened(s)
	var b strings.Builder
	at, column, state, strong := 0, indent, -1, false
	for rest := string(text); rest != ""; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if width := uniseg.StringWidth(strings.TrimRight(segment, " ")); p.width > 0 && column > indent && column+width > p.width {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		}
		column += uniseg.StringWidth(segment)
		for _, r := range segment {
			if p.on && marked[at] != strong {
				strong = !strong
				b.WriteString(map[bool]string{true: "\x1b[1m", false: "\x1b[0m"}[strong])
			}
			b.WriteRune(r)
			at++
		}
	}
	if strong {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// flattened puts one space for each run of white space, and says of each code point whether it is marked.
func flattened(s search.Snippet) (text []rune, marked []bool) {
	next := 0
	for i, r := range []rune(s.Text) {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			r = ' '
		}
		if r == ' ' && (len(text) == 0 || text[len(text)-1] == ' ') {
			continue
		}
		for next < len(s.Marks) && s.Marks[next][1] <= i {
			next++
		}
		text, marked = append(text, r), append(marked, next < len(s.Marks) && s.Marks[next][0] <= i)
	}
	return text, marked
}
