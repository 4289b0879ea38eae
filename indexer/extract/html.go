package extract

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/fault"
)

// maxLinks bounds the links that are kept of one page.
const maxLinks = 500

// linesBefore and linesAfter are how far from the title its date may stand.
const (
	linesBefore = 2
	linesAfter  = 8
	linesAbove  = 5
)

// maxByline is how many characters a line has at most that tells the date of the page.
const maxByline = 90

// readHTML reads an HTML page.
func (x *Extractor) readHTML(in *Input) (Page, error) {
	source := decode(in.Body, in.Header)
	doc, err := x.parse(source)
	if errors.Is(err, errGrown) {
		return Page{}, fault.Newf(fault.Poison, "the page has more than %d nodes: %w", x.o.MaxNodes, err)
	}
	if err != nil {
		return Page{}, &fault.Error{Kind: fault.Poison, What: "the page's HTML is broken", Position: -1, Err: fmt.Errorf("parse HTML %s: %w", in.URL, err)}
	}
	f := gather(doc, x.o.MaxNodes, x.o.MaxDepth)
	if f.nodes > x.o.MaxNodes || f.depth > x.o.MaxDepth {
		return Page{}, fault.Newf(fault.Poison, "the page has more than %d nodes, or nests deeper than %d", x.o.MaxNodes, x.o.MaxDepth)
	}
	address, err := url.Parse(in.URL)
	if err != nil {
		return Page{}, fault.Newf(fault.Poison, "parse URL %q: %w", in.URL, err)
	}
	return x.withoutScript(in, source, compose(in, doc, f, address), f, address)
}

// compose puts a page together from its tree and what it says of itself.
func compose(in *Input, doc *html.Node, f *facts, address *url.URL) Page {
	ld := readLD(f.ld)
	page := Page{Kind: "statement", Canonical: canonicalURL(f, address), SiteName: siteName(f, ld)}
	page.Types, page.Section = strings.TrimSpace(ld.types+" "+f.article+" "+f.first("og:type")), cmp.Or(ld.section, f.first("article:section", "articlesection", "dc.type", "dcterms.type"))
	page.NoIndex, page.NoArchive = robots(in.Header, f.metas)
	names := titling{facts: f, ld: ld, hint: in.Hint.Title, via: viaOf(in.Hint), site: page.SiteName, host: address.Hostname()}
	page.Title, page.TitleFrom = names.title()
	main := mainText(doc, f, ld, page.Title, address)
	page.Notes = main.notes
	lines := withoutTitle(main.lines, page.Title)
	page.Text = strings.Join(lines, "\n")
	if main.loose != nil {
		page.Loose = main.loose(len(main.lines) - len(lines))
	}
	page.Author, page.AuthorFrom = author(f, ld, main.author, in.Hint.Author, names.isSite)
	if named := primary(f.lang); named == "" || named != main.spoken || len(page.Text) < longEnough {
		page.Language = language(page.Text, f.lang)
	} else { // page and library agree
		page.Language = named
	}
	page.Published, page.PublishedFrom = dating{in: in, facts: f, ld: ld, top: aboutTitle(main, page.Title), title: page.Title, lines: main.all, above: texts(main.all[max(0, main.first-linesAbove):main.first]), text: lines}.published()
	page.Links = linksIn(main.node, f, address)
	return page
}

// withoutTitle drops the first line if it only repeats the title.
func withoutTitle(lines []string, title string) []string {
	if len(lines) > 1 && letters(lines[0]) == letters(title) {
		return lines[1:]
	}
	return lines
}

// aboutTitle gives the short lines around the title, wherever it stands on the page up to the beginning of the text; without one,
// those around the beginning of the text.
func aboutTitle(main content, title string) []string {
	want := letters(title)
	var top []string
	titled := false
	for i, l := range main.all[:min(len(main.all), main.first+2)] {
		if want != "" && (letters(l.text) == want || isTitle(l.block) && agreeing(l.text, title)) {
			titled = true
			top = append(top, shortLines(main.all, i, want)...)
		}
	}
	if !titled && main.first > 0 {
		top = shortLines(main.all, main.first-1, want)
	}
	return top
}

// shortLines gives the lines before and after one, to the next long line, without those that say the title.
func shortLines(all []line, at int, title string) []string {
	var short []string
	for i := max(0, at-linesBefore); i < min(len(all), at+1+linesAfter); i++ {
		switch long := utf8.RuneCountInString(all[i].text) > maxByline; {
		case long && i > at:
			return short
		case !long && letters(all[i].text) != title:
			short = append(short, all[i].text)
		}
	}
	return short
}

// linksIn gives the absolute http and https addresses that the main content links to, each once, in order.
func linksIn(node *html.Node, f *facts, address *url.URL) []string {
	if node == nil {
		return nil
	}
	base := address
	if b, err := address.Parse(f.base); err == nil && f.base != "" {
		base = b
	}
	var links []string
	seen := make(map[string]bool)
	for n := range node.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" || len(links) >= maxLinks {
			continue
		}
		to, err := base.Parse(strings.TrimSpace(attr(n, "href")))
		if err != nil || to.Scheme != "http" && to.Scheme != "https" || attr(n, "href") == "" {
			continue
		}
		to.Fragment = ""
		if link := to.String(); !seen[link] {
			seen[link] = true
			links = append(links, link)
		}
	}
	return links
}

func isTitle(n *html.Node) bool { return n.DataAtom == atom.H1 || n.DataAtom == atom.H2 }
