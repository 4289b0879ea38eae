package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// line is one line of text and the block of the tree that it stands in.
type line struct {
	text  string
	block *html.Node
}

// breaks are the elements that begin and end a line.
var breaks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Br: true, atom.Caption: true,
	atom.Center: true, atom.Dd: true, atom.Details: true, atom.Dialog: true, atom.Div: true, atom.Dl: true, atom.Dt: true,
	atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true,
	atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Header: true, atom.Hr: true, atom.Li: true, atom.Main: true,
	atom.Nav: true, atom.Ol: true, atom.Option: true, atom.P: true, atom.Pre: true, atom.Section: true, atom.Summary: true,
	atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Tfoot: true, atom.Th: true, atom.Thead: true, atom.Tr: true, atom.Ul: true,
}

// unseen are the elements whose text a reader does not see.
var unseen = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Math: true, atom.Select: true, atom.Textarea: true, atom.Button: true,
}

// liner collects the lines of a tree in document order.
type liner struct {
	lines []line
	open  strings.Builder
	block *html.Node
	space bool // white space is due before the next letter
	seams bool // what two text nodes gave is to be told apart
}

// seam stands between what two text nodes of a line gave, where that is asked for. It is no character of a text: such are dropped.
const seam = '\x00'

// linesOf renders a tree as a reader sees it: white space collapsed, one line per paragraph, heading, list item, table cell and
// forced break. Lines without text are left out.
func linesOf(root *html.Node) []line {
	l := liner{block: root}
	l.walk(root)
	l.end()
	return l.lines
}

// seamedLinesOf renders a tree so too, with a seam between the text nodes of each line.
func seamedLinesOf(root *html.Node) []line {
	l := liner{block: root, seams: true}
	l.walk(root)
	l.end()
	return l.lines
}

func (l *liner) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if l.seams && l.open.Len() > 0 {
			l.open.WriteRune(seam)
		}
		l.write(n.Data)
		return
	case html.ElementNode:
		if unseen[n.DataAtom] {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	breaking := breaks[n.DataAtom]
	outer := l.block
	if breaking {
		l.end()
		l.block = n
	}
	if n.DataAtom == atom.Br {
		l.block = outer
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l.walk(c)
	}
	if breaking {
		l.end()
		l.block = outer
	}
}

func (l *liner) write(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			l.space = l.open.Len() > 0
		case invisible(r):
		default:
			if l.space {
				l.open.WriteByte(' ')
				l.space = false
			}
			l.open.WriteRune(r)
		}
	}
}

func (l *liner) end() {
	if l.open.Len() > 0 {
		l.lines = append(l.lines, line{text: l.open.String(), block: l.block})
		l.open.Reset()
	}
	l.space = false
}

// invisible are the characters that are no part of a word: control characters, soft hyphens, zero-width spaces, byte order marks
// and what stands for a byte that could not be decoded at all.
func invisible(r rune) bool {
	return unicode.IsControl(r) || r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == utf8.RuneError
}

// tight is a text without its white space: what two renderings of the same block have in common.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || invisible(r) {
			return -1
		}
		return r
	}, s)
}

// clean collapses white space and drops what is invisible.
func clean(s string) string {
	var l liner
	l.write(s)
	return l.open.String()
}
