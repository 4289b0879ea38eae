package extract

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// dropped finds the lists within the selected text that the selection took for menus: who signed a joint letter looks so. They come
// right after a selected line, or with one heading between, and either link to other sites or stand beside the selected line without
// being links. The result maps the line before each list to the list's lines.
func (o *original) dropped(address *url.URL) map[int][]placed {
	found := make(map[int][]placed)
	for i := 1; i < len(o.lines); i++ {
		holder := listOf(o.lines[i].block)
		before := i - 1
		if i > 1 && !o.used[before] && isHeading(o.lines[before].block) {
			before--
		}
		if o.used[i] || !o.used[before] || holder == nil || holder == listOf(o.lines[before].block) {
			continue
		}
		first := i
		for i < len(o.lines) && !o.used[i] && listOf(o.lines[i].block) == holder {
			i++
		}
		if i-first >= 2 && !inFrame(holder) && !decorative(holder) && (leadsElsewhere(holder, address) || plainList(holder, o.lines[before])) {
			for k := before + 1; k < i; k++ {
				found[before] = append(found[before], placed{o.lines[k].text, k})
				o.used[k] = true
			}
		}
	}
	return found
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// leads is how many characters a line has at least that a list may follow as its continuation.
const leads = 40

// plainList says whether a list goes on from a line of text: it stands beside it, and is no list of links or pictures.
func plainList(list *html.Node, before line) bool {
	if list.DataAtom != atom.Ul && list.DataAtom != atom.Ol || list.Parent != before.block.Parent || utf8.RuneCountInString(before.text) < leads && !strings.HasSuffix(before.text, ":") {
		return false
	}
	for n := range list.Descendants() {
		if n.DataAtom == atom.Img || n.DataAtom == atom.Figure {
			return false
		}
	}
	return linkShare(list) < 0.5
}

// withDropped puts the lists that were dropped back after the lines that they follow.
func withDropped(selected []placed, lists map[int][]placed) []placed {
	out := make([]placed, 0, len(selected))
	for i, s := range selected {
		out = append(out, s)
		if i+1 < len(selected) && selected[i+1].at == s.at {
			continue
		}
		out = append(out, lists[s.at]...)
		delete(lists, s.at)
	}
	return out
}

// listOf is the list or table that a block is part of, or the paragraph of a line that ends with a forced break.
func listOf(block *html.Node) *html.Node {
	for n := block; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Ul, atom.Ol, atom.Dl, atom.Table:
			return n
		}
	}
	if block != nil && block.DataAtom == atom.P {
		return block
	}
	return nil
}

// decorations are parts of the class or id of what stands around a text and is no part of it.
var decorations = []string{"share", "social", "related", "menu", "nav", "tag", "breadcrumb", "comment", "sidebar", "newsletter", "footer", "header", "widget", "meta", "pagination", "promo"}

// decorative says whether a node, or one of the three that hold it, is marked as decoration.
func decorative(n *html.Node) bool {
	for range 4 {
		if n == nil || n.DataAtom == atom.Body {
			return false
		}
		marks := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
		for _, d := range decorations {
			if strings.Contains(marks, d) {
				return true
			}
		}
		n = n.Parent
	}
	return false
}

// leadsElsewhere says whether most links below a node lead to other sites, and to more than one.
func leadsElsewhere(n *html.Node, address *url.URL) bool {
	links, outside := 0, 0
	hosts := make(map[string]bool)
	for c := range n.Descendants() {
		if c.Type != html.ElementNode || c.DataAtom != atom.A {
			continue
		}
		links++
		to, err := address.Parse(attr(c, "href"))
		if err == nil && to.Host != "" && !sameSite(to, address) {
			outside++
			hosts[strings.ToLower(to.Hostname())] = true
		}
	}
	return outside*2 > links && len(hosts) > 1
}
