package discover

import (
	"bytes"
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// List reads a page of links. A link's text is a candidate for its page's title. The list goes on at addresses that next matches; with
// a nil next, at the one that the page itself calls the next (rel=next), else where a link says that it is the next page, or at pages
// that it numbers.
func List(d Document, next *regexp.Regexp) (Found, error) {
	l, err := readLinks(d, next)
	if err != nil {
		return Found{}, err
	}
	l.goOn()
	if len(l.found.Pages) == 0 {
		return l.found, fault.New(fault.Poison, "there is no link on the list page", "look whether the page needs a browser to show its links; a feed or sitemap would do without")
	}
	return l.found, nil
}

// Papers gives the PDF and DOCX files that a web page links to, with the links' texts as title candidates.
func Papers(d Document) (Found, error) {
	l, err := readLinks(d, nil)
	if err != nil {
		return Found{}, err
	}
	l.found.Documents = nil
	l.found.Pages = slices.DeleteFunc(l.found.Pages, func(link Link) bool { return !l.papers[link.URL] })
	return l.found, nil
}

func readLinks(d Document, next *regexp.Regexp) (*list, error) {
	base, err := d.baseOf()
	if err != nil {
		return nil, err
	}
	r, err := charset.NewReader(bytes.NewReader(d.Body), d.ContentType)
	if err != nil {
		return nil, fault.Newf(fault.Poison, "the list page can't be decoded: %w", err)
	}
	l := &list{via: d.URL, self: base, base: base, next: next, at: map[string]int{}, papers: map[string]bool{}}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(1 << 20)
	for z.Next() != html.ErrorToken {
		if !l.token(z.Token()) {
			break
		}
	}
	l.end()
	return l, nil
}

type list struct {
	via      string
	self     *url.URL
	base     *url.URL
	next     *regexp.Regexp
	found    Found
	at       map[string]int  // where in found.Pages an address stands
	papers   map[string]bool // addresses of PDF and DOCX files
	called   []string        // addresses that a link calls the next page
	numbered []string        // addresses that a link numbers
	open     *html.Token     // the link that is open
	text     strings.Builder
}

// token takes one token of the page and says whether there is room for more.
func (l *list) token(t html.Token) bool {
	switch {
	case t.Type == html.TextToken && l.open != nil:
		l.text.WriteString(t.Data + " ")
	case t.Type == html.EndTagToken && t.Data == "a":
		return l.end()
	case t.Type != html.StartTagToken && t.Type != html.SelfClosingTagToken:
	case t.Data == "base":
		if u, err := l.base.Parse(attribute(t, "href")); err == nil {
			l.base = u
		}
	case t.Data == "link" && l.next == nil && isNext(t):
		l.continued(attribute(t, "href"))
	case t.Data == "a":
		more := l.end()
		if attribute(t, "href") != "" {
			l.open = &t
		}
		return more
	}
	return true
}

// end closes the open link, if any.
func (l *list) end() bool {
	if l.open == nil {
		return true
	}
	link, text := *l.open, plain(l.text.String())
	l.open = nil
	l.text.Reset()
	address := resolve(l.base, attribute(link, "href"))
	if address == "" {
		return true
	}
	switch {
	case l.next != nil && l.next.MatchString(address):
		l.continued(address)
		return true
	case l.next == nil:
		l.consider(link, address, text)
	}
	return l.keep(link, address, cmp.Or(titleOf(text), titleOf(plain(attribute(link, "title")))))
}

// keep adds a link; of several to one address the first that has a title gives it.
func (l *list) keep(link html.Token, address, title string) bool {
	if i, ok := l.at[address]; ok {
		l.found.Pages[i].Hint.Title = cmp.Or(l.found.Pages[i].Hint.Title, title)
		return true
	}
	l.at[address] = len(l.found.Pages)
	if isPaper(address, attribute(link, "type")) {
		l.papers[address] = true
	}
	return l.found.add(l.base, address, Link{Hint: statement.Hint{Via: l.via, Title: title}})
}

// consider notes a link that may lead to the next page of the list.
func (l *list) consider(link html.Token, address, text string) {
	switch {
	case isNext(link):
		l.continued(address)
	case saysNext(text, attribute(link, "class"), attribute(link, "aria-label")):
		if continues(l.self, address) {
			l.called = append(l.called, address)
		}
	case pageNumber.MatchString(text) && len(l.numbered) < maxPageNumber && continues(l.self, address):
		l.numbered = append(l.numbered, address)
	}
}

// goOn settles where the list goes on.
func (l *list) goOn() {
	switch {
	case len(l.found.Documents) > 0 || l.next != nil:
	case len(l.called) > 0:
		l.continued(l.called[0])
	case len(l.numbered) > 1:
		for _, address := range l.numbered {
			l.continued(address)
		}
	}
}

func (l *list) continued(href string) {
	if u := resolve(l.base, href); u != "" && !slices.Contains(l.found.Documents, u) && len(l.found.Documents) < maxPageNumber {
		l.found.Documents = append(l.found.Documents, u)
	}
}

func isNext(t html.Token) bool {
	return slices.Contains(strings.Fields(strings.ToLower(attribute(t, "rel"))), "next")
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
