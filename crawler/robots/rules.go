// Package robots says what a site lets a crawler fetch, by RFC 9309: its rules, and a cache of them that asks each site once.
package robots

import (
	"bufio"
	"bytes"
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxSize is how much of a robots.txt is read; RFC 9309 asks for at least 500 KiB.
const maxSize = 512 << 10

// Rules are what one robots.txt asks of one product.
type Rules struct {
	rules    []rule
	Delay    time.Duration // Crawl-delay; 0 if there is none
	Sitemaps []string      // as written
	Status   int           // with which the site answered, where there are no rules because it had none to give; else 0
}

// rule is one line, in the two forms in which it is compared.
type rule struct {
	literal  string // escapes as written
	standard string // escapes as normalized by RFC 9309
	allow    bool
}

func ruleOf(value string, allow bool) rule {
	return rule{escape(value, false), escape(value, true), allow}
}

// Parse reads a robots.txt for a product token such as "rostrum". Groups that name the token are merged; without any, the groups for
// * count. It never fails: what it can't read it ignores, as the RFC asks.
func Parse(body []byte, product string) *Rules {
	var named, all, other group
	var sitemaps []string
	into := []*group{&other}
	inRules := true // rules end a run of user-agent lines
	lines := bufio.NewScanner(bytes.NewReader(trimMark(body[:min(len(body), maxSize)])))
	lines.Buffer(nil, maxSize+1)
	lines.Split(scanLines)
	for lines.Scan() {
		key, value, ok := cutLine(lines.Text())
		if !ok {
			continue
		}
		switch key {
		case "user-agent", "useragent", "user agent":
			if inRules {
				into, inRules = nil, false
			}
			into = append(into, groupFor(value, product, &named, &all, &other))
		case "sitemap", "site-map":
			sitemaps = append(sitemaps, value)
		case "allow", "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "crawl-delay", "crawldelay":
			inRules = true
			for _, g := range into {
				g.add(key, value)
			}
		}
	}
	if !named.seen {
		named = all
	}
	return &Rules{rules: named.rules, Delay: named.delay, Sitemaps: sitemaps}
}

// trimMark drops a byte order mark, or as much of one as is left of it.
func trimMark(body []byte) []byte {
	for _, c := range []byte("\ufeff") {
		if len(body) == 0 || body[0] != c {
			break
		}
		body = body[1:]
	}
	return body
}

type group struct {
	seen  bool
	rules []rule
	delay time.Duration
}

func groupFor(value, product string, named, all, other *group) *group {
	g := other
	switch token := productToken(value); {
	case value == "*" || strings.HasPrefix(value, "* "):
		g = all
	case token != "" && strings.EqualFold(token, product):
		g = named
	}
	g.seen = true
	return g
}

func (g *group) add(key, value string) {
	switch {
	case strings.HasPrefix(key, "crawl"):
		if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 && s < 1e6 {
			g.delay = max(g.delay, time.Duration(s*float64(time.Second)))
		}
	case value == "": // an empty rule restricts nothing
	default:
		g.rules = append(g.rules, ruleOf(value, key == "allow"))
		if folder, ok := strings.CutSuffix(value, "/index.html"); ok && key == "allow" {
			g.rules = append(g.rules, ruleOf(folder+"/$", true)) // the same page by its usual name
		}
	}
}

// productToken is the run of letters, hyphens and underscores that a user-agent line begins with.
func productToken(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end < 0 {
		return s
	}
	return s[:end]
}

func cutLine(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok = strings.Cut(line, ":")
	if !ok { // a missing colon is a mistake common enough to be accepted
		key, value, ok = strings.Cut(strings.TrimSpace(line), " ")
	}
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value), ok
}

// scanLines ends lines at CR, LF or both.
func scanLines(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// Allows says whether an address may be fetched: the longest rule that matches decides, and of two equally long ones the kinder.
//
// Two readings must agree on it. RFC 9309, 2.2.2, undoes escapes of unreserved characters and escapes letters outside ASCII before it
// compares; Google's parser, which most sites test their rules with, compares escapes as they are written. Where the two differ a site may
// have meant either, and what one of them closes stays closed.
func (r *Rules) Allows(u *url.URL) bool {
	address := cmp.Or(u.RawPath, u.EscapedPath(), "/")
	if u.RawQuery != "" || u.ForceQuery {
		address += "?" + u.RawQuery
	}
	return r.allows(escapes(address), func(r *rule) string { return r.literal }) &&
		r.allows(escape(address, true), func(r *rule) string { return r.standard })
}

// allows reads the rules in one form; path is in the same.
func (r *Rules) allows(path string, form func(*rule) string) bool {
	longest, allowed := -1, true
	for i := range r.rules {
		rule := &r.rules[i]
		pattern := form(rule)
		if n := len(pattern); (n > longest || n == longest && rule.allow) && matches(pattern, path) {
			longest, allowed = n, rule.allow
		}
	}
	return allowed
}

// matches matches a pattern with * and a final $ at the start of path, in time linear in their product at worst: after a star the
// earliest place where a piece stands is as good as any later one.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	pieces := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, pieces[0]) {
		return false
	}
	path = path[len(pieces[0]):]
	if len(pieces) == 1 {
		return !anchored || path == ""
	}
	last := len(pieces) - 1
	for _, piece := range pieces[1:last] {
		i := strings.Index(path, piece)
		if i < 0 {
			return false
		}
		path = path[i+len(piece):]
	}
	if anchored {
		return strings.HasSuffix(path, pieces[last])
	}
	return strings.Contains(path, pieces[last])
}

const upperHex = "0123456789ABCDEF"

// escape writes a path or pattern in a form in which it is compared: octets outside ASCII escaped, escapes in upper case and, in the
// standard form, those of unreserved characters undone.
func escape(s string, standard bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isEscape(s[i:]):
			if v := unhex(s[i+1])<<4 | unhex(s[i+2]); standard && isUnreserved(v) {
				b.WriteByte(v)
			} else {
				b.WriteString(strings.ToUpper(s[i : i+3]))
			}
			i += 2
		case c >= 0x80 || c <= ' ':
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escapes writes an address as it is, but for its escapes, which it puts in upper case: who asks for it has to escape the rest.
func escapes(s string) string {
	b := []byte(s)
	for i := range b {
		if isEscape(s[i:]) {
			copy(b[i:], strings.ToUpper(s[i:i+3]))
		}
	}
	return string(b)
}

func isEscape(s string) bool { return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2]) }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func isUnreserved(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-._~", c) >= 0
}
