package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/fault"
)

// scripted is how many characters of text a page has at most whose own text a script writes.
const scripted = 300

// placeholder is how many characters stand at most where a script has not written yet: "Loading…".
const placeholder = 80

// asking are the words with which a page asks for a script to be run, folded.
var asking = foldedLines(`
enable javascript|javascript enabled|javascript is disabled|javascript is required|requires javascript|need javascript|turn on javascript|without javascript|javascript to run|javascript to view|active javascript
activer javascript|activez javascript|javascript est desactive|habilite javascript|habilitar javascript|active javascript|activar javascript|activa javascript|javascript aktivieren|aktivieren sie javascript
включите javascript|включить javascript|поддержка javascript|启用javascript|启用 javascript|開啟javascript|啟用javascript|تفعيل جافا|تفعيل javascript|browser is not supported|unsupported browser
`)

// mounts are the ids of the empty element that a script fills.
var mounts = wordSet("root app __next __nuxt ___gatsby app-root react-root main-app ember-application svelte")

// isMount says whether an element is such a place, and nothing is in it.
func isMount(n *html.Node) bool {
	return (mounts[attr(n, "id")] || n.Data == "app-root") && strings.TrimSpace(textOf(n)) == ""
}

// withoutScript reads a page that shows next to nothing as a browser without scripts does, which may have the text; the page as it was
// if it does not. A page whose text comes only by script is a fault.Poison.
func (x *Extractor) withoutScript(in *Input, source string, page Page, f *facts, address *url.URL) (Page, error) {
	if utf8.RuneCountInString(page.Text) >= scripted || f.scripts == 0 {
		return page, nil
	}
	if f.noscript {
		if other, ok := x.plainBrowser(in, source, address); ok && len(other.Text) > 2*len(page.Text)+scripted {
			other.Notes = append(other.Notes, "the text is what the page holds for browsers that run no scripts")
			return other, nil
		}
	}
	n := utf8.RuneCountInString(page.Text)
	if n == 0 || holdsAny(page.Text, asking) || f.mount && n <= placeholder {
		return Page{}, fault.New(fault.Poison, "the page's text comes only by script: what the server sends has none", "give the source a feed, or another address of the same text, such as its PDF")
	}
	return page, nil
}

// plainBrowser reads the page with what it holds within noscript.
func (x *Extractor) plainBrowser(in *Input, source string, address *url.URL) (Page, bool) {
	doc, err := x.parse(source, html.ParseOptionEnableScripting(false))
	if err != nil {
		return Page{}, false
	}
	for _, n := range slices.Collect(doc.Descendants()) {
		if n.DataAtom == atom.Noscript {
			n.DataAtom, n.Data = atom.Div, "div"
		}
	}
	f := gather(doc, x.o.MaxNodes, x.o.MaxDepth)
	if f.nodes > x.o.MaxNodes || f.depth > x.o.MaxDepth {
		return Page{}, false
	}
	page := compose(in, doc, f, address)
	return page, !holdsAny(cutAtRune(page.Text, scripted), asking)
}
