package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// repair mends a selection of lines by what their places in the tree say, whatever the library thought of it: the introduction above
// the text and what it left out amid the text come back, and what stands amid or after the text and is no part of it goes.
type repair struct {
	all       []line
	address   *url.URL
	taken     []bool             // by line
	mass      map[*html.Node]int // bytes of selected text below a node
	total     int
	adornment map[*html.Node]bool // whether a node is a decoration, once asked
}

// Shares of the selected text: a marked block that holds more than adorning of it is the text itself, whatever its class says; a repair
// that would take away more than removable is none.
const (
	adorning  = 0.3
	removable = 0.5
)

func newRepair(all []line, selected []placed, address *url.URL) *repair {
	r := &repair{all: all, address: address, adornment: make(map[*html.Node]bool)}
	r.weigh(selected)
	return r
}

func (r *repair) weigh(selected []placed) {
	r.taken, r.mass, r.total = make([]bool, len(r.all)), make(map[*html.Node]int), 0
	for _, s := range selected {
		r.total += len(s.text)
		if s.at < 0 {
			continue
		}
		r.taken[s.at] = true
		for n := r.all[s.at].block; n != nil && n.DataAtom != atom.Body; n = n.Parent {
			r.mass[n] += len(s.text)
		}
	}
}

// mend gives the repaired selection.
func (r *repair) mend(selected []placed, title string) []placed {
	selected = r.withGaps(selected)
	kept := r.withoutTail(r.withoutCalls(r.withoutPointers(r.withoutAdornments(selected))))
	left := 0
	for _, s := range kept {
		left += len(s.text)
	}
	if float64(left) < removable*float64(r.total) {
		kept = selected
	}
	return r.withLead(r.withOpening(kept), title)
}

// withoutAdornments drops the lines in marked blocks that hold little of the text.
func (r *repair) withoutAdornments(selected []placed) []placed {
	r.weigh(selected)
	return slices.DeleteFunc(slices.Clone(selected), func(s placed) bool { return s.at >= 0 && r.adorns(r.all[s.at].block) })
}

// adorns says whether a node or one that holds it is marked as decoration.
func (r *repair) adorns(n *html.Node) bool {
	if n == nil || n.DataAtom == atom.Body || float64(r.mass[n]) > adorning*float64(r.total) {
		return false
	}
	verdict, asked := r.adornment[n]
	if !asked {
		verdict = isAdornment(n) || r.adorns(n.Parent)
		r.adornment[n] = verdict
	}
	return verdict
}

// adornments are words in the class or id of what is no part of a text, wherever it stands.
var adornments = wordSet(`ad addtoany ads advert advertisement advertising banner breadcrumb breadcrumbs caption captions comment comments
	commentform cookie copyright credit credits disclaimer disclosure imagedescription jumplinks like likes login menu mostread nav navigation newsletter outbrain
	pager pagination paywall popup promo promotion rating ratings readmore recirc recommendations recommended related relatedposts share sharedaddy
	sharing sidebar signup similar social subscribe subscription taboola tags toc toolbar`)

// adornmentParts are parts of such names that are no words of their own.
var adornmentParts = []string{"read-more", "read_more", "most-read", "see-also", "read-also", "readalso", "also-like", "image-box", "imagecaption", "table-of-contents", "sharebar", "postmeta", "author-bio", "author-box", "authorbox"}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func isAdornment(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Dialog, atom.Figcaption:
		return true
	}
	if markedAs(attr(n, "class")) {
		return true
	}
	return !isHeading(n) && markedAs(attr(n, "id")) // a heading's id repeats its words
}

// longName is how many words the name of a kind of block has at most; longer ones are made of a text.
const longName = 3

// states are words beside which another names what a block has or lacks, not what it is: with-sidebar.
var states = wordSet("has with no without enabled disabled hide show is")

// markedAs says whether one of the names in a class or id attribute is of an adornment.
func markedAs(names string) bool {
	for name := range strings.FieldsSeq(strings.ToLower(names)) {
		if slices.ContainsFunc(adornmentParts, func(p string) bool { return strings.Contains(name, p) }) {
			return true
		}
		words := strings.FieldsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
		if len(words) <= longName && slices.ContainsFunc(words, func(w string) bool { return adornments[w] }) &&
			!slices.ContainsFunc(words, func(w string) bool { return states[w] }) {
			return true
		}
	}
	return false
}

// withGaps puts back headings and paragraphs that stand amid the selected ones, as their siblings.
func (r *repair) withGaps(selected []placed) []placed {
	out := make([]placed, 0, len(selected))
	for i, s := range selected {
		out = append(out, s)
		if i+1 == len(selected) || s.at < 0 || selected[i+1].at <= s.at {
			continue
		}
		for k := s.at + 1; k < selected[i+1].at; k++ {
			if !r.taken[k] && r.belongs(k, s.at, selected[i+1].at) {
				out = append(out, placed{r.all[k].text, k})
			}
		}
	}
	return out
}

