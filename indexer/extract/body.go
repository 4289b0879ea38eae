package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bodyClasses are class names by which themes and content systems mark the text of an article, and nothing else.
var bodyClasses = []string{
	"article-body", "article-content", "article-text", "article__body", "article__content", "article_body", "article_content", "articlebody",
	"articlecontent", "body-content", "content-body", "e-content", "entry-body", "entry-content", "entry__content", "field--name-body",
	"field-name-body", "itemfulltext", "news-content", "post-body", "post-content", "post-entry", "post-text", "post__content", "post_content",
	"single-content", "story-body", "story-content", "storycontent", "td-post-content",
}

// container is the element that holds a page's own text, by what the page says of itself.
type container struct {
	node *html.Node
	sure bool  // it is marked as the text, rather than as the part of the page that holds it
	own  []int // the lines in it, without menus, forms, shares and the like
}

// containerOf finds the container: what is marked as the article's body, what has a class that themes give to nothing else, else the one
// article, else the main part. There is none if it would be several, or has no text.
func containerOf(doc *html.Node, all []line) (c container, found bool) {
	var marked, classed, articles, mains []*html.Node
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case hasWord(attr(n, "itemprop"), "articleBody"):
			marked = append(marked, n)
		case hasClass(n, bodyClasses):
			classed = append(classed, n)
		case n.DataAtom == atom.Article:
			articles = append(articles, n)
		case n.DataAtom == atom.Main || hasWord(attr(n, "role"), "main"):
			mains = append(mains, n)
		}
	}
	for i, nodes := range [][]*html.Node{marked, classed, articles, mains} {
		if n := outermost(nodes); n != nil {
			c = container{node: n, sure: i < 2}
			break
		}
	}
	for i, l := range all {
		if c.node != nil && c.holds(l) && !surrounds(l.block, c.node) {
			c.own = append(c.own, i)
		}
	}
	return c, len(c.own) > 0
}

// bare is a copy of the container without what is marked as decoration within it.
func (c *container) bare() *html.Node { return bareCopy(c.node, true) }

func bareCopy(n *html.Node, root bool) *html.Node {
	if !root && n.Type == html.ElementNode && (n.DataAtom == atom.Form || n.DataAtom == atom.Footer || isAdornment(n)) {
		return nil
	}
	twin := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for c := range n.ChildNodes() {
		if child := bareCopy(c, false); child != nil {
			twin.AppendChild(child)
		}
	}
	return twin
}

// outermost gives the first of these nodes if all others are within it.
func outermost(nodes []*html.Node) *html.Node {
	for _, n := range nodes {
		if !within(n, nodes[0]) {
			return nil
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

func within(n, outer *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, classes []string) bool {
	for c := range strings.FieldsSeq(strings.ToLower(attr(n, "class"))) {
		if slices.Contains(classes, c) {
			return true
		}
	}
	return false
}

func (c *container) holds(l line) bool { return within(l.block, c.node) }

// besides are the classes of columns that stand beside a text.
var besides = []string{"sidebar", "widget", "newsletter", "related", "related-posts"}

// beside says whether a line stands in a column beside the text, or below it.
func beside(n *html.Node) bool {
	for ; n != nil && n.DataAtom != atom.Body; n = n.Parent {
		if n.DataAtom == atom.Aside || n.DataAtom == atom.Nav || n.DataAtom == atom.Footer || hasClass(n, besides) || slices.Contains(besides, attr(n, "id")) {
			return true
		}
	}
	return false
}

// surroundings are words in the class or id of what stands in the midst of a text and is no part of it.
var surroundings = []string{
	"ad", "addtoany", "ads", "advert", "advertisement", "breadcrumb", "breadcrumbs", "byline", "comment", "comments", "cookie", "jumplinks", "menu", "modal", "nav",
	"navigation", "newsletter", "outbrain", "pager", "pagination", "paywall", "popup", "promo", "recirc", "recommended", "related", "share", "sharedaddy", "sharing",
	"sidebar", "signup", "social", "subscribe", "subscription", "taboola", "tags", "toolbar", "widget",
}

// surrounds says whether something stands in what is no part of the text, below the container.
func surrounds(n, container *html.Node) bool {
	for ; n != nil && n != container; n = n.Parent {
		switch n.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Dialog, atom.Figcaption:
			return true
		}
		marks := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
		for word := range strings.FieldsFuncSeq(marks, func(r rune) bool { return r < 'a' || r > 'z' }) {
			if slices.Contains(surroundings, word) {
				return true
			}
		}
	}
	return false
}

// correct mends what the library selected by the container. What stands beside the text goes, and what follows a sure container; where
// little is left the library has taken the surroundings of a short text for the text, and the container's own lines are taken. Lists
// within a sure container that were left out come back.
func (c *container) correct(all []line, selected []placed) []placed {
	var inside, total, left int
	for _, s := range selected {
		total += len(s.text)
		if s.at >= 0 && c.holds(all[s.at]) {
			inside += len(s.text)
		}
	}
	mostly := inside*2 >= total
	kept := make([]placed, 0, len(selected))
	for _, s := range selected {
		if s.at < 0 || c.holds(all[s.at]) || c.keeps(all, s.at, mostly) {
			kept = append(kept, s)
			left += len(s.text)
		}
	}
	switch {
	case !mostly && left*2 < total:
		kept = kept[:0]
		for _, i := range c.own {
			kept = append(kept, placed{all[i].text, i})
		}
		return kept
	case c.sure && mostly:
		return c.withLists(all, kept)
	}
	return kept
}

// keeps says whether a selected line outside the container stays: an introduction before it does.
func (c *container) keeps(all []line, at int, mostly bool) bool {
	if c.sure && mostly {
		return at < c.own[0] && !surrounds(all[at].block, nil)
	}
	return !beside(all[at].block)
}

// withLists puts the items of lists that were left out back among the selected lines, and after them as long as they follow one another.
func (c *container) withLists(all []line, selected []placed) []placed {
	taken := make(map[int]bool, len(selected))
	first, last := -1, -1
	for _, s := range selected {
		if taken[s.at] = true; s.at >= 0 && first < 0 {
			first = s.at
		}
		last = max(last, s.at)
	}
	out := make([]placed, 0, len(selected))
	next, following := 0, true
	for _, i := range c.own {
		for next < len(selected) && selected[next].at < i {
			out = append(out, selected[next])
			next++
		}
		if first < 0 || i < first || taken[i] {
			continue
		}
		lost := isItem(all[i].block) && linkShare(all[i].block) < 0.5
		if lost && (i < last || following) {
			out = append(out, placed{all[i].text, i})
		}
		following = following && (lost || i < last)
	}
	return append(out, selected[next:]...)
}

// isItem says whether a block is an item of a list, or right within one.
func isItem(n *html.Node) bool {
	for range 3 {
		if n == nil {
			return false
		}
		if n.DataAtom == atom.Li || n.DataAtom == atom.Dd || n.DataAtom == atom.Dt {
			return true
		}
		n = n.Parent
	}
	return false
}

// linkShare is how much of a block's text is links.
func linkShare(n *html.Node) float64 {
	total, linked := len(textOf(n)), 0
	for a := range n.Descendants() {
		if a.DataAtom == atom.A {
			linked += len(textOf(a))
		}
	}
	return float64(linked) / float64(max(total, 1))
}
