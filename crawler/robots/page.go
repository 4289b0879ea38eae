package robots

import (
	"bytes"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// Wishes are what a page asks of those who keep it.
type Wishes struct {
	NoIndex   bool // not to be stored
	NoArchive bool // not to be shown as archived
}

// maxHead is how much of a page is searched for its robots metas.
const maxHead = 256 << 10

// PageWishes reads the X-Robots-Tag headers of an answer and, in HTML, the robots metas of its head that are meant for everybody or for
// a product. The whole page is not parsed: who extracts its text sees metas that stand elsewhere.
func PageWishes(header http.Header, body []byte, product string) Wishes {
	var w Wishes
	for _, value := range header.Values("X-Robots-Tag") {
		w.header(value, product)
	}
	if looksLikeMarkup(body) {
		w.metas(body[:min(len(body), maxHead)], product)
	}
	return w
}

func looksLikeMarkup(body []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 512)], []byte("\ufeff")), " \t\r\n\x00")
	return bytes.HasPrefix(head, []byte("<"))
}

// header reads one X-Robots-Tag value. A robot's name before a colon addresses all the rules after it.
func (w *Wishes) header(value, product string) {
	ours := true
	for part := range strings.SplitSeq(value, ",") {
		name, rule, addressed := strings.Cut(part, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if addressed && name != "unavailable_after" && !strings.HasPrefix(name, "max-") {
			ours, part = name == product || name == "*", rule
		}
		if ours {
			w.rule(part)
		}
	}
}

func (w *Wishes) metas(head []byte, product string) {
	z := html.NewTokenizer(bytes.NewReader(head))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		switch name, attributes := z.TagName(); {
		case string(name) == "body":
			return
		case string(name) == "meta" && attributes:
			w.meta(z, product)
		}
	}
}

func (w *Wishes) meta(z *html.Tokenizer, product string) {
	var name, content string
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "name":
			name = strings.ToLower(strings.TrimSpace(string(value)))
		case "content":
			content = string(value)
		}
	}
	if name != "robots" && name != product {
		return
	}
	for rule := range strings.SplitSeq(content, ",") {
		w.rule(rule)
	}
}

func (w *Wishes) rule(rule string) {
	switch strings.ToLower(strings.TrimSpace(rule)) {
	case "noindex", "none":
		w.NoIndex = true
	case "noarchive", "nocache":
		w.NoArchive = true
	}
}
