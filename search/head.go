package search

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/statement"
)

// headReader reads the head of a stored statement, the way json.Unmarshal would, in a tenth of its time. It knows what json.Marshal
// writes of a statement.Statement and nothing else: at anything it does not know it stops, and the caller asks encoding/json.
type headReader struct {
	in string
	at int
	ok bool
}

// readHead fills st and says whether it understood everything. The lists of st, and the moment it was published at, are used again; the
// strings share the memory of in.
func readHead(in string, st *statement.Statement) bool {
	old := *st
	*st = statement.Statement{}
	h := headReader{in: in, ok: true}
	h.object(func(key string) {
		switch key {
		case "id":
			st.ID = h.text()
		case "url":
			st.URL = h.text()
		case "title":
			st.Title = h.text()
		case "title_from":
			st.TitleFrom = h.text()
		case "author":
			st.Author = h.text()
		case "author_from":
			st.AuthorFrom = h.text()
		case "symbols":
			st.Symbols = list(&h, old.Symbols, h.text)
		case "published":
			st.Published = h.moment(old.Published)
		case "published_from":
			st.PublishedFrom = h.text()
		case "published_seen":
			h.moment(&st.PublishedSeen)
		case "first_seen":
			h.moment(&st.FirstSeen)
		case "language":
			st.Language = h.text()
		case "kind":
			st.Kind = h.text()
		case "source":
			st.Source = h.text()
		case "sources":
			st.Sources = list(&h, old.Sources, h.text)
		case "process":
			st.Process = list(&h, old.Process, h.text)
		case "group":
			st.Group = h.text()
		case "translation_of":
			st.TranslationOf = h.text()
		case "actors":
			st.Actors = list(&h, old.Actors, h.actor)
		case "topics":
			st.Topics = list(&h, old.Topics, h.text)
		case "copies":
			st.Copies = h.integer()
		case "signatories":
			st.Signatories = h.integer()
		case "revision":
			st.Revision = h.integer()
		case "capture":
			st.Capture = h.text()
		case "captured_at":
			h.moment(&st.CapturedAt)
		case "noarchive":
			st.NoArchive = h.flag()
		case "backfill":
			st.Backfill = h.flag()
		default:
			h.ok = false
		}
	})
	return h.ok && h.at == len(in)
}

// actor reads an actor; nearly all have these three members in this order.
func (h *headReader) actor() (a statement.Actor) {
	start := h.at
	if h.take(`{"id":`) {
		a.ID = h.text()
		if h.take(`,"name":`) {
			a.Name = h.text()
			if h.take(`,"role":`) {
				if a.Role = statement.Role(h.text()); h.take("}") {
					return a
				}
			}
		}
		h.at, a = start, statement.Actor{}
	}
	h.object(func(key string) {
		switch key {
		case "id":
			a.ID = h.text()
		case "name":
			a.Name = h.text()
		case "role":
			a.Role = statement.Role(h.text())
		default:
			h.ok = false
		}
	})
	return a
}

// take passes over what must or may stand next, and says whether it did.
func (h *headReader) take(what string) bool {
	if !strings.HasPrefix(h.in[h.at:], what) {
		return false
	}
	h.at += len(what)
	return true
}

func (h *headReader) must(what string) { h.ok = h.take(what) && h.ok }

// object reads an object; member reads the value of a key.
func (h *headReader) object(member func(key string)) {
	if h.must("{"); h.take("}") {
		return
	}
	for h.ok {
		key := h.text()
		h.must(":")
		if !h.ok {
			return
		}
		if member(key); h.take("}") {
			return
		}
		h.must(",")
	}
}

// list reads a list into the memory of old; null is nil.
func list[T any](h *headReader, old []T, item func() T) []T {
	if h.take("null") {
		return nil
	}
	items := old[:0]
	if items == nil {
		items = []T{}
	}
	if h.must("["); h.take("]") {
		return items
	}
	for h.ok {
		if items = append(items, item()); h.take("]") {
			return items
		}
		h.must(",")
	}
	return items
}

// text reads a string.
func (h *headReader) text() string {
	if h.must(`"`); !h.ok {
		return ""
	}
	end := strings.IndexByte(h.in[h.at:], '"')
	if end < 0 {
		h.ok = false
		return ""
	}
	s := h.in[h.at : h.at+end]
	if escape := strings.IndexByte(s, '\\'); escape >= 0 {
		return h.escaped(escape)
	}
	h.at += end + 1
	return s
}

// escapedByte gives the byte that an escape stands for, and the escape's size; 0 for one of the rare kinds.
func escapedByte(escape string) (c byte, size int) {
	if len(escape) < len(`\u0026`) {
		return 0, 0 // too near the end to matter
	}
	switch escape[1] {
	case '"', '\\':
		return escape[1], 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'u':
		switch escape[2:6] {
		case "0026":
			return '&', 6
		case "003c":
			return '<', 6
		case "003e":
			return '>', 6
		}
	}
	return 0, 0
}

// escaped reads the rest of a string whose first escape is so many bytes ahead.
func (h *headReader) escaped(ahead int) string {
	plain := append(make([]byte, 0, 2*ahead+64), h.in[h.at:h.at+ahead]...)
	for i := h.at + ahead; i < len(h.in); i++ {
		c := h.in[i]
		if c == '"' {
			h.at = i + 1
			return string(plain)
		}
		if c == '\\' {
			var size int
			if c, size = escapedByte(h.in[i:]); size == 0 {
				return h.unusual()
			}
			i += size - 1
		}
		plain = append(plain, c)
	}
	h.ok = false
	return ""
}

// unusual reads the rest of a string with any escapes.
func (h *headReader) unusual() string {
	start := h.at
	for h.at < len(h.in) && h.in[h.at] != '"' {
		if h.in[h.at] == '\\' {
			h.at++
		}
		h.at++
	}
	if h.at >= len(h.in) { // or one over it, after a backslash at the end
		h.at, h.ok = len(h.in), false
		return ""
	}
	h.at++
	var s string
	h.ok = json.Unmarshal([]byte(h.in[start-1:h.at]), &s) == nil && h.ok
	return s
}

// moment reads a time into the memory of into; null is nil.
func (h *headReader) moment(into *time.Time) *time.Time {
	if h.take("null") {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, h.text())
	if err != nil {
		h.ok = false
	}
	if into == nil {
		return &t
	}
	*into = t
	return into
}

func (h *headReader) integer() int {
	start := h.at
	for h.at < len(h.in) && (h.in[h.at] >= '0' && h.in[h.at] <= '9' || h.in[h.at] == '-') {
		h.at++
	}
	n, err := strconv.Atoi(h.in[start:h.at])
	if err != nil {
		h.ok = false
	}
	return n
}

func (h *headReader) flag() bool {
	if h.take("true") {
		return true
	}
	h.must("false")
	return false
}
