package export

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Between the items of a list in a CSV cell. A separator that is part of an item is written with a backslash before it.
const listSeparator = "|"

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

func separate(dst []byte, i int) []byte {
	if i == 0 {
		return dst
	}
	return append(dst, ',')
}

func (c *csvRows) append(dst []byte, col *column, r *row) []byte {
	switch col.kind {
	case Text:
		return c.text(dst, col.text(r))
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
	c.items = col.list(c.items[:0], r)
	if len(c.items) == 1 && !strings.ContainsAny(c.items[0], listSeparator+`\`) {
		return c.text(dst, c.items[0])
	}
	c.cell = c.cell[:0]
	for i, item := range c.items {
		if i > 0 {
			c.cell = append(c.cell, listSeparator...)
		}
		c.cell = append(c.cell, escapeItem(item)...)
	}
	return c.text(dst, string(c.cell))
}

var itemEscapes = strings.NewReplacer(`\`, `\\`, listSeparator, `\`+listSeparator)

func escapeItem(item string) string {
	if !strings.ContainsAny(item, listSeparator+`\`) {
		return item
	}
	return itemEscapes.Replace(item)
}

func (c *csvRows) text(dst []byte, s string) []byte {
	formula := c.neutral && runs(s)
	if !formula && !needsQuotes(s) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if formula {
		dst = append(dst, '\'')
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return append(append(dst, s...), '"')
		}
		dst = append(append(dst, s[:i+1]...), '"')
		s = s[i+1:]
	}
}

// needsQuotes says whether a cell must be quoted to be read back as it is by any reader: also one that trims blanks.
func needsQuotes(s string) bool {
	return s != "" && (s[0] == ' ' || s[len(s)-1] == ' ' || strings.ContainsAny(s, ",\"\r\n\t"))
}

// formulaStarts are the letters with which a spreadsheet begins a formula; some read full-width ones as well.
var formulaStarts = []rune("=+-@\t\r\n＝＋－＠")

// runs says whether a spreadsheet could take a cell for a formula.
func runs(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && slices.Contains(formulaStarts, first)
}
