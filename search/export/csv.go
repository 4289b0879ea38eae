package export

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// Between the items of a list in a CSV cell. A separator that is part of an item is written with a backslash before it.
const listSeparator = '|'

// csvRows spells rows by RFC 4180: CRLF ends a record, a cell is quoted where it must be, and a line break inside a cell stays what
// it is.
type csvRows struct {
	bom, neutral bool
	items        []string
	cell         []byte
}

func newCSV(l layout) encoder { return newTable(l, &csvRows{bom: l.bom, neutral: l.neutral}) }

func (c *csvRows) head(dst []byte, columns []column) []byte {
	if c.bom {
		dst = append(dst, "\ufeff"...)
	}
	for i := range columns {
		dst = append(separate(dst, i), columns[i].name...)
	}
	return append(dst, '\r', '\n')
}

func (c *csvRows) row(dst []byte, columns []column, r *row) []byte {
	start := len(dst)
	for i := range columns {
		dst = c.append(separate(dst, i), &columns[i], r)
	}
	if len(dst) == start {
		dst = append(dst, `""`...) // many readers pass over an empty line
	}
	return append(dst, '\r', '\n')
}

func (c *csvRows) flush(dst []byte, _ bool) ([]byte, error) { return dst, nil }

func separate(dst []byte, i int) []byte {
	if i == 0 {
		return dst
	}
	return append(dst, ',')
}

func (c *csvRows) append(dst []byte, col *column, r *row) []byte {
	switch col.kind {
	case Text:
		return appendCell(dst, col.text(r), c.neutral)
	case Integer:
		return strconv.AppendInt(dst, int64(col.integer(r)), 10)
	case Flag:
		return strconv.AppendBool(dst, col.flag(r))
	case Moment:
		if t := col.moment(r); t != nil {
			return t.UTC().AppendFormat(dst, time.RFC3339Nano)
		}
		return dst
	}
	c.cell = c.cell[:0]
	if col.kind == Cast {
		for i, a := range col.cast(r) {
			if i > 0 {
				c.cell = append(c.cell, listSeparator)
			}
			c.cell = appendItem(append(append(c.cell, a.Role...), ':'), a.ID)
		}
		return appendCell(dst, c.cell, c.neutral)
	}
	c.items = col.list(c.items[:0], r)
	for i, item := range c.items {
		if i > 0 {
			c.cell = append(c.cell, listSeparator)
		}
		c.cell = appendItem(c.cell, item)
	}
	return appendCell(dst, c.cell, c.neutral)
}

// appendItem appends an item of a list, with a backslash before each separator and backslash in it.
func appendItem(dst []byte, item string) []byte {
	for i := range len(item) {
		if item[i] == listSeparator || item[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, item[i])
	}
	return dst
}

func appendCell[T string | []byte](dst []byte, s T, neutral bool) []byte {
	formula := neutral && runs(s)
	if !formula && !needsQuotes(s) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if formula {
		dst = append(dst, '\'')
	}
	start := 0
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(append(dst, s[start:i+1]...), '"')
			start = i + 1
		}
	}
	return append(append(dst, s[start:]...), '"')
}

// needsQuotes says whether a cell must be quoted to be read back as it is by any reader: also one that trims blanks.
func needsQuotes[T string | []byte](s T) bool {
	for i := range len(s) {
		switch s[i] {
		case ',', '"', '\r', '\n', '\t':
			return true
		case ' ':
			if i == 0 || i == len(s)-1 {
				return true
			}
		}
	}
	return false
}

// runs says whether a spreadsheet could take a cell for a formula; some read full-width signs as well.
func runs[T string | []byte](s T) bool {
	first, _ := utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)]))
	switch first {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
