package app

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rostrum/configs"
	"rostrum/crawler"
	"rostrum/crawler/discover"
)

// Offer is a way to watch a site, looked at.
type Offer struct {
	Type    string `json:"type"`
	URL     string `json:"url"`
	Entries int    `json:"entries"` // pages, or the sitemaps of an index
	YAML    string `json:"yaml"`

	entry *SourceEntry // what YAML writes
}

// maxLooks bounds the feeds, and the sitemaps, that are fetched to see what they hold.
const maxLooks = 3

// offers settles how to watch what was found: of a page of links its feed, if it has one that holds something; then as it was asked for;
// and the other ways, of which each was looked at.
func (c *check) offers(ctx context.Context, cfg *configs.Config) {
	var all []Offer
	own := Offer{Type: c.Type, URL: cmp.Or(c.LedTo, c.URL), Entries: c.Entries}
	if c.Type == string(crawler.List) || c.Type == string(crawler.Page) {
		for _, feed := range c.Feeds[:min(len(c.Feeds), maxLooks)] {
			if n := c.holds(ctx, feed, discover.Feed); n > 0 {
				all = append(all, Offer{Type: string(crawler.Feed), URL: feed, Entries: n})
			}
		}
		all = append(all, own)
		all = append(all, c.sitemaps(ctx)...)
	} else {
		all = append(all, own)
	}
	if i := slices.IndexFunc(all, func(o Offer) bool { return o.Type == string(crawler.Page) }); c.Type == string(crawler.Page) && i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, own) // somebody asked for this page: it comes first
	}
	for i := range all {
		all[i].entry = c.entry(cfg, all[i])
		if all[i].entry == nil {
			return
		}
		all[i].YAML = all[i].entry.YAML("  ")
	}
	c.Entry, c.YAML, c.Others = all[0].entry, all[0].YAML, all[1:]
}

// sitemaps looks at the sitemaps that robots.txt names, else at the usual place. Of several the offer is robots.txt itself, which names
// them all.
func (c *check) sitemaps(ctx context.Context) []Offer {
	site, err := url.Parse(cmp.Or(c.LedTo, c.URL))
	if err != nil {
		return nil
	}
	place := func(p string) string { return (&url.URL{Scheme: site.Scheme, Host: site.Host, Path: p}).String() }
	named := c.Sitemaps
	if len(named) == 0 {
		named = []string{place("/sitemap.xml")}
	}
	entries := 0
	for _, address := range named[:min(len(named), maxLooks)] {
		entries += c.holds(ctx, address, discover.Sitemap)
	}
	if entries == 0 {
		return nil
	}
	if len(c.Sitemaps) == 0 {
		c.Sitemaps = append(c.Sitemaps, named[0])
	}
	if len(named) > 1 {
		named[0] = place("/robots.txt")
	}
	return []Offer{{Type: string(crawler.Sitemap), URL: named[0], Entries: entries}}
}

// holds says how many pages or further documents there are in a document; 0 if it can't be had or read.
func (c *check) holds(ctx context.Context, address string, read func(discover.Document) (discover.Found, error)) int {
	captured, err := c.visitor.Fetch(ctx, address, "")
	if err != nil || captured.Status != http.StatusOK {
		return 0
	}
	found, err := read(discover.Document{URL: captured.PageURL(), ContentType: captured.Header.Get("Content-Type"), Body: captured.Body, MaxBody: 64 << 20})
	if err != nil {
		return 0
	}
	return len(found.Pages) + len(found.Documents)
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// entry is what watches an offer; nil where its address can't be read.
func (c *check) entry(cfg *configs.Config, o Offer) *SourceEntry {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(host), "-"), "-")
	s := &SourceEntry{ID: freeID(cfg, id), Name: cmp.Or(c.Title, host), Type: o.Type, URL: o.URL}
	if o.Type == string(crawler.List) {
		s.Include = c.pattern
	}
	for _, a := range cfg.Actors {
		if slices.ContainsFunc(a.Sites, func(site string) bool { return strings.TrimPrefix(site, "www.") == host }) {
			s.Issuer = a.ID
		}
	}
	return s
}

// hosts are the hosts on which the checked address is, without www.
func (c *check) hosts() map[string]bool {
	hosts := map[string]bool{}
	for _, address := range []string{c.URL, c.LedTo} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			hosts[strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")] = true
		}
	}
	return hosts
}

// fewest is how many links of one shape, and with the length of a title, make a pattern.
const fewest = 2

// patternOf guesses the pattern of the addresses that are statements among the links of a list: those of the shape that most links with
// a title's length have. It is empty where no shape stands out.
func patternOf(links []discover.Link, hosts map[string]bool) string {
	shapes, best := map[string]int{}, ""
	for _, link := range links {
		u, err := url.Parse(link.URL)
		if err != nil || !hosts[strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")] {
			continue
		}
		shape := shapeOf(u)
		if shape == "" {
			continue
		}
		if shapes[shape]++; titled(link.Hint.Title) {
			shapes[shape] += 2
		}
		if n := shapes[shape]; best == "" || n > shapes[best] || n == shapes[best] && len(shape) > len(best) {
			best = shape
		}
	}
	if shapes[best] < 3*fewest {
		return ""
	}
	return best
}

// titled says whether a link's text is long enough for a title.
func titled(text string) bool {
	return len(strings.Fields(text)) >= 4 || utf8.RuneCountInString(text) >= 8 && len(text) > 2*utf8.RuneCountInString(text)
}

var (
	number = regexp.MustCompile(`^\d+$`)
	paper  = regexp.MustCompile(`(?i)^\.(pdf|docx)$`)
)

// shapeOf makes a pattern of an address: numbers stand for any, and so does the last part of the path; empty for the front page.
func shapeOf(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if parts[0] == "" {
		return ""
	}
	var b strings.Builder
	for _, part := range parts[:len(parts)-1] {
		if number.MatchString(part) {
			b.WriteString(`/\d+`)
		} else {
			b.WriteString("/" + regexp.QuoteMeta(part))
		}
	}
	last := parts[len(parts)-1]
	switch {
	case number.MatchString(last):
		b.WriteString(`/\d+`)
	case paper.MatchString(path.Ext(last)):
		b.WriteString(`/[^/]+(?i:\` + strings.ToLower(path.Ext(last)) + ")")
	default:
		b.WriteString("/[^/]+")
	}
	if strings.HasSuffix(u.Path, "/") {
		b.WriteString("/")
	}
	return b.String() + "$"
}
