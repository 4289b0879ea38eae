package discover

import (
	"bytes"
	"net/url"
	"strings"

	"rostrum/internal/fault"
)

// robotsPath is where a site's robots.txt stands, which may name its sitemaps.
const robotsPath = "/robots.txt"

// maxNamed bounds the sitemaps that a robots.txt may name.
const maxNamed = 1000

// robotsSitemaps reads the sitemaps that a robots.txt names.
func robotsSitemaps(base *url.URL, body []byte) (Found, error) {
	var found Found
	seen := map[string]bool{}
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, ok := strings.Cut(text, ":")
		if key = strings.ToLower(strings.TrimSpace(key)); !ok || key != "sitemap" && key != "site-map" {
			continue
		}
		address := resolve(base, value)
		switch {
		case address == "" || seen[address]:
			continue
		case len(found.Documents) >= maxNamed:
			found.Bound = "only the first 1000 sitemaps of a robots.txt are read"
			return found, nil
		}
		seen[address] = true
		found.Documents = append(found.Documents, address)
	}
	if len(found.Documents) == 0 {
		return found, fault.New(fault.Poison, "the robots.txt names no sitemap", "try /sitemap.xml of the site, or watch a feed or list page")
	}
	return found, nil
}
