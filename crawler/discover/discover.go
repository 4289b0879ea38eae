// Package discover reads the documents that tell of pages: feeds, sitemaps and lists of links. It is pure: no network, no clock.
package discover

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// MaxLinks bounds what one document may give; a sitemap may hold 50,000 addresses by its protocol.
const MaxLinks = 50_000

// Document is one fetched document.
type Document struct {
	URL         string // where it was served from; relative links are resolved against it
	ContentType string // as received, with its charset
	Body        []byte
	MaxBody     int64 // bytes of a compressed sitemap after inflation
}

// Link is the address of a page, with what the document says of it.
type Link struct {
	URL      string // absolute
	Hint     statement.Hint
	Modified time.Time // when the page last changed, says the document; zero if it doesn't
}

// Found is what a document gives, in its own order.
type Found struct {
	Pages     []Link
	Documents []string // more documents of the same kind: the sitemaps of an index, the next page of a list or feed; absolute
	Partial   string   // why not all of the document could be read, a sentence; empty if it could
	Bound     string   // which bound cut the result short, a sentence; empty if none did
}

// add resolves an address and keeps it if it is one of the web. It says whether there is room for more.
func (f *Found) add(base *url.URL, address string, link Link) bool {
	if len(f.Pages) >= MaxLinks {
		f.Bound = "only the first 50000 links of a document are read"
		return false
	}
	if link.URL = resolve(base, address); link.URL != "" {
		f.Pages = append(f.Pages, link)
	}
	return true
}

// maxAddress bounds the bytes of an address.
const maxAddress = 2048

// resolve makes an address absolute; empty for what is no address of a web page.
func resolve(base *url.URL, address string) string {
	u, err := base.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	if address = u.String(); len(address) > maxAddress {
		return ""
	}
	return address
}

// baseOf parses the document's own address.
func (d Document) baseOf() (*url.URL, error) {
	u, err := url.Parse(d.URL)
	if err != nil {
		return nil, fault.Newf(fault.Poison, "read document address: %w", err)
	}
	return u, nil
}

// looksLikeHTML says whether a body that was to be a feed or sitemap is a web page.
func looksLikeHTML(body []byte) bool {
	head := strings.ToLower(strings.TrimSpace(string(body[:min(len(body), 512)])))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}

// plain drops markup and entities from a title and joins its lines.
func plain(s string) string {
	if strings.ContainsAny(s, "<&") {
		var b strings.Builder
		z := html.NewTokenizer(strings.NewReader(s))
		unseen := ""
		for z.Next() != html.ErrorToken {
			switch t := z.Token(); {
			case t.Type == html.StartTagToken && (t.Data == "script" || t.Data == "style"):
				unseen = t.Data
			case t.Type == html.EndTagToken && t.Data == unseen:
				unseen = ""
			case t.Type == html.TextToken && unseen == "":
				b.WriteString(t.Data)
			}
		}
		s = b.String()
	}
	const longest = 1000
	r := []rune(strings.Join(strings.Fields(s), " "))
	return string(r[:min(len(r), longest)])
}

// earliest is the first date that is believed.
var earliest = time.Date(1945, 1, 1, 0, 0, 0, 0, time.UTC)

// when gives the first date that can be believed, in UTC.
func when(dates ...*time.Time) time.Time {
	for _, d := range dates {
		if d != nil && d.After(earliest) {
			return d.UTC()
		}
	}
	return time.Time{}
}
