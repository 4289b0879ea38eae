package extract

import (
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/fold"
)

// maxTitle bounds a title, in bytes.
const maxTitle = 1000

// titling chooses among the places where a page names itself.
type titling struct {
	facts *facts
	ld    article
	hint  string // what the feed or list page called it
	site  string // the site's name
	host  string
}

// title prefers what the linking place said where the page agrees, then og:title, then the headline, then the title element.
func (t titling) title() string {
	og := t.strip(t.facts.first("og:title"))
	heading := t.heading()
	candidates := []string{og, t.strip(t.ld.headline), heading, t.strip(t.facts.first("twitter:title", "dc.title", "citation_title")), t.strip(t.facts.title)}
	candidates = slices.DeleteFunc(candidates, func(c string) bool { return c == "" || t.isSite(c) })
	hint := clean(t.hint)
	for _, c := range candidates {
		if hint != "" && !truncated(hint) && agreeing(hint, c) {
			return bound(t.strip(hint))
		}
	}
	if len(candidates) > 0 {
		return bound(candidates[0])
	}
	if hint != "" {
		return bound(hint)
	}
	return bound(clean(t.facts.title))
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
