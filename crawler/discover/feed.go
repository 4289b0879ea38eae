package discover

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Feed reads RSS, Atom, RDF and JSON feeds; its Documents hold older entries. Of a feed that breaks off in the middle it gives the entries before the break and says so.
func Feed(d Document) (Found, error) {
	base, err := d.baseOf()
	if err != nil {
		return Found{}, err
	}
	feed, partial, err := parseFeed(d)
	if err != nil {
		return Found{}, notAFeed(d, err)
	}
	found := Found{Partial: partial, Documents: olderPages(base, d.Body)}
	for _, item := range feed.Items {
		if !found.add(base, linkOf(item), entry(d.URL, item)) {
			break
		}
	}
	return found, nil
}

func entry(via string, item *gofeed.Item) Link {
	link := Link{
		Hint:     statement.Hint{Via: via, Title: plain(cmp.Or(item.Title, extension(item, "media", "title"))), Published: inZone(when(item.PublishedParsed), item.Published)},
		Modified: when(item.UpdatedParsed),
	}
	if written := extension(item, "dcterms", "issued"); link.Hint.Published.IsZero() {
		issued := date(written)
		link.Hint.Published = inZone(when(&issued), written)
	}
	if modified := date(extension(item, "dcterms", "modified")); link.Modified.IsZero() {
		link.Modified = when(&modified, &link.Hint.Published)
	}
	if len(item.Authors) > 0 && item.Authors[0] != nil {
		link.Hint.Author = plain(item.Authors[0].Name)
	}
	return link
}

// extension gives the text of an entry's element of another vocabulary; empty without one.
func extension(item *gofeed.Item, prefix, name string) string {
	if found := item.Extensions[prefix][name]; len(found) > 0 {
		return found[0].Value
	}
	return ""
}

// linkOf is an entry's address: its link, else an id that is one, else a paper that comes with it.
func linkOf(item *gofeed.Item) string {
	if item.Link != "" {
		return item.Link
	}
	if webAddress.MatchString(item.GUID) {
		return item.GUID
	}
	for _, e := range item.Enclosures {
		if e != nil && isPaper(e.URL, e.Type) {
			return e.URL
		}
	}
	return "data:" // not an address of the web: passed over
}

var (
	webAddress = regexp.MustCompile(`^https?://\S+$`)
	lastEntry  = regexp.MustCompile(`(?is)^.*</(item|entry)\s*>`)
	rootOf     = regexp.MustCompile(`(?i)<(rss|rdf:RDF|feed)[\s>]`)
)

// parseFeed parses a whole feed, or else what stands before a break, and says then what was left out.
func parseFeed(d Document) (feed *gofeed.Feed, partial string, err error) {
	body := d.Body
	feed, err = gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil && !utf8.Valid(body) {
		body = recoded(d)
		feed, err = gofeed.NewParser().Parse(bytes.NewReader(body))
	}
	if err == nil && !cutOff(body) {
		return feed, "", nil
	}
	if whole := mended(body); whole != nil {
		if rest, again := gofeed.NewParser().Parse(bytes.NewReader(whole)); again == nil && len(rest.Items) > 0 {
			return rest, fmt.Sprintf("the feed breaks off or is broken; the %d entries before the break were used", len(rest.Items)), nil
		}
	}
	return feed, "", err
}

var declaredEncoding = regexp.MustCompile(`^[^>]*encoding=["'](?i:utf-?8)["'][^>]*\?>`)

// recoded gives a feed whose bytes are not what it says they are in UTF-8: read by the charset of its Content-Type, else by the one that
// is commonest where none is declared, else without the bytes that can't be.
func recoded(d Document) []byte {
	_, name, _ := strings.Cut(strings.ToLower(d.ContentType), "charset=")
	name, _, _ = strings.Cut(strings.Trim(name, `"' `), ";")
	encoding, _ := charset.Lookup(name)
	if name = strings.TrimSuffix(name, `"`); encoding == nil || strings.HasPrefix(name, "utf") {
		encoding = charmap.Windows1252
		if declaredEncoding.Match(d.Body) {
			return bytes.ToValidUTF8(d.Body, []byte("\ufffd"))
		}
	}
	text, err := encoding.NewDecoder().Bytes(d.Body)
	if err != nil {
		return bytes.ToValidUTF8(d.Body, []byte("\ufffd"))
	}
	return text
}

// cutOff says whether an XML feed lacks its end, which the parser forgives.
func cutOff(body []byte) bool {
	root := rootOf.FindSubmatch(body)
	return root != nil && !bytes.Contains(bytes.ToLower(body), append([]byte("</"), bytes.ToLower(root[1])...))
}

// mended ends a feed after its last whole entry; nil if there is none.
func mended(body []byte) []byte {
	root, head := rootOf.FindSubmatch(body), lastEntry.Find(body)
	if root == nil || head == nil {
		return nil
	}
	end := "</" + string(root[1]) + ">"
	if bytes.EqualFold(root[1], []byte("rss")) {
		end = "</channel>" + end
	}
	return append(bytes.Clone(head), end...)
}

func notAFeed(d Document, err error) error {
	switch {
	case len(bytes.TrimSpace(d.Body)) == 0:
		return fault.New(fault.Poison, "the feed is empty", "look at its address in a browser")
	case looksLikeHTML(d.Body):
		return fault.New(fault.Poison, "this is a web page, not a feed", "look in the page for the address of its feed, or watch it as a list or page")
	}
	return fault.Newf(fault.Poison, "the feed can't be read: %w", err)
}
