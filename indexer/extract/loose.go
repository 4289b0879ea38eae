package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Loose is a line of a page's text that could be what a site puts on many of its pages: a box about its owner, a call to subscribe, a
// line to whom to write. One page can't tell; whoever sees several can.
type Loose struct {
	Line  int  // of Text, from 0
	Label bool // it heads the next loose line, and means nothing without it
}

// Bounds of loose lines: the part of a text, in bytes, that has none; their length in characters; how large the block is that holds
// them beside the text, as a share of it; how many lines at the end a note below the text has.
const (
	headShare   = 0.3
	minLoose    = 40
	minTailNote = 80
	maxLoose    = 1200
	maxLabel    = 60
	looseBlock  = 0.3
	tailLines   = 8
)

// looseLines finds them in the lines that were selected, of which the first skipped are not in the text. They stand in a block of their
// own beside the paragraphs of the text, hold little but links or an address to write to, or follow a label at the very end. Headings,
// entries of lists and cells of tables are none: who signed a letter stands in these.
func looseLines(all []line, selected []placed, skipped int) []Loose {
	total, mass := 0, make(map[*html.Node]int)
	for _, s := range selected {
		total += len(s.text)
		if s.at >= 0 {
			mass[all[s.at].holder()] += len(s.text)
		}
	}
	var main *html.Node
	for _, s := range selected { // in the order of the text, so that the first of two as large is taken
		if s.at >= 0 && (main == nil || mass[all[s.at].holder()] > mass[main]) {
			main = all[s.at].holder()
		}
	}
	var found []Loose
	before, labelled := 0, false
	for i, s := range selected {
		label := isLabel(all, s)
		labelled = labelled && i >= len(selected)-tailLines || label && i >= len(selected)-tailLines
		if i >= skipped && float64(before) >= headShare*float64(total) && s.at >= 0 && !label && looseText(all[s.at], s.text) {
			l := all[s.at]
			apart := l.holder() != main && float64(mass[l.holder()]) <= looseBlock*float64(total)
			note := labelled && utf8.RuneCountInString(s.text) >= minTailNote
			if apart || note || linkShare(l.block) > looseBlock || namesAddress(s.text) {
				if i > skipped && isLabel(all, selected[i-1]) {
					found = append(found, Loose{Line: i - 1 - skipped, Label: true})
				}
				found = append(found, Loose{Line: i - skipped})
			}
		}
		before += len(s.text)
	}
	return found
}

// holder is the block whose lines belong together: the one around a paragraph, else the line's own.
func (l line) holder() *html.Node {
	if l.block.DataAtom == atom.P && l.block.Parent != nil {
		return l.block.Parent
	}
	return l.block
}

// looseText says whether a line is of the kinds and lengths that are looked at.
func looseText(l line, text string) bool {
	n := utf8.RuneCountInString(text)
	return n <= maxLoose && (n >= minLoose || namesAddress(text) || hasLink(l.block)) && !entry(l.block)
}

// entry says whether a block is of a list, a table, a quotation or a heading.
func entry(block *html.Node) bool {
	for b := block; b != nil && b.DataAtom != atom.Body; b = b.Parent {
		switch b.DataAtom {
		case atom.Li, atom.Td, atom.Th, atom.Dt, atom.Dd, atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return true
		}
	}
	return false
}

// isLabel says whether a line heads what follows: a heading, or a few words that no full stop ends.
func isLabel(all []line, s placed) bool {
	if s.at >= 0 && isHeading(all[s.at].block) {
		return true
	}
	return utf8.RuneCountInString(s.text) <= maxLabel && !endsSentence(s.text) && !namesAddress(s.text) && s.at >= 0 && !entry(all[s.at].block)
}

// namesAddress says whether a line tells where to write or to look.
func namesAddress(s string) bool {
	return strings.ContainsRune(s, '@') || strings.Contains(s, "www.") || strings.Contains(s, "://")
}
