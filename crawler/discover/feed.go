package discover

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/mmcdole/gofeed"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Feed reads RSS, Atom, RDF and JSON feeds. Of a feed that breaks off in the middle it gives the entries before the break and says so.
func Feed(d Document) (Found, error) {
	base, err := d.baseOf()
	if err != nil {
		return Found{}, err
	}
	feed, partial, err := parseFeed(d.Body)
	if err != nil {
		return Found{}, notAFeed(d, err)
	}
	found := Found{Partial: partial}
	for _, item := range feed.Items {
		if !found.add(base, linkOf(item), entry(d.URL, item)) {
			break
		}
	}
	return found, nil
}

func entry(via string, item *gofeed.Item) Link {
	link := Link{
		Hint:     statement.Hint{Via: via, Title: plain(item.Title), Published: when(item.PublishedParsed)},
		Modified: when(item.UpdatedParsed, item.PublishedParsed),
	}
	if len(item.Authors) > 0 && item.Authors[0] != nil {
		link.Hint.Author = plain(item.Authors[0].Name)
	}
	return link
}

// linkOf is an entry's address: its link, else an id that is one.
func linkOf(item *gofeed.Item) string {
	if item.Link != "" {
		return item.Link
	}
	if webAddress.MatchString(item.GUID) {
		return item.GUID
	}
	return "data:" // not an address of the web: passed over
}

var (
	webAddress = regexp.MustCompile(`^https?://\S+$`)
	lastEntry  = regexp.MustCompile(`(?is)^.*</(item|entry)\s*>`)
	rootOf     = regexp.MustCompile(`(?i)<(rss|rdf:RDF|feed)[\s>]`)
)

// parseFeed parses a whole feed, or else what stands before a break, and says then what was left out.
func parseFeed(body []byte) (feed *gofeed.Feed, partial string, err error) {
	feed, err = gofeed.NewParser().Parse(bytes.NewReader(body))
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