// belongs says whether a line that was left out between two selected ones is of the same text.
func (r *repair) belongs(k, before, after int) bool {
	block := r.all[k].block
	if r.bare(k, before) && r.bare(k, after) {
		return r.opens(k)
	}
	heading := isHeading(block)
	if !heading && block.DataAtom != atom.P && block.DataAtom != atom.Blockquote {
		return false
	}
	beside := func(at int) bool { return r.all[at].block.Parent == block.Parent || r.all[at].block == block.Parent }
	if follows, leads := beside(before), beside(after); !follows && !leads || !heading && (!follows || !leads) {
		return false
	}
	return linkShare(block) < 0.5 && !r.adorns(block)
}

// bare says whether a line stands right in the block that holds another line, or the paragraph of one: text that no element of its own
// marks, as before the first paragraph or between two.
func (r *repair) bare(k, beside int) bool {
	block, other := r.all[k].block, r.all[beside].block
	return block != nil && block.DataAtom != atom.P && block.DataAtom != atom.Body && !isHeading(block) && (other == block || other.Parent == block && (other.DataAtom == atom.P || isHeading(other)))
}

// opens says whether a line is a sentence as long as an introduction at least, and tells of no page or picture, is no decoration and no links.
func (r *repair) opens(k int) bool {
	l := r.all[k]
	return utf8.RuneCountInString(l.text) >= minLead && endsSentence(l.text) && !r.tells(l.text) && !r.adorns(l.block) && linkShare(l.block) <= 0.3
}

// withOpening puts the paragraphs and the bare text right before the selected lines, in the same block, in front of them.
func (r *repair) withOpening(selected []placed) []placed {
	first := beginning(selected)
	var opening []placed
	for k := first - 1; k >= 0 && len(opening) < leadSpan && !r.taken[k]; k-- {
		block, below := r.all[k].block, r.all[k+1].block
		paragraph := block.DataAtom == atom.P && below.DataAtom == atom.P && block.Parent == below.Parent
		if !paragraph && !r.bare(k, k+1) || !r.opens(k) || repeats(selected, r.all[k].text) {
			break
		}
		opening = append(opening, placed{r.all[k].text, k})
	}
	slices.Reverse(opening)
	return append(opening, selected...)
}

// leadMarks are parts of the class or id by which publishers mark the introduction above a text.
var leadMarks = []string{"intro", "teaser", "lead", "lede", "summary", "excerpt", "standfirst", "chapo", "preface", "abstract", "description", "deck", "vorspann", "entradilla", "bajada", "anriss"}

// Lengths of an introduction; how many lines below the title it begins at the most, or above the text.
const (
	minLead  = 50
	maxLead  = 1200
	leadSpan = 12
	leadNear = 2
)

// withLead puts the introduction between title and text in front of the selected lines.
func (r *repair) withLead(selected []placed, title string) []placed {
	first := beginning(selected)
	head := r.headingAbove(first, title)
	if head < 0 {
		return selected
	}
	var lead []placed
	for k := head + 1; k < first; k++ {
		if (k <= head+leadSpan || k >= first-leadNear) && !r.taken[k] && r.isLead(k) && !repeats(selected, r.all[k].text) {
			lead = append(lead, placed{r.all[k].text, k})
		}
	}
	return append(lead, selected...)
}

// headingAbove is the title's line above one; else the last h1 above it; -1 if there is neither.
func (r *repair) headingAbove(first int, title string) int {
	want := letters(title)
	found := -1
	for i := range r.all[:first] {
		if r.all[i].block.DataAtom == atom.H1 || want != "" && isHeading(r.all[i].block) && letters(r.all[i].text) == want {
			found = i
		}
	}
	return found
}

func (r *repair) isLead(k int) bool {
	l := r.all[k]
	if n := utf8.RuneCountInString(l.text); n < minLead || n > maxLead || r.adorns(l.block) || linkShare(l.block) > 0.3 {
		return false
	}
	if n := l.block.DataAtom; n == atom.Li || n == atom.Td || n == atom.H1 {
		return false
	}
	marked := false
	n := l.block
	for range 3 {
		if n == nil || n.DataAtom == atom.Body || n.DataAtom == atom.Main || n.DataAtom == atom.Article {
			break
		}
		marks := strings.ToLower(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "itemprop"))
		marked = marked || slices.ContainsFunc(leadMarks, func(m string) bool { return strings.Contains(marks, m) })
		n = n.Parent
	}
	return marked || l.block.DataAtom == atom.P && endsSentence(l.text)
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»“ )")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？؟", r)
}

// repeats says whether a text stands in what was selected already.
func repeats(selected []placed, text string) bool {
	key := tight(text)
	for _, s := range selected {
		if strings.Contains(tight(s.text), key) {
			return true
		}
	}
	return false
}
