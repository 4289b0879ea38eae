package discover

import (
	"bytes"
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
// a nil next, at the one that the page itself calls the next (rel=next).
func List(d Document, next *regexp.Regexp) (Found, error) {
	base, err := d.baseOf()
	if err != nil {
		return Found{}, err
	}
	r, err := charset.NewReader(bytes.NewReader(d.Body), d.ContentType)
	if err != nil {
		return Found{}, fault.Newf(fault.Poison, "the list page can't be decoded: %w", err)
	}
	l := list{via: d.URL, base: base, next: next}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(1 << 20)
	for z.Next() != html.ErrorToken {
		if !l.token(z.Token()) {
			break
		}
	}
	l.end()
	if len(l.found.Pages) == 0 {
		return l.found, fault.New(fault.Poison, "there is no link on the list page", "look whether the page needs a browser to show its links; a feed or sitemap would do without")
	}
	return l.found, nil
}

type list struct {
	via   string
	base  *url.URL
	next  *regexp.Regexp
	found Found
	open  string // the href of the link that is open
	text  strings.Builder
}

// token takes one token of the page and says whether there is room for more.
func (l *list) token(t html.Token) bool {
	switch {
	case t.Type == html.TextToken && l.open != "":
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
		l.open = attribute(t, "href")
		if l.next == nil && isNext(t) {
			l.continued(l.open)
		}
		return more
	}
	return true
}

// end closes the open link, if any.
func (l *list) end() bool {
	if l.open == "" {
		return true
	}
	href, text := l.open, plain(l.text.String())
	l.open = ""
	l.text.Reset()
	if l.next != nil && l.next.MatchString(resolve(l.base, href)) {
		l.continued(href)
		return true
	}
	return l.found.add(l.base, href, Link{Hint: statement.Hint{Via: l.via, Title: text}})
}

func (l *list) continued(href string) {
	if u := resolve(l.base, href); u != "" && !slices.Contains(l.found.Documents, u) && len(l.found.Documents) < 1000 {
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
