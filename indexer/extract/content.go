package extract

import (
	"net/url"
	"sort"
	"strings"
	"unicode"

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

// maxMisses bounds how many selected lines that stand nowhere in the page are searched for throughout it.
const maxMisses = 100

// original finds selected text in the page that it was selected from, whatever happened to its white space.
type original struct {
	lines  []line
	tight  string           // all lines without white space, joined
	starts []int            // where each line begins in tight
	whole  map[string][]int // a whole line without white space → its indexes
	next   int              // the line after the last one found
	used   []bool
	misses int
}

func newOriginal(lines []line) *original {
	o := &original{lines: lines, starts: make([]int, len(lines)+1), whole: make(map[string][]int, len(lines)), used: make([]bool, len(lines))}
	var b strings.Builder
	for i, l := range lines {
		o.starts[i] = b.Len()
		key := tight(l.text)
		b.WriteString(key)
		o.whole[key] = append(o.whole[key], i)
	}
	o.starts[len(lines)] = b.Len()
	o.tight = b.String()
	return o
}

// render gives the lines of the page that hold a selected text; the text itself if the page does not have it.
func (o *original) render(text string) []placed {
	key := tight(text)
	if at, found := o.line(key); found {
		o.use(at)
		return []placed{{o.lines[at].text, at}}
	}
	if start, found := o.stretch(key); found {
		return o.between(start, start+len(key))
	}
	return []placed{{text, -1}}
}

// line finds a whole line, the first one not passed yet.
func (o *original) line(key string) (int, bool) {
	indexes := o.whole[key]
	if len(indexes) == 0 {
		return 0, false
	}
	for _, i := range indexes {
		if i >= o.next {
			return i, true
		}
	}
	return indexes[0], true
}

// stretch finds a text within a line, or one that runs over several.
func (o *original) stretch(key string) (int, bool) {
	if len(key) < 12 || o.misses > maxMisses {
		return 0, false
	}
	from := o.starts[o.next]
	if i := strings.Index(o.tight[from:], key); i >= 0 {
		return from + i, true
	}
	if i := strings.Index(o.tight, key); i >= 0 {
		return i, true
	}
	o.misses++
	return 0, false
}

// between gives the lines, or pieces of lines, from one offset into tight to another.
func (o *original) between(start, end int) []placed {
	var out []placed
	for i := sort.SearchInts(o.starts, start+1) - 1; i < len(o.lines) && o.starts[i] < end; i++ {
		o.use(i)
		piece := cutTight(o.lines[i].text, max(0, start-o.starts[i]), end-o.starts[i])
		if piece != "" {
			out = append(out, placed{piece, i})
		}
	}
	return out
}

func (o *original) use(i int) {
	o.used[i] = true
	o.next = i + 1
}

// reuse makes these the lines that are used.
func (o *original) reuse(selected []placed) {
	clear(o.used)
	for _, s := range selected {
		if s.at >= 0 {
			o.used[s.at] = true
		}
	}
}

// cutTight gives the part of a text from one offset to another, counted in bytes without white space.
func cutTight(text string, start, end int) string {
	from, to, at := -1, 0, 0
	for i, r := range text {
		if unicode.IsSpace(r) || invisible(r) {
			continue
		}
		n := len(string(r))
		if at >= start && from < 0 {
			from = i
		}
		if at < end {
			to = i + n
		}
		at += n
	}
	if from < 0 || to <= from {
		return ""
	}
	return text[from:to]
}

// container is the smallest part of the page that holds the lines that were used.
func (o *original) container() *html.Node {
	var holder *html.Node
	var path map[*html.Node]bool
	for i, used := range o.used {
		if !used {
			continue
		}
		if holder == nil {
			holder = o.lines[i].block
			path = ancestors(holder)
			continue
		}
		for n := o.lines[i].block; n != nil; n = n.Parent {
			if path[n] {
				if n != holder {
					holder = n
					path = ancestors(n)
				}
				break
			}
		}
	}
	return holder
}

func ancestors(n *html.Node) map[*html.Node]bool {
	path := make(map[*html.Node]bool)
	for ; n != nil; n = n.Parent {
		path[n] = true
	}
	return path
}
