package export

import (
	"strconv"
	"time"

	"rostrum/search"
)

// jsonObjects spells a row as a JSON object of the columns, one a line. A moment that nobody says is null.
type jsonObjects struct{}

func (jsonObjects) head(dst []byte, _ []column) []byte { return dst }

func (jsonObjects) row(dst []byte, columns []column, r *row) []byte {
	for i := range columns {
		dst = append(dst, "{,"[min(i, 1)])
		dst = append(search.AppendQuoted(dst, columns[i].name), ':')
		dst = appendJSON(dst, &columns[i], r)
	}
	return append(dst, '}', '\n')
}

func (jsonObjects) flush(dst []byte, _ bool) ([]byte, error) { return dst, nil }

func appendJSON(dst []byte, c *column, r *row) []byte {
	switch c.kind {
	case Text:
		return search.AppendQuoted(dst, c.text(r))
	case Integer:
		return strconv.AppendInt(dst, int64(c.integer(r)), 10)
	case Flag:
		return strconv.AppendBool(dst, c.flag(r))
	case Moment:
		t := c.moment(r)
		if t == nil {
			return append(dst, "null"...)
		}
		return append(t.UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
	}
	dst = append(dst, '[')
	if c.kind == Cast {
		for i, a := range c.cast(r) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = search.AppendQuoted(append(dst, `{"id":`...), a.ID)
			dst = search.AppendQuoted(append(dst, `,"name":`...), a.Name)
			dst = append(search.AppendQuoted(append(dst, `,"role":`...), string(a.Role)), '}')
		}
		return append(dst, ']')
	}
	for i, item := range c.list(nil, r) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = search.AppendQuoted(dst, item)
	}
	return append(dst, ']')
}
