package main

import (
	"io"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// table aligns columns by the width a terminal gives their letters: two cells for Han. Columns of numbers are aligned at their end.
type table struct {
	rows   [][]string
	widths []int
	words  []bool                               // the column holds more than numbers
	show   func(column int, cell string) string // nil: as it is; what it adds must have no width
}

func newTable(heads ...string) *table {
	t := &table{widths: make([]int, len(heads)), words: make([]bool, len(heads))}
	t.row(heads...)
	clear(t.words)
	return t
}

func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = oneLine(printable(c))
		t.widths[i] = max(t.widths[i], uniseg.StringWidth(cells[i]))
		if _, err := strconv.Atoi(c); err != nil {
			t.words[i] = true
		}
	}
	t.rows = append(t.rows, cells)
}

func (t *table) print(w io.Writer) error {
	var b strings.Builder
	for n, cells := range t.rows {
		line := ""
		for i, c := range cells {
			gap := strings.Repeat(" ", t.widths[i]-uniseg.StringWidth(c))
			if t.show != nil && n > 0 {
				c = t.show(i, c)
			}
			if !t.words[i] && len(t.rows) > 1 {
				c, gap = gap+c, ""
			}
			if line += c; i < len(cells)-1 {
				line += gap + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
