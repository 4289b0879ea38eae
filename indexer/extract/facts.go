package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// facts are what a page says of itself, gathered in one walk of its tree.
type facts struct {
	title     string // <title>
	lang      string // <html lang>
	canonical string // <link rel=canonical href>
	base      string // <base href>
	metas     map[string][]string
	headings  []heading
	times     []*html.Node // <time>, and anything with itemprop=datePublished
	dates     []*html.Node // short elements within a line whose class says that they are a date
	signed    []*html.Node // what is marked as the name of an author
	ld        []string     // JSON-LD scripts
	article   string       // the schema.org type that the page's first article is marked with
	nodes     int
	depth     int
	hasMain   bool // there is a main or an article element
	scripts   int  // those that could write a page
	mount     bool // there is an empty place for a script to write the page into
	noscript  bool
}

// heading is an h1, or what is marked as the headline.
type heading struct {
	text   string
	main   bool // within main or article
	second bool // an h2
}

// Bounds on what is kept of one page's facts.
const (
	maxMetas    = 500
	maxHeadings = 40
	maxTimes    = 200
	maxScripts  = 50
)

// writing is how many bytes a script has at least that could write a page.
const writing = 100

// gather walks a tree. It stops counting nodes, and looking at them, just past the bounds.
func gather(root *html.Node, maxNodes, maxDepth int) *facts {
	f := &facts{metas: make(map[string][]string)}
	depth, inMain := 0, 0
	for n := root; n != nil; {
		if n.Type == html.ElementNode {
			f.note(n, inMain > 0)
		}
		f.nodes++
		f.depth = max(f.depth, depth)
		if f.nodes > maxNodes || f.depth > maxDepth {
			break
		}
		if n.FirstChild != nil {
			depth++
			if isMain(n) {
				inMain++
				f.hasMain = true
			}
			n = n.FirstChild
			continue
		}
		for n != nil && n.NextSibling == nil {
			n = n.Parent
			depth--
			if n != nil && isMain(n) {
				inMain--
			}
		}
		if n != nil {
			n = n.NextSibling
		}
	}
	return f
}

func isMain(n *html.Node) bool { return n.DataAtom == atom.Main || n.DataAtom == atom.Article }

func (f *facts) note(n *html.Node, inMain bool) {
	switch n.DataAtom {
	case atom.Html:
		f.lang = attr(n, "lang")
		if f.lang == "" {
			f.lang = attr(n, "xml:lang")
		}
	case atom.Title:
		if f.title == "" && n.Parent != nil && n.Parent.DataAtom != atom.Svg {
			f.title = clean(textOf(n))
		}
	case atom.Base:
		if f.base == "" {
			f.base = attr(n, "href")
		}
	case atom.Link:
		if f.canonical == "" && hasWord(attr(n, "rel"), "canonical") {
			f.canonical = strings.TrimSpace(attr(n, "href"))
		}
	case atom.Meta:
		f.meta(n)
	case atom.Script:
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(n, "type"))), "application/ld+json") && len(f.ld) < maxScripts {
			f.ld = append(f.ld, textOf(n))
		} else if attr(n, "src") != "" || len(textOf(n)) >= writing {
			f.scripts++
		}
	case atom.Noscript:
		f.noscript = true
	case atom.H1, atom.H2:
		if len(f.headings) < maxHeadings && !spoken(n) {
			f.headings = append(f.headings, heading{text: clean(textOf(n)), main: inMain, second: n.DataAtom == atom.H2})
		}
	}
	if kind := attr(n, "itemtype"); f.article == "" && kind != "" {
		if name := kind[strings.LastIndexByte(kind, '/')+1:]; articleRank(name) > 1 {
			f.article = name
		}
	}
	if n.DataAtom == atom.Span && len(f.dates) < maxTimes && markedDate(n) && len(textOf(n)) <= maxByline {
		f.dates = append(f.dates, n)
	}
	if len(f.signed) < maxTimes && isSigned(n) {
		f.signed = append(f.signed, n)
	}
	f.mount = f.mount || isMount(n)
	if (n.DataAtom == atom.Time || hasWord(attr(n, "itemprop"), "datePublished")) && n.DataAtom != atom.Meta && len(f.times) < maxTimes {
		f.times = append(f.times, n)
	}
}

// aloud are words in the class of what is told only to those who have a page read to them.
var aloud = wordSet("navskip skip hidden invisible aural reader sr")

func spoken(n *html.Node) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(attr(n, "class")), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if aloud[word] {
			return true
		}
	}
	return false
}

// meta keeps a meta element under its name, property, itemprop or http-equiv in lower case.
func (f *facts) meta(n *html.Node) {
	content := clean(attr(n, "content"))
	if content == "" || len(f.metas) >= maxMetas {
		return
	}
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" {
			f.metas[name] = append(f.metas[name], content)
		}
	}
}

// first gives the first value of the first of these metas that has one.
func (f *facts) first(names ...string) string {
	for _, n := range names {
		if v := f.metas[n]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hasWord says whether an attribute of words parted by spaces has one, whatever its case.
func hasWord(value, word string) bool {
	for v := range strings.FieldsSeq(value) {
		if strings.EqualFold(v, word) {
			return true
		}
	}
	return false
}

// textOf is all text below a node, as it stands.
func textOf(n *html.Node) string {
	if n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode {
		return n.FirstChild.Data
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else if breaks[c.DataAtom] {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
