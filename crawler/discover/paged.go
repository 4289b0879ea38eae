package discover

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var (
	linkTag    = regexp.MustCompile(`(?is)<(?:[a-z][\w.-]*:)?link\s[^>]*>`)
	linkField  = regexp.MustCompile(`(?s)\s(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	anyEntry   = regexp.MustCompile(`(?is)<(?:item|entry)[\s>].*</(?:item|entry)\s*>`)
	furtherRel = []string{"next", "prev-archive"}
)

// olderPages gives the addresses at which a feed goes on with older entries: the next page of a paged feed and the archive before this
// one (RFC 5005), or next_url of a JSON Feed. Only those on the feed's own host count.
func olderPages(base *url.URL, body []byte) []string {
	var older []string
	add := func(address string) {
		if address = resolve(base, address); address == "" || slices.Contains(older, address) {
			return
		}
		if u, err := url.Parse(address); err == nil && strings.EqualFold(u.Host, base.Host) && u.String() != base.String() {
			older = append(older, address)
		}
	}
	if trimmed := bytes.TrimSpace(body); bytes.HasPrefix(trimmed, []byte("{")) {
		var feed struct {
			Next string `json:"next_url"`
		}
		if json.Unmarshal(trimmed, &feed) == nil && feed.Next != "" {
			add(feed.Next)
		}
		return older
	}
	for _, tag := range linkTag.FindAll(anyEntry.ReplaceAll(body, nil), maxFeedLinks) {
		found := map[string]string{}
		for _, m := range linkField.FindAllSubmatch(tag, -1) {
			found[string(m[1])] = html.UnescapeString(string(m[2]) + string(m[3]))
		}
		if href := strings.TrimSpace(found["href"]); href != "" && slices.Contains(furtherRel, strings.ToLower(strings.TrimSpace(found["rel"]))) {
			add(href)
		}
	}
	return older
}

// maxFeedLinks bounds the links of a feed itself that are looked at.
const maxFeedLinks = 100
