package extract

import (
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// maxTitle bounds a title, in bytes.
const maxTitle = 1000

// titling chooses among the places where a page names itself.
type titling struct {
	facts *facts
	ld    article
	hint  string // what the feed or list page called it
	via   string // which of them
	site  string // the site's name
	host  string
}

// title prefers what the linking place said where the page agrees, then og:title, then the headline, then the title element.
func (t titling) title() (title, from string) {
	og := t.strip(t.facts.first("og:title"))
	heading := t.heading()
	candidates := []sourced{
		{og, statement.FromMeta}, {t.strip(t.ld.headline), statement.FromJSONLD}, {heading, statement.FromText},
		{t.strip(t.facts.first("twitter:title", "dc.title", "citation_title")), statement.FromMeta}, {t.strip(t.facts.title), statement.FromMeta},
	}
	candidates = slices.DeleteFunc(candidates, func(c sourced) bool { return c.text == "" || t.isSite(c.text) })
	hint := clean(t.hint)
	for _, c := range candidates {
		if hint != "" && !truncated(hint) && agreeing(hint, c.text) {
			return bound(t.strip(hint)), t.via
		}
	}
	if len(candidates) > 0 {
		return bound(candidates[0].text), candidates[0].from
	}
	if hint != "" {
		return bound(hint), t.via
	}
	return bound(clean(t.facts.title)), statement.FromMeta
}

// sourced is a text and where it came from.
type sourced struct{ text, from string }

// viaOf says what gave a hint: a feed, which has dates and authors, or a link.
func viaOf(h statement.Hint) string {
	if h.Published.IsZero() && h.Author == "" {
		return statement.FromLink
	}
	return statement.FromFeed
}

func bound(s string) string { return cutAtRune(s, maxTitle) }

// heading is the page's own headline: the one that its title element has as well, else the first h1 of the main part, else the first.
// What only programs that read aloud are told is none, nor is a second-rank heading that nothing confirms.
func (t titling) heading() string {
	var all, main []string
	for _, h := range t.facts.headings {
		if h.text == "" || t.isSite(h.text) {
			continue
		}
		if titled := letters(h.text); len(titled) >= sayingMuch && strings.Contains(letters(t.facts.title), titled) {
			return h.text
		}
		if h.second {
			continue
		}
		all = append(all, h.text)
		if h.main {
			main = append(main, h.text)
		}
	}
	switch {
	case len(main) > 0:
		return main[0]
	case len(all) > 0:
		return all[0]
	}
	return ""
}

// sayingMuch is how many letters, in bytes, two titles share at least that agree by more than chance.
const sayingMuch = 12

// separators part a title from the site's name.
var separators = []string{" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " // ", " / ", " ‹ ", " › ", ": ", "｜", "_"}

// strip removes the site's name from the end of a title, or from its beginning, where a separator parts them.
func (t titling) strip(s string) string {
	s = clean(s)
	for _, sep := range separators {
		if i := strings.LastIndex(s, sep); i > 0 && t.isSuffix(s[:i], s[i+len(sep):]) {
			return t.strip(s[:i])
		}
		if i := strings.Index(s, sep); i > 0 && t.isSite(s[:i]) {
			return strings.TrimSpace(s[i+len(sep):])
		}
	}
	return s
}

// isSuffix says whether what stands after a separator is the site's name, or is not in the page's own headline.
func (t titling) isSuffix(before, after string) bool {
	if t.isSite(after) {
		return true
	}
	for _, h := range t.facts.headings {
		if letters(h.text) == letters(before) {
			return true
		}
	}
	return false
}

// isSite says whether a text is the site's name, or its host with or without the domain.
func (t titling) isSite(s string) bool {
	name := letters(s)
	if name == "" {
		return false
	}
	host := strings.TrimPrefix(t.host, "www.")
	label, _, _ := strings.Cut(host, ".")
	return name == letters(t.site) || name == letters(host) || name == letters(label)
}

// letters is what two spellings of a title have in common: folded letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, fold.String(s))
}

func truncated(s string) bool { return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") }

// agreeing says whether two titles are the same, or one is the other with something added.
func agreeing(a, b string) bool {
	x, y := letters(a), letters(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	return x == y || len(x) >= sayingMuch && strings.Contains(y, x)
}

// siteName is what a site calls itself.
func siteName(f *facts, ld article) string {
	for _, name := range []string{f.first("og:site_name"), ld.publisher, f.first("application-name", "apple-mobile-web-app-title", "dc.publisher", "citation_publisher")} {
		if name = clean(name); name != "" && len(name) <= 200 {
			return name
		}
	}
	return ""
}
