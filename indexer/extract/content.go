package extract

import (
	"net/url"
	"strings"

	trafilatura "github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxSelected is how many nodes a tree may have for its main content to be selected: the time that takes grows with the square.
const maxSelected = 40_000

// content is the main text of a page.
type content struct {
	lines  []string
	loose  func(skipped int) []Loose
	node   *html.Node // the part of the original tree that holds it
	all    []line     // every line of the page
	first  int        // where in all the text begins
	author string
	spoken string // the language that the library tells from all of the text
	notes  []string
}

// mainText selects a page's main content. The library decides which text it is; the lines are taken from the page itself, because
// the library joins words across elements and splits them within one.
func mainText(doc *html.Node, f *facts, ld article, title string, address *url.URL) content {
	all := linesOf(doc)
	if len(all) == 0 {
		return content{lines: strings.FieldsFunc(ld.body, func(r rune) bool { return r == '\n' })}
	}
	if f.nodes > maxSelected {
		return content{lines: texts(outsideFrame(all)), node: doc, all: all, notes: []string{"the page is too large for its main content to be selected: all its text was taken"}}
	}
	c, contained := containerOf(doc, all)
	candidates, second := opinions(doc, address, c, contained)
	result, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL: address, EnableFallback: true, FallbackCandidates: candidates, ExcludeComments: true, IncludeLinks: false, HtmlDateMode: trafilatura.Disabled,
	})
	if err != nil || result.ContentNode == nil {
		return content{lines: texts(outsideFrame(all)), node: doc, all: all}
	}
	selected, o := selection(all, result.ContentNode, &c, contained, title, address)
	first := beginning(selected) // of what is surely text, by which the date is looked for
	if second != nil {
		if other, of := selection(all, second, &c, contained, title, address); float64(size(selected)) < fewer*float64(size(other)) {
			selected, o = other, of
		}
	}
	loose := func(skipped int) []Loose { return looseLines(all, selected, skipped) }
	return content{lines: textsOf(selected), loose: loose, node: o.container(), all: all, first: first, author: result.Metadata.Author, spoken: result.Metadata.Language}
}

// beginning is where the first selected line that is on the page stands.
func beginning(selected []placed) int {
	for _, s := range selected {
		if s.at >= 0 {
			return s.at
		}
	}
	return 0
}

// placed is a selected line and its index among the lines of the page; -1 if it is not there.
type placed struct {
	text string
	at   int
}

func textsOf(selected []placed) []string {
	out := make([]string, len(selected))
	for i, s := range selected {
		out[i] = s.text
	}
	return out
}

func texts(lines []line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return out
}

// outsideFrame drops the lines of menus, sidebars, headers and footers.
func outsideFrame(all []line) []line {
	var kept []line
	for _, l := range all {
		if !inFrame(l.block) {
			kept = append(kept, l)
		}
	}
	return kept
}

func inFrame(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Header, atom.Form:
			return true
		}
	}
	return false
}
