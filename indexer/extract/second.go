package extract

import (
	"net/url"

	readability "codeberg.org/readeck/go-readability/v2"
	trafilatura "github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// fewer is the share of what another library selects below which the selection is taken to have missed the text.
const fewer = 0.5

// opinions are what is offered to the library beside its own selection: what the page marks as its text, which is surer and sooner found
// than what another library guesses; else that guess, which is given as well. A library that fails has none.
func opinions(doc *html.Node, address *url.URL, c container, contained bool) (*trafilatura.FallbackCandidates, *html.Node) {
	if contained && c.sure {
		return &trafilatura.FallbackCandidates{Others: []*html.Node{c.bare()}}, nil
	}
	second, err := readability.FromDocument(doc, address)
	if err != nil || second.Node == nil {
		return nil, nil
	}
	return &trafilatura.FallbackCandidates{Readability: bareCopy(second.Node, true)}, second.Node
}

// size is the length of a selection in bytes.
func size(selected []placed) int {
	total := 0
	for _, s := range selected {
		total += len(s.text)
	}
	return total
}

// selection finds the lines that a library selected in the page, and mends them by what the page says of itself.
func selection(all []line, selectedNode *html.Node, c *container, contained bool, title string, address *url.URL) (selected []placed, o *original) {
	o = newOriginal(all)
	for _, s := range seamedLinesOf(selectedNode) {
		o.render(s.text)
	}
	o.complete()
	selected = o.given
	if contained {
		selected = c.correct(all, selected)
		o.reuse(selected)
	}
	selected = withDropped(selected, o.dropped(address))
	selected = newRepair(all, selected, address).mend(selected, title)
	o.reuse(selected)
	return selected, o
}
